import { lgammaOnePlus } from "./gamma.ts";
import { log1pMinus, stirlingRest } from "./polynomial.ts";

/**
 * Regularized incomplete beta function I_x(a, b).
 *
 * Accuracy: 25 (1 + |log I|) ulp up to a, b = 3000, 1e-13 relative near the mean for a, b up to
 * 1e6 and 3e-12 up to 1e9. The fraction needs about sqrt(min(a, b)) steps there and stops at 100000;
 * from 1e10 on two digits near the mean are lost to that.
 * Edge values, as JAX: NaN for negative `a` or `b`, for `x` outside [0, 1], and where both `a` and `b`
 * are 0 or both infinite; 0 at x = 0 and 1 at x = 1; for 0 < x < 1, 1 at a = 0 or b = inf and 0 at
 * b = 0 or a = inf, the step functions of the limits.
 * Source: the continued fraction of DLMF 8.17.22 on the side where it is quick.
 */
export function betainc(a: number, b: number, x: number): number {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1)) return NaN;
  const atZero = a === 0 || b === Infinity;
  const atOne = b === 0 || a === Infinity;
  if (atZero && atOne) return NaN;
  if (x === 0 || x === 1) return x;
  if (atZero) return 1;
  if (atOne) return 0;
  const logX = Math.log(x);
  const logY = Math.log1p(-x);
  // x (a + b) - a, the distance from the mean, which changes sign when the sides are swapped
  const offset = x * b - (1 - x) * a;
  if (offset < 0 || x < (a + 1) / (a + b + 2))
    return leading(a, b, logX, logY, offset) * fraction(a, b, x, -offset);
  return 1 - leading(b, a, logY, logX, -offset) * fraction(b, a, 1 - x, offset);
}

/** x^a (1-x)^b gamma(a+b) / (gamma(a+1) gamma(b)), with Stirling's series where an argument is large. */
function leading(a: number, b: number, logX: number, logY: number, offset: number): number {
  const n = a + b;
  if (a >= 8 && b >= 8) {
    const exponent = a * shifted(offset / a, n, a, logX) + b * shifted(-offset / b, n, b, logY);
    const rest = stirlingRest(n) - stirlingRest(a) - stirlingRest(b);
    return Math.exp(exponent + rest) * Math.sqrt(b / (2 * Math.PI * a * n));
  }
  if (b >= 8) {
    const rest = stirlingRest(n) - stirlingRest(b) - a;
    const exponent = a * (logX + Math.log(n)) + b * logY + (b - 0.5) * Math.log1p(a / b) + rest;
    return Math.exp(exponent - lgammaOnePlus(a));
  }
  if (a >= 8) {
    const rest = stirlingRest(n) - stirlingRest(a) - b;
    const exponent = a * logX + b * (logY + Math.log(n)) + (a - 0.5) * Math.log1p(b / a) + rest;
    return (Math.exp(exponent - lgammaOnePlus(b)) * b) / a;
  }
  // factors of the gammas down to arguments below 2, whose logarithms are small
  let scale = b / n;
  let p = a;
  let q = b;
  for (; p >= 1; p--) scale *= (p + q) / p;
  for (; q >= 1; q--) scale *= (p + q) / q;
  const ratio = lgammaOnePlus(p + q) - lgammaOnePlus(p) - lgammaOnePlus(q);
  return Math.exp(a * logX + b * logY + ratio) * scale;
}

/** log(1 + u) - u, where 1 + u is the power's base times n over the exponent. */
function shifted(u: number, n: number, exponent: number, logBase: number): number {
  return u < -0.5 ? logBase + Math.log(n / exponent) - u : log1pMinus(u);
}

/**
 * The continued fraction of DLMF 8.17.22, every two steps in one, for x below (a+1)/(a+b+2); `offset`
 * is a - x (a + b). Steed's sum of the differences of its convergents, whose roundings shrink with them.
 */
function fraction(a: number, b: number, x: number, offset: number): number {
  // the first denominator has a factor `a` that the first numerator takes back; both leave it out
  let d = (a + 1) / (offset + 1);
  let term = d;
  let sum = d;
  for (let m = 1; m < 100000; m++) {
    const twice = a + 2 * m;
    const share = (m * x) / (twice - 1);
    const start = m === 1 ? 1 : a + m - 1;
    const numerator = start * ((a + b + m - 1) / (twice - 1)) * share * ((b - m) * x);
    const denominator = m + share * (b - m) + ((a + m) * (offset + 1 + m * (2 - x))) / (twice + 1);
    const next = 1 / (numerator * d + denominator);
    term *= -numerator * d * next;
    d = next;
    sum += term;
    if (Math.abs(term) <= Math.abs(sum) * 1e-17) break;
  }
  return sum;
}
