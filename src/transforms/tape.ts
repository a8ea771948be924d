import type { ShapedArray } from "../core/aval.ts";
import { hasEffect } from "../core/effects.ts";
import { currentScope, type Origin, originHere, under } from "../core/origin.ts";
import { Linear, type Params, type Primitive } from "../core/primitive.ts";
import { typeOf } from "../core/stage.ts";
import { bindEqn, Trace } from "../core/trace.ts";
import { Tracer } from "../core/tracer.ts";
import { NDArray } from "../core/value.ts";

/** A tangent on a tape: known by its type, and by the number under which it was recorded. */
export class TapeTracer extends Tracer {
  override readonly owner: TapeTrace;
  override readonly aval: ShapedArray;
  readonly index: number;
  /** Whether a result that is asked for depends on it: set by `neededNodes`. */
  needed = false;
  private marker: Linear | null = null;

  constructor(owner: TapeTrace, aval: ShapedArray, index: number) {
    super();
    this.owner = owner;
    this.aval = aval;
    this.index = index;
  }

  /** What transpose rules see in its place. */
  get linear(): Linear {
    this.marker ??= new Linear(this.aval);
    return this.marker;
  }
}

/**
 * One recorded application. Operands are tangents of this tape or values from outside it.
 *
 * Most have one operand or two and one result, for which no lists are kept: a gradient makes one
 * node for each operation, and lists would be most of its garbage.
 */
export class TapeNode {
  readonly prim: Primitive;
  readonly params: Params;
  /** The first operand, if there are one or two. */
  readonly x: NDArray | null;
  /** The second operand, if there are two. */
  readonly y: NDArray | null;
  /** The result, if there is one. */
  readonly out: TapeTracer | null;
  private readonly manyOperands: readonly NDArray[] | null;
  private readonly manyOuts: readonly TapeTracer[] | null;
  /** Where it comes from, if that is known. */
  readonly origin: Origin | null;

  constructor(
    prim: Primitive,
    params: Params,
    operands: NDArray | readonly NDArray[],
    y: NDArray | null,
    outs: TapeTracer | readonly TapeTracer[],
    origin: Origin | null,
  ) {
    this.origin = origin;
    this.prim = prim;
    this.params = params;
    this.x = operands instanceof NDArray ? operands : null;
    this.y = y;
    this.out = outs instanceof TapeTracer ? outs : null;
    this.manyOperands = operands instanceof NDArray ? null : operands;
    this.manyOuts = outs instanceof TapeTracer ? null : outs;
  }

  /** All operands. */
  get operands(): readonly NDArray[] {
    const { x, y } = this;
    if (x === null) return this.manyOperands ?? [];
    return y === null ? [x] : [x, y];
  }

  /** All results. */
  get outs(): readonly TapeTracer[] {
    return this.out === null ? (this.manyOuts ?? []) : [this.out];
  }
}

/** Records what is done to tangents; whatever touches none of them happens at once, outside. */
export class TapeTrace extends Trace {
  override readonly kind = "differentiation";
  private readonly outer: Trace;
  private readonly scope = currentScope();
  nodes: TapeNode[] = [];
  /** How many tangents there are. */
  count = 0;

  constructor(outer: Trace) {
    super();
    this.outer = outer;
  }

  override axisSize(name: string): number | null {
    return this.outer.axisSize(name);
  }

  override namedAxes(): readonly (string | number)[] {
    return this.outer.namedAxes();
  }

  override get isStaging(): boolean {
    return this.outer.isStaging;
  }

  /** A tangent that is an input of the tape. */
  newInput(aval: ShapedArray): TapeTracer {
    return new TapeTracer(this, aval, this.count++);
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    if (!operands.some((x) => x.owner === this)) return this.outer.process(prim, operands, params);
    return this.record(prim, operands, params);
  }

  override process1(prim: Primitive, x: NDArray, params: Params): NDArray {
    if (x.owner !== this) return this.outer.process1(prim, x, params);
    return this.recordOne(prim, x, null, params);
  }

  override process2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray {
    if (x.owner !== this && y.owner !== this) return this.outer.process2(prim, x, y, params);
    return this.recordOne(prim, x, y, params);
  }

  /** `record` for one operand or two and one result. */
  private recordOne(prim: Primitive, a: NDArray, b: NDArray | null, params: Params): NDArray {
    if (prim.rules.order === "higher") {
      return this.record(prim, b === null ? [a] : [a, b], params)[0] as NDArray; // there is one
    }
    const aval = typeOf(prim, a.aval, b === null ? undefined : b.aval, params);
    const out = new TapeTracer(this, aval, this.count++);
    this.nodes.push(new TapeNode(prim, params, a, b, out, originHere(this.scope)));
    return out;
  }

  private record(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    const { rules } = prim;
    if (rules.order === "higher" && rules.host !== null) return rules.host.run(operands, params);
    const avals = new Array<ShapedArray>(operands.length);
    for (let i = 0; i < avals.length; i++) avals[i] = (operands[i] as NDArray).aval; // as long
    const types = rules.abstractEval(avals, params);
    const outs = new Array<TapeTracer>(types.length);
    for (let i = 0; i < outs.length; i++) {
      outs[i] = new TapeTracer(this, types[i] as ShapedArray, this.count++); // as long
    }
    this.nodes.push(new TapeNode(prim, params, operands, null, outs, originHere(this.scope)));
    return outs;
  }
}

/** The nodes that some of the `results` depend on or that have effects, in order. */
export function neededNodes(tape: TapeTrace, results: readonly unknown[]): TapeNode[] {
  for (let i = 0; i < results.length; i++) mark(tape, results[i]);
  const kept: TapeNode[] = [];
  for (let i = tape.nodes.length - 1; i >= 0; i--) {
    const node = tape.nodes[i] as TapeNode; // i runs over the nodes
    const { x, y, out } = node;
    if (!(out === null ? node.outs.some(isNeeded) || hasEffect(node) : out.needed)) continue;
    if (x === null) for (const operand of node.operands) mark(tape, operand);
    else mark(tape, x);
    if (y !== null) mark(tape, y);
    kept.push(node);
  }
  return kept.reverse();
}

function mark(tape: TapeTrace, x: unknown): void {
  if (x instanceof TapeTracer && x.owner === tape) x.needed = true;
}

function isNeeded({ needed }: TapeTracer): boolean {
  return needed;
}

/** Run a tape forward under the current trace: its `results` for these values of its inputs. */
export function replay(
  nodes: readonly TapeNode[],
  inputs: readonly TapeTracer[],
  values: readonly NDArray[],
  results: readonly NDArray[],
  substitute: (outside: NDArray) => NDArray = (x) => x,
): NDArray[] {
  const env = new Map<NDArray, NDArray>();
  inputs.forEach((input, i) => {
    env.set(input, values[i] as NDArray); // one value for each
  });
  const read = (x: NDArray): NDArray => env.get(x) ?? substitute(x);
  for (const { prim, operands, params, outs, origin } of nodes) {
    const bindHere = () => bindEqn(prim, operands.map(read), params);
    const made = origin === null ? bindHere() : under(origin, bindHere);
    outs.forEach((out, i) => {
      env.set(out, made[i] as NDArray); // one for each result
    });
  }
  return results.map(read);
}
