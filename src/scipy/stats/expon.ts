import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "../../lax/ops/arith.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { lt, select } from "../../lax/ops/compare.ts";
import { exp, expm1, log, log1p } from "../../lax/ops/transcendental.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";
import { orNaNOutside } from "./quantile-domain.ts";

// The exponential distribution of mean `scale`, from `loc` on.

/** Logarithm of the density at `x`: minus infinity below `loc`. */
export function logpdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("expon.logpdf", [x], options);
  const logs = neg(add(div(sub(at, loc), scale), log(scale)));
  return select(lt(at, loc), fullLike(at, -Infinity), logs);
}

/** Density at `x`: 0 below `loc`. */
export function pdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, options));
}

/** Probability of a value up to `x`. */
export function cdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("expon.cdf", [x], options);
  const exponent = div(sub(loc, at), scale);
  return select(lt(at, loc), fullLike(at, 0), neg(expm1(exponent)));
}

/** Logarithm of `cdf`. */
export function logcdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return log1p(neg(sf(x, options)));
}

/** Logarithm of `sf`. */
export function logsf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("expon.logsf", [x], options);
  return select(lt(at, loc), fullLike(at, 0), div(sub(loc, at), scale));
}

/** Probability of a value above `x`. */
export function sf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logsf(x, options));
}

/** Value that is not exceeded with probability `q`; NaN unless `q` is from 0 to 1. */
export function ppf(q: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [p, loc, scale] = withLocScale("expon.ppf", [q], options);
  return orNaNOutside(p, sub(loc, mul(scale, log1p(neg(p)))));
}
