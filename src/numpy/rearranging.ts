import { isInteger } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes, normalizeAxis, type Shape } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { sub } from "../lax/ops/arith.ts";
import { iota } from "../lax/ops/constants.ts";
import { cumsum } from "../lax/ops/cumulative.ts";
import { dynamicSlice } from "../lax/ops/dynamic-slice.ts";
import { min } from "../lax/ops/extrema.ts";
import { asIndices } from "../lax/ops/indices.ts";
import { reshape, rev } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { fromNumbers, zeros } from "./creation.ts";
import { remainder } from "./elementwise-arithmetic.ts";
import { readIndex } from "./index-read.ts";
import { type Axes, staticInteger } from "./options.ts";
import { stretch, toArray } from "./promote.ts";
import { searchsorted } from "./searching.ts";
import { ravel, swapaxes } from "./shape.ts";
import { sliceAlong } from "./stacking.ts";

/** `x` repeated `counts[i]` times along axis `i`; axes align at the last one. */
export function tile(x: ArrayLike, counts: number | readonly number[]): NDArray {
  const a = toArray("numpy.tile", x);
  const given = (typeof counts === "number" ? [counts] : counts).map((n) =>
    staticInteger("numpy.tile", "a count", n),
  );
  const rank = Math.max(a.ndim, given.length);
  const shape: Shape = [...Array<number>(rank - a.ndim).fill(1), ...a.shape];
  const times = [...Array<number>(rank - given.length).fill(1), ...given];
  const open = reshape(
    a,
    shape.flatMap((n) => [1, n]),
  );
  const whole = stretch(
    open,
    shape.flatMap((n, i) => [times[i] as number, n]), // of one rank
  );
  return reshape(
    whole,
    shape.map((n, i) => n * (times[i] as number)), // of one rank
  );
}

/** Options of `repeat`. */
export interface RepeatOptions {
  /** Axis to repeat along; by default the flattened array. */
  axis?: number | null | undefined;
  /** Extent of the result, needed where `repeats` is traced; the last element fills up. */
  totalRepeatLength?: number | undefined;
}

/**
 * Each element of an axis repeated: all as often as a number says, or each as its own entry.
 *
 * @throws ConcretizationError if `repeats` is traced and there is no `totalRepeatLength`.
 */
export function repeat(
  x: ArrayLike,
  repeats: number | NDArray | readonly number[],
  options?: RepeatOptions,
): NDArray {
  checkOptions("numpy.repeat", options, ["axis", "totalRepeatLength"]);
  const axis = options?.axis ?? null;
  const a = axis === null ? ravel(x) : toArray("numpy.repeat", x);
  const dim = normalizeAxis(axis ?? 0, a.ndim, "numpy.repeat");
  const extent = a.shape[dim] as number; // an axis of a
  const total = options?.totalRepeatLength;
  if (typeof repeats === "number" && total === undefined) {
    return repeatEvenly(a, dim, staticInteger("numpy.repeat", "repeats", repeats));
  }
  const places = repeatIndices(a, repeats, extent, total);
  const parts = a.shape.map((_, i) => (i === dim ? places : ":"));
  return readIndex("numpy.repeat", a, parts);
}

function repeatEvenly(x: NDArray, dim: number, times: number): NDArray {
  const open = reshape(x, x.shape.toSpliced(dim + 1, 0, 1));
  const extent = x.shape[dim] as number; // an axis of x
  return reshape(stretch(open, open.shape.with(dim + 1, times)), x.shape.with(dim, extent * times));
}

/** For each place of the result, the index of the element that is repeated there. */
function repeatIndices(
  x: NDArray,
  repeats: number | NDArray | readonly number[],
  extent: number,
  total: number | undefined,
): NDArray {
  const given =
    repeats instanceof NDArray
      ? repeats
      : fromNumbers([repeats].flat(), [[repeats].flat().length], "int32", x);
  if (!isInteger(given.dtype) || given.ndim > 1 || (given.size !== 1 && given.size !== extent)) {
    throw new ArgumentError(
      `numpy.repeat: repeats must be an integer, or one for each of ${extent} elements, got ${given.aval}; check its size`,
    );
  }
  const counts = stretch(ravel(given), [extent]);
  if (total !== undefined) {
    const ends = cumsum(asIndices("gather", counts), { axis: 0 });
    const found = searchsorted(ends, iota("int32", [total], 0), { side: "right" });
    return min(found, extent - 1);
  }
  const known = counts.concrete();
  if (known === null) {
    throw new ConcretizationError(
      `numpy.repeat: repeats decide the shape, got a traced ${given.aval}; pass { totalRepeatLength }`,
    );
  }
  const places = Array.from(known.dataSync()).flatMap((n, i) => Array<number>(n).fill(i));
  return fromNumbers(places, [places.length], "int32", x);
}

/** Options of functions that roll. */
export interface RollOptions {
  /** Axis or axes to roll along; by default the flattened array. */
  axis?: Axes | undefined;
}

/** Elements moved along axes by `shift` places; what leaves at one end comes in at the other. */
export function roll(
  x: ArrayLike,
  shift: ArrayLike | readonly number[],
  options?: RollOptions,
): NDArray {
  checkOptions("numpy.roll", options, ["axis"]);
  const a = toArray("numpy.roll", x);
  const axis = options?.axis ?? null;
  if (axis === null) return reshape(rollAlong(ravel(a), [shift].flat(), [0]), a.shape);
  const axes = [axis].flat().map((i) => normalizeAxis(i, a.ndim, "numpy.roll"));
  return rollAlong(a, [shift].flat(), axes);
}

function rollAlong(x: NDArray, shifts: readonly ArrayLike[], axes: readonly number[]): NDArray {
  const count = Math.max(shifts.length, axes.length);
  let out = x;
  for (let i = 0; i < count; i++) {
    const dim = (axes.length === 1 ? axes[0] : axes[i]) as number; // lists of one length, or one
    const shift = (shifts.length === 1 ? shifts[0] : shifts[i]) as ArrayLike; // as above
    const extent = out.shape[dim] as number; // an axis of x
    if (extent > 0) out = rollOnce(out, shift, dim, extent);
  }
  return out;
}

function rollOnce(x: NDArray, shift: ArrayLike, dim: number, extent: number): NDArray {
  if (shift instanceof NDArray) {
    const start = remainder(sub(0, asIndices("dynamicSlice", shift)), extent);
    const twice = concatenate([x, x], dim);
    return dynamicSlice(
      twice,
      x.shape.map((_, i) => (i === dim ? reshape(start, []) : 0)),
      x.shape,
    );
  }
  const by = staticInteger("numpy.roll", "shift", shift);
  const start = (((-by % extent) + extent) % extent) + 0;
  if (start === 0) return x;
  return concatenate([sliceAlong(x, dim, start, extent), sliceAlong(x, dim, 0, start)], dim);
}

/** Options of `rot90`. */
export interface RotateOptions {
  /** How many turns; 1. */
  k?: number | undefined;
  /** The plane, turned from the first axis towards the second; [0, 1]. */
  axes?: readonly [number, number] | undefined;
}

/** `x` turned by 90 degrees in a plane, several times if asked to. */
export function rot90(x: ArrayLike, options?: RotateOptions): NDArray {
  checkOptions("numpy.rot90", options, ["k", "axes"]);
  const a = toArray("numpy.rot90", x);
  const [i, j] = normalizeAxes(options?.axes ?? [0, 1], a.ndim, "numpy.rot90") as [number, number]; // two are given
  const turns = ((staticInteger("numpy.rot90", "k", options?.k ?? 1) % 4) + 4) % 4;
  if (turns === 0) return a;
  if (turns === 2) return rev(a, [i, j]);
  return turns === 1 ? swapaxes(rev(a, [j]), i, j) : rev(swapaxes(a, i, j), [j]);
}

/** Elements of the flattened array, over and over, in another shape. */
export function resize(x: ArrayLike, shape: number | Shape): NDArray {
  const wanted = typeof shape === "number" ? [shape] : shape;
  const flat = ravel(toArray("numpy.resize", x));
  const count = wanted.reduce((n, m) => n * m, 1);
  if (flat.size === 0 || count === 0) return zeros(wanted, { dtype: flat.dtype });
  const whole = tile(flat, Math.ceil(count / flat.size));
  return reshape(sliceAlong(whole, 0, 0, count), wanted);
}
