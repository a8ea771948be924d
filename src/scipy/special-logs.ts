import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, eq, ge, gt, lt, ne, select } from "../lax/ops/compare.ts";
import { expm1, log, log1p } from "../lax/ops/transcendental.ts";
import { inexact, pairInexact } from "../numpy/promote.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

type Pair = CustomJvp<[NDArray, NDArray], NDArray>;

/** x times a logarithm of y, 0 where x is 0 and y no NaN; its slopes are the formula's. */
function timesLog(of: (y: NDArray) => NDArray, argument: (y: NDArray) => NDArray): Pair {
  const product = customJvp((x: NDArray, y: NDArray): NDArray => {
    const counts = bitwiseOr(ne(x, 0), ne(y, y));
    return select(counts, mul(x, of(y)), fullLike(x, 0));
  });
  return product.defJvp(([x, y]: [NDArray, NDArray], [s, t]: [NDArray, NDArray]) => [
    product(x, y),
    add(mul(s, of(y)), div(mul(t, x), argument(y))),
  ]);
}

const withLog: Pair = /* @__PURE__ */ timesLog(log, (y) => y);
const withLog1p: Pair = /* @__PURE__ */ timesLog(log1p, (y) => add(1, y));

const selfLog: CustomJvp<[NDArray], NDArray> = /* @__PURE__ */ customJvp((x: NDArray) =>
  withLog(x, x),
).defJvps((t, _, x) => mul(t, add(log(x), 1)));

/** x log y, which is 0 where x is 0. The slopes at 0 are those of the formula: log y and x/y. */
export function xlogy(x: ArrayLike, y: ArrayLike): NDArray {
  return withLog(...pairInexact("scipy.special.xlogy", x, y));
}

/** x log(1 + y), which is 0 where x is 0. */
export function xlog1py(x: ArrayLike, y: ArrayLike): NDArray {
  return withLog1p(...pairInexact("scipy.special.xlog1py", x, y));
}

/** Entropy -x log x: 0 at 0, minus infinity below. */
export function entr(x: ArrayLike): NDArray {
  const array = inexact("scipy.special.entr", x);
  return select(lt(array, 0), fullLike(array, -Infinity), neg(selfLog(array)));
}

/** p log(p/q): 0 where p is 0 and q not negative, infinity outside the domain. */
export function relEntr(p: ArrayLike, q: ArrayLike): NDArray {
  const [a, b] = pairInexact("scipy.special.relEntr", p, q);
  const inside = bitwiseAnd(gt(a, 0), gt(b, 0));
  const atZero = bitwiseAnd(eq(a, 0), ge(b, 0));
  const safeA = select(inside, a, fullLike(a, 1));
  const safeB = select(inside, b, fullLike(b, 1));
  const value = sub(selfLog(safeA), withLog(safeA, safeB));
  return select(inside, value, select(atZero, fullLike(a, 0), fullLike(a, Infinity)));
}

/** p log(p/q) - p + q, which is never negative; see `relEntr`. */
export function klDiv(p: ArrayLike, q: ArrayLike): NDArray {
  const [a, b] = pairInexact("scipy.special.klDiv", p, q);
  return add(sub(relEntr(a, b), a), b);
}

const logOdds: CustomJvp<[NDArray], NDArray> = /* @__PURE__ */ customJvp((x: NDArray) =>
  log(div(x, sub(1, x))),
).defJvps((t, _, x) => div(t, mul(x, sub(1, x))));

/** log(x / (1 - x)), the inverse of `expit`. */
export function logit(x: ArrayLike): NDArray {
  return logOdds(inexact("scipy.special.logit", x));
}

/** ((x^lambda) - 1) / lambda, log x where lambda is 0. Source: Box and Cox, 1964. */
export function boxcox(x: ArrayLike, lambda: ArrayLike): NDArray {
  const [a, l] = pairInexact("scipy.special.boxcox", x, lambda);
  return powerOf(log(a), l);
}

/** `boxcox` of 1 + x, exact to the last digits near 0. */
export function boxcox1p(x: ArrayLike, lambda: ArrayLike): NDArray {
  const [a, l] = pairInexact("scipy.special.boxcox1p", x, lambda);
  return powerOf(log1p(a), l);
}

function powerOf(logarithm: NDArray, lambda: NDArray): NDArray {
  const isZero = eq(lambda, 0);
  const safe = select(isZero, fullLike(lambda, 1), lambda);
  return select(isZero, logarithm, div(expm1(mul(safe, logarithm)), safe));
}
