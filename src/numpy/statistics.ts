import { checkDtype, type DType, isInteger } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { sameShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, mul, sub } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import { gt, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "../lax/ops/extrema.ts";
import { expandDims, reshape, transpose } from "../lax/ops/layout.ts";
import { square } from "../lax/ops/power.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { sqrt } from "../lax/ops/transcendental.ts";
import { diagonal } from "./matrices.ts";
import type { Axes } from "./options.ts";
import { dot } from "./products.ts";
import { promoteInexact, stretch, toArray } from "./promote.ts";
import {
  axesOf,
  countAlong,
  elementCount,
  type MeanOptions,
  mean,
  meanDtype,
  meanNames,
  sum,
  wideDtype,
} from "./reductions.ts";
import { clip } from "./selection.ts";
import { atleast2d, squeeze } from "./shape.ts";

/** Options of `var` and `std`. */
export interface VarianceOptions extends MeanOptions {
  /** Taken from the number of elements in the divisor; 0. */
  ddof?: number | undefined;
  /** The same as `ddof`. */
  correction?: number | undefined;
}

const varianceNames = [...meanNames, "ddof", "correction"];

/**
 * Mean squared distance from the mean over axes: of integers in float32, of float16 accumulated in
 * float32. NaN where the divisor is not positive.
 */
export function variance(x: ArrayLike, options?: VarianceOptions): NDArray {
  checkOptions("numpy.var", options, varianceNames);
  return varianceOf("numpy.var", x, options);
}

/** Square root of the variance. */
export function std(x: ArrayLike, options?: VarianceOptions): NDArray {
  checkOptions("numpy.std", options, varianceNames);
  return sqrt(varianceOf("numpy.std", x, options));
}

function varianceOf(name: string, x: ArrayLike, options: VarianceOptions | undefined): NDArray {
  const given = toArray(name, x);
  const { axis, keepdims, where, ddof, correction } = options ?? {};
  if (ddof !== undefined && correction !== undefined) {
    throw new ArgumentError(`${name}: ddof or correction is required, got both; drop one`);
  }
  const dtype = meanDtype(name, given, options?.dtype);
  const a = convertElementType(given, wideDtype(dtype));
  const center = mean(a, { axis, where, keepdims: true });
  const apart = square(sub(a, stretch(center, a.shape)));
  const total = sum(apart, { axis, keepdims, where });
  const count = elementCount(name, a, axis, where, keepdims);
  const less = ddof ?? correction ?? 0;
  if (typeof count === "number") {
    const divisor = count - less;
    return convertElementType(div(total, divisor > 0 ? divisor : Number.NaN), dtype);
  }
  const divisor = sub(convertElementType(stretch(count, total.shape), total.dtype), less);
  return convertElementType(select(gt(divisor, 0), div(total, divisor), Number.NaN), dtype);
}

/** Options of `average`. */
export interface AverageOptions {
  axis?: Axes | undefined;
  keepdims?: boolean | undefined;
  /** Of the shape of the array, or of its axes that are averaged over; all 1 by default. */
  weights?: ArrayLike | undefined;
}

/** Weighted mean over axes; with `returned`, beside the sum of the weights. */
export function average(
  x: ArrayLike,
  options?: AverageOptions & { returned?: false | undefined },
): NDArray;
export function average(
  x: ArrayLike,
  options: AverageOptions & { returned: true },
): [NDArray, NDArray];
export function average(
  x: ArrayLike,
  options?: AverageOptions & { returned?: boolean | undefined },
): NDArray | [NDArray, NDArray] {
  checkOptions("numpy.average", options, ["axis", "keepdims", "weights", "returned"]);
  const [value, total] = weightedMean(toArray("numpy.average", x), options);
  return options?.returned === true ? [value, stretch(total, value.shape)] : value;
}

function weightedMean(
  x: NDArray,
  options: AverageOptions | undefined,
): readonly [NDArray, NDArray] {
  const { axis, keepdims, weights } = options ?? {};
  const axes = axesOf("numpy.average", x, axis);
  if (weights === undefined) {
    const value = mean(x, { axis, keepdims });
    return [value, full([], countAlong(x.shape, axes), value.dtype)];
  }
  const [a, w] = promoteInexact("numpy.average", [x, weights]) as [NDArray, NDArray]; // as given
  const aligned = alignWeights(a, w, axes, axis);
  const total = sum(stretch(aligned, a.shape), { axis, keepdims });
  return [div(sum(mul(a, stretch(aligned, a.shape)), { axis, keepdims }), total), total];
}

function alignWeights(
  x: NDArray,
  weights: NDArray,
  axes: readonly number[],
  axis: Axes | undefined,
): NDArray {
  if (sameShape(x.shape, weights.shape)) return weights;
  const order = typeof axis === "number" || axis == null ? axes : axis;
  const named = order.map((i) => (i < 0 ? i + x.ndim : i));
  const fits = axis != null && weights.shape.every((n, i) => n === x.shape[named[i] ?? -1]);
  if (!fits || weights.ndim !== named.length) {
    throw new ShapeError(
      `numpy.average: weights must have the shape of the array, or of the axes averaged over, got ${weights.aval} for ${x.aval}; broadcast them`,
    );
  }
  const sorted = named.map((_, i) => i).sort((i, j) => (named[i] ?? 0) - (named[j] ?? 0));
  return reshape(
    transpose(weights, sorted),
    x.shape.map((n, i) => (named.includes(i) ? n : 1)),
  );
}

/** Options of `cov`. */
export interface CovarianceOptions {
  /** More variables. */
  y?: ArrayLike | undefined;
  /** Whether rows are variables and columns observations; true. */
  rowvar?: boolean | undefined;
  /** Whether to divide by the number of observations; false: by one less. */
  bias?: boolean | undefined;
  /** Taken from the number of observations in the divisor, whatever `bias` says. */
  ddof?: number | undefined;
  /** How often each observation was made: integers. */
  fweights?: ArrayLike | undefined;
  /** How much each observation counts. */
  aweights?: ArrayLike | undefined;
  dtype?: DType | undefined;
}

const covarianceNames = ["y", "rowvar", "bias", "ddof", "fweights", "aweights", "dtype"];

/** Covariances of variables, those of `y` after those of `x`; a scalar for a single one. */
export function cov(x: ArrayLike, options?: CovarianceOptions): NDArray {
  checkOptions("numpy.cov", options, covarianceNames);
  return covariance("numpy.cov", x, options ?? {});
}

function covariance(where: string, x: ArrayLike, options: CovarianceOptions): NDArray {
  const { y, rowvar = true, bias = false, ddof = bias ? 0 : 1, dtype } = options;
  const given = promoteInexact(where, y === undefined ? [x] : [x, y]);
  if (given.some((a) => a.ndim > 2)) {
    throw new ShapeError(
      `${where}: at most two axes are allowed, got ${given.map((a) => a.aval).join(" and ")}; reshape them`,
    );
  }
  const rows = given.map((a) => {
    const matrix = atleast2d(a);
    return rowvar || a.ndim < 2 ? matrix : transpose(matrix, [1, 0]);
  });
  const joined = concatenate(rows, 0);
  const all = dtype === undefined ? joined : convertElementType(joined, checkDtype(dtype, where));
  const count = all.shape[1] ?? 0;
  const weights = observationWeights(where, options, all, count);
  const [center, total] = weightedMean(all, {
    axis: 1,
    weights: weights === null ? undefined : weights,
  });
  const divisor = covarianceDivisor(weights, total, count, ddof, options);
  const apart = sub(all, stretch(expandDims(center, [1]), all.shape));
  const scaled = weights === null ? apart : mul(apart, stretch(weights, apart.shape));
  const products = dot(apart, transpose(scaled, [1, 0]));
  const out = div(
    products,
    typeof divisor === "number" ? divisor : stretch(divisor, products.shape),
  );
  return squeeze(out);
}

function observationWeights(
  where: string,
  { fweights, aweights }: CovarianceOptions,
  x: NDArray,
  count: number,
): NDArray | null {
  const parts: NDArray[] = [];
  if (fweights !== undefined) {
    const f = toArray(where, fweights);
    if (!isInteger(f.dtype)) {
      throw new DTypeError(`${where}: fweights must be integers, got ${f.aval}; use aweights`);
    }
    parts.push(f);
  }
  if (aweights !== undefined) parts.push(toArray(where, aweights));
  for (const part of parts) {
    if (part.ndim === 1 && part.size === count) continue;
    throw new ShapeError(
      `${where}: one weight for each of ${count} observations is required, got ${part.aval}; check its size`,
    );
  }
  const sizes = parts.map((part) => abs(convertElementType(part, x.dtype)));
  return sizes.length === 0 ? null : sizes.reduce((a, b) => mul(a, b));
}

function covarianceDivisor(
  weights: NDArray | null,
  total: NDArray,
  count: number,
  ddof: number,
  { aweights }: CovarianceOptions,
): number | NDArray {
  if (weights === null) return count - ddof;
  const whole = sum(weights);
  if (ddof === 0) return whole;
  if (aweights === undefined) return sub(whole, ddof);
  const a = abs(convertElementType(toArray("numpy.cov", aweights), total.dtype));
  return sub(whole, div(mul(sum(mul(weights, a)), ddof), whole));
}

/** Correlation coefficients of variables, from -1 to 1. */
export function corrcoef(
  x: ArrayLike,
  options?: Pick<CovarianceOptions, "y" | "rowvar" | "dtype">,
): NDArray {
  checkOptions("numpy.corrcoef", options, ["y", "rowvar", "dtype"]);
  const c = covariance("numpy.corrcoef", x, options ?? {});
  if (c.ndim === 0) return div(c, c);
  const deviations = sqrt(diagonal(c));
  const byRow = div(c, stretch(expandDims(deviations, [1]), c.shape));
  return clip(div(byRow, stretch(deviations, c.shape)), -1, 1);
}
