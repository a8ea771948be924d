import { DTypeError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { eq, ge, gt, lt, select } from "../lax/ops/compare.ts";
import { abs, max, min } from "../lax/ops/extrema.ts";
import { square } from "../lax/ops/power.ts";
import { erf, erfc } from "../lax/ops/special.ts";
import { exp, log, sqrt } from "../lax/ops/transcendental.ts";
import { inexact } from "../numpy/promote.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

/** @throws DTypeError unless the argument is float32 or float64: the formulas are made for those. */
function normalArgument(name: string, x: ArrayLike): NDArray {
  const where = `scipy.special.${name}`;
  const array = inexact(where, x);
  if (array.dtype === "float32" || array.dtype === "float64") return array;
  throw new DTypeError(
    `${where}: float32 or float64 is required, got ${array.aval}; convert with astype`,
  );
}

function normalCdf(x: NDArray): NDArray {
  const w = mul(x, Math.SQRT1_2);
  const z = abs(w);
  const tail = select(gt(w, 0), sub(2, erfc(z)), erfc(z));
  return mul(0.5, select(lt(z, Math.SQRT1_2), add(1, erf(w)), tail));
}

/** Distribution function of the standard normal distribution, exact in both tails. */
export function ndtr(x: ArrayLike): NDArray {
  return normalCdf(normalArgument("ndtr", x));
}

/** Where the distribution function of one dtype is too small, or too near 1, for its logarithm. */
const segments = { float32: [-10, 5], float64: [-20, 8] } as const;

const logCdf: CustomJvp<[NDArray], NDArray> = /* @__PURE__ */ customJvp((x: NDArray): NDArray => {
  const [low, high] = segments[x.dtype === "float64" ? "float64" : "float32"];
  const isHigh = gt(x, high);
  const cdf = normalCdf(select(isHigh, neg(x), max(x, fullLike(x, low))));
  // Above, log(1 - p) is -p to the last digit; below, the asymptotic series.
  return select(
    isHigh,
    neg(cdf),
    select(gt(x, low), log(cdf), lowerTail(min(x, fullLike(x, low)))),
  );
}).defJvps((t, out, x) => mul(t, exp(sub(logDensity(x), out))));

/** Logarithm of the density of the standard normal distribution. */
function logDensity(x: NDArray): NDArray {
  return mul(-0.5, add(square(x), Math.log(2 * Math.PI)));
}

/** log(density / -x) and the first terms of the series 1 - 1/x^2 + 3/x^4 - 15/x^6. */
function lowerTail(x: NDArray): NDArray {
  const squared = square(x);
  const inverse = div(1, squared);
  const series = add(1, mul(inverse, add(-1, mul(inverse, sub(3, mul(inverse, 15))))));
  const leading = sub(sub(mul(-0.5, squared), log(neg(x))), 0.5 * Math.log(2 * Math.PI));
  return add(leading, log(series));
}

/** Logarithm of `ndtr`, exact far into the lower tail. */
export function logNdtr(x: ArrayLike): NDArray {
  return logCdf(normalArgument("logNdtr", x));
}

// Coefficients of Cephes' ndtri, from the highest power: the centre, and two pieces of the tail.
const centre = [
  [
    -59.963350101410789, 98.001075418599967, -56.67628574690703, 13.931260938727968,
    -1.2391658386738125,
  ],
  [
    1, 1.9544885833814176, 4.6762791289888153, 86.36024213908905, -225.46268785411937,
    200.26021238006066, -82.037225616833339, 15.90562251262117, -1.1833162112133,
  ],
] as const;
const middle = [
  [
    4.0554489230596245, 31.525109459989388, 57.162819224642128, 44.080507389320083,
    14.684956192885803, 2.1866330685079025, -0.14025607917135449, -0.035042462682784818,
    -0.00085745678515468545,
  ],
  [
    1, 15.779988325646675, 45.390763512887922, 41.317203825467203, 15.04253856929075,
    2.504649462083094, -0.14218292285478779, -0.038080640769157827, -0.00093325948089545744,
  ],
] as const;
const far = [
  [
    3.2377489177694603, 6.9152288906898418, 3.9388102529247444, 1.3330346081580755,
    0.20148538954917908, 0.012371663481782003, 0.00030158155350823543, 2.6580697468673755e-6,
    6.2397453918498331e-9,
  ],
  [
    1, 6.0242703936474204, 3.6798356385616087, 1.3770209948908132, 0.2162369935944966,
    0.013420400608854318, 0.00032801446468212774, 2.8924786474538068e-6, 6.7901940800998127e-9,
  ],
] as const;

/**
 * Inverse of `ndtr`: infinite at 0 and 1.
 *
 * Source: Cephes, ndtri.
 */
export function ndtri(p: ArrayLike): NDArray {
  const x = normalArgument("ndtri", p);
  const lower = select(gt(x, -Math.expm1(-2)), sub(1, x), x);
  // An argument that every formula is finite for, where the result is an infinity.
  const safe = select(eq(lower, 0), fullLike(x, 0.5), lower);
  const w = sub(safe, 0.5);
  const ww = square(w);
  const inner = mul(add(w, mul(mul(w, ww), ratio(centre, ww))), -Math.sqrt(2 * Math.PI));
  const z = sqrt(mul(-2, log(safe)));
  const first = sub(z, div(log(z), z));
  const inverse = div(1, z);
  const outer = select(
    ge(z, 8),
    sub(first, div(ratio(far, inverse), z)),
    sub(first, div(ratio(middle, inverse), z)),
  );
  const size = select(gt(safe, Math.exp(-2)), inner, outer);
  const signed = select(gt(x, 1 - Math.exp(-2)), size, neg(size));
  const atOne = select(eq(x, 1), fullLike(x, Infinity), signed);
  return select(eq(x, 0), fullLike(x, -Infinity), atOne);
}

function ratio([p, q]: readonly [readonly number[], readonly number[]], x: NDArray): NDArray {
  return div(polynomial(p, x), polynomial(q, x));
}

function polynomial(coefficients: readonly number[], x: NDArray): NDArray {
  return coefficients.reduce((sum, c) => add(mul(sum, x), c), fullLike(x, 0));
}
