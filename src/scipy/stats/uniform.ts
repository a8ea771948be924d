import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "../../lax/ops/arith.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, ge, gt, le, lt, select } from "../../lax/ops/compare.ts";
import { exp, log } from "../../lax/ops/transcendental.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";
import { orNaNOutside } from "./quantile-domain.ts";

// The uniform distribution between `loc` and `loc + scale`.

/** Logarithm of the density at `x`: minus infinity outside. */
export function logpdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("uniform.logpdf", [x], options);
  const isOutside = bitwiseOr(gt(at, add(loc, scale)), lt(at, loc));
  return select(isOutside, fullLike(at, -Infinity), neg(log(scale)));
}

/** Density at `x`: 0 outside. */
export function pdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, options));
}

/** Probability of a value up to `x`. */
export function cdf(x: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, loc, scale] = withLocScale("uniform.cdf", [x], options);
  const end = add(loc, scale);
  const isInside = bitwiseAnd(ge(at, loc), le(at, end));
  const inside = select(isInside, div(sub(at, loc), scale), fullLike(at, 0));
  return select(gt(at, end), fullLike(at, 1), inside);
}

/** Value that is not exceeded with probability `q`; NaN unless `q` is from 0 to 1. */
export function ppf(q: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [p, loc, scale] = withLocScale("uniform.ppf", [q], options);
  return orNaNOutside(p, add(loc, mul(scale, p)));
}
