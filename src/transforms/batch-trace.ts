import { type ShapedArray, shapedArray } from "../core/aval.ts";
import { InternalError } from "../core/errors.ts";
import type { BatchAxis, ClosedJaxpr, Params, Primitive } from "../core/primitive.ts";
import { bindEqn, Trace, withTrace } from "../core/trace.ts";
import { Tracer } from "../core/tracer.ts";
import type { NDArray } from "../core/value.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { moveAxis } from "../lax/ops/layout.ts";
import { missing } from "./pushforward.ts";

/** One of many values at once: an array with the mapped axis at `dim`, seen without it. */
export class BatchTracer extends Tracer {
  override readonly owner: BatchTrace;
  override readonly aval: ShapedArray;
  readonly value: NDArray;
  readonly dim: number;

  constructor(owner: BatchTrace, value: NDArray, dim: number) {
    super();
    this.owner = owner;
    this.value = value;
    this.dim = dim;
    const { shape, dtype, weakType } = value.aval;
    this.aval = shapedArray(shape.toSpliced(dim, 1), dtype, weakType);
  }
}

/** A value with the position of its mapped axis; null if it is the same for all. */
export type Batched = readonly [value: NDArray, dim: number | null];

/** Runs each primitive once over a hidden axis of its operands. */
export class BatchTrace extends Trace {
  override readonly kind = "vmap";
  readonly axis: BatchAxis;
  private readonly outer: Trace;

  constructor(outer: Trace, axis: BatchAxis) {
    super();
    this.outer = outer;
    this.axis = axis;
  }

  override axisSize(name: string): number | null {
    return name === this.axis.name ? this.axis.size : this.outer.axisSize(name);
  }

  override namedAxes(): readonly (string | number)[] {
    const { name, size } = this.axis;
    return name === null ? this.outer.namedAxes() : [name, size, ...this.outer.namedAxes()];
  }

  override get isStaging(): boolean {
    return this.outer.isStaging;
  }

  /** A value with a hidden axis. */
  join([value, dim]: Batched): NDArray {
    return dim === null ? value : new BatchTracer(this, value, dim);
  }

  /** The array behind a value, and where its hidden axis is. */
  split(x: NDArray): Batched {
    return this.owns(x) ? [x.value, x.dim] : [x, null];
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    const pairs = operands.map((x) => this.split(x));
    const concerned =
      pairs.some(([, dim]) => dim !== null) ||
      (this.axis.name !== null && mentionsAxis(prim, params, this.axis.name));
    return withTrace(this.outer, () => {
      if (!concerned) return this.outer.process(prim, operands, params);
      return applyBatched(prim, pairs, params, this.axis).map((pair) => this.join(pair));
    });
  }

  private owns(x: NDArray): x is BatchTracer {
    return x.owner === this;
  }
}

/** Apply a primitive over hidden axes, under the current trace. */
function applyBatched(
  prim: Primitive,
  operands: readonly Batched[],
  params: Params,
  axis: BatchAxis,
): Batched[] {
  const rule = prim.rules.batch;
  switch (rule.kind) {
    case "elementwise": {
      const [aligned, dim] = align(operands, axis.size);
      return bindEqn(prim, aligned, params).map((out) => [out, dim]);
    }
    case "rule": {
      const [outs, dims] = rule.apply(
        operands.map(([x]) => x),
        operands.map(([, dim]) => dim),
        params,
        axis,
      );
      return outs.map((out, i) => [out, dims[i] ?? null]);
    }
    case "absent":
      throw missing("batching", prim, rule.reason);
    default:
      rule satisfies never;
      throw new InternalError(`vmap: unknown rule kind on ${prim.name}`);
  }
}

/** Operands of one unbatched shape with their hidden axes in one place. */
function align(operands: readonly Batched[], size: number): readonly [NDArray[], number] {
  const first = operands.find(([, dim]) => dim !== null);
  const dim = first?.[1];
  if (dim == null) throw new InternalError("vmap: no operand is batched");
  return [operands.map(([x, d]) => putAxis(x, d, dim, size)), dim];
}

/** A value with its hidden axis at `to`; one without is repeated there. */
export function putAxis(x: NDArray, dim: number | null, to: number, size: number): NDArray {
  if (dim === to) return x;
  if (dim !== null) return moveAxis(x, dim, to);
  const dims = x.shape.map((_, axis) => (axis >= to ? axis + 1 : axis));
  return broadcastInDim(x, x.shape.toSpliced(to, 0, size), dims);
}

/** Whether a primitive, or a program in its parameters, speaks of the axis of this name. */
function mentionsAxis(prim: Primitive, params: Params, name: string): boolean {
  if ("axisName" in params) return params.axisName === name;
  if (prim.rules.order === "first") return false;
  return prim.rules.bodies(params).some((body) => bodyMentions(body, name));
}

function bodyMentions({ jaxpr }: ClosedJaxpr, name: string): boolean {
  return jaxpr.eqns.some((eqn) => mentionsAxis(eqn.prim, eqn.params, name));
}
