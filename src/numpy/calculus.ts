import { isInteger } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes, normalizeAxis } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { bitwiseAnd, eq, gt, lt, ne, select } from "../lax/ops/compare.ts";
import { cumsum } from "../lax/ops/cumulative.ts";
import { abs } from "../lax/ops/extrema.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { divide, multiply, remainder } from "./elementwise-arithmetic.ts";
import { type Axes, type AxisOptions, axisNames, staticInteger } from "./options.ts";
import { convertTo, inexact, promote, promoteInexact, stretch } from "./promote.ts";
import { sum } from "./reductions.ts";
import { moveaxis, ravel } from "./shape.ts";
import { sliceAlong } from "./stacking.ts";

/** Options of `diff`. */
export interface DiffOptions extends AxisOptions {
  /** How often to take differences; 1. */
  n?: number | undefined;
  /** Joined to the front along the axis first. */
  prepend?: ArrayLike | undefined;
  /** Joined to the end along the axis first. */
  append?: ArrayLike | undefined;
}

/** Differences of neighbours along an axis (-1); of bools, whether they differ. */
export function diff(x: ArrayLike, options?: DiffOptions): NDArray {
  checkOptions("numpy.diff", options, ["axis", "n", "prepend", "append"]);
  const { n = 1, axis = -1, prepend, append } = options ?? {};
  const times = staticInteger("numpy.diff", "n", n);
  if (times < 0) throw new ArgumentError(`numpy.diff: n must be from 0, got ${n}; raise it`);
  const given = [prepend, x, append].filter((part) => part !== undefined);
  const parts = promote("numpy.diff", given);
  const main = parts[prepend === undefined ? 0 : 1] as NDArray; // x stands there
  const dim = normalizeAxis(axis, main.ndim, "numpy.diff");
  const joined = parts.map((p) => (p.ndim === 0 ? stretch(p, main.shape.with(dim, 1)) : p));
  let out = joined.length === 1 ? main : concatenate(joined, dim);
  for (let i = 0; i < times; i++) {
    const [upper, lower] = neighbours(out, dim);
    out = out.dtype === "bool" ? ne(upper, lower) : sub(upper, lower);
  }
  return out;
}

/** All elements along an axis but the first, and all but the last. */
function neighbours(x: NDArray, dim: number): readonly [NDArray, NDArray] {
  const extent = x.shape[dim] as number; // an axis of x
  const last = Math.max(extent - 1, 0);
  return [sliceAlong(x, dim, extent - last, extent), sliceAlong(x, dim, 0, last)];
}

/** Options of `ediff1d`. */
export interface FlatDiffOptions {
  toBegin?: ArrayLike | undefined;
  toEnd?: ArrayLike | undefined;
}

/** Differences of neighbours in the flattened array, with more elements put before and after. */
export function ediff1d(x: ArrayLike, options?: FlatDiffOptions): NDArray {
  checkOptions("numpy.ediff1d", options, ["toBegin", "toEnd"]);
  const { toBegin, toEnd } = options ?? {};
  const inner = diff(ravel(x));
  const type = { dtype: inner.dtype, weakType: false };
  const flat = (y: ArrayLike | undefined): NDArray[] =>
    y === undefined ? [] : [ravel(convertTo(y, type))];
  const parts = [...flat(toBegin), inner, ...flat(toEnd)];
  return parts.length === 1 ? inner : concatenate(parts, 0);
}

/**
 * Slope along each axis, or those named: central differences inside, one-sided ones at the ends.
 * One array for a single axis, else a list.
 *
 * `spacing` is a distance for all axes, or one distance or vector of coordinates for each.
 *
 * @throws ShapeError if an axis has fewer than two elements, or coordinates do not fit.
 */
export function gradient(
  x: ArrayLike,
  ...args: readonly (ArrayLike | { axis?: Axes | undefined })[]
): NDArray | NDArray[] {
  const isSpacing = (y: ArrayLike | { axis?: Axes | undefined }): y is ArrayLike =>
    typeof y !== "object" || y instanceof NDArray;
  const options = args.find((y) => !isSpacing(y));
  checkOptions("numpy.gradient", options, axisNames);
  const [a, ...spacing] = promoteInexact("numpy.gradient", [x, ...args.filter(isSpacing)]) as [
    NDArray,
    ...NDArray[],
  ]; // as many as were given
  const axes = normalizeAxes(axisOf(options), a.ndim, "numpy.gradient");
  if (spacing.length > 1 && spacing.length !== axes.length) {
    throw new ArgumentError(
      `numpy.gradient: one spacing, or one for each of ${axes.length} axes, is required, got ${spacing.length}; add or drop some`,
    );
  }
  const slopes = axes.map((axis, i) => {
    const h = spacing.length === 1 ? spacing[0] : spacing[i];
    return slopeAlong(a, axis, h ?? convertTo(1, a.aval));
  });
  return slopes.length === 1 ? (slopes[0] as NDArray) : slopes; // there is one
}

function axisOf(options: unknown): Axes | undefined {
  return (options as { axis?: Axes } | undefined)?.axis; // checked by name
}

function slopeAlong(x: NDArray, dim: number, h: NDArray): NDArray {
  const extent = x.shape[dim] as number; // an axis of x
  if (extent < 2 || h.ndim > 1 || (h.ndim === 1 && h.size !== extent)) {
    throw new ShapeError(
      `numpy.gradient: two elements along an axis, and spacing that fits, are required, got ${x.aval} and ${h.aval}; drop the axis`,
    );
  }
  const cut = (y: NDArray, start: number, limit: number): NDArray =>
    sliceAlong(y, dim, start, limit);
  const first = sub(cut(x, 1, 2), cut(x, 0, 1));
  const last = sub(cut(x, extent - 1, extent), cut(x, extent - 2, extent - 1));
  if (h.ndim === 0) {
    const inner = divide(mul(sub(cut(x, 2, Math.max(extent, 2)), cut(x, 0, extent - 2)), 0.5), h);
    return concatenate([divide(first, h), inner, divide(last, h)], dim);
  }
  const line = reshape(
    h,
    x.shape.map((_, i) => (i === dim ? extent : 1)),
  );
  const steps = sub(cut(line, 1, extent), cut(line, 0, extent - 1));
  const before = cut(steps, 0, extent - 2);
  const after = cut(steps, 1, extent - 1);
  const both = add(before, after);
  const left = div(neg(after), mul(before, both));
  const middle = div(sub(after, before), mul(before, after));
  const right = div(before, mul(after, both));
  const inner = add(
    add(multiply(left, cut(x, 0, extent - 2)), multiply(middle, cut(x, 1, extent - 1))),
    multiply(right, cut(x, 2, extent)),
  );
  const ends = [
    divide(first, cut(steps, 0, 1)),
    inner,
    divide(last, cut(steps, extent - 2, extent - 1)),
  ];
  return concatenate(ends, dim);
}

/** Options of `trapezoid`. */
export interface TrapezoidOptions extends AxisOptions {
  /** Coordinates: a vector, or one for each value. */
  x?: ArrayLike | undefined;
  /** Distance of neighbours, where there are no coordinates; 1. */
  dx?: ArrayLike | undefined;
}

/** Integral along an axis (-1) by the trapezoidal rule. */
export function trapezoid(y: ArrayLike, options?: TrapezoidOptions): NDArray {
  checkOptions("numpy.trapezoid", options, ["x", "axis", "dx"]);
  const { x, axis = -1, dx = 1 } = options ?? {};
  const [p, q] =
    x === undefined
      ? [inexact("numpy.trapezoid", y), null]
      : promoteInexact("numpy.trapezoid", [y, x]);
  const values = moveaxis(p as NDArray, axis, -1); // it is always given
  const dim = values.ndim - 1;
  const [upper, lower] = neighbours(values, dim);
  if (q === null || q === undefined) {
    const extent = values.shape[dim] as number; // its last axis
    const ends = add(
      reshape(sliceAlong(values, dim, 0, 1), values.shape.slice(0, -1)),
      reshape(sliceAlong(values, dim, extent - 1, extent), values.shape.slice(0, -1)),
    );
    return multiply(dx, sub(sum(values, { axis: -1 }), mul(ends, 0.5)));
  }
  const steps = q.ndim === 1 ? diff(q) : moveaxis(diff(q, { axis }), axis, -1);
  return mul(sum(multiply(steps, add(upper, lower)), { axis: -1 }), 0.5);
}

/** Options of `unwrap`. */
export interface UnwrapOptions extends AxisOptions {
  /** Smallest jump to correct; half a period. */
  discont?: number | undefined;
  /** 2 pi by default. */
  period?: number | undefined;
}

/** Jumps along an axis (-1) brought below half a period by adding periods. */
export function unwrap(x: ArrayLike, options?: UnwrapOptions): NDArray {
  checkOptions("numpy.unwrap", options, ["axis", "discont", "period"]);
  const { axis = -1, period = 2 * Math.PI, discont = period / 2 } = options ?? {};
  const [a] = promote("numpy.unwrap", [x, period]) as [NDArray, NDArray]; // as given
  const dim = normalizeAxis(axis, a.ndim, "numpy.unwrap");
  const extent = a.shape[dim] as number; // an axis of a
  if (extent === 0) return a;
  const interval = isInteger(a.dtype) ? Math.floor(period / 2) : period / 2;
  const jumps = diff(a, { axis: dim });
  const wrapped = sub(remainder(add(jumps, interval), period), interval);
  const edge = bitwiseAnd(eq(wrapped, -interval), gt(jumps, 0));
  const wanted = sub(select(edge, interval, wrapped), jumps);
  const correction = select(lt(abs(jumps), discont), 0, wanted);
  const rest = add(sliceAlong(a, dim, 1, extent), cumsum(correction, { axis: dim }));
  return concatenate([sliceAlong(a, dim, 0, 1), rest], dim);
}
