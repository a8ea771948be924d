import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import type { Params, Primitive, Tangent } from "../core/primitive.ts";
import { Zero } from "../core/primitive.ts";
import { switchTrace, Trace } from "../core/trace.ts";
import { Tracer } from "../core/tracer.ts";
import type { ConcreteArray, NDArray } from "../core/value.ts";
import { addAny } from "../lax/ops/arith.ts";
import { pushForward, zeroTangent } from "./pushforward.ts";

/** Value with a tangent that is not zero. */
export class JvpTracer extends Tracer {
  override readonly owner: JvpTrace;
  readonly primal: NDArray;
  readonly tangent: NDArray;

  constructor(owner: JvpTrace, primal: NDArray, tangent: NDArray) {
    super();
    this.owner = owner;
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
  override readonly kind = "differentiation";
  private readonly inner: Trace;
  private readonly linearizing: boolean;

  constructor(inner: Trace, linearizing: boolean) {
    super();
    this.inner = inner;
    this.linearizing = linearizing;
  }

  override axisSize(name: string): number | null {
    return this.inner.axisSize(name);
  }

  override namedAxes(): readonly (string | number)[] {
    return this.inner.namedAxes();
  }

  override get isStaging(): boolean {
    return this.inner.isStaging;
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
    const count = operands.length;
    const primals = new Array<NDArray>(count);
    const tangents = new Array<Tangent>(count);
    let concerned = false;
    for (let i = 0; i < count; i++) {
      const x = operands[i] as NDArray; // i runs over the operands
      if (this.owns(x)) {
        concerned = true;
        primals[i] = x.primal;
        tangents[i] = x.tangent;
      } else {
        primals[i] = x;
        tangents[i] = zeroTangent(x);
      }
    }
    const saved = switchTrace(this.inner);
    try {
      if (!concerned) return this.inner.process(prim, operands, params);
      const [outs, ts] = pushForward(prim, primals, tangents, params, this.linearizing);
      return outs.map((out, i) => this.join(out, ts[i] ?? zeroTangent(out)));
    } finally {
      switchTrace(saved);
    }
  }

  // The two forms below are `process` for what most programs are made of: one result, partials.

  override process1(prim: Primitive, x: NDArray, params: Params): NDArray {
    if (!this.owns(x)) {
      const saved = switchTrace(this.inner);
      try {
        return this.inner.process1(prim, x, params);
      } finally {
        switchTrace(saved);
      }
    }
    const { jvp } = prim.rules;
    const { primal, tangent } = x;
    if (jvp.kind !== "partials" && (jvp.kind !== "linear" || prim.multipleResults)) {
      return super.process1(prim, x, params);
    }
    const saved = switchTrace(this.inner);
    try {
      const out = this.inner.process1(prim, primal, params);
      if (jvp.kind === "linear") {
        return isFloat(out.dtype)
          ? new JvpTracer(this, out, this.inner.process1(prim, tangent, params))
          : out;
      }
      const term = jvp.terms[0];
      if (term == null || !isFloat(out.dtype)) return out;
      return new JvpTracer(this, out, term(tangent, [primal], out, params));
    } finally {
      switchTrace(saved);
    }
  }

  override process2(prim: Primitive, x: NDArray, y: NDArray, params: Params): NDArray {
    const { jvp } = prim.rules;
    const ofX = this.owns(x) ? x : null;
    const ofY = this.owns(y) ? y : null;
    if ((ofX !== null || ofY !== null) && jvp.kind !== "partials") {
      return super.process2(prim, x, y, params);
    }
    const saved = switchTrace(this.inner);
    try {
      const a = ofX === null ? x : ofX.primal;
      const b = ofY === null ? y : ofY.primal;
      const out = this.inner.process2(prim, a, b, params);
      if ((ofX === null && ofY === null) || jvp.kind !== "partials" || !isFloat(out.dtype))
        return out;
      const termX = jvp.terms[0];
      const termY = jvp.terms[1];
      const primals = [a, b];
      const tx = ofX === null || termX == null ? null : termX(ofX.tangent, primals, out, params);
      const ty = ofY === null || termY == null ? null : termY(ofY.tangent, primals, out, params);
      if (tx === null) return ty === null ? out : new JvpTracer(this, out, ty);
      return new JvpTracer(this, out, ty === null ? tx : addAny(tx, ty));
    } finally {
      switchTrace(saved);
    }
  }

  private owns(x: NDArray): x is JvpTracer {
    return x.owner === this;
  }
}
