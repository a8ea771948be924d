import { digamma, lgammaOnePlus, logMinusDigamma } from "./gamma.ts";
import { log1pMinus, stirlingRest } from "./polynomial.ts";
import { inUniformRange, uniformLower, uniformSlope, uniformUpper } from "./uniform-gamma.ts";

/*
 * P(a, x) = g S and Q(a, x) = a g C with g = x^a e^-x / gamma(a + 1), where S is the sum over n of
 * x^n / ((a+1) ... (a+n)) and C Legendre's continued fraction (DLMF 8.7.1, 8.9.2). Near x = a both
 * are slow for large `a`, and Temme's expansion takes over.
 */

/**
 * Regularized lower incomplete gamma function P(a, x).
 *
 * Accuracy: 6 (1 + |log P|) ulp for every `a`; the second factor is the condition of the power
 * and the exponential in g, and near 1 wherever the result is of ordinary size.
 * Edge values, as XLA: NaN for negative `a` or `x` and at (0, 0); 0 at x = 0, 1 at x = inf and at
 * a = 0. At a = inf with finite x it is the limit 0, where XLA has NaN.
 */
export function igamma(a: number, x: number): number {
  if (!(a >= 0 && x >= 0) || (a === 0 && x === 0)) return NaN;
  if (x === 0) return 0;
  if (x === Infinity || a === 0) return 1;
  if (a === Infinity) return 0;
  if (inUniformRange(a, x)) return uniformLower(a, x);
  if (x >= 1 && x > a) return 1 - leading(a, x) * a * fraction(a, x);
  const g = leading(a, x);
  return g === 0 ? 0 : g * series(a, x);
}

/**
 * Regularized upper incomplete gamma function Q(a, x) = 1 - P(a, x).
 *
 * Accuracy: 6 (1 + |log Q|) ulp for every `a`, also where Q is small because `a` is.
 * Edge values, as XLA: NaN for negative `a` or `x` and at (0, 0); 1 at x = 0, 0 at x = inf and at
 * a = 0. At a = inf with finite x it is the limit 1, where XLA has NaN.
 */
export function igammac(a: number, x: number): number {
  if (!(a >= 0 && x >= 0) || (a === 0 && x === 0)) return NaN;
  if (x === Infinity || a === 0) return 0;
  if (x === 0 || a === Infinity) return 1;
  if (inUniformRange(a, x)) return uniformUpper(a, x);
  if (x >= 1.1 && x >= a) return leading(a, x) * a * fraction(a, x);
  // where P may exceed 0.6 its complement is summed directly
  if (x < 1.1 && (x < 0.5 ? -0.4 / Math.log(x) >= a : 1.1 * x >= a)) return smallUpper(a, x);
  const g = leading(a, x);
  return g === 0 ? 1 : 1 - g * series(a, x);
}

/**
 * Derivative of P(a, x) with respect to `a`; that of Q is its negative.
 *
 * Accuracy: 6 (1 + |log of the result|) ulp. Edge values: NaN for a <= 0, a = inf and negative `x`; 0 at
 * x = 0, and the limit 0 at x = inf, where XLA has NaN.
 */
export function igammaGradA(a: number, x: number): number {
  if (!(a > 0 && a < Infinity && x >= 0)) return NaN;
  if (x === 0 || x === Infinity) return 0;
  if (inUniformRange(a, x)) return -leading(a, x) * uniformSlope(a, x);
  const g = leading(a, x);
  if (g === 0) return 0;
  return x > 1 && x > a ? -g * a * fractionSlope(a, x) : g * seriesSlope(a, x);
}

/**
 * Derivative with respect to `a` of a gamma sample of shape `a`, by the implicit function theorem:
 * -(dP/da)/(dP/dx). The factor g cancels, so nothing underflows.
 *
 * Accuracy: 12 ulp. Edge values, as XLA: NaN for a <= 0, a = inf, negative `x`
 * and x = inf; 0 at x = 0.
 */
export function randomGammaGrad(a: number, x: number): number {
  if (!(a > 0 && a < Infinity && x >= 0 && x < Infinity)) return NaN;
  if (x === 0) return 0;
  if (inUniformRange(a, x)) return uniformSlope(a, x) * (x / a);
  return x > 1 && x > a ? x * fractionSlope(a, x) : -seriesSlope(a, x) * (x / a);
}

/** g = x^a e^-x / gamma(a + 1). */
function leading(a: number, x: number): number {
  if (a >= 8) {
    const u = (x - a) / a;
    const exponent = u < -0.5 ? Math.log(x / a) - u : log1pMinus(u);
    return Math.exp(a * exponent - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a);
  }
  // there g is far below the subnormals, but x^a may overflow
  if (x > 1500) return 0;
  let gamma = 1;
  let rest = a;
  for (; rest >= 1; rest--) gamma *= rest;
  const half = Math.exp(-0.5 * x);
  return Math.pow(x, a) * half * (half / gamma) * Math.exp(-lgammaOnePlus(rest));
}

function series(a: number, x: number): number {
  let sum = 1;
  let term = 1;
  for (let r = a + 1; ; r++) {
    term *= x / r;
    sum += term;
    if (!(term > sum * 1e-17)) return sum;
  }
}

/** dS/da + S (log x - digamma(a + 1)), the derivative of P over g. */
function seriesSlope(a: number, x: number): number {
  let sum = 1;
  let term = 1;
  let slope = 0;
  let harmonic = 0;
  for (let r = a + 1; ; r++) {
    term *= x / r;
    harmonic += 1 / r;
    sum += term;
    slope += term * harmonic;
    if (!(term * harmonic > slope * 1e-17 || term > sum * 1e-17)) break;
  }
  // digamma(a) + 1/a would cancel for small a
  const factor = a < 10 ? Math.log(x) - digamma(a + 1) : logOverDigamma(a, x) - 1 / a;
  return sum * factor - slope;
}

/** log x - digamma(a). */
function logOverDigamma(a: number, x: number): number {
  if (a < 10) return Math.log(x) - digamma(a);
  const u = (x - a) / a;
  return (Math.abs(u) < 0.5 ? Math.log1p(u) : Math.log(x / a)) + logMinusDigamma(a);
}

/**
 * Legendre's fraction C = 1/(x+1-a - 1(1-a)/(x+3-a - ...)), by Steed's sum of the differences of its
 * convergents: their roundings shrink with them, where those of a product would add up.
 */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let d = 1 / b;
  let term = d;
  let sum = d;
  for (let i = 1; i < 100000; i++) {
    const numerator = i * (a - i);
    b += 2;
    const next = 1 / (numerator * d + b);
    term *= -numerator * d * next;
    d = next;
    sum += term;
    if (Math.abs(term) <= Math.abs(sum) * 1e-17) break;
  }
  return sum;
}

/** dC/da + C (log x - digamma(a)), the derivative of Q over ag; the sum above, term by term. */
function fractionSlope(a: number, x: number): number {
  let b = x + 1 - a;
  let d = 1 / b;
  let dd = d * d;
  let term = d;
  let dTerm = dd;
  let sum = term;
  let slope = dTerm;
  for (let i = 1; i < 100000; i++) {
    const numerator = i * (a - i);
    b += 2;
    const next = 1 / (numerator * d + b);
    const dNext = next * next * (1 - i * d - numerator * dd);
    const ratio = -numerator * d * next;
    dTerm = dTerm * ratio - term * (i * d * next + numerator * (dd * next + d * dNext));
    term *= ratio;
    d = next;
    dd = dNext;
    sum += term;
    slope += dTerm;
    if (Math.abs(term) <= sum * 1e-17 && Math.abs(dTerm) <= Math.abs(slope) * 1e-17) break;
  }
  return slope + sum * logOverDigamma(a, x);
}

/**
 * Q for small `x` and `a`: 1 - x^a/gamma(a+1) and, apart from it, the rest of the power series of P.
 * Source: DLMF 8.7.3.
 */
function smallUpper(a: number, x: number): number {
  const exponent = a * Math.log(x) - lgammaOnePlus(a);
  let sum = 0;
  let power = 1;
  for (let n = 1; n < 100; n++) {
    power *= -x / n;
    const term = power / (a + n);
    sum += term;
    if (Math.abs(term) < Math.abs(sum) * 1e-17) break;
  }
  return -Math.expm1(exponent) - a * sum * Math.exp(exponent);
}
