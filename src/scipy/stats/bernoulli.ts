import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, neg, sub } from "../../lax/ops/arith.ts";
import { fullLike } from "../../lax/ops/broadcast.ts";
import { bitwiseOr, ge, gt, le, lt, ne, select } from "../../lax/ops/compare.ts";
import { exp } from "../../lax/ops/transcendental.ts";
import { xlog1py, xlogy } from "../special-logs.ts";
import { type LocOptions, together, withLoc } from "./arguments.ts";

// The Bernoulli distribution: 1 with probability `p`, else 0.

/** Logarithm of the probability of `k`: minus infinity below 0 and above 1. */
export function logpmf(k: ArrayLike, p: ArrayLike, options: LocOptions = {}): NDArray {
  const [at, chance, loc] = withLoc("bernoulli.logpmf", [k, p], options);
  const x = sub(at, loc);
  const logs = add(xlogy(x, chance), xlog1py(sub(1, x), neg(chance)));
  return select(bitwiseOr(lt(x, 0), gt(x, 1)), fullLike(x, -Infinity), logs);
}

/** Probability of `k`. */
export function pmf(k: ArrayLike, p: ArrayLike, options: LocOptions = {}): NDArray {
  return exp(logpmf(k, p, options));
}

function isNoChance(p: NDArray): NDArray {
  return bitwiseOr(ne(p, p), bitwiseOr(lt(p, 0), gt(p, 1)));
}

/** Probability of a value up to `k`; NaN unless `p` is a probability. */
export function cdf(k: ArrayLike, p: ArrayLike): NDArray {
  const [at, chance] = together("bernoulli.cdf", [k, p]);
  const isWrong = bitwiseOr(ne(at, at), isNoChance(chance));
  const from0 = select(ge(at, 1), fullLike(at, 1), sub(1, chance));
  const value = select(lt(at, 0), fullLike(at, 0), from0);
  return select(isWrong, fullLike(at, Number.NaN), value);
}

/** Value that is not exceeded with probability `q`; NaN unless `p` and `q` are probabilities. */
export function ppf(q: ArrayLike, p: ArrayLike): NDArray {
  const [at, chance] = together("bernoulli.ppf", [q, p]);
  const value = select(le(at, sub(1, chance)), fullLike(at, 0), fullLike(at, 1));
  const isWrong = bitwiseOr(isNoChance(at), isNoChance(chance));
  return select(isWrong, fullLike(at, Number.NaN), value);
}
