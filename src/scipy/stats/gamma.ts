import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, sub } from "../../lax/ops/arith.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { ge, lt, select } from "../../lax/ops/compare.ts";
import { clamp } from "../../lax/ops/extrema.ts";
import { igamma, igammac, lgamma } from "../../lax/ops/special.ts";
import { exp, log } from "../../lax/ops/transcendental.ts";
import { xlogy } from "../special-logs.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";

// The gamma distribution with exponent `a`, from `loc` on.

/** Logarithm of the density at `x`: minus infinity below `loc`. */
export function logpdf(x: ArrayLike, a: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, shape, loc, scale] = withLocScale("gamma.logpdf", [x, a], options);
  const isInside = ge(at, loc);
  // An argument that the formula is finite for, where its result is not used.
  const y = select(isInside, div(sub(at, loc), scale), fullLike(at, 1));
  const linear = sub(xlogy(sub(shape, 1), y), y);
  const logs = sub(linear, add(lgamma(shape), log(scale)));
  return select(isInside, logs, fullLike(at, -Infinity));
}

/** Density at `x`: 0 below `loc`. */
export function pdf(x: ArrayLike, a: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, a, options));
}

/** Probability of a value up to `x`. */
export function cdf(x: ArrayLike, a: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, shape, loc, scale] = withLocScale("gamma.cdf", [x, a], options);
  return igamma(shape, clamp(0, div(sub(at, loc), scale), Infinity));
}

/** Logarithm of `cdf`. */
export function logcdf(x: ArrayLike, a: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return log(cdf(x, a, options));
}

/** Probability of a value above `x`. */
export function sf(x: ArrayLike, a: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, shape, loc, scale] = withLocScale("gamma.sf", [x, a], options);
  const y = div(sub(at, loc), scale);
  return select(lt(y, 0), fullLike(y, 1), igammac(shape, y));
}

/** Logarithm of `sf`. */
export function logsf(x: ArrayLike, a: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return log(sf(x, a, options));
}
