import { ArgumentError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { ge, gt, lt, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs, sign } from "../lax/ops/extrema.ts";
import { square } from "../lax/ops/power.ts";
import { erfc } from "../lax/ops/special.ts";
import { exp } from "../lax/ops/transcendental.ts";
import { array } from "../numpy/creation.ts";
import { inexact } from "../numpy/promote.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

type Unary = CustomJvp<[NDArray], NDArray>;

/** Value of a polynomial, from the coefficient of the highest power on. */
function polynomial(coefficients: readonly number[], x: NDArray): NDArray {
  return coefficients.reduce((sum, c) => add(mul(sum, x), c), fullLike(x, 0));
}

/** A function of float32 and float64, at narrower floats by way of float32. */
function widened(f: (x: NDArray) => NDArray): (x: NDArray) => NDArray {
  return (x) => {
    if (x.dtype === "float32" || x.dtype === "float64") return f(x);
    return convertElementType(f(convertElementType(x, "float32")), x.dtype);
  };
}

const scaledErfc: Unary = /* @__PURE__ */ customJvp(
  widened((x: NDArray) => {
    const isWide = x.dtype === "float64";
    const isLarge = gt(x, Math.sqrt(Math.log(isWide ? Number.MAX_VALUE : 3.4028234663852886e38)));
    const safe = select(isLarge, fullLike(x, 1), x);
    const near = mul(exp(square(safe)), erfc(safe));
    // The terms (-1)^k (2k-1)!! / (2 x^2)^k.
    const series = isWide
      ? [7918.06640625, -1055.7421875, 162.421875, -29.53125, 6.5625, -1.875, 0.75, -0.5, 1]
      : [6.5625, -1.875, 0.75, -0.5, 1];
    const sum = polynomial(series, div(1, square(x)));
    return select(isLarge, div(sum, mul(x, Math.sqrt(Math.PI))), near);
  }),
).defJvps((t, out, x) => mul(t, sub(mul(mul(x, 2), out), 2 / Math.sqrt(Math.PI))));

/** Scaled complementary error function, exp(x^2) erfc(x). */
export function erfcx(x: ArrayLike): NDArray {
  return scaledErfc(inexact("scipy.special.erfcx", x));
}

// Numerators and denominators for |x| below 3.25, below 6.25 and above, in x^2 or its inverse.
const dawsonNear = [
  [
    1.1368149897175597e-11, 8.492622676674738e-10, 1.9443420417555306e-8, 9.531517412544844e-7,
    3.078283098749132e-6, 0.00035251336852028877, -0.0008501498467244109, 0.04226182230055466,
    -0.09174803717734524, 1,
  ],
  [
    2.403720730667626e-11, 1.488646813684934e-9, 5.212652810105416e-8, 1.2725847827318697e-6,
    2.324902498207895e-5, 0.00032552474182605793, 0.003488058146571626, 0.027944853119882897,
    0.15887424196012057, 0.5749186294893204, 1,
  ],
] as const;
const dawsonMiddle = [
  [
    0.5089551564179009, -0.24475441814269785, 0.09415123353035344, -0.021871125514203903,
    0.003662076123295692, -0.0004232091144603888, 3.5964130479389666e-5, -2.1464035171996896e-6,
    9.100107800763914e-8, -2.4027452082825098e-9, 3.592333854409284e-11,
  ],
  [
    1, -0.6318398698733682, 0.2367067882282487, -0.053180636700322324, 0.008480417185862954,
    -0.0009479967684866654, 7.810255929445524e-5, -4.558751532524426e-6, 1.8910035811142186e-7,
    -4.913246913319206e-9, 7.184664032357345e-11,
  ],
] as const;
const dawsonFar = [
  [
    -0.5905928605347732, 0.6292352427243688, -0.17285897538038814, 0.016483704782518965,
    -0.0004868276130204627,
  ],
  [
    1, -2.698200571975449, 1.7327079904594784, -0.3937085822819395, 0.03442789240412334,
    -0.0009736552260409412,
  ],
] as const;

const dawson: Unary = /* @__PURE__ */ customJvp(
  widened((x: NDArray) => {
    const size = abs(x);
    const isNear = lt(size, 3.25);
    const isFar = ge(size, 6.25);
    // Each formula sees arguments that it is finite for.
    const low = select(isNear, size, fullLike(x, 1));
    const high = select(isNear, fullLike(x, 4), size);
    const near = mul(low, ratio(dawsonNear, square(low)));
    const inverse = div(1, square(high));
    const tail = select(isFar, ratio(dawsonFar, inverse), ratio(dawsonMiddle, inverse));
    const away = mul(div(0.5, high), add(1, mul(inverse, tail)));
    return mul(sign(x), select(isNear, near, away));
  }),
).defJvps((t, out, x) => mul(t, sub(1, mul(mul(x, 2), out))));

function ratio([p, q]: readonly [readonly number[], readonly number[]], x: NDArray): NDArray {
  return div(polynomial(p, x), polynomial(q, x));
}

/**
 * Dawson's integral: exp(-x^2) times the integral of exp(t^2) from 0 to x.
 *
 * Source: Cody, Paciorek and Thacher, Chebyshev approximations for Dawson's integral (1970).
 */
export function dawsn(x: ArrayLike): NDArray {
  return dawson(inexact("scipy.special.dawsn", x));
}

/**
 * Bernoulli numbers 0 to `n`, in float32; number 1 is -1/2.
 *
 * @throws ArgumentError unless `n` is an integer from 0.
 */
export function bernoulli(n: number): NDArray {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new ArgumentError(
      `scipy.special.bernoulli: an integer from 0 is required, got ${String(n)}; pass a plain number`,
    );
  }
  const numbers = [1, -1 / 2];
  // From 2 on by Euler's formula with the zeta function: its sum, and the midpoint rule for the rest.
  let factor = -2;
  for (let m = 2; m <= n; m += 2) {
    factor *= (-(m - 1) * m) / (4 * Math.PI ** 2);
    let zeta = 49.5 ** (1 - m) / (m - 1) - (m / 24) * 49.5 ** (-m - 1);
    for (let k = 49; k >= 1; k--) zeta += k ** -m;
    numbers.push(factor * zeta, 0);
  }
  return array(numbers.slice(0, n + 1));
}
