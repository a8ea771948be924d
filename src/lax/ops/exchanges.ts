import { asArray } from "../../core/array.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { definePrimitive, linear, type PrimitiveOf, transposeRule } from "../../core/primitive.ts";
import { isPermutation, normalizeAxis } from "../../core/shape.ts";
import { bind1 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { mul } from "./arith.ts";
import { broadcastInDim, full, fullLike, reduceSum } from "./broadcast.ts";
import { type CollectiveParams, overNamedAxis, sizeOf, unbound } from "./collectives.ts";
import { moveAxis, reshape } from "./layout.ts";
import { concatenate, slice } from "./slice.ts";

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

/**
 * `x` of slice `from` in slice `to` for each pair `[from, to]`; zeros where none arrives.
 *
 * @throws ArgumentError if two pairs share a source or a target, or name a slice that is not there.
 */
export function ppermute(
  x: ArrayLike,
  axisName: string,
  pairs: readonly (readonly [number, number])[],
): NDArray {
  const size = sizeOf("ppermute", axisName);
  for (const end of [0, 1] as const) {
    const slices = pairs.map((pair) => pair[end]);
    if (new Set(slices).size < slices.length) {
      throw new ArgumentError(
        `lax.ppermute: sources and targets must be distinct, got [${slices}]; send each slice once`,
      );
    }
    const missing = slices.find((i) => !Number.isInteger(i) || i < 0 || i >= size);
    if (missing !== undefined) {
      throw new ArgumentError(
        `lax.ppermute: slices must be integers from 0 to ${size - 1}, got ${missing}; number them along the mapped axis`,
      );
    }
  }
  return bind1(ppermuteP, asArray(x, "lax.ppermute"), { axisName, pairs });
}

/**
 * Slice `i` of the result is slice `permutation[i]` of `x`.
 *
 * @throws ArgumentError if it is no permutation of the slices.
 */
export function pshuffle(x: ArrayLike, axisName: string, permutation: readonly number[]): NDArray {
  const size = sizeOf("pshuffle", axisName);
  if (permutation.length !== size || !isPermutation(permutation)) {
    throw new ArgumentError(
      `lax.pshuffle: a permutation of ${size} slices is required, got [${permutation}]; name each once, or use ppermute`,
    );
  }
  return ppermute(
    x,
    axisName,
    permutation.map((from, to) => [from, to] as const),
  );
}

/** Options of `allGather`. */
export interface AllGatherOptions {
  /** Where the slices are stacked; 0 by default. */
  readonly axis?: number | undefined;
  /** Whether the axis is one that exists already, and becomes longer. */
  readonly tiled?: boolean | undefined;
}

/** `x` of all slices, stacked along a new axis, or with `tiled` end to end along one. */
export function allGather(x: ArrayLike, axisName: string, options: AllGatherOptions = {}): NDArray {
  checkOptions("lax.allGather", options, ["axis", "tiled"]);
  const size = sizeOf("allGather", axisName);
  const array = asArray(x, "lax.allGather");
  const { tiled = false } = options;
  const ndim = tiled ? array.ndim : array.ndim + 1;
  const axis = normalizeAxis(options.axis ?? 0, ndim, "lax.allGather");
  const stacked = bind1(allGatherP, array, { axisName, axis, size });
  return tiled ? mergeAxes(stacked, axis) : stacked;
}

/** Options of `psumScatter`. */
export interface PsumScatterOptions {
  /** The axis that is taken apart; 0 by default. */
  readonly scatterDimension?: number | undefined;
  /** Whether the axis stays, shorter, where its size is a multiple of that of the mapped axis. */
  readonly tiled?: boolean | undefined;
}

/**
 * Sum of `x` over all slices, of which each keeps its part along an axis.
 *
 * @throws ShapeError if the axis does not fall into as many parts as there are slices.
 */
export function psumScatter(
  x: ArrayLike,
  axisName: string,
  options: PsumScatterOptions = {},
): NDArray {
  checkOptions("lax.psumScatter", options, ["scatterDimension", "tiled"]);
  const size = sizeOf("psumScatter", axisName);
  const array = asArray(x, "lax.psumScatter");
  const axis = normalizeAxis(options.scatterDimension ?? 0, array.ndim, "lax.psumScatter");
  if (!options.tiled) checkExtent("psumScatter", array.shape, axis, size);
  const whole = options.tiled ? splitAxis("psumScatter", array, axis, size) : array;
  return bind1(psumScatterP, whole, { axisName, axis, size });
}

/** Options of `allToAll`. */
export interface AllToAllOptions {
  /** Whether both axes stay: one becomes shorter, the other longer. */
  readonly tiled?: boolean | undefined;
}

/**
 * Part `i` of every slice along `from` to slice `i`, stacked along `to` in the order of the slices.
 *
 * The axis `from` must have the size of the mapped axis, and is gone; `to` is new. With `tiled`,
 * `from` is cut into equal parts, which are put end to end along `to`.
 *
 * @throws ShapeError if the axis does not fall into as many parts as there are slices.
 */
export function allToAll(
  x: ArrayLike,
  axisName: string,
  from: number,
  to: number,
  options: AllToAllOptions = {},
): NDArray {
  checkOptions("lax.allToAll", options, ["tiled"]);
  const size = sizeOf("allToAll", axisName);
  const array = asArray(x, "lax.allToAll");
  const split = normalizeAxis(from, array.ndim, "lax.allToAll");
  const concat = normalizeAxis(to, array.ndim, "lax.allToAll");
  const { tiled = false } = options;
  if (!tiled) checkExtent("allToAll", array.shape, split, size);
  const whole = tiled ? splitAxis("allToAll", array, split, size) : array;
  const params = { axisName, splitAxis: split, concatAxis: concat, size };
  const exchanged = bind1(allToAllP, whole, params);
  return tiled ? mergeAxes(exchanged, concat) : exchanged;
}

/** `x` with an axis cut into `size` parts, numbered along a new axis before it. */
function splitAxis(op: string, x: NDArray, axis: number, size: number): NDArray {
  const extent = (x.shape[axis] as number) / size; // the axis was checked
  if (!Number.isInteger(extent)) {
    throw new ShapeError(
      `lax.${op}: the size of axis ${axis} must be a multiple of that of the mapped axis, ${size}, got ${x.aval}; pad it`,
    );
  }
  return reshape(x, x.shape.toSpliced(axis, 1, size, extent));
}

/** `x` with an axis and the one after it as one. */
function mergeAxes(x: NDArray, axis: number): NDArray {
  const [parts = 0, extent = 0] = x.shape.slice(axis, axis + 2);
  return reshape(x, x.shape.toSpliced(axis, 2, parts * extent));
}
