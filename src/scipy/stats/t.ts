import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "../../lax/ops/arith.ts";
import { lgamma } from "../../lax/ops/special.ts";
import { exp, log, log1p } from "../../lax/ops/transcendental.ts";
import { type LocScaleOptions, withLocScale } from "./arguments.ts";

// Student's t distribution with `df` degrees of freedom.

/** Logarithm of the density at `x`. */
export function logpdf(x: ArrayLike, df: ArrayLike, options: LocScaleOptions = {}): NDArray {
  const [at, freedom, loc, scale] = withLocScale("t.logpdf", [x, df], options);
  const y = div(sub(at, loc), scale);
  const half = div(freedom, 2);
  const power = add(half, 0.5);
  const width = div(log(mul(mul(mul(scale, scale), Math.PI), freedom)), 2);
  const normalizer = sub(add(lgamma(half), width), lgamma(power));
  return neg(add(normalizer, mul(power, log1p(div(mul(y, y), freedom)))));
}

/** Density at `x`. */
export function pdf(x: ArrayLike, df: ArrayLike, options: LocScaleOptions = {}): NDArray {
  return exp(logpdf(x, df, options));
}
