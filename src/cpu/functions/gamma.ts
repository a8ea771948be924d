import { polynomial, stirlingRest } from "./polynomial.ts";

/** Signed distance to the nearest integer, which is exact, for sines and tangents of multiples of pi. */
function fromNearest(x: number): number {
  return x - Math.round(x);
}

/**
 * log gamma(2 + t) for t from -0.5 to 0.5. Its relative accuracy holds through the zero at t = 0.
 */
export function lgammaTwo(t: number): number {
  return t * polynomial(LGAMMA_TWO, t);
}

/**
 * log gamma(1 + a) for a from 0 to 8, to relative accuracy also near its zeros 0 and 1.
 */
export function lgammaOnePlus(a: number): number {
  if (a < 0.5) return lgammaTwo(a) - Math.log1p(a);
  return lgamma(a + 1);
}

/**
 * Logarithm of the size of the gamma function.
 *
 * Accuracy: 2 ulp for positive arguments, through the zeros at 1 and 2 too. For negative ones
 * 2 ulp of the value's size plus 1; the zeros there lose relative accuracy.
 * Edge values: inf at 0, -0, the negative integers and both infinities, NaN at NaN.
 * Source: Stirling's series from 8 on, a fit around 2 carried by the recurrence below, reflection.
 */
export function lgamma(x: number): number {
  if (x >= 8) {
    if (x > 1e300) return x * (Math.log(x) - 1);
    return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI_MINUS_HALF + stirlingRest(x));
  }
  if (x >= 1.5) {
    let product = 1;
    let base = x;
    while (base >= 2.5) product *= --base;
    const value = lgammaTwo(base - 2);
    return product === 1 ? value : Math.log(product) + value;
  }
  if (x >= 0.5) return lgammaTwo(x - 1) - Math.log1p(x - 1);
  if (x > 0) return lgammaTwo(x) - Math.log(x * (1 + x));
  if (x === x) return reflectedLgamma(x);
  return x;
}

function reflectedLgamma(x: number): number {
  // nearer to the pole gamma is 1/x, and the product below would lose bits to the subnormals
  if (x > -1e-18) return -Math.log(-x);
  if (x > -0.5) return lgammaTwo(x) - Math.log(-x * (1 + x));
  const distance = fromNearest(x);
  if (distance === 0 || x === -Infinity) return Infinity;
  const sine = Math.abs(Math.sin(Math.PI * distance));
  return Math.log(Math.PI / (-x * sine)) - lgamma(-x);
}

/**
 * Sign of the gamma function, so that gamma is `gammaSign(x) * exp(lgamma(x))`.
 *
 * Edge values: 1 at 0 and -1 at -0; NaN at the negative integers, -inf and NaN.
 */
export function gammaSign(x: number): number {
  if (x > 0) return 1;
  if (x === 0) return 1 / x > 0 ? 1 : -1;
  const floor = Math.floor(x);
  if (floor === x || x !== x) return NaN;
  return floor % 2 === 0 ? 1 : -1;
}

/**
 * Derivative of log gamma.
 *
 * Accuracy: 2 ulp for positive arguments, through the zero at 1.4616 too; for negative ones
 * 5 ulp of the value's size plus 1, since the zeros there lose relative accuracy.
 * Edge values: NaN at 0, -0 and the negative integers, as JAX has it; inf at inf, NaN at -inf.
 */
export function digamma(x: number): number {
  if (x === Infinity) return x;
  if (x >= 10) return Math.log(x) - logMinusDigamma(x);
  if (x > 0) {
    if (x < 1) return digamma(x + 1) - 1 / x;
    let base = x;
    let sum = 0;
    while (base > 2) sum += 1 / --base;
    return sum + (base - ROOT - ROOT_LOW) * polynomial(DIGAMMA, 2 * (base - 1.5));
  }
  // tiny arguments: -1/x outweighs everything
  if (x > -1e-18 && x < 0) return -1 / x;
  const distance = fromNearest(x);
  if (distance === 0 || distance !== distance) return NaN;
  return digamma(1 - x) - Math.PI / Math.tan(Math.PI * distance);
}

/** log a - digamma(a) for a >= 10, without cancellation. */
export function logMinusDigamma(a: number): number {
  const z = 1 / (a * a);
  return 0.5 / a + z * polynomial(DIGAMMA_SERIES, z);
}

/**
 * Hurwitz zeta function, the sum of (q + k)^-s over k from 0.
 *
 * Accuracy: 8 ulp for positive q. Negative q take the finite part of the sum in closed form.
 * Edge values, as XLA and Cephes: inf at s = 1, NaN below; at q = 0, -1, -2, ... inf for even s and
 * NaN for other s; NaN for other negative q unless s is an integer. 0 at q = inf.
 * Source: Euler and Maclaurin's formula after at least ten terms (DLMF 25.11.5).
 */
export function zeta(s: number, q: number): number {
  if (s === 1) return Infinity;
  if (!(s > 1) || q !== q) return NaN;
  if (q > 0) return positiveZeta(s, q);
  const floor = Math.floor(q);
  if (floor === q) return s % 2 === 0 ? Infinity : NaN;
  if (s !== Math.floor(s)) return NaN;
  // With f = q + n in (0, 1), the n terms of negative base are those of two positive series.
  const fraction = q - floor;
  const mirrored = positiveZeta(s, 1 - fraction) - positiveZeta(s, 1 - q);
  return positiveZeta(s, fraction) + (s % 2 === 0 ? mirrored : -mirrored);
}

/** The sum for positive q, with every base divided by `unit`: q^s zeta(s, q) for unit q. */
function positiveZeta(s: number, q: number, unit = 1): number {
  if (q === Infinity || s === Infinity) return q > 1 ? 0 : q === 1 ? 1 : Infinity;
  let a = q;
  let sum = 0;
  let term = Math.pow(a / unit, -s);
  for (let i = 0; i < 10 || a < 10; i++) {
    if (term <= sum * 1e-18) return sum;
    sum += term;
    a += 1;
    term = Math.pow(a / unit, -s);
  }
  let correction = 0.5 * term;
  let factor = (s * term) / a;
  // a^-(s+2k-1) s (s+1) ... (s+2k-2) B(2k)/(2k)!
  for (let k = 0; k < EULER_MACLAURIN.length; k++) {
    const part = factor * EULER_MACLAURIN[k]!; // inside the table
    correction += part;
    if (Math.abs(part) < correction * 1e-18) break;
    factor *= ((s + 2 * k + 1) / a) * ((s + 2 * k + 2) / a);
  }
  return sum + (correction + (term * a) / (s - 1));
}

/**
 * Derivative of order `m` of the digamma function.
 *
 * Accuracy: as `zeta`, plus that of the factorial; 10 ulp for positive x and m up to 20.
 * Edge values: digamma for m = 0; NaN for m negative or no integer; poles as `zeta(m + 1, x)`, so inf
 * for odd m and NaN for even; 0 at inf for m > 0.
 */
export function polygamma(m: number, x: number): number {
  if (m === 0) return digamma(x);
  if (!(m > 0) || m !== Math.floor(m)) return NaN;
  const order = m + 1;
  const series = zeta(order, x);
  const size = Math.abs(series);
  const sign = m % 2 === 0 ? -1 : 1;
  let factorial = 1;
  for (let k = 2; k <= m && factorial < Infinity; k++) factorial *= k;
  if (factorial < Infinity && size > 1e-290 && size < Infinity) return sign * factorial * series;
  // the series or the factorial leaves the doubles, their product may not
  if (x > 0 && x < Infinity && m < Infinity) {
    const scaled = positiveZeta(order, x, x);
    return sign * Math.exp(lgamma(order) - order * Math.log(x) + Math.log(scaled));
  }
  if (!(size > 0 && size < Infinity)) return sign * series;
  return sign * Math.sign(series) * Math.exp(lgamma(order) + Math.log(size));
}

const HALF_LOG_TWO_PI_MINUS_HALF = 0.41893853320467274;

/* B(2k) / (2k) from k = 1 */
const DIGAMMA_SERIES = [
  1 / 12,
  -1 / 120,
  1 / 252,
  -1 / 240,
  1 / 132,
  -691 / 32760,
  1 / 12,
  -3617 / 8160,
  43867 / 14364,
];

/* B(2k) / (2k)! from k = 1 */
const EULER_MACLAURIN = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
  -174611 / 802857662698291200000,
  77683 / 14101100039391805440000,
  -236364091 / 1693824136731743669452800000,
];

/* The fits below are made by test/cpu/functions/fit-coefficients.py. */

/* The zero of digamma, and what its double leaves */
const ROOT = 1.4616321449683622;
const ROOT_LOW = 9.549995429965697e-17;

/* log gamma(2 + t)/t in t, on [-0.5, 0.5] */
const LGAMMA_TWO = [
  0.42278433509846713, 0.3224670334241132, -0.06735230105319814, 0.02058080842778457,
  -0.0073855510286681535, 0.002890510330738737, -0.0011927539120010226, 0.0005096695248853096,
  -0.00022315475074520367, 9.945750909889392e-5, -4.4926351103833334e-5, 2.050726741605779e-5,
  -9.438458716242811e-6, 4.374374916915131e-6, -2.0449201467015115e-6, 9.578663334114758e-7,
  -4.303558760359961e-7, 2.0304806751615227e-7, -1.3412819758517287e-7, 6.379047507619774e-8,
];
/* digamma(x)/(x - root) in 2x - 3, on [1, 2] */
const DIGAMMA = [
  0.9510558760318328, -0.2118137106407303, 0.060135621060196744, -0.018550615381735115,
  0.005936795278305649, -0.0019350666648590097, 0.0006368880303257201, -0.00021074841140458636,
  6.995018873950506e-5, -2.325824239445257e-5, 7.741232223504057e-6, -2.57809436305308e-6,
  8.589127353033379e-7, -2.86315275846934e-7, 9.542050972688906e-8, -3.163020268955334e-8,
  1.0542687624027994e-8, -3.7075072647122386e-9, 1.2358072433984831e-9, -2.7619635330317715e-10,
  9.206434499177992e-11, -8.498137230186096e-11, 2.832706668021759e-11,
];
