import type { ShapedArray } from "../core/aval.ts";
import type { Params, Primitive, Tangent } from "../core/primitive.ts";
import { Zero } from "../core/primitive.ts";
import { Trace, withTrace } from "../core/trace.ts";
import { Tracer } from "../core/tracer.ts";
import type { ConcreteArray, NDArray } from "../core/value.ts";
import { pushForward, zeroTangent } from "./pushforward.ts";

/** Value with a tangent that is not zero. */
export class JvpTracer extends Tracer {
  override readonly trace: JvpTrace;
  readonly primal: NDArray;
  readonly tangent: NDArray;

  constructor(trace: JvpTrace, primal: NDArray, tangent: NDArray) {
    super();
    this.trace = trace;
    this.primal = primal;
    this.tangent = tangent;
  }

  override get aval(): ShapedArray {
    return this.primal.aval;
  }

  override concrete(): ConcreteArray | null {
    return this.primal.concrete();
  }

  /** Prints like the value it stands for, which ordinary code under `grad` may look at. */
  override toString(): string {
    return `Traced<${this.primal}>`;
  }
}

/**
 * Carries tangents along with primals.
 *
 * Rules run under `inner`: the enclosing trace for jvp; for linearisation a tape over it, which
 * records what touches tangents and passes all else on.
 */
export class JvpTrace extends Trace {
  private readonly inner: Trace;
  private readonly linearizing: boolean;

  constructor(inner: Trace, linearizing: boolean) {
    super();
    this.inner = inner;
    this.linearizing = linearizing;
  }

  /** A value with a tangent: itself where the tangent is zero. */
  join(primal: NDArray, tangent: Tangent): NDArray {
    return tangent instanceof Zero ? primal : new JvpTracer(this, primal, tangent);
  }

  /** Primal and tangent of a value; what belongs to other traces has a zero tangent. */
  split(x: NDArray): readonly [NDArray, Tangent] {
    return this.owns(x) ? [x.primal, x.tangent] : [x, zeroTangent(x)];
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    if (!operands.some((x) => x.trace === this)) {
      return withTrace(this.inner, () => this.inner.process(prim, operands, params));
    }
    const primals: NDArray[] = [];
    const tangents: Tangent[] = [];
    for (const x of operands) {
      const [primal, tangent] = this.split(x);
      primals.push(primal);
      tangents.push(tangent);
    }
    return withTrace(this.inner, () => {
      const [outs, ts] = pushForward(prim, primals, tangents, params, this.linearizing);
      return outs.map((out, i) => this.join(out, ts[i] ?? zeroTangent(out)));
    });
  }

  private owns(x: NDArray): x is JvpTracer {
    return x.trace === this;
  }
}
