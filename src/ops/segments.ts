import { isInteger } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError, DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ReduceOp } from "../core/primitive.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { scatterAdd } from "../lax/ops/gather.ts";
import type { ScatterOptions } from "../lax/ops/gather-options.ts";
import type { IndexModeName } from "../lax/ops/indices.ts";
import { expandDims } from "../lax/ops/layout.ts";
import { neutral } from "../lax/ops/monoid.ts";
import { scatterMul } from "../lax/ops/scatter.ts";
import { scatterMax, scatterMin } from "../lax/ops/scatter-extrema.ts";
import { toArray } from "../numpy/promote.ts";

/** Options of segment reductions. */
export interface SegmentOptions {
  /** Number of segments; one more than the largest id if not given, which must then be known. */
  numSegments?: number | undefined;
  /** A promise that ids ascend. */
  indicesAreSorted?: boolean | undefined;
  /** A promise that no id repeats. */
  uniqueIndices?: boolean | undefined;
  /** What happens to an id outside: dropped by default. */
  mode?: IndexModeName | undefined;
}

const optionNames = ["numSegments", "indicesAreSorted", "uniqueIndices", "mode"];

type Scatter = (x: NDArray, indices: NDArray, updates: NDArray, options: ScatterOptions) => NDArray;

function segmentReduction(
  name: string,
  op: ReduceOp,
  scatter: Scatter,
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions,
): NDArray {
  const where = `ops.${name}`;
  checkOptions(where, options, optionNames);
  const values = toArray(where, data);
  const ids = toArray(where, segmentIds);
  if (!isInteger(ids.dtype)) {
    throw new DTypeError(
      `${where}: segment ids must be integers, got ${ids.aval}; convert with astype`,
    );
  }
  if (ids.ndim > values.ndim || ids.shape.some((extent, i) => extent !== values.shape[i])) {
    throw new ShapeError(
      `${where}: segment ids must have the shape of the leading axes of the data, got ${ids.aval} for ${values.aval}; give one id for each slice`,
    );
  }
  const count = options.numSegments ?? countOf(ids, where);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new ArgumentError(
      `${where}: numSegments must be an integer from 0, got ${String(count)}; count the segments`,
    );
  }
  const rest = values.shape.slice(ids.ndim);
  const start = full([count, ...rest], neutral(op, values.dtype), values.dtype);
  const { uniqueIndices = false, indicesAreSorted = false, mode = "fill" } = options;
  return scatter(start, expandDims(ids, [ids.ndim]), values, {
    dimensionNumbers: {
      updateWindowDims: rest.map((_, i) => ids.ndim + i),
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
    },
    mode,
    uniqueIndices,
    indicesAreSorted,
  });
}

function countOf(ids: NDArray, where: string): number {
  const known = ids.concrete();
  if (known === null) {
    throw new ConcretizationError(
      `${where}: numSegments must be given where the ids are traced, got ${ids.aval}; pass { numSegments }`,
    );
  }
  let most = -1;
  for (const id of known.dataSync()) most = Math.max(most, id);
  return most + 1;
}

/**
 * Sums of the slices of `data` that share a segment id; 0 for a segment without any.
 *
 * Shapes: ids have the shape of leading axes of the data, `[numSegments, ...rest]` comes out. Ids
 * outside, negative ones included, are dropped.
 */
export function segmentSum(
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions = {},
): NDArray {
  return segmentReduction("segmentSum", "add", scatterAdd, data, segmentIds, options);
}

/** Products of the slices that share a segment id, 1 for an empty one; else as `segmentSum`. */
export function segmentProd(
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions = {},
): NDArray {
  return segmentReduction("segmentProd", "mul", scatterMul, data, segmentIds, options);
}

/**
 * Largest of the slices that share a segment id; minus infinity, or the smallest integer, for an
 * empty one; else as `segmentSum`.
 */
export function segmentMax(
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions = {},
): NDArray {
  return segmentReduction("segmentMax", "max", scatterMax, data, segmentIds, options);
}

/**
 * Smallest of the slices that share a segment id; infinity, or the largest integer, for an empty
 * one; else as `segmentSum`.
 */
export function segmentMin(
  data: ArrayLike,
  segmentIds: ArrayLike,
  options: SegmentOptions = {},
): NDArray {
  return segmentReduction("segmentMin", "min", scatterMin, data, segmentIds, options);
}
