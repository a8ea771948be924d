import { type DType, isFloat } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, sub } from "../lax/ops/arith.ts";
import { bitwiseNot, le, ne, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { square } from "../lax/ops/power.ts";
import { sqrt } from "../lax/ops/transcendental.ts";
import { constantLike, stretch, toArray } from "./promote.ts";
import {
  all,
  type MeanOptions,
  max,
  meanDtype,
  meanNames,
  min,
  prod,
  type ReductionOptions,
  reductionNames,
  type SumOptions,
  sum,
  sumNames,
  wideDtype,
} from "./reductions.ts";

/** `x` with `value` in place of each NaN. */
export function withoutNan(x: NDArray, value: number): NDArray {
  return isFloat(x.dtype) ? select(ne(x, x), value, x) : x;
}

/** Sum over axes, a NaN counting as 0. */
export function nansum(x: ArrayLike, options?: SumOptions): NDArray {
  checkOptions("numpy.nansum", options, sumNames);
  return sum(withoutNan(toArray("numpy.nansum", x), 0), options);
}

/** Product over axes, a NaN counting as 1. */
export function nanprod(x: ArrayLike, options?: SumOptions): NDArray {
  checkOptions("numpy.nanprod", options, sumNames);
  return prod(withoutNan(toArray("numpy.nanprod", x), 1), options);
}

/** Largest element over axes, NaN left out; NaN if there is nothing else. */
export function nanmax(x: ArrayLike, options?: ReductionOptions): NDArray {
  checkOptions("numpy.nanmax", options, reductionNames);
  const a = toArray("numpy.nanmax", x);
  return nanIfNothingElse(a, max(withoutNan(a, -Infinity), options), options);
}

/** Smallest element over axes, NaN left out; NaN if there is nothing else. */
export function nanmin(x: ArrayLike, options?: ReductionOptions): NDArray {
  checkOptions("numpy.nanmin", options, reductionNames);
  const a = toArray("numpy.nanmin", x);
  return nanIfNothingElse(a, min(withoutNan(a, Infinity), options), options);
}

function nanIfNothingElse(
  x: NDArray,
  found: NDArray,
  options: ReductionOptions | undefined,
): NDArray {
  if (!isFloat(x.dtype) || options?.initial !== undefined) return found;
  const nothing = all(ne(x, x), { axis: options?.axis, keepdims: options?.keepdims });
  return select(nothing, Number.NaN, found);
}

/** Elements that are not NaN, counted over axes. */
function countNumbers(x: NDArray, options: MeanOptions | undefined): NDArray {
  const { axis, keepdims, where } = options ?? {};
  return sum(bitwiseNot(ne(x, x)), { axis, keepdims, where, dtype: "int32" });
}

/** Mean over axes, NaN left out; NaN if there is nothing else. */
export function nanmean(x: ArrayLike, options?: MeanOptions): NDArray {
  checkOptions("numpy.nanmean", options, meanNames);
  const a = toArray("numpy.nanmean", x);
  const dtype = meanDtype("numpy.nanmean", a, options?.dtype);
  const wide = wideDtype(dtype);
  const total = sum(withoutNan(a, 0), { ...options, dtype: wide });
  const count = convertElementType(countNumbers(a, options), wide);
  return convertElementType(div(total, count), dtype);
}

/** Options of `nanvar` and `nanstd`. */
export interface NanVarianceOptions extends MeanOptions {
  /** Taken from the number of elements in the divisor; 0. */
  ddof?: number | undefined;
}

const varianceNames = [...meanNames, "ddof"];

/** Mean squared distance from the mean over axes, NaN left out. */
export function nanvar(x: ArrayLike, options?: NanVarianceOptions): NDArray {
  checkOptions("numpy.nanvar", options, varianceNames);
  return nanVariance("numpy.nanvar", toArray("numpy.nanvar", x), options);
}

/** Square root of `nanvar`. */
export function nanstd(x: ArrayLike, options?: NanVarianceOptions): NDArray {
  checkOptions("numpy.nanstd", options, varianceNames);
  return sqrt(nanVariance("numpy.nanstd", toArray("numpy.nanstd", x), options));
}

function nanVariance(name: string, x: NDArray, options: NanVarianceOptions | undefined): NDArray {
  const { ddof = 0, axis, keepdims, where } = options ?? {};
  const dtype: DType = meanDtype(name, x, options?.dtype);
  const a = convertElementType(x, wideDtype(dtype));
  const center = nanmean(a, { axis, where, keepdims: true });
  const apart = select(ne(a, a), constantLike(a, 0), sub(a, stretch(center, a.shape)));
  const count = sub(countNumbers(a, options), ddof);
  const total = sum(square(apart), { axis, keepdims, where });
  const missing = le(count, 0);
  const divisor = convertElementType(select(missing, constantLike(count, 1), count), total.dtype);
  return convertElementType(div(select(missing, Number.NaN, total), divisor), dtype);
}
