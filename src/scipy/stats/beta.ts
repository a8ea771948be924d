import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, neg, sub } from "../../lax/ops/arith.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { bitwiseOr, gt, le, lt, select } from "../../lax/ops/compare.ts";
import { clamp } from "../../lax/ops/extrema.ts";
import { betainc } from "../../lax/ops/special.ts";
import { exp, log } from "../../lax/ops/transcendental.ts";
import { betaln } from "../special-gamma.ts";
import { xlog1py, xlogy } from "../special-logs.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";

// The beta distribution with exponents `a` and `b`, between `loc` and `loc + scale`.

/** Logarithm of the density at `x`: minus infinity outside, NaN unless `a`, `b`, scale exceed 0. */
export function logpdf(
  x: ArrayLike,
  a: ArrayLike,
  b: ArrayLike,
  options: LocScaleOptions = {},
): NDArray {
  const [at, p, q, loc, scale] = withLocScale("beta.logpdf", [x, a, b], options);
  const y = div(sub(at, loc), scale);
  const linear = add(xlogy(sub(p, 1), y), xlog1py(sub(q, 1), neg(y)));
  const logs = sub(add(neg(betaln(p, q)), linear), log(scale));
  const isOutside = bitwiseOr(gt(at, add(loc, scale)), lt(at, loc));
  const isWrong = bitwiseOr(bitwiseOr(le(p, 0), le(q, 0)), le(scale, 0));
  const value = select(isOutside, fullLike(at, -Infinity), logs);
  return select(isWrong, fullLike(at, Number.NaN), value);
}

/** Density at `x`: 0 outside. */
export function pdf(
  x: ArrayLike,
  a: ArrayLike,
  b: ArrayLike,
  options: LocScaleOptions = {},
): NDArray {
  return exp(logpdf(x, a, b, options));
}

/** Probability of a value up to `x`. */
export function cdf(
  x: ArrayLike,
  a: ArrayLike,
  b: ArrayLike,
  options: LocScaleOptions = {},
): NDArray {
  const [at, p, q, loc, scale] = withLocScale("beta.cdf", [x, a, b], options);
  return betainc(p, q, clamp(0, div(sub(at, loc), scale), 1));
}

/** Logarithm of `cdf`. */
export function logcdf(
  x: ArrayLike,
  a: ArrayLike,
  b: ArrayLike,
  options: LocScaleOptions = {},
): NDArray {
  return log(cdf(x, a, b, options));
}

/** Probability of a value above `x`. */
export function sf(
  x: ArrayLike,
  a: ArrayLike,
  b: ArrayLike,
  options: LocScaleOptions = {},
): NDArray {
  const [at, p, q, loc, scale] = withLocScale("beta.sf", [x, a, b], options);
  return betainc(q, p, sub(1, clamp(0, div(sub(at, loc), scale), 1)));
}

/** Logarithm of `sf`. */
export function logsf(
  x: ArrayLike,
  a: ArrayLike,
  b: ArrayLike,
  options: LocScaleOptions = {},
): NDArray {
  return log(sf(x, a, b, options));
}
