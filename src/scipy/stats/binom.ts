import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, neg, sub } from "../../lax/ops/arith.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, eq, ge, lt, select } from "../../lax/ops/compare.ts";
import { lgamma } from "../../lax/ops/special.ts";
import { exp } from "../../lax/ops/transcendental.ts";
import { xlog1py, xlogy } from "../special-logs.ts";
import { type LocOptions, withLoc } from "./arguments.ts";

// The binomial distribution: successes of probability `p` among `n` trials.

/** Logarithm of the probability of `k`: minus infinity below 0 and above `n`. */
export function logpmf(
  k: ArrayLike,
  n: ArrayLike,
  p: ArrayLike,
  options: LocOptions = {},
): NDArray {
  const [at, count, chance, loc] = withLoc("binom.logpmf", [k, n, p], options);
  const y = sub(at, loc);
  const rest = sub(count, y);
  const choices = sub(lgamma(add(count, 1)), add(lgamma(add(y, 1)), lgamma(add(rest, 1))));
  const linear = add(xlogy(y, chance), xlog1py(rest, neg(chance)));
  // Certain outcomes have a logarithm of exactly 0.
  const isCertain = bitwiseOr(bitwiseAnd(eq(y, 0), eq(count, 0)), eq(linear, 0));
  const logs = select(isCertain, fullLike(y, 0), add(choices, linear));
  const isInside = bitwiseAnd(ge(at, loc), lt(at, add(add(loc, count), 1)));
  return select(isInside, logs, fullLike(y, -Infinity));
}

/** Probability of `k`. */
export function pmf(k: ArrayLike, n: ArrayLike, p: ArrayLike, options: LocOptions = {}): NDArray {
  return exp(logpmf(k, n, p, options));
}
