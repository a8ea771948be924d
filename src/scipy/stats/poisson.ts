import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, sub } from "../../lax/ops/arith.ts";
import { broadcastInDim, fullLike, reduceSum } from "../../lax/ops/broadcast.ts";
import { bitwiseOr, eq, lt, ne, select } from "../../lax/ops/compare.ts";
import { iota } from "../../lax/ops/constants.ts";
import { ceil, floor, round } from "../../lax/ops/rounding.ts";
import { igammac, lgamma } from "../../lax/ops/special.ts";
import { exp, log, sqrt } from "../../lax/ops/transcendental.ts";
import { entr, xlogy } from "../special-logs.ts";
import { type LocOptions, withLoc } from "./arguments.ts";

// The Poisson distribution of mean `mu`.

/** Logarithm of the probability of `k`: minus infinity below 0 and between integers. */
export function logpmf(k: ArrayLike, mu: ArrayLike, options: LocOptions = {}): NDArray {
  const [at, mean, loc] = withLoc("poisson.logpmf", [k, mu], options);
  const x = sub(at, loc);
  const logs = sub(sub(xlogy(x, mean), lgamma(add(x, 1))), mean);
  const whole = round(at, { roundingMethod: "toNearestEven" });
  const isOutside = bitwiseOr(lt(x, 0), ne(whole, at));
  return select(isOutside, fullLike(x, -Infinity), logs);
}

/** Probability of `k`. */
export function pmf(k: ArrayLike, mu: ArrayLike, options: LocOptions = {}): NDArray {
  return exp(logpmf(k, mu, options));
}

/** Probability of a value up to `k`. */
export function cdf(k: ArrayLike, mu: ArrayLike, options: LocOptions = {}): NDArray {
  const [at, mean, loc] = withLoc("poisson.cdf", [k, mu], options);
  const x = sub(at, loc);
  return select(lt(x, 0), fullLike(x, 0), igammac(floor(add(x, 1)), mean));
}

/**
 * Entropy in nats: the sum of its terms below a mean of 100, the first terms of an expansion in
 * 1/mu from there on.
 */
export function entropy(mu: ArrayLike, options: LocOptions = {}): NDArray {
  const [mean] = withLoc("poisson.entropy", [mu], options);
  const few = entropyOver(35, mean, ceil(add(mean, 20)));
  const spread = add(add(mean, mul(sqrt(mean), 10)), 20);
  const many = entropyOver(250, mean, ceil(spread));
  const large = sub(mul(0.5, log(mul(mean, 2 * Math.PI * Math.E))), div(1, mul(mean, 12)));
  const value = select(lt(mean, 10), few, select(lt(mean, 100), many, large));
  return select(eq(mean, 0), fullLike(mean, 0), value);
}

/** Sum of the terms of the entropy for values from 0 below `count` and below `end`. */
function entropyOver(count: number, mean: NDArray, end: NDArray): NDArray {
  const shape = [count, ...mean.shape];
  const along = (x: NDArray): NDArray =>
    broadcastInDim(
      x,
      shape,
      mean.shape.map((_, i) => i + 1),
    );
  const k = iota(mean.dtype, shape, 0);
  const chances = pmf(k, along(mean));
  const counted = select(lt(k, along(end)), chances, fullLike(chances, 0));
  return reduceSum(entr(counted), [0]);
}
