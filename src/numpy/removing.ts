import { ArgumentError, ConcretizationError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { moveAxis, reshape } from "../lax/ops/layout.ts";
import { scatter } from "../lax/ops/scatter.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { fromNumbers } from "./creation.ts";
import { truth } from "./elementwise-comparison.ts";
import type { IndexPart } from "./index-parts.ts";
import { readIndex } from "./index-read.ts";
import { updateIndex } from "./index-update.ts";
import { convertTo, stretch, toArray } from "./promote.ts";
import { positionsIn } from "./searching.ts";
import { ravel } from "./shape.ts";
import { sliceAlong } from "./stacking.ts";
import { cycled } from "./take.ts";

/** Options of functions along an axis that flatten without one. */
export interface FlatAxisOptions {
  /** By default the flattened array. */
  axis?: number | null | undefined;
}

/** An index of positions along an axis: an integer, a range as text, or an array or list. */
export type Positions = number | string | readonly number[] | NDArray;

/** An array and an axis of it, flattened without one. */
function alongAxis(
  where: string,
  x: ArrayLike,
  axis: number | null | undefined,
): readonly [NDArray, number] {
  const a = axis == null ? ravel(x) : toArray(where, x);
  return [a, normalizeAxis(axis ?? 0, a.ndim, where)];
}

/** The positions that an index names, counted from the start. */
function known(where: string, positions: Positions, extent: number): number[] {
  if (typeof positions === "number") return [normalizeAxis(positions, extent, where)];
  if (Array.isArray(positions)) {
    return positions.map((i: number) => normalizeAxis(i, extent, where));
  }
  const all = fromNumbers(
    Array.from({ length: extent }, (_, i) => i),
    [extent],
    "int32",
  );
  const part = positions as string | NDArray; // neither a number nor a list
  const found = readIndex(where, all, [part]).concrete();
  if (found !== null) return Array.from(found.dataSync());
  throw new ConcretizationError(
    `${where}: the positions decide the shape, got traced ones; declare them static, or use numpy.where`,
  );
}

/** Slices of `x` along an axis at the given positions. */
function pick(x: NDArray, dim: number, positions: readonly number[]): NDArray {
  const index = fromNumbers(positions, [positions.length], "int32", x);
  const parts: IndexPart[] = x.shape.map((_, i) => (i === dim ? index : ":"));
  return readIndex("numpy.take", x, parts);
}

/** `x` without the slices at the given positions of an axis. */
export function deleteOf(x: ArrayLike, positions: Positions, options?: FlatAxisOptions): NDArray {
  checkOptions("numpy.delete", options, ["axis"]);
  const [a, dim] = alongAxis("numpy.delete", x, options?.axis);
  const extent = a.shape[dim] as number; // an axis of a
  const gone = new Set(known("numpy.delete", positions, extent));
  const kept = Array.from({ length: extent }, (_, i) => i).filter((i) => !gone.has(i));
  return pick(a, dim, kept);
}

/** `x` with values inserted before the given positions of an axis. */
export function insert(
  x: ArrayLike,
  positions: Positions,
  values: ArrayLike,
  options?: FlatAxisOptions,
): NDArray {
  checkOptions("numpy.insert", options, ["axis"]);
  const [a, dim] = alongAxis("numpy.insert", x, options?.axis);
  const extent = a.shape[dim] as number; // an axis of a
  const at = known("numpy.insert", positions, extent + 1);
  const fresh = convertTo(values, { dtype: a.dtype, weakType: false });
  const padded = reshape(fresh, [...a.shape.map(() => 1).slice(fresh.ndim), ...fresh.shape]);
  // At a single position, the first axis of the values runs along the axis; several take one each.
  const single = typeof positions === "number";
  const aligned = single ? moveAxis(padded, 0, dim) : padded;
  const count = single ? (aligned.shape[dim] as number) : at.length; // as many axes as a
  const places = Array.from({ length: count }, (_, i) => (single ? at[0] : at[i]) as number); // one is given
  const joined = concatenate([a, stretch(aligned, a.shape.with(dim, count))], dim);
  const order = Array.from({ length: extent + 1 }, (_, i) => [
    ...places.flatMap((place, k) => (place === i ? [extent + k] : [])),
    ...(i < extent ? [i] : []),
  ]);
  return pick(joined, dim, order.flat());
}

const setting = { name: "set", combine: null, scatter } as const;

/** Options of `compress`. */
export interface CompressOptions extends FlatAxisOptions {
  /** Number of slices kept, needed where the condition is traced. */
  size?: number | undefined;
  /** What fills up; 0. */
  fillValue?: ArrayLike | undefined;
}

/** Slices of `x` along an axis where the condition, a vector, holds. */
export function compress(condition: ArrayLike, x: ArrayLike, options?: CompressOptions): NDArray {
  checkOptions("numpy.compress", options, ["axis", "size", "fillValue"]);
  const [a, dim] = alongAxis("numpy.compress", x, options?.axis);
  return selected("numpy.compress", truth(ravel(condition)), a, dim, options);
}

/** Elements of the flattened array where the condition, flattened too, holds. */
export function extract(
  condition: ArrayLike,
  x: ArrayLike,
  options?: Omit<CompressOptions, "axis">,
): NDArray {
  checkOptions("numpy.extract", options, ["size", "fillValue"]);
  return selected("numpy.extract", truth(ravel(condition)), ravel(x), 0, options);
}

function selected(
  where: string,
  mask: NDArray,
  x: NDArray,
  dim: number,
  options: Omit<CompressOptions, "axis"> | undefined,
): NDArray {
  const extent = x.shape[dim] as number; // an axis of x
  if (mask.size > extent) {
    throw new ArgumentError(
      `${where}: at most one condition for each of ${extent} elements is allowed, got ${mask.size}; cut it`,
    );
  }
  const [places] = positionsIn(where, mask, { size: options?.size, fillValue: extent }) as [
    NDArray,
  ]; // of one axis
  const parts: IndexPart[] = x.shape.map((_, i) => (i === dim ? places : ":"));
  const fill = options?.fillValue ?? 0;
  const number = typeof fill === "object" ? Number(fill.item()) : fill;
  return readIndex(where, x, parts, { mode: "fill", fillValue: number });
}

/** `x` with the values put in turn where the mask holds; they repeat as needed. */
export function place(
  x: ArrayLike,
  mask: ArrayLike,
  values: ArrayLike,
  options?: { inplace?: false | undefined },
): NDArray {
  checkOptions("numpy.place", options, ["inplace"]);
  const a = toArray("numpy.place", x);
  const which = truth(ravel(mask));
  if (which.size !== a.size) {
    throw new ArgumentError(
      `numpy.place: a mask of the size of the array is required, got ${which.size} for ${a.size}; broadcast it`,
    );
  }
  if (a.size === 0) return a;
  const [places] = positionsIn("numpy.place", which, { size: a.size, fillValue: a.size }) as [
    NDArray,
  ]; // of one axis
  const flat = updateIndex(setting, ravel(a), [places], cycled(ravel(values), a.size));
  return reshape(flat, a.shape);
}

/** Options of `fillDiagonal`. */
export interface FillDiagonalOptions {
  /** Whether the diagonal goes on below a tall matrix, after a gap of one row; false. */
  wrap?: boolean | undefined;
  /** Arrays never change: nothing but false is allowed. */
  inplace?: false | undefined;
}

/** `x` with values, repeated as needed, on the main diagonal of all its axes. */
export function fillDiagonal(
  x: ArrayLike,
  values: ArrayLike,
  options?: FillDiagonalOptions,
): NDArray {
  checkOptions("numpy.fillDiagonal", options, ["wrap", "inplace"]);
  const a = toArray("numpy.fillDiagonal", x);
  const [rows = 0, columns = 0] = a.shape;
  if (a.ndim < 2 || (a.ndim > 2 && a.shape.some((n) => n !== rows))) {
    throw new ArgumentError(
      `numpy.fillDiagonal: a matrix, or axes of one extent, is required, got ${a.aval}; slice it`,
    );
  }
  const step = a.ndim === 2 ? columns + 1 : a.shape.reduce((sum, _, i) => sum + rows ** i, 0);
  const end = a.ndim === 2 && options?.wrap !== true ? Math.min(a.size, columns * columns) : a.size;
  const count = Math.ceil(end / step);
  const index = fromNumbers(
    Array.from({ length: count }, (_, i) => i * step),
    [count],
    "int32",
    a,
  );
  const fresh = cycled(ravel(values), count);
  return reshape(updateIndex(setting, ravel(a), [index], fresh), a.shape);
}

/** Options of `trimZeros`. */
export interface TrimZerosOptions {
  /** "f" for the front, "b" for the back; "fb". */
  trim?: "f" | "b" | "fb" | "bf" | undefined;
}

/** A vector without the zeros at its ends. @throws ConcretizationError if it is traced. */
export function trimZeros(x: ArrayLike, options?: TrimZerosOptions): NDArray {
  checkOptions("numpy.trimZeros", options, ["trim"]);
  const trim = options?.trim ?? "fb";
  return removeZeros(ravel(x), trim.includes("f"), trim.includes("b"));
}

/** A vector without the zeros at its front, or back, or both. */
export function removeZeros(x: NDArray, front: boolean, back: boolean): NDArray {
  const [places] = positionsIn("numpy.trimZeros", x, undefined) as [NDArray]; // of one axis
  const found = places.concrete()?.dataSync() ?? [];
  if (found.length === 0) return sliceAlong(x, 0, 0, 0);
  const start = front ? (found[0] as number) : 0; // there is one
  const limit = back ? (found[found.length - 1] as number) + 1 : x.size; // as before
  return sliceAlong(x, 0, start, limit);
}
