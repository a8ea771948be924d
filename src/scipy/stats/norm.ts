import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "../../lax/ops/arith.ts";
import { square } from "../../lax/ops/power.ts";
import { exp, log } from "../../lax/ops/transcendental.ts";
import { logNdtr, ndtr, ndtri } from "../special-normal.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";

// The normal distribution.

/** Logarithm of the density at `x`. */
export function logpdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("norm.logpdf", [x], options);
  const variance = square(scale);
  const quadratic = div(square(sub(at, loc)), variance);
  return div(add(log(mul(variance, 2 * Math.PI)), quadratic), -2);
}

/** Density at `x`. */
export function pdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, options));
}

/** Probability of a value up to `x`. */
export function cdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("norm.cdf", [x], options);
  return ndtr(div(sub(at, loc), scale));
}

/** Logarithm of `cdf`, exact far into the tail. */
export function logcdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("norm.logcdf", [x], options);
  return logNdtr(div(sub(at, loc), scale));
}

/** Probability of a value above `x`. */
export function sf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("norm.sf", [x], options);
  return ndtr(div(sub(neg(at), neg(loc)), scale));
}

/** Logarithm of `sf`, exact far into the tail. */
export function logsf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("norm.logsf", [x], options);
  return logNdtr(div(sub(neg(at), neg(loc)), scale));
}

/** Value that is not exceeded with probability `q`: the inverse of `cdf`. */
export function ppf(q: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [p, loc, scale] = withLocScale("norm.ppf", [q], options);
  return add(mul(ndtri(p), scale), loc);
}

/** Value that is exceeded with probability `q`: the inverse of `sf`. */
export function isf(q: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [p, loc, scale] = withLocScale("norm.isf", [q], options);
  return add(mul(ndtri(sub(1, p)), scale), loc);
}
