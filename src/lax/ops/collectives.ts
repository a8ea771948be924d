import { asArray } from "../../core/array.ts";
import { shapedArray } from "../../core/aval.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import {
  absent,
  type BatchRule,
  batchRule,
  definePrimitive,
  linear,
  type PrimitiveOf,
  transposeRule,
} from "../../core/primitive.ts";
import { bind, bind1 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { div, mul } from "./arith.ts";
import { broadcastInDim, full, fullLike, reduceSum } from "./broadcast.ts";
import { iota } from "./constants.ts";
import { convertElementType } from "./convert.ts";
import { moveAxis, reshape } from "./layout.ts";
import { reduceMax, reduceMin } from "./reduce.ts";
import { numeric, ordered, requireKind } from "./shared.ts";
import { concatenate, slice } from "./slice.ts";

/** Parameters of a collective: the name that `vmap` gave the axis. */
export interface CollectiveParams {
  readonly axisName: string;
}

const unbound = absent(
  "no axis of that name is mapped here; call it inside vmap with the axisName, or stage it there",
);

/** Batching rule of a collective: `own` over the axis it names, itself over any other. */
function overNamedAxis<P extends CollectiveParams>(
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
    return [bind1(prim(), moveAxis(x, d, x.ndim - 1), params), x.ndim - 1];
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

/** Parameters of an exchange: slice `from` of each pair goes to slice `to`. */
export interface PermuteParams extends CollectiveParams {
  readonly pairs: readonly (readonly [number, number])[];
}

/** Slices of a mapped axis in other places; zeros where none arrives. */
export const ppermuteP: PrimitiveOf<1, PermuteParams> = definePrimitive<1, PermuteParams>(
  "ppermute",
  {
    abstractEval: ([x]) => x,
    jvp: linear,
    transpose: transposeRule((ct, _, { axisName, pairs }) => [
      bind1(ppermuteP, ct, { axisName, pairs: pairs.map(([from, to]) => [to, from] as const) }),
    ]),
    batch: overNamedAxis(
      () => ppermuteP,
      (x, d, size, { pairs }) => {
        const all = atFront(x, d, size);
        const rest = all.shape.slice(1);
        const rows = Array.from({ length: size }, (_, to) => {
          const from = pairs.find((pair) => pair[1] === to)?.[0];
          if (from === undefined) return full([1, ...rest], 0, all.dtype);
          return slice(all, [from, ...rest.map(() => 0)], [from + 1, ...rest]);
        });
        return [concatenate(rows, 0), 0];
      },
    ),
    lower: unbound,
  },
);

/** Parameters of a gather over a mapped axis of `size` slices, to a new axis at `axis`. */
export interface AllGatherParams extends CollectiveParams {
  readonly axis: number;
  readonly size: number;
}

/** All slices, stacked, for each. Its transpose is `psumScatterP`. */
export const allGatherP: PrimitiveOf<1, AllGatherParams> = definePrimitive<1, AllGatherParams>(
  "all_gather",
  {
    abstractEval: ([x], { axis, size }) => x.withShape(x.shape.toSpliced(axis, 0, size)),
    jvp: linear,
    transpose: transposeRule((ct, _, params) => [bind1(psumScatterP, ct, params)]),
    batch: overNamedAxis(
      () => allGatherP,
      (x, d, size, { axis }) => [moveAxis(atFront(x, d, size), 0, axis), null],
    ),
    lower: unbound,
  },
);

/** Sum over the slices, of which each keeps its own part along `axis`. */
export const psumScatterP: PrimitiveOf<1, AllGatherParams> = definePrimitive<1, AllGatherParams>(
  "reduce_scatter",
  {
    abstractEval([x], { axis, size }) {
      checkExtent("psumScatter", x.shape, axis, size);
      return x.withShape(x.shape.toSpliced(axis, 1));
    },
    jvp: linear,
    transpose: transposeRule((ct, _, params) => [bind1(allGatherP, ct, params)]),
    batch: overNamedAxis(
      () => psumScatterP,
      (x, d, size, { axis }) => [d === null ? mul(x, fullLike(x, size)) : reduceSum(x, [d]), axis],
    ),
    lower: unbound,
  },
);

/** Parameters of an exchange of parts among `size` slices. */
export interface AllToAllParams extends CollectiveParams {
  readonly splitAxis: number;
  readonly concatAxis: number;
  readonly size: number;
}

/** Part `i` along `splitAxis` of every slice goes to slice `i`, stacked along `concatAxis`. */
export const allToAllP: PrimitiveOf<1, AllToAllParams> = definePrimitive<1, AllToAllParams>(
  "all_to_all",
  {
    abstractEval([x], { splitAxis, concatAxis, size }) {
      checkExtent("allToAll", x.shape, splitAxis, size);
      return x.withShape(x.shape.toSpliced(splitAxis, 1).toSpliced(concatAxis, 0, size));
    },
    jvp: linear,
    transpose: transposeRule((ct, _, { axisName, splitAxis, concatAxis, size }) => [
      bind1(allToAllP, ct, { axisName, splitAxis: concatAxis, concatAxis: splitAxis, size }),
    ]),
    batch: overNamedAxis(
      () => allToAllP,
      (x, d, size, { splitAxis, concatAxis }) => {
        // The part's number becomes the slice's; the slice's becomes a place in the stack.
        const parts = moveAxis(atFront(x, d, size), splitAxis + 1, 0);
        return [moveAxis(parts, 1, concatAxis + 1), 0];
      },
    ),
    lower: unbound,
  },
);

function checkExtent(op: string, shape: readonly number[], axis: number, size: number): void {
  if (shape[axis] === size) return;
  throw new ShapeError(
    `lax.${op}: axis ${axis} must have the size of the mapped axis, ${size}, got shape [${shape}]; reshape it, or set tiled`,
  );
}

/** All slices with the mapped axis first; a value they share is repeated. */
function atFront(x: NDArray, d: number | null, size: number): NDArray {
  if (d !== null) return moveAxis(x, d, 0);
  return broadcastInDim(
    x,
    [size, ...x.shape],
    x.shape.map((_, i) => i + 1),
  );
}

/** Sum of `x` over all slices of the mapped axis `axisName`. */
export function psum(x: ArrayLike, axisName: string): NDArray {
  return bind1(psumP, asArray(x, "lax.psum"), { axisName });
}

/** Mean of `x` over all slices of the mapped axis; integers become float32. */
export function pmean(x: ArrayLike, axisName: string): NDArray {
  const sum = psum(x, axisName);
  const total = sum.dtype.includes("float") ? sum : convertElementType(sum, "float32");
  const count = psum(fullLike(total, 1), axisName);
  return div(total, count);
}

/** Largest of `x` over all slices of the mapped axis. */
export function pmax(x: ArrayLike, axisName: string): NDArray {
  return bind1(pmaxP, asArray(x, "lax.pmax"), { axisName });
}

/** Smallest of `x` over all slices of the mapped axis. */
export function pmin(x: ArrayLike, axisName: string): NDArray {
  return bind1(pminP, asArray(x, "lax.pmin"), { axisName });
}

/** Position along the mapped axis, an int32 scalar. */
export function axisIndex(axisName: string): NDArray {
  return bind(axisIndexP, [], { axisName });
}

/** Size of the mapped axis, an int32 scalar. */
export function axisSize(axisName: string): NDArray {
  return psum(full([], 1, "int32"), axisName);
}

/**
 * `x` of slice `from` in slice `to` for each pair `[from, to]`; zeros where none arrives.
 *
 * @throws ArgumentError if two pairs share a source or a target.
 */
export function ppermute(
  x: ArrayLike,
  axisName: string,
  pairs: readonly (readonly [number, number])[],
): NDArray {
  for (const end of [0, 1] as const) {
    const slices = pairs.map((pair) => pair[end]);
    if (new Set(slices).size < slices.length) {
      throw new ArgumentError(
        `lax.ppermute: sources and targets must be distinct, got [${slices}]; send each slice once`,
      );
    }
  }
  return bind1(ppermuteP, asArray(x, "lax.ppermute"), { axisName, pairs });
}

/** Slice `i` of the result is slice `permutation[i]` of `x`. */
export function pshuffle(x: ArrayLike, axisName: string, permutation: readonly number[]): NDArray {
  return ppermute(
    x,
    axisName,
    permutation.map((from, to) => [from, to] as const),
  );
}

/** Options of collectives that make or take apart an axis. */
export interface TiledOptions {
  /** The axis that is made or taken apart; 0 by default. */
  readonly axis?: number | undefined;
  /** Whether the axis is one that exists already, made longer or shorter. */
  readonly tiled?: boolean | undefined;
}

/** `x` of all `size` slices, stacked along a new axis, or with `tiled` end to end along one. */
export function allGather(
  x: ArrayLike,
  axisName: string,
  size: number,
  { axis = 0, tiled = false }: TiledOptions = {},
): NDArray {
  const array = asArray(x, "lax.allGather");
  const stacked = bind1(allGatherP, array, { axisName, axis, size });
  if (!tiled) return stacked;
  return reshape(
    stacked,
    array.shape.map((extent, i) => (i === axis ? extent * size : extent)),
  );
}

/** Sum of `x` over all `size` slices, of which each keeps its part along an axis. */
export function psumScatter(
  x: ArrayLike,
  axisName: string,
  size: number,
  { axis = 0, tiled = false }: TiledOptions = {},
): NDArray {
  const array = asArray(x, "lax.psumScatter");
  if (!tiled) return bind1(psumScatterP, array, { axisName, axis, size });
  const extent = (array.shape[axis] ?? 0) / size;
  if (!Number.isInteger(extent)) checkExtent("psumScatter", array.shape, axis, size);
  return bind1(psumScatterP, reshape(array, array.shape.toSpliced(axis, 1, size, extent)), {
    axisName,
    axis,
    size,
  });
}

/** Part `i` of every slice along `splitAxis` to slice `i`, stacked along `concatAxis`. */
export function allToAll(
  x: ArrayLike,
  axisName: string,
  size: number,
  splitAxis: number,
  concatAxis: number,
): NDArray {
  return bind1(allToAllP, asArray(x, "lax.allToAll"), { axisName, splitAxis, concatAxis, size });
}
