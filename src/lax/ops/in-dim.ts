import { asArray } from "../../core/array.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { checkShape, formatShape, normalizeAxis } from "../../core/shape.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastInDim } from "./broadcast.ts";
import { dynamicSlice, dynamicUpdateSlice } from "./dynamic-slice.ts";
import { expandDims, reshape, squeeze } from "./layout.ts";
import { operands } from "./shared.ts";
import { concatenate, slice, split } from "./slice.ts";

/** The axis a function works along; 0 by default, negative ones count from the last. */
export interface AxisOptions {
  readonly axis?: number | undefined;
}

/** As `AxisOptions`, for functions that take one index: whether its axis stays, by default true. */
export interface IndexOptions extends AxisOptions {
  readonly keepdims?: boolean | undefined;
}

/** As `AxisOptions`, with the step from one element to the next, 1 by default. */
export interface SliceOptions extends AxisOptions {
  readonly stride?: number | undefined;
}

const axisNames = ["axis"];
const indexNames = ["axis", "keepdims"];
const sliceNames = ["axis", "stride"];

/**
 * The elements from `start` up to, not including, `limit` along one axis; null stands for the
 * first, and for the end. Negative bounds count from the end.
 *
 * @throws ShapeError if a bound is outside of the axis.
 */
export function sliceInDim(
  x: ArrayLike,
  start: number | null,
  limit: number | null,
  options?: SliceOptions,
): NDArray {
  checkOptions("lax.sliceInDim", options, sliceNames);
  const array = asArray(x, "lax.sliceInDim");
  const axis = normalizeAxis(options?.axis ?? 0, array.ndim, "lax.sliceInDim");
  const extent = array.shape[axis] as number; // an axis of the array
  const place = (bound: number) => (bound < 0 ? bound + extent : bound);
  const none = array.shape.map(() => 0);
  return slice(
    array,
    none.with(axis, place(start ?? 0)),
    array.shape.with(axis, place(limit ?? extent)),
    none.map((_, i) => (i === axis ? (options?.stride ?? 1) : 1)),
  );
}

/**
 * The slice at one index along an axis. A negative index counts from the end.
 *
 * @throws ShapeError if the index is outside of the axis.
 */
export function indexInDim(x: ArrayLike, index: number, options?: IndexOptions): NDArray {
  checkOptions("lax.indexInDim", options, indexNames);
  const array = asArray(x, "lax.indexInDim");
  const axis = normalizeAxis(options?.axis ?? 0, array.ndim, "lax.indexInDim");
  const extent = array.shape[axis] as number; // an axis of the array
  if (!Number.isSafeInteger(index)) {
    throw new ArgumentError(
      `lax.indexInDim: an integer index is required, got ${String(index)}; call lax.dynamicIndexInDim with a traced one`,
    );
  }
  if (index < -extent || index >= extent) {
    throw new ShapeError(
      `lax.indexInDim: the index must be within the ${extent} elements of axis ${axis}, got ${index} for ${array.aval}; lax.dynamicIndexInDim clamps`,
    );
  }
  const place = index < 0 ? index + extent : index;
  const out = sliceInDim(array, place, place + 1, { axis });
  return options?.keepdims === false ? squeeze(out, [axis]) : out;
}

/**
 * `sliceSize` elements along one axis from `start` on, an integer scalar.
 *
 * Negative starts count from the end; a slice that would reach outside is moved inside.
 */
export function dynamicSliceInDim(
  x: ArrayLike,
  start: ArrayLike,
  sliceSize: number,
  options?: AxisOptions,
): NDArray {
  checkOptions("lax.dynamicSliceInDim", options, axisNames);
  const array = asArray(x, "lax.dynamicSliceInDim");
  const axis = normalizeAxis(options?.axis ?? 0, array.ndim, "lax.dynamicSliceInDim");
  return dynamicSlice(array, startsAt(array, axis, start), array.shape.with(axis, sliceSize));
}

/** Starts at 0 along all axes but one. */
function startsAt(x: NDArray, axis: number, start: ArrayLike): ArrayLike[] {
  return x.shape.map((_, i) => (i === axis ? start : 0));
}

/**
 * The slice at one index along an axis, an integer scalar.
 *
 * Negative indices count from the end; one outside becomes the nearest inside.
 */
export function dynamicIndexInDim(x: ArrayLike, index: ArrayLike, options?: IndexOptions): NDArray {
  checkOptions("lax.dynamicIndexInDim", options, indexNames);
  const array = asArray(x, "lax.dynamicIndexInDim");
  const axis = normalizeAxis(options?.axis ?? 0, array.ndim, "lax.dynamicIndexInDim");
  const out = dynamicSliceInDim(array, index, 1, { axis });
  return options?.keepdims === false ? squeeze(out, [axis]) : out;
}

/**
 * `x` with the elements along `axis` from `start` on replaced by those of `update`; an update
 * that would reach outside is moved inside.
 */
export function dynamicUpdateSliceInDim(
  x: ArrayLike,
  update: ArrayLike,
  start: ArrayLike,
  axis: number,
): NDArray {
  const array = asArray(x, "lax.dynamicUpdateSliceInDim");
  const dim = normalizeAxis(axis, array.ndim, "lax.dynamicUpdateSliceInDim");
  return dynamicUpdateSlice(array, update, startsAt(array, dim, start));
}

/**
 * `x` with the slice at one index along `axis` replaced by `update`, which has that axis with
 * extent 1 or lacks it; an index outside becomes the nearest inside.
 */
export function dynamicUpdateIndexInDim(
  x: ArrayLike,
  update: ArrayLike,
  index: ArrayLike,
  axis: number,
): NDArray {
  const array = asArray(x, "lax.dynamicUpdateIndexInDim");
  const dim = normalizeAxis(axis, array.ndim, "lax.dynamicUpdateIndexInDim");
  const [, value] = operands("dynamicUpdateIndexInDim", [array, update]) as [NDArray, NDArray]; // as given
  const box = value.ndim === array.ndim ? value : expandDims(value, [dim]);
  if (box.shape[dim] !== 1) {
    throw new ShapeError(
      `lax.dynamicUpdateIndexInDim: the update must have extent 1 along axis ${dim}, got ${value.aval} for ${array.aval}; call lax.dynamicUpdateSliceInDim for more`,
    );
  }
  return dynamicUpdateSlice(array, box, startsAt(array, dim, index));
}

/**
 * Arrays of one shape joined along a new axis, the first one by default.
 *
 * @throws ArgumentError without arrays; ShapeError or DTypeError if they differ.
 */
export function stack(xs: readonly ArrayLike[], options?: AxisOptions): NDArray {
  checkOptions("lax.stack", options, axisNames);
  const arrays = xs.map((x) => asArray(x, "lax.stack"));
  const [first] = arrays;
  if (first === undefined) {
    throw new ArgumentError("lax.stack: at least one array is required, got none; pass one");
  }
  for (const x of arrays) {
    if (formatShape(x.shape) === formatShape(first.shape)) continue;
    throw new ShapeError(
      `lax.stack: arrays must share a shape, got ${first.aval} and ${x.aval}; broadcast one of them`,
    );
  }
  const axis = normalizeAxis(options?.axis ?? 0, first.ndim + 1, "lax.stack");
  return concatenate(
    arrays.map((x) => expandDims(x, [axis])),
    axis,
  );
}

/** The slices along an axis, the first one by default, each without it. */
export function unstack(x: ArrayLike, options?: AxisOptions): readonly NDArray[] {
  checkOptions("lax.unstack", options, axisNames);
  const array = asArray(x, "lax.unstack");
  const axis = normalizeAxis(options?.axis ?? 0, array.ndim, "lax.unstack");
  const sizes = new Array<number>(array.shape[axis] as number).fill(1); // an axis of the array
  return split(array, sizes, axis).map((part) => squeeze(part, [axis]));
}

/**
 * The array repeated `reps[i]` times along each axis `i`.
 *
 * @throws ShapeError unless there is one number for each axis; ArgumentError if one is not an
 * integer from 0.
 */
export function tile(x: ArrayLike, reps: readonly number[]): NDArray {
  const array = asArray(x, "lax.tile");
  if (reps.length !== array.ndim) {
    throw new ShapeError(
      `lax.tile: one number is required for each of the ${array.ndim} axes, got [${reps}] for ${array.aval}; write 1 for an axis that is kept, or call numpy.tile`,
    );
  }
  checkShape(reps, "lax.tile");
  const pairs = array.shape.flatMap((extent, i) => [reps[i] as number, extent]); // one for each axis
  const repeated = broadcastInDim(
    array,
    pairs,
    array.shape.map((_, i) => 2 * i + 1),
  );
  return reshape(
    repeated,
    array.shape.map((extent, i) => extent * (reps[i] as number)),
  );
}

/**
 * The array with its axes from `startDimension` up to, not including, `stopDimension` made one;
 * to the last axis without `stopDimension`. Negative ones count from the end; no axes at all
 * make a new one of extent 1.
 *
 * @throws ShapeError if the stop is before the start.
 */
export function collapse(x: ArrayLike, startDimension: number, stopDimension?: number): NDArray {
  const array = asArray(x, "lax.collapse");
  const { ndim, shape } = array;
  const [start, stop] = sliceBounds(ndim, startDimension, stopDimension ?? ndim);
  if (start > stop) {
    throw new ShapeError(
      `lax.collapse: the stop must not be before the start, got ${startDimension} to ${stopDimension ?? ndim} of ${array.aval}; exchange them`,
    );
  }
  const extent = shape.slice(start, stop).reduce((a, b) => a * b, 1);
  return reshape(array, [...shape.slice(0, start), extent, ...shape.slice(stop)]);
}

/** Bounds of a slice of `length` elements: negative ones count from the end, late ones are cut. */
function sliceBounds(length: number, ...bounds: [number, number]): [number, number] {
  const [start, stop] = bounds.map((bound) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, 0), length),
  );
  return [start as number, stop as number]; // as many as given
}

/** The array repeated along new leading axes of extents `sizes`. */
export function broadcast(x: ArrayLike, sizes: readonly number[]): NDArray {
  const array = asArray(x, "lax.broadcast");
  checkShape(sizes, "lax.broadcast");
  return broadcastInDim(
    array,
    [...sizes, ...array.shape],
    array.shape.map((_, i) => i + sizes.length),
  );
}
