import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import {
  broadcastPair,
  broadcastShapes as coreBroadcastShapes,
  formatShape,
  inferReshape,
  normalizeAxes,
  normalizeAxis,
  type Shape,
  sameShape,
} from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import {
  expandDims as laxExpandDims,
  reshape as laxReshape,
  squeeze as laxSqueeze,
  transpose as laxTranspose,
  rev,
} from "../lax/ops/layout.ts";
import { shapeOf } from "./creation.ts";
import type { Axes } from "./options.ts";
import { broadcastTogether, stretch, toArray } from "./promote.ts";

/**
 * The same elements in row-major order under another shape; one extent may be -1 and stands for
 * what is left.
 *
 * @throws ShapeError if the number of elements changes.
 */
export function reshape(x: ArrayLike, shape: number | Shape): NDArray {
  const a = toArray("numpy.reshape", x);
  const wanted = typeof shape === "number" ? [shape] : shape;
  return laxReshape(a, inferReshape(a.size, wanted, "numpy.reshape"));
}

/** All elements in row-major order along one axis. */
export function ravel(x: ArrayLike): NDArray {
  const a = toArray("numpy.ravel", x);
  return laxReshape(a, [a.size]);
}

/**
 * Axes reordered: axis `i` of the result is axis `axes[i]` of `x`; reversed by default.
 *
 * @throws ShapeError if `axes` does not name each axis once.
 */
export function transpose(x: ArrayLike, axes?: readonly number[] | null): NDArray {
  const a = toArray("numpy.transpose", x);
  if (axes === undefined || axes === null) {
    return laxTranspose(
      a,
      a.shape.map((_, i) => a.ndim - 1 - i),
    );
  }
  const order = normalizeAxes(axes, a.ndim, "numpy.transpose");
  if (order.length === a.ndim) return laxTranspose(a, order);
  throw new ShapeError(
    `numpy.transpose: one entry for each axis is required, got [${axes.join(",")}] for ${a.aval}; name all ${a.ndim}`,
  );
}

/** `x` with the last two axes swapped. @throws ShapeError below two axes. */
export function matrixTranspose(x: ArrayLike): NDArray {
  const a = toArray("numpy.matrixTranspose", x);
  if (a.ndim < 2) {
    throw new ShapeError(
      `numpy.matrixTranspose: at least two axes are required, got ${a.aval}; use transpose`,
    );
  }
  return swapaxes(a, -1, -2);
}

/** `x` with two axes swapped. */
export function swapaxes(x: ArrayLike, first: number, second: number): NDArray {
  const a = toArray("numpy.swapaxes", x);
  const i = normalizeAxis(first, a.ndim, "numpy.swapaxes");
  const j = normalizeAxis(second, a.ndim, "numpy.swapaxes");
  return laxTranspose(
    a,
    a.shape.map((_, axis) => (axis === i ? j : axis === j ? i : axis)),
  );
}

/**
 * `x` with the axes `from` at positions `to`, the others in their order.
 *
 * @throws ShapeError if the two differ in length.
 */
export function moveaxis(
  x: ArrayLike,
  from: number | readonly number[],
  to: number | readonly number[],
): NDArray {
  const a = toArray("numpy.moveaxis", x);
  const sources = normalizeAxes(from, a.ndim, "numpy.moveaxis");
  const targets = normalizeAxes(to, a.ndim, "numpy.moveaxis");
  if (sources.length !== targets.length) {
    throw new ShapeError(
      `numpy.moveaxis: as many targets as sources are required, got [${sources}] and [${targets}]; pair them`,
    );
  }
  const order = a.shape.map((_, i) => i).filter((i) => !sources.includes(i));
  const moves = targets.map((target, i) => [target, sources[i] as number] as const); // of one length
  for (const [target, source] of moves.sort((m, n) => m[0] - n[0])) order.splice(target, 0, source);
  return laxTranspose(a, order);
}

/** `x` with `axis` rolled back until it stands before the axis `start`. */
export function rollaxis(
  x: ArrayLike,
  axis: number,
  options?: { start?: number | undefined },
): NDArray {
  checkOptions("numpy.rollaxis", options, ["start"]);
  const start = options?.start ?? 0;
  const a = toArray("numpy.rollaxis", x);
  const from = normalizeAxis(axis, a.ndim, "numpy.rollaxis");
  let to = start === a.ndim ? start : normalizeAxis(start, a.ndim, "numpy.rollaxis");
  if (from < to) to -= 1;
  return moveaxis(a, from, to);
}

/** `x` with new axes of extent 1, at these positions of the result. */
export function expandDims(x: ArrayLike, axis: number | readonly number[]): NDArray {
  const a = toArray("numpy.expandDims", x);
  const count = typeof axis === "number" ? 1 : axis.length;
  return laxExpandDims(a, normalizeAxes(axis, a.ndim + count, "numpy.expandDims"));
}

/**
 * `x` without axes of extent 1: all of them, or those named.
 *
 * @throws ShapeError if one that is named is longer.
 */
export function squeeze(x: ArrayLike, options?: { axis?: Axes | undefined }): NDArray {
  checkOptions("numpy.squeeze", options, ["axis"]);
  const a = toArray("numpy.squeeze", x);
  const axis = options?.axis ?? null;
  if (axis === null) {
    const unit = a.shape.map((_, i) => i).filter((i) => a.shape[i] === 1);
    return unit.length === 0 ? a : laxSqueeze(a, unit);
  }
  const axes = normalizeAxes(axis, a.ndim, "numpy.squeeze");
  if (axes.some((i) => a.shape[i] !== 1)) {
    throw new ShapeError(
      `numpy.squeeze: axes must have extent 1, got [${axes}] of ${a.aval}; leave out the longer ones`,
    );
  }
  return axes.length === 0 ? a : laxSqueeze(a, axes);
}

/**
 * `x` stretched to `shape`; axes align at the last one.
 *
 * @throws ShapeError if it does not stretch to exactly that shape.
 */
export function broadcastTo(x: ArrayLike, shape: number | Shape): NDArray {
  const a = toArray("numpy.broadcastTo", x);
  const extents = shapeOf(shape, "numpy.broadcastTo");
  if (!sameShape(broadcastPair(a.shape, extents, "numpy.broadcastTo"), extents)) {
    throw new ShapeError(
      `numpy.broadcastTo: the shape must contain that of the array, got ${a.aval} to ${formatShape(extents)}; extents of 1 alone can grow`,
    );
  }
  return stretch(a, extents);
}

/** Arrays stretched to the shape that they have in common. */
export function broadcastArrays(...arrays: readonly ArrayLike[]): NDArray[] {
  return broadcastTogether(
    "numpy.broadcastArrays",
    arrays.map((x) => toArray("numpy.broadcastArrays", x)),
  );
}

/** Shape that arrays of these shapes stretch to together. */
export function broadcastShapes(...shapes: readonly (number | Shape)[]): Shape {
  return coreBroadcastShapes(...shapes.map((s) => shapeOf(s, "numpy.broadcastShapes")));
}

/** Elements in the opposite order along all axes, or those named. */
export function flip(x: ArrayLike, options?: { axis?: Axes | undefined }): NDArray {
  checkOptions("numpy.flip", options, ["axis"]);
  const a = toArray("numpy.flip", x);
  return rev(a, normalizeAxes(options?.axis, a.ndim, "numpy.flip"));
}

/** Elements in the opposite order along the second axis. */
export function fliplr(x: ArrayLike): NDArray {
  return flip(toArray("numpy.fliplr", x), { axis: 1 });
}

/** Elements in the opposite order along the first axis. */
export function flipud(x: ArrayLike): NDArray {
  return flip(toArray("numpy.flipud", x), { axis: 0 });
}

/** Array, or list of arrays, with at least one axis. */
export function atleast1d(x: ArrayLike): NDArray;
export function atleast1d(...xs: readonly ArrayLike[]): NDArray[];
export function atleast1d(...xs: readonly ArrayLike[]): NDArray | NDArray[] {
  return eachOf(xs, (x) => {
    const a = toArray("numpy.atleast1d", x);
    return a.ndim === 0 ? laxReshape(a, [1]) : a;
  });
}

/** Array, or list of arrays, with at least two axes; new ones come first. */
export function atleast2d(x: ArrayLike): NDArray;
export function atleast2d(...xs: readonly ArrayLike[]): NDArray[];
export function atleast2d(...xs: readonly ArrayLike[]): NDArray | NDArray[] {
  return eachOf(xs, (x) => {
    const a = toArray("numpy.atleast2d", x);
    return a.ndim < 2 ? laxReshape(a, [1, a.size]) : a;
  });
}

/** Array, or list of arrays, with at least three axes; a vector stands along the second. */
export function atleast3d(x: ArrayLike): NDArray;
export function atleast3d(...xs: readonly ArrayLike[]): NDArray[];
export function atleast3d(...xs: readonly ArrayLike[]): NDArray | NDArray[] {
  return eachOf(xs, (x) => {
    const a = toArray("numpy.atleast3d", x);
    if (a.ndim > 2) return a;
    return laxReshape(a, a.ndim === 2 ? [...a.shape, 1] : [1, a.size, 1]);
  });
}

function eachOf(xs: readonly ArrayLike[], f: (x: ArrayLike) => NDArray): NDArray | NDArray[] {
  const [only] = xs;
  return xs.length === 1 && only !== undefined ? f(only) : xs.map(f);
}

/** Shape of an argument; that of a number is empty. */
export function shape(x: ArrayLike): Shape {
  return toArray("numpy.shape", x).shape;
}

/** Number of axes of an argument. */
export function ndim(x: ArrayLike): number {
  return toArray("numpy.ndim", x).ndim;
}

/** Number of elements of an argument, or its extent along one axis. */
export function size(x: ArrayLike, options?: { axis?: number | undefined }): number {
  checkOptions("numpy.size", options, ["axis"]);
  const a = toArray("numpy.size", x);
  if (options?.axis === undefined) return a.size;
  return a.shape[normalizeAxis(options.axis, a.ndim, "numpy.size")] ?? 0;
}

/** Whether an argument is a number, a boolean, or an array without axes. */
export function isscalar(x: unknown): boolean {
  if (typeof x === "number" || typeof x === "boolean") return true;
  return typeof x === "object" && x !== null && "ndim" in x && x.ndim === 0;
}
