import { asArray, DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Executable } from "../core/backend.ts";
import { ArgumentError, TracerLeakError } from "../core/errors.ts";
import { sameJaxpr } from "../core/hash-jaxpr.ts";
import { recordsLines } from "../core/origin.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { promotionMode } from "../core/promotion.ts";
import { flatten, flattenLike, type TreeDef, unflatten } from "../core/pytree.ts";
import { checkStructure } from "../core/pytree-prefix.ts";
import { JaxprTrace } from "../core/stage.ts";
import { currentTrace, evalTrace, getEvaluator, withTrace } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { resolveArgnums, withWeakTypeOf } from "./arguments.ts";
import { cacheEpoch } from "./caches.ts";
import { checkLike } from "./custom-arguments.ts";
import { type AnyFunction, avalsOf, callFlat, flattenArrays, pathOf } from "./flatten.ts";
import { type JitOptions, separateStatics } from "./jit-arguments.ts";
import { callProgram, hoistTraced } from "./jit-primitive.ts";
import { isJitDisabled } from "./modes.ts";
import { flattenDescribed } from "./shape-struct.ts";
import { sameStatic } from "./static-arguments.ts";
import { TracedConstants } from "./traced-constants.ts";

/** What a program is staged for. */
interface Signature {
  readonly treeDef: TreeDef;
  readonly avals: readonly ShapedArray[];
  readonly statics: readonly unknown[];
}

/** A staged program and what it was staged for. */
export interface Staged extends Signature {
  /** Takes values of enclosing traces that the function closes over first, then its arguments. */
  readonly program: ClosedJaxpr;
  readonly outDef: TreeDef;
  /** Which inputs are donated; none is where the list ends. */
  readonly donated: readonly boolean[];
  /** Mapped axes around the call that the function asked for. */
  readonly axes: ReadonlyMap<string, number>;
  readonly promotion: string;
  /** Whether its equations remember the lines that they come from. */
  readonly hasLines: boolean;
  closure: TracedConstants;
  executable: Executable<NDArray> | null;
}

type Rebuild = (dynamic: readonly unknown[]) => readonly unknown[];

/** The programs of one jitted function. */
export class JitCache {
  private readonly f: AnyFunction;
  private readonly options: JitOptions;
  private readonly name: string;
  private readonly hasStatics: boolean;
  /** By the ids of structure and types; programs for other static values share a list. */
  private readonly table = new Map<number, Map<number, Staged[]>>();
  private last: Staged | null = null;
  private epoch = cacheEpoch();
  private readonly leaves: unknown[] = [];

  constructor(f: AnyFunction, options: JitOptions) {
    this.f = f;
    this.options = options;
    this.name = f.name || "anonymous";
    this.hasStatics = options.staticArgnums !== undefined || options.staticArgnames !== undefined;
  }

  /** The result of the function for these arguments. */
  call(args: readonly unknown[]): unknown {
    if (isJitDisabled()) return this.callDirectly(args);
    this.forgetOld();
    const { last } = this;
    if (last !== null && !this.hasStatics) {
      const isAlike = flattenLike(last.treeDef, args, this.leaves);
      const arrays = isAlike ? arraysLike(this.leaves, last.avals) : null;
      for (let i = 0; i < this.leaves.length; i++) this.leaves[i] = null; // the list is kept, what was in it belongs to the caller
      if (arrays !== null && isUsable(last)) {
        const outs = this.run(last, arrays);
        this.donate(args);
        return unflatten(last.outDef, outs);
      }
    }
    const { dynamic, statics, rebuild } = separateStatics(args, this.options);
    const { arrays, treeDef } = flattenArrays(dynamic, "jit", "argument ");
    const staged = this.find({ treeDef, avals: avalsOf(arrays), statics }, rebuild);
    const outs = this.run(staged, arrays);
    this.donate(args);
    return unflatten(staged.outDef, outs);
  }

  /** The program for arguments that may be described instead of given. */
  stagedFor(args: readonly unknown[]): Staged {
    this.forgetOld();
    const { dynamic, statics, rebuild } = separateStatics(args, this.options);
    const { avals, treeDef } = flattenDescribed(dynamic, "jit");
    return this.find({ treeDef, avals, statics }, rebuild);
  }

  /** The result of a staged program for these arguments, which must be as those it was staged for. */
  callStaged(staged: Staged, args: readonly unknown[]): unknown {
    const { dynamic, statics } = separateStatics(args, this.options);
    const { arrays, treeDef } = flattenArrays(dynamic, this.name, "argument ");
    checkStructure(staged.treeDef, treeDef, `${this.name}: the arguments`);
    arrays.forEach((x, i) => {
      const aval = staged.avals[i] as ShapedArray; // as many, by the structures
      checkLike(x, aval, () => `${this.name}: argument ${pathOf(treeDef, i)}`);
    });
    if (!statics.every((value, i) => sameStatic(value, staged.statics[i]))) {
      throw new ArgumentError(
        `${this.name}: static arguments must be those it was lowered for; lower it again for others`,
      );
    }
    const fitted = arrays.map((x, i) => withWeakTypeOf(x, staged.avals[i] as ShapedArray)); // as many
    if (!staged.closure.isAlive) {
      throw new TracerLeakError(
        `${this.name}: the program closes over a traced value whose transformation has ended; lower it again`,
      );
    }
    const outs = this.run(staged, fitted);
    this.donate(args);
    return unflatten(staged.outDef, outs);
  }

  /** The program made ready to run on `device`, if the function was not given one of its own. */
  compile(staged: Staged, device: string | undefined): Executable<NDArray> {
    const { program, treeDef } = staged;
    const hoisted = program.jaxpr.invars.length - staged.avals.length;
    return getEvaluator().compile(program, {
      device: this.options.device ?? device,
      donated: staged.donated,
      name: this.name,
      describeInput: (i) =>
        i < hoisted ? "a value it closes over" : `argument ${pathOf(treeDef, i - hoisted)}`,
    });
  }

  private executableOf(staged: Staged): Executable<NDArray> {
    staged.executable ??= this.compile(staged, undefined);
    return staged.executable;
  }

  /** Which of the arrays that the arguments are made of are donated. */
  private donatedInputs(dynamic: readonly unknown[]): readonly boolean[] {
    const { donateArgnums } = this.options;
    if (donateArgnums === undefined) return [];
    const positions = resolveArgnums(donateArgnums, dynamic.length, "jit");
    return dynamic.flatMap((arg, i) => {
      const { leaves } = flatten(arg);
      return leaves.map(() => positions.includes(i));
    });
  }

  private callDirectly(args: readonly unknown[]): unknown {
    const { dynamic, rebuild } = separateStatics(args, this.options);
    const { arrays, treeDef } = flattenArrays(dynamic, "jit", "argument ");
    const f = (...xs: unknown[]): unknown => this.f(...(rebuild(xs) as never[])); // the user's arguments
    const result = callFlat(f, treeDef, arrays, { where: "jit" });
    return unflatten(result.treeDef, result.arrays);
  }

  private forgetOld(): void {
    if (this.epoch === cacheEpoch()) return;
    this.epoch = cacheEpoch();
    this.table.clear();
    this.last = null;
  }

  private run(staged: Staged, arrays: readonly NDArray[]): readonly NDArray[] {
    const { closure } = staged;
    const trace = currentTrace();
    if (closure.isEmpty && (trace === evalTrace || trace.isOutermost)) {
      const outs = this.executableOf(staged).run(arrays);
      if (trace !== evalTrace) trace.ran(staged.program, arrays, outs, this.name);
      return outs;
    }
    const operands = closure.isEmpty ? arrays : [...closure.values(), ...arrays];
    return callProgram(staged.program, operands, this.name);
  }

  private find(signature: Signature, rebuild: Rebuild): Staged {
    const { last } = this;
    if (last !== null && fits(last, signature) && isUsable(last)) return last;
    let byTypes = this.table.get(signature.treeDef.id);
    if (byTypes === undefined) {
      byTypes = new Map();
      this.table.set(signature.treeDef.id, byTypes);
    }
    let key = signature.avals.length;
    for (const { id } of signature.avals) key = (Math.imul(key, 31) + id) | 0;
    const list = byTypes.get(key) ?? [];
    const alike = list.filter((entry) => fits(entry, signature));
    let staged = alike.find(isUsable);
    if (staged === undefined) {
      const made = this.stage(signature, rebuild);
      // Traced values come and go, the program that takes them mostly stays the same.
      staged = alike.find((entry) => !entry.closure.isAlive && isSameProgram(entry, made));
      if (staged === undefined) {
        staged = made;
        byTypes.set(key, [...list.filter(({ closure }) => closure.isAlive), made]);
      } else staged.closure = made.closure;
    }
    this.last = staged;
    return staged;
  }

  private stage(signature: Signature, rebuild: Rebuild): Staged {
    const { treeDef, avals } = signature;
    let donated: readonly boolean[] = [];
    const f = (...dynamic: unknown[]): unknown => {
      donated = this.donatedInputs(dynamic);
      return this.f(...(rebuild(dynamic) as never[])); // the user's arguments
    };
    const trace = new JaxprTrace();
    const inputs = avals.map((aval) => trace.newInput(aval));
    try {
      const result = withTrace(trace, () => callFlat(f, treeDef, inputs, { where: "jit" }));
      const [program, traced] = hoistTraced(trace.close(inputs, result.arrays));
      return {
        ...signature,
        program,
        donated: traced.length === 0 ? donated : [],
        outDef: result.treeDef,
        axes: trace.axes,
        promotion: promotionMode(),
        hasLines: recordsLines(),
        closure: new TracedConstants(traced),
        executable: null,
      };
    } finally {
      trace.alive = false;
    }
  }

  private donate(args: readonly unknown[]): void {
    const { donateArgnums } = this.options;
    if (donateArgnums === undefined || currentTrace() !== evalTrace) return;
    for (const i of resolveArgnums(donateArgnums, args.length, "jit")) {
      for (const x of flattenArrays(args[i], "jit", `argument ${i}`).arrays) {
        if (x instanceof DeviceArray) x.invalidate(`was donated to ${this.name}`);
      }
    }
  }
}

/** Whether a program was staged for arguments of this form. */
function fits(staged: Staged, { treeDef, avals, statics }: Signature): boolean {
  if (staged.treeDef !== treeDef || staged.avals.length !== avals.length) return false;
  for (let i = 0; i < avals.length; i++) if (staged.avals[i] !== avals[i]) return false;
  return (
    staged.statics.length === statics.length &&
    staged.statics.every((value, i) => sameStatic(value, statics[i]))
  );
}

/** Whether a program means the same here as where it was staged. */
function isUsable({ closure, axes, promotion, hasLines }: Staged): boolean {
  if (!hasLines && recordsLines()) return false;
  if (promotion !== promotionMode()) return false;
  if (!closure.isEmpty && !closure.isAlive) return false;
  if (axes.size === 0) return true;
  const trace = currentTrace();
  return [...axes].every(([name, size]) => trace.axisSize(name) === size);
}

/** Whether two programs of one signature are the same, up to the traced values they are given. */
function isSameProgram(a: Staged, b: Staged): boolean {
  return a.outDef === b.outDef && a.promotion === b.promotion && sameJaxpr(a.program, b.program);
}

/** Leaves as arrays if they have these types, numbers included; null if one does not. */
function arraysLike(leaves: readonly unknown[], avals: readonly ShapedArray[]): NDArray[] | null {
  const arrays = new Array<NDArray>(avals.length);
  for (let i = 0; i < avals.length; i++) {
    const leaf = leaves[i];
    const x = typeof leaf === "number" ? asArray(leaf) : leaf;
    if (!(x instanceof NDArray) || x.aval !== avals[i]) return null;
    arrays[i] = x;
  }
  return arrays;
}
