import { DeviceArray } from "../core/array.ts";
import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { byteWidth, dtypeInfo } from "../core/dtype.ts";
import { InternalError, MissingRuleError } from "../core/errors.ts";
import type { ClosedJaxpr, Eqn, LowerRule, Params } from "../core/primitive.ts";
import type { RoutineName } from "../core/routines.ts";
import { constExpr, type Expr, opExpr } from "../core/scalar.ts";
import { type Atom, Var } from "../core/var.ts";
import { contiguousView, type View } from "../core/view.ts";
import { callbackStep } from "./callback.ts";
import { fuseSteps } from "./fuse.ts";
import { type FusionLimits, isCheapAgain } from "./fusion-cost.ts";
import { Group, type Pending } from "./group.ts";
import { type FlatProgram, inlineCalls } from "./inline.ts";
import { nodesOf } from "./kernel.ts";
import { controlStep } from "./lower-control.ts";
import type { Program, ProgramValue, Reference, Step } from "./program.ts";
import { reduceKernel } from "./reduce.ts";

/** What is known of a variable while a program is lowered. */
type Known =
  /** Elements of a value that exists. */
  | { readonly kind: "reference"; readonly value: number; readonly view: View }
  /** One number everywhere. */
  | { readonly kind: "number"; readonly number: number }
  /** Being collected. */
  | { readonly kind: "pending"; readonly pending: Pending }
  /** Everywhere the one number that is being collected. */
  | { readonly kind: "uniform"; readonly pending: Pending };

/** How large an expression may be to be computed again inside a reduction. */
const maxPrologue = 12;

/** Lower a program to kernels and routines within limits. Inputs are read in row-major order. */
export function lowerProgram(program: ClosedJaxpr, limits: FusionLimits): Program {
  const flat = inlineCalls(program);
  const lowered = new Lowering(flat, limits).run();
  const isFree = limits.freeNumbers === true && limits.inBody !== true && isOnNumbers(flat);
  return isFree ? lowered : fuseSteps(lowered, limits);
}

/** Whether all work of a program is elementwise work on single numbers. */
function isOnNumbers({ eqns }: FlatProgram): boolean {
  return eqns.every(({ prim, inputs, outs }) => {
    const { kind } = prim.rules.lower;
    if (kind !== "scalar" && kind !== "expression" && kind !== "view") return false;
    return inputs.every(isNumber) && outs.every(isNumber);
  });
}

function isNumber({ aval }: Atom): boolean {
  return aval.ndim === 0 && dtypeInfo[aval.dtype].words === 1;
}

class Lowering {
  private readonly flat: FlatProgram;
  private readonly limits: FusionLimits;
  private readonly values: ProgramValue[] = [];
  private readonly steps: Step[] = [];
  private readonly known = new Map<Var, Known>();
  /** Groups being collected, by the id of their shape. */
  private readonly open = new Map<number, Group>();
  /** The name scope of the equation at hand. */
  private scope: string | undefined;

  constructor(flat: FlatProgram, limits: FusionLimits) {
    this.flat = flat;
    this.limits = limits;
  }

  /** Whether a value is a number that the program is given. */
  private readonly isNumber = (value: number): boolean => {
    const { aval, origin } = this.values[value] as ProgramValue; // numbered as they are made
    const isGiven = origin.kind === "constant" || (origin.kind === "input" && !this.limits.inBody);
    return aval.ndim === 0 && byteWidth(aval.dtype) === 4 && isGiven;
  };

  run(): Program {
    const { invars, constants, eqns, outvars } = this.flat;
    invars.forEach((v, index) => {
      this.define(v, this.newValue({ aval: v.aval, origin: { kind: "input", index } }));
    });
    for (const [v, x] of constants) this.defineConstant(v, x.concrete());
    for (const eqn of eqns) {
      const { origin } = eqn;
      this.scope = origin === undefined || origin.scope === "" ? undefined : origin.scope;
      this.lowerEqn(eqn);
    }
    this.scope = undefined;
    const outputs = outvars.map((atom) => this.materialise(atom));
    for (const group of this.open.values()) this.emit(group);
    return {
      inputs: invars.map((v) => v.aval),
      contiguous: true,
      values: this.values,
      steps: this.steps,
      outputs,
    };
  }

  private lowerEqn(eqn: Eqn): void {
    const rule: LowerRule<number, Params> = eqn.prim.rules.lower;
    switch (rule.kind) {
      case "scalar": {
        const { dtype } = (eqn.outs[0] as Var).aval; // scalar operations have one result
        this.collect(eqn, (args) => [opExpr(rule.op, args, dtype)]);
        return;
      }
      case "expression": {
        const avals = eqn.outs.map((v) => v.aval);
        this.collect(eqn, (args) => rule.build(args, eqn.params, avals));
        return;
      }
      case "reduce":
        this.lowerReduce(eqn, rule.op, rule.axes(eqn.params));
        return;
      case "view":
        this.lowerView(eqn, rule.apply);
        return;
      case "routine":
        this.lowerRoutine(eqn, rule);
        return;
      case "barrier":
        this.alias(eqn);
        return;
      case "control": {
        const operands = eqn.inputs.map((atom) => this.materialise(atom));
        const results = this.defineSteps(eqn.outs);
        this.steps.push(controlStep(rule.form(eqn.params), operands, results, this.lowerBody));
        return;
      }
      case "callback": {
        const operands = eqn.inputs.map((atom) => this.materialise(atom));
        const results = this.defineSteps(eqn.outs);
        this.steps.push(callbackStep(eqn, rule, operands, results));
        return;
      }
      case "compose":
      case "call":
        throw new InternalError(`lower: ${eqn.prim.name} was not put in place`);
      case "absent":
        throw new MissingRuleError(`lower: ${eqn.prim.name} has no lowering: ${rule.reason}`);
      default:
        rule satisfies never;
    }
  }

  /** Add elementwise work to the group of its shape. */
  private collect(eqn: Eqn, build: (args: readonly Expr[]) => readonly Expr[]): void {
    const [first] = eqn.outs;
    if (first === undefined) return;
    const group = this.groupFor(first.aval, eqn.inputs.length);
    const args = eqn.inputs.map((atom) => this.expression(atom, group));
    build(args).forEach((expr, i) => {
      const out = eqn.outs[i] as Var; // one expression for each result
      const uses = this.flat.uses.get(out) ?? 0;
      const pending = group.add(expr, out.aval.dtype, uses, this.scope);
      this.known.set(out, { kind: "pending", pending });
    });
  }

  /** The open group of a shape, with room for an operation on so many operands. */
  private groupFor({ shape }: ShapedArray, operands: number): Group {
    const { id } = shapedArray(shape, "bool");
    let group = this.open.get(id);
    if (group?.hasRoomFor(operands, this.limits) === false) {
      this.emit(group);
      group = undefined;
    }
    if (group === undefined) {
      group = new Group(shape, this.isNumber);
      this.open.set(id, group);
    }
    return group;
  }

  /** An operand as an expression inside `group`. */
  private expression(atom: Atom, group: Group): Expr {
    if (atom.tag === "Literal") return constExpr(atom.value, atom.aval.dtype);
    const known = this.knownOf(atom);
    if (known.kind === "number") return constExpr(known.number, atom.aval.dtype);
    if (known.kind === "pending" && known.pending.group === group && known.pending.value === null) {
      known.pending.inside++;
      return known.pending.expr;
    }
    if (known.kind === "uniform" && known.pending.value === null) {
      const { pending } = known;
      if (isCheapAgain([pending.expr], 1)) return group.adopt(pending.group.cone(pending.expr));
    }
    const { value, view } = this.reference(atom);
    return group.load(value, view, atom.aval.dtype);
  }

  private lowerReduce(
    eqn: Eqn,
    op: "add" | "mul" | "max" | "min" | "and" | "or" | "xor",
    axes: readonly number[],
  ): void {
    const [operand] = eqn.inputs;
    const [out] = eqn.outs;
    if (operand === undefined || out === undefined)
      throw new InternalError("lower: reduce has no operand");
    const [loads, value] = this.prologue(operand);
    const kernel = reduceKernel(operand.aval, op, axes, loads, value);
    this.define(
      out,
      this.step([out.aval], (results) => ({ kind: "kernel", kernel, results })),
    );
  }

  /** What a reduction reduces: an expression of its own where that is cheap, else a load. */
  private prologue(atom: Atom): ReturnType<Group["cone"]> {
    const known = atom.tag === "Var" ? this.knownOf(atom) : null;
    if (known?.kind === "pending" && known.pending.value === null && known.pending.uses === 1) {
      const { pending } = known;
      if (nodesOf([pending.expr]).length <= maxPrologue) {
        pending.inside++;
        return pending.group.cone(pending.expr);
      }
    }
    const group = new Group(atom.aval.shape, this.isNumber);
    return group.cone(this.expression(atom, group));
  }

  private lowerView(
    eqn: Eqn,
    apply: (view: View, params: Params, out: ShapedArray) => View | null,
  ): void {
    const [operand] = eqn.inputs;
    const [out] = eqn.outs;
    if (operand === undefined || out === undefined)
      throw new InternalError("lower: a view has no operand");
    const number = operand.tag === "Literal" ? operand.value : this.numberOf(operand);
    if (operand.tag === "Literal" || number !== null) {
      this.known.set(out, { kind: "number", number: number as number }); // a literal has one
      return;
    }
    const known = this.knownOf(operand);
    if (known.kind === "uniform" || (known.kind === "pending" && operand.aval.size === 1)) {
      if (known.pending.value === null) {
        this.known.set(out, { kind: "uniform", pending: known.pending });
        return;
      }
    }
    const { value, view } = this.reference(operand);
    const direct = apply(view, eqn.params, out.aval);
    if (direct !== null) {
      this.known.set(out, { kind: "reference", value, view: direct });
      return;
    }
    const copy = this.copy(value, view, operand.aval);
    const viewed = apply(contiguousView(operand.aval.shape), eqn.params, out.aval);
    if (viewed === null)
      throw new InternalError(`lower: ${eqn.prim.name} cannot view row-major elements`);
    this.known.set(out, { kind: "reference", value: copy, view: viewed });
  }

  /** Results that are the operands themselves. */
  private alias({ inputs, outs }: Eqn): void {
    outs.forEach((v, i) => {
      const { value, view } = this.materialise(inputs[i] as Atom); // one for each result
      this.known.set(v, { kind: "reference", value, view: view ?? contiguousView(v.aval.shape) });
    });
  }

  private lowerRoutine(
    eqn: Eqn,
    rule: Extract<LowerRule<number, Params>, { kind: "routine" }>,
  ): void {
    const operands = eqn.inputs.map((atom) => this.materialise(atom));
    const avals = eqn.inputs.map((atom) => atom.aval);
    const params = rule.params === undefined ? eqn.params : rule.params(eqn.params, avals);
    const results = this.defineSteps(eqn.outs);
    // Primitives name routines of core/routines.ts; a device refuses a name it does not have.
    const name = rule.name as RoutineName;
    this.steps.push({ kind: "routine", name, params, operands, results, epilogue: null });
  }

  private readonly lowerBody = (body: ClosedJaxpr): Program =>
    lowerProgram(body, { ...this.limits, inBody: true });

  /** New values that a step is about to fill. */
  private defineSteps(outs: readonly Var[]): number[] {
    return outs.map((v) => {
      const value = this.newStepValue(v.aval, this.scope);
      this.define(v, value);
      return value;
    });
  }

  /** Row-major copy of a view. */
  private copy(value: number, view: View, aval: ShapedArray): number {
    const group = new Group(aval.shape, this.isNumber);
    const member = group.add(group.load(value, view, aval.dtype), aval.dtype, 1);
    const kernel = group.kernelOf(member);
    return this.step([aval], (results) => ({ kind: "kernel", kernel, results }));
  }

  /** Make a group a kernel that writes what is read outside it. */
  private emit(group: Group): void {
    const { id } = shapedArray(group.shape, "bool");
    if (this.open.get(id) === group) this.open.delete(id);
    const members = group.members.filter(({ uses, inside }) => uses > inside);
    if (members.length === 0) return;
    const store = (member: Pending): number => {
      const aval = shapedArray(group.shape, member.dtype);
      const value = this.newStepValue(aval, member.scope);
      member.value = value;
      return value;
    };
    for (const { kernel, results } of group.kernels(members, this.limits, store)) {
      this.steps.push({ kind: "kernel", kernel, results });
    }
  }

  /** An atom as elements of a value that exists. */
  private reference(atom: Var): { readonly value: number; readonly view: View } {
    const known = this.knownOf(atom);
    if (known.kind === "reference") return known;
    if (known.kind === "number") {
      const array = new DeviceArray(atom.aval, null, null, known.number);
      const value = this.newValue({ aval: atom.aval, origin: { kind: "constant", array } });
      return { value, view: contiguousView(atom.aval.shape) };
    }
    if (known.pending.value === null) this.emit(known.pending.group);
    if (known.pending.value === null)
      throw new InternalError("lower: a value that is read was not written");
    const view = contiguousView(atom.aval.shape);
    const strides = known.kind === "uniform" ? view.strides.map(() => 0) : view.strides;
    return { value: known.pending.value, view: { ...view, strides } };
  }

  private materialise(atom: Atom): Reference {
    if (atom.tag === "Var") return { ...this.reference(atom), aval: atom.aval };
    const variable = new Var(atom.aval);
    this.known.set(variable, { kind: "number", number: atom.value });
    return { ...this.reference(variable), aval: atom.aval };
  }

  private numberOf(atom: Var): number | null {
    const known = this.knownOf(atom);
    return known.kind === "number" ? known.number : null;
  }

  private knownOf(atom: Var): Known {
    const known = this.known.get(atom);
    if (known === undefined)
      throw new InternalError("lower: a variable is read before it is bound");
    return known;
  }

  private define(variable: Var, value: number): void {
    this.known.set(variable, {
      kind: "reference",
      value,
      view: contiguousView(variable.aval.shape),
    });
  }

  private defineConstant(variable: Var, array: unknown): void {
    if (!(array instanceof DeviceArray)) {
      throw new InternalError("lower: a constant of a program is still traced");
    }
    if (array.buffer === null) this.known.set(variable, { kind: "number", number: array.value });
    else
      this.define(
        variable,
        this.newValue({ aval: array.aval, origin: { kind: "constant", array } }),
      );
  }

  private step(avals: readonly ShapedArray[], make: (results: readonly number[]) => Step): number {
    const results = avals.map((aval) => this.newStepValue(aval, this.scope));
    this.steps.push(make(results));
    return results[0] as number; // as many as avals, at least one
  }

  private newStepValue(aval: ShapedArray, scope: string | undefined): number {
    const value = { aval, origin: { kind: "step" } } as const;
    return this.newValue(scope === undefined ? value : { ...value, scope });
  }

  private newValue(value: ProgramValue): number {
    this.values.push(value);
    return this.values.length - 1;
  }
}
