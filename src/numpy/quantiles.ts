import { scalarArray } from "../core/array.ts";
import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import { bitwiseNot, le, ne, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { max, min } from "../lax/ops/extrema.ts";
import { expandDims, reshape, transpose } from "../lax/ops/layout.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { ceil, floor } from "../lax/ops/rounding.ts";
import { sort } from "../lax/ops/sort.ts";
import { type Axes, checkChoice } from "./options.ts";
import { convertTo, inexact, stretch, strong, toArray } from "./promote.ts";
import { axesOf, keepAxes, sum } from "./reductions.ts";
import { takeAlongAxis } from "./take.ts";

/** How to choose between the two elements around a quantile. */
export type QuantileMethod = "linear" | "lower" | "higher" | "midpoint" | "nearest";

const methods: readonly QuantileMethod[] = ["linear", "lower", "higher", "midpoint", "nearest"];

/** Options of `median`. */
export interface MedianOptions {
  /** Axis or axes; all by default. */
  axis?: Axes | undefined;
  keepdims?: boolean | undefined;
}

/** Options of `quantile` and `percentile`. */
export interface QuantileOptions extends MedianOptions {
  /** "linear" by default: in proportion to the distances. */
  method?: QuantileMethod | undefined;
}

const quantileNames = ["axis", "keepdims", "method"];

/**
 * Elements below which the fractions `q` of all lie, along axes; NaN if there is one.
 *
 * Shapes: `q` is a scalar or a vector, whose axis comes first in the result.
 */
export function quantile(x: ArrayLike, q: ArrayLike, options?: QuantileOptions): NDArray {
  return quantileOf("numpy.quantile", x, toArray("numpy.quantile", q), options, false);
}

/** As `quantile`, NaN left out. */
export function nanquantile(x: ArrayLike, q: ArrayLike, options?: QuantileOptions): NDArray {
  return quantileOf("numpy.nanquantile", x, toArray("numpy.nanquantile", q), options, true);
}

/** As `quantile`, with fractions in percent. */
export function percentile(x: ArrayLike, q: ArrayLike, options?: QuantileOptions): NDArray {
  return quantileOf(
    "numpy.percentile",
    x,
    div(inexact("numpy.percentile", q), 100),
    options,
    false,
  );
}

/** As `percentile`, NaN left out. */
export function nanpercentile(x: ArrayLike, q: ArrayLike, options?: QuantileOptions): NDArray {
  return quantileOf(
    "numpy.nanpercentile",
    x,
    div(inexact("numpy.nanpercentile", q), 100),
    options,
    true,
  );
}

/** The element in the middle along axes, or half way between the two there; NaN if there is one. */
export function median(x: ArrayLike, options?: MedianOptions): NDArray {
  checkOptions("numpy.median", options, ["axis", "keepdims"]);
  const asked: QuantileOptions = { ...options, method: "midpoint" };
  return quantileOf("numpy.median", x, scalarArray(0.5, "float32"), asked, false);
}

/** As `median`, NaN left out. */
export function nanmedian(x: ArrayLike, options?: MedianOptions): NDArray {
  checkOptions("numpy.nanmedian", options, ["axis", "keepdims"]);
  const asked: QuantileOptions = { ...options, method: "midpoint" };
  return quantileOf("numpy.nanmedian", x, scalarArray(0.5, "float32"), asked, true);
}

function quantileOf(
  where: string,
  x: ArrayLike,
  q: NDArray,
  options: QuantileOptions | undefined,
  skipNan: boolean,
): NDArray {
  checkOptions(where, options, quantileNames);
  const { axis, keepdims = false, method = "linear" } = options ?? {};
  checkChoice(where, "method", method, methods);
  if (q.ndim > 1) {
    throw new ShapeError(
      `${where}: fractions must be a scalar or vector, got ${q.aval}; ravel them`,
    );
  }
  const given = strong(inexact(where, x));
  const axes = axesOf(where, given, axis);
  const kept = given.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const lead = kept.map((i) => given.shape[i] as number); // axes of the array
  const lines = reshape(transpose(given, [...kept, ...axes]), [...lead, sizeOf(given, axes)]);
  const fractions = convertTo(q, { dtype: given.dtype, weakType: false });
  const found = quantileOfLines(lines, fractions, method, skipNan);
  // The axis of the fractions is the last one so far.
  const last = found.ndim - 1;
  const first =
    q.ndim === 0 ? reshape(found, lead) : transpose(found, [last, ...lead.map((_, i) => i)]);
  if (!keepdims) return first;
  if (q.ndim === 0) return keepAxes(first, given.shape, axes);
  const shape = given.shape.map((n, i) => (axes.includes(i) ? 1 : n));
  return reshape(first, [q.size, ...shape]);
}

function sizeOf(x: NDArray, axes: readonly number[]): number {
  return axes.reduce((n, axis) => n * (x.shape[axis] as number), 1); // axes of the array
}

/** Quantiles along the last axis, which that of the fractions replaces. */
function quantileOfLines(
  x: NDArray,
  q: NDArray,
  method: QuantileMethod,
  skipNan: boolean,
): NDArray {
  const dim = x.ndim - 1;
  const lead = x.shape.slice(0, -1);
  const shape = [...lead, q.size];
  const missing = ne(x, x);
  const ruined = stretch(expandDims(reduceOr(missing, [dim]), [dim]), x.shape);
  const sorted = sort(skipNan ? x : select(ruined, Number.NaN, x), { dimension: dim });
  const fractions = stretch(reshape(q, [q.size]), shape);
  const numbers = sum(bitwiseNot(missing), { axis: -1, dtype: x.dtype, keepdims: true });
  const end = skipNan
    ? stretch(sub(numbers, 1), shape)
    : full(shape, (x.shape[dim] as number) - 1, x.dtype); // its last axis
  const place = mul(fractions, end);
  const low = floor(place);
  const high = ceil(place);
  const toHigh = sub(place, low);
  const inside = (y: NDArray): NDArray => max(0, min(y, end));
  const read = (y: NDArray): NDArray =>
    takeAlongAxis(sorted, convertElementType(inside(y), "int32"), { axis: dim, mode: "clip" });
  const [below, above] = [read(low), read(high)];
  return between(below, above, toHigh, method);
}

function between(below: NDArray, above: NDArray, toHigh: NDArray, method: QuantileMethod): NDArray {
  switch (method) {
    case "linear":
      return add(mul(below, sub(1, toHigh)), mul(above, toHigh));
    case "lower":
      return below;
    case "higher":
      return above;
    case "nearest":
      return select(le(toHigh, 0.5), below, above);
    case "midpoint":
      return mul(add(below, above), 0.5);
  }
}
