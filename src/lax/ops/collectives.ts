import { asArray } from "../../core/array.ts";
import { shapedArray } from "../../core/aval.ts";
import { isFloat } from "../../core/dtype.ts";
import { ArgumentError } from "../../core/errors.ts";
import {
  absent,
  type BatchRule,
  batchRule,
  definePrimitive,
  linear,
  type PrimitiveOf,
  transposeRule,
} from "../../core/primitive.ts";
import { bind, bind1, currentTrace } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { div, mul } from "./arith.ts";
import { fullLike, reduceSum } from "./broadcast.ts";
import { iota } from "./constants.ts";
import { convertElementType } from "./convert.ts";
import { moveAxis } from "./layout.ts";
import { reduceMax, reduceMin } from "./reduce.ts";
import { numeric, ordered, requireKind } from "./shared.ts";

/** Parameters of a collective: the name that `vmap` gave the axis. */
export interface CollectiveParams {
  readonly axisName: string;
}

/** The lowering of a collective: there is none, for batching takes it away. */
export const unbound = absent(
  "no axis of that name is mapped here; call it inside vmap with the axisName, or stage it there",
);

/** Batching rule of a collective: `own` over the axis it names, itself over any other. */
export function overNamedAxis<P extends CollectiveParams>(
  prim: () => PrimitiveOf<1, P>,
  own: (
    x: NDArray,
    dim: number | null,
    size: number,
    params: P,
  ) => readonly [NDArray, number | null],
): BatchRule<1, P> {
  return batchRule(([x], [d], params, { size, name }) => {
    if (name === params.axisName) return own(x, d, size, params);
    if (d === null) return [bind1(prim(), x, params), null];
    // Collectives may name axes by number, so the other axis moves out of their way.
    const out = bind1(prim(), moveAxis(x, d, x.ndim - 1), params);
    return [out, out.ndim - 1]; // which may have more or fewer axes
  });
}

/** Sum over the slices of a mapped axis. Its transpose is itself. */
export const psumP: PrimitiveOf<1, CollectiveParams> = definePrimitive<1, CollectiveParams>(
  "psum",
  {
    abstractEval([x]) {
      requireKind("psum", x, numeric);
      return x;
    },
    jvp: linear,
    transpose: transposeRule((ct, _, params) => [bind1(psumP, ct, params)]),
    batch: overNamedAxis(
      () => psumP,
      (x, d, size) => [d === null ? mul(x, fullLike(x, size)) : reduceSum(x, [d]), null],
    ),
    lower: unbound,
  },
);

/** Largest over the slices of a mapped axis. */
export const pmaxP: PrimitiveOf<1, CollectiveParams> = extremum("pmax", () => pmaxP, reduceMax);

/** Smallest over the slices of a mapped axis. */
export const pminP: PrimitiveOf<1, CollectiveParams> = extremum("pmin", () => pminP, reduceMin);

function extremum(
  name: string,
  prim: () => PrimitiveOf<1, CollectiveParams>,
  reduce: (x: NDArray, axes: readonly number[]) => NDArray,
): PrimitiveOf<1, CollectiveParams> {
  return definePrimitive<1, CollectiveParams>(name, {
    abstractEval([x]) {
      requireKind(name, x, ordered);
      return x;
    },
    jvp: absent("JAX gives it none either; gather the slices with lax.allGather and reduce them"),
    transpose: { kind: "nonlinear" },
    batch: overNamedAxis(prim, (x, d) => [d === null ? x : reduce(x, [d]), null]),
    lower: unbound,
  });
}

/** Position along a mapped axis. */
export const axisIndexP: PrimitiveOf<0, CollectiveParams> = definePrimitive<0, CollectiveParams>(
  "axis_index",
  {
    abstractEval: () => shapedArray([], "int32"),
    jvp: { kind: "zero" },
    transpose: { kind: "nonlinear" },
    batch: {
      kind: "rule",
      apply: (_, __, params, { size, name }) =>
        name === params.axisName
          ? [[iota("int32", [size], 0)], [0]]
          : [[bind(axisIndexP, [], params)], [null]],
    },
    lower: unbound,
  },
);

/**
 * Size of the mapped axis of a name.
 *
 * @throws ArgumentError if no axis of that name is mapped here.
 */
export function sizeOf(op: string, axisName: string): number {
  const size = typeof axisName === "string" ? currentTrace().axisSize(axisName) : null;
  if (size !== null) return size;
  throw new ArgumentError(
    `lax.${op}: a mapped axis is required, got the name ${JSON.stringify(axisName)}, which none has here; call it inside vmap with that axisName`,
  );
}

/** Sum of `x` over all slices of the mapped axis `axisName`. */
export function psum(x: ArrayLike, axisName: string): NDArray {
  sizeOf("psum", axisName);
  return bind1(psumP, asArray(x, "lax.psum"), { axisName });
}

/** Mean of `x` over all slices of the mapped axis; integers become float32. */
export function pmean(x: ArrayLike, axisName: string): NDArray {
  const size = sizeOf("pmean", axisName);
  const sum = psum(x, axisName);
  const total = isFloat(sum.dtype) ? sum : convertElementType(sum, "float32");
  return div(total, fullLike(total, size));
}

/** Largest of `x` over all slices of the mapped axis. */
export function pmax(x: ArrayLike, axisName: string): NDArray {
  sizeOf("pmax", axisName);
  return bind1(pmaxP, asArray(x, "lax.pmax"), { axisName });
}

/** Smallest of `x` over all slices of the mapped axis. */
export function pmin(x: ArrayLike, axisName: string): NDArray {
  sizeOf("pmin", axisName);
  return bind1(pminP, asArray(x, "lax.pmin"), { axisName });
}

/** Position along the mapped axis, an int32 scalar. */
export function axisIndex(axisName: string): NDArray {
  sizeOf("axisIndex", axisName);
  return bind(axisIndexP, [], { axisName });
}

/** Size of the mapped axis, an ordinary number. */
export function axisSize(axisName: string): number {
  return sizeOf("axisSize", axisName);
}
