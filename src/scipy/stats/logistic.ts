import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "../../lax/ops/arith.ts";
import { exp, logistic as expit, log } from "../../lax/ops/transcendental.ts";
import { logaddexp } from "../../numpy/log-sums.ts";
import { logit } from "../special-logs.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";

// The logistic distribution.

/** Logarithm of the density at `x`. */
export function logpdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("logistic.logpdf", [x], options);
  const half = div(div(sub(at, loc), scale), 2);
  return sub(mul(-2, logaddexp(half, neg(half))), log(scale));
}

/** Density at `x`. */
export function pdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, options));
}

/** Probability of a value up to `x`. */
export function cdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("logistic.cdf", [x], options);
  return expit(div(sub(at, loc), scale));
}

/** Probability of a value above `x`. */
export function sf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("logistic.sf", [x], options);
  return expit(neg(div(sub(at, loc), scale)));
}

/** Value that is not exceeded with probability `q`: the inverse of `cdf`. */
export function ppf(q: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [p, loc, scale] = withLocScale("logistic.ppf", [q], options);
  return add(mul(logit(p), scale), loc);
}

/** Value that is exceeded with probability `q`: the inverse of `sf`. */
export function isf(q: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [p, loc, scale] = withLocScale("logistic.isf", [q], options);
  return add(mul(neg(logit(p)), scale), loc);
}
