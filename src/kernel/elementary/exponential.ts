import { horner, type Lanes } from "./lanes.ts";

/** What is added to a float below 2^22 so that its integer is left in the low bits. */
const shifter = 12582912;
const shifterBits = 0x4b400000;

/** exp(r) - 1 - r over r^2, for r within log(2)/2 of zero. */
const tail = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1,
  5.0000001201e-1,
];

/**
 * Exponential. Accuracy: 1 ulp, subnormal results included; NaN, 0 and infinity at the ends.
 *
 * x = n log 2 + r; the power of r is a polynomial, 2^n comes in two factors that are both normal.
 * Source of the coefficients: Cephes.
 */
export function exp<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const inside = on.atLeast(on.atMost(x, on.float(89)), on.float(-104));
  const shifted = on.add(on.mul(inside, on.float(Math.LOG2E)), on.float(shifter));
  const n = on.sub(shifted, on.float(shifter));
  const high = on.sub(inside, on.mul(n, on.float(0.693359375)));
  const r = on.add(high, on.mul(n, on.float(2.1219444e-4)));
  const square = on.mul(r, r);
  const power = on.add(on.add(on.mul(horner(on, tail, r), square), r), on.float(1));
  const whole = on.subInteger(on.bits(shifted), on.integer(shifterBits));
  const half = on.shiftRight(whole, 1);
  return on.mul(on.mul(power, powerOfTwo(on, half)), powerOfTwo(on, on.subInteger(whole, half)));
}

/** 2^n for integers n from -126 to 127. */
function powerOfTwo<F, I, M, D>(on: Lanes<F, I, M, D>, n: I): F {
  return on.fromBits(on.shiftLeft(on.addInteger(n, on.integer(127)), 23));
}

/**
 * Logistic function 1/(1 + exp(-x)). Accuracy: 2.5 ulp on both sides, down to the subnormals.
 */
export function logistic<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const power = exp(on, on.withSign(x, on.float(-1)));
  const above = on.choose(on.less(x, on.float(0)), power, on.float(1));
  return on.div(above, on.add(on.float(1), power));
}

const tanhTail = [
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
];

/**
 * Hyperbolic tangent. Accuracy: 2 ulp; keeps -0, subnormals and NaN.
 *
 * A polynomial below 0.625, 1 - 2/(exp(2x) + 1) above. Source of the coefficients: Cephes.
 */
export function tanh<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const size = on.abs(x);
  const square = on.mul(x, x);
  const near = on.add(on.mul(on.mul(horner(on, tanhTail, square), square), x), x);
  const power = exp(on, on.add(size, size));
  const far = on.sub(on.float(1), on.div(on.float(2), on.add(power, on.float(1))));
  return on.withSign(on.choose(on.less(size, on.float(0.625)), near, far), x);
}

const logTail = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1,
  -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

/**
 * Natural logarithm. Accuracy: 1 ulp, of subnormal numbers too; -inf at 0, NaN below.
 *
 * x = 2^n m with m from sqrt(1/2) to sqrt(2). Source of the coefficients: Cephes.
 */
export function log<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const tiny = on.less(x, on.float(2 ** -126));
  const normal = on.choose(tiny, on.mul(x, on.float(2 ** 25)), x);
  const above = on.subInteger(on.bits(normal), on.integer(0x3f3504f3));
  const exponent = on.shiftRight(above, 23);
  const m = on.fromBits(on.subInteger(on.bits(normal), on.shiftLeft(exponent, 23)));
  const f = on.sub(m, on.float(1));
  const n = on.sub(on.toFloat(exponent), on.choose(tiny, on.float(25), on.float(0)));
  const square = on.mul(f, f);
  const curve = on.mul(on.mul(horner(on, logTail, f), square), f);
  const low = on.add(curve, on.mul(n, on.float(-2.1219444e-4)));
  const rest = on.sub(low, on.mul(on.float(0.5), square));
  const value = on.add(on.add(rest, f), on.mul(n, on.float(0.693359375)));
  // 0, what is below, infinity and NaN.
  const zero = on.choose(on.equal(x, on.float(0)), on.float(-Infinity), on.float(Number.NaN));
  const ordinary = on.choose(on.less(on.float(0), x), value, zero);
  return on.choose(on.equal(x, on.float(Infinity)), x, ordinary);
}
