import { isInteger } from "../core/dtype.ts";
import { ArgumentError, DTypeError } from "../core/errors.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { fullLike, reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, eq, ge, le, lt, ne, select } from "../lax/ops/compare.ts";
import { abs } from "../lax/ops/extrema.ts";
import { floor, rem } from "../lax/ops/rounding.ts";
import {
  besselI0e,
  besselI1e,
  erfInv,
  igamma,
  igammac,
  betainc as laxBetainc,
  digamma as laxDigamma,
  erf as laxErf,
  erfc as laxErfc,
  polygamma as laxPolygamma,
  lgamma,
} from "../lax/ops/special.ts";
import { exp, logistic } from "../lax/ops/transcendental.ts";
import { astype } from "../numpy/creation.ts";
import { divide, subtract } from "../numpy/elementwise-arithmetic.ts";
import { signbit } from "../numpy/elementwise-comparison.ts";
import { inexact, pairInexact, promoteInexact } from "../numpy/promote.ts";
import { arange } from "../numpy/ranges.ts";
import { expandDims } from "../numpy/shape.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

/** The argument of a function of one float, which is named in messages. */
function float(name: string, x: ArrayLike): NDArray {
  return inexact(`scipy.special.${name}`, x);
}

/** Error function. */
export function erf(x: ArrayLike): NDArray {
  return laxErf(float("erf", x));
}

/** 1 less the error function, exact to the last digits in the tail. */
export function erfc(x: ArrayLike): NDArray {
  return laxErfc(float("erfc", x));
}

/** Inverse of the error function: infinite at -1 and 1, NaN outside. */
export function erfinv(x: ArrayLike): NDArray {
  return erfInv(float("erfinv", x));
}

/** Logistic function, 1 / (1 + exp(-x)). */
export function expit(x: ArrayLike): NDArray {
  return logistic(float("expit", x));
}

/** Logarithm of the size of the gamma function. */
export function gammaln(x: ArrayLike): NDArray {
  return lgamma(float("gammaln", x));
}

/** Sign of the gamma function: NaN at negative integers. */
export function gammasgn(x: ArrayLike): NDArray {
  const array = float("gammasgn", x);
  const below = floor(array);
  const isNegative = lt(array, 0);
  const isPole = bitwiseOr(bitwiseAnd(isNegative, eq(array, below)), ne(array, array));
  const isOdd = bitwiseAnd(isNegative, ne(rem(below, 2), 0));
  const isMinusZero = bitwiseAnd(eq(array, 0), signbit(array));
  const sign = select(bitwiseOr(isOdd, isMinusZero), fullLike(array, -1), fullLike(array, 1));
  return select(isPole, fullLike(array, Number.NaN), sign);
}

/** Gamma function. */
export function gamma(x: ArrayLike): NDArray {
  const array = float("gamma", x);
  return mul(gammasgn(array), exp(lgamma(array)));
}

/** n! for real n from 0; 0 below. */
export function factorial(n: ArrayLike): NDArray {
  const array = float("factorial", n);
  return select(lt(array, 0), fullLike(array, 0), exp(lgamma(add(array, 1))));
}

/** Logarithmic derivative of the gamma function. */
export function digamma(x: ArrayLike): NDArray {
  return laxDigamma(float("digamma", x));
}

/**
 * Derivative number `n` of `digamma`.
 *
 * @throws DTypeError unless `n` is of integers.
 */
export function polygamma(n: ArrayLike, x: ArrayLike): NDArray {
  const where = "scipy.special.polygamma";
  if (n instanceof NDArray ? !isInteger(n.dtype) : !Number.isInteger(n)) {
    throw new DTypeError(`${where}: an integer order is required, got ${String(n)}; use n from 0`);
  }
  return laxPolygamma(...pairInexact(where, n, x));
}

/** Logarithm of the size of the beta function. */
export function betaln(a: ArrayLike, b: ArrayLike): NDArray {
  const [x, y] = pairInexact("scipy.special.betaln", a, b);
  return sub(add(lgamma(x), lgamma(y)), lgamma(add(x, y)));
}

/** Beta function. */
export function beta(a: ArrayLike, b: ArrayLike): NDArray {
  const [x, y] = pairInexact("scipy.special.beta", a, b);
  const sign = mul(mul(gammasgn(x), gammasgn(y)), gammasgn(add(x, y)));
  return mul(sign, exp(betaln(x, y)));
}

/** Regularised lower incomplete gamma function of exponent `a` at `x`. */
export function gammainc(a: ArrayLike, x: ArrayLike): NDArray {
  return igamma(...pairInexact("scipy.special.gammainc", a, x));
}

/** Regularised upper incomplete gamma function of exponent `a` at `x`. */
export function gammaincc(a: ArrayLike, x: ArrayLike): NDArray {
  return igammac(...pairInexact("scipy.special.gammaincc", a, x));
}

/** Regularised incomplete beta function with exponents `a` and `b` at `x`. */
export function betainc(a: ArrayLike, b: ArrayLike, x: ArrayLike): NDArray {
  const [p, q, at] = promoteInexact("scipy.special.betainc", [a, b, x]) as [
    NDArray,
    NDArray,
    NDArray,
  ]; // three
  return laxBetainc(p, q, at);
}

const rising: CustomJvp<[NDArray, NDArray], NDArray> = /* @__PURE__ */ customJvp(
  (z: NDArray, m: NDArray) => select(eq(m, 0), fullLike(z, 1), div(gamma(add(z, m)), gamma(z))),
).defJvps(
  (t, out, z, m) => mul(t, mul(sub(laxDigamma(add(z, m)), laxDigamma(z)), out)),
  (t, out, z, m) => mul(t, mul(laxDigamma(add(z, m)), out)),
);

/** Rising factorial: gamma(z + m) / gamma(z), 1 where m is 0. */
export function poch(z: ArrayLike, m: ArrayLike): NDArray {
  return rising(...pairInexact("scipy.special.poch", z, m));
}

/** Number of ways to choose k of n; 0 outside 0 <= k <= n. */
export function comb(n: ArrayLike, k: ArrayLike): NDArray {
  const [a, b] = pairInexact("scipy.special.comb", n, k);
  const isInside = bitwiseAnd(le(b, a), bitwiseAnd(ge(a, 0), ge(b, 0)));
  const x = select(isInside, a, fullLike(a, 0));
  const y = select(isInside, b, fullLike(b, 0));
  const logs = sub(sub(lgamma(add(x, 1)), lgamma(add(y, 1))), lgamma(sub(add(x, 1), y)));
  return select(isInside, exp(logs), fullLike(a, 0));
}

/**
 * Logarithm of the gamma function of dimension `d`.
 *
 * @throws ArgumentError unless `d` is an integer from 1.
 */
export function multigammaln(a: ArrayLike, d: number): NDArray {
  const where = "scipy.special.multigammaln";
  if (!Number.isSafeInteger(d) || d < 1) {
    throw new ArgumentError(
      `${where}: d must be an integer from 1, got ${String(d)}; count the dimensions`,
    );
  }
  const x = inexact(where, a);
  const halves = divide(astype(arange(d), x.dtype), 2);
  const terms = lgamma(subtract(expandDims(x, -1), halves));
  return add(reduceSum(terms, [x.ndim]), 0.25 * d * (d - 1) * Math.log(Math.PI));
}

/** Modified Bessel function of order 0, times exp(-|x|). */
export function i0e(x: ArrayLike): NDArray {
  return besselI0e(float("i0e", x));
}

/** Modified Bessel function of order 0. */
export function i0(x: ArrayLike): NDArray {
  const array = float("i0", x);
  return mul(exp(abs(array)), besselI0e(array));
}

/** Modified Bessel function of order 1, times exp(-|x|). */
export function i1e(x: ArrayLike): NDArray {
  return besselI1e(float("i1e", x));
}

/** Modified Bessel function of order 1. */
export function i1(x: ArrayLike): NDArray {
  const array = float("i1", x);
  return mul(exp(abs(array)), besselI1e(array));
}
