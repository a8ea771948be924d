import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "../../lax/ops/arith.ts";
import { le, select } from "../../lax/ops/compare.ts";
import { abs } from "../../lax/ops/extrema.ts";
import { exp, log } from "../../lax/ops/transcendental.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";

// The Laplace distribution: exponential on both sides of `loc`.

/** Logarithm of the density at `x`. */
export function logpdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("laplace.logpdf", [x], options);
  return neg(add(div(abs(sub(at, loc)), scale), log(mul(scale, 2))));
}

/** Density at `x`. */
export function pdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, options));
}

/** Probability of a value up to `x`. */
export function cdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("laplace.cdf", [x], options);
  const y = div(sub(at, loc), scale);
  return select(le(y, 0), mul(0.5, exp(y)), sub(1, mul(0.5, exp(neg(y)))));
}
