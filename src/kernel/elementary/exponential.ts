import { horner, type Lanes } from "./lanes.ts";

/** What is added to a float below 2^22 so that its integer is left in the low bits. */
const shifter = 12582912;
const shifterBits = 0x4b400000;

/** (exp(r) - 1 - r) / r^2 for r within log(2)/2 of zero: a fit with a relative error of 3e-9. */
const tail = [1.38145394e-3, 8.36874545e-3, 4.1668389e-2, 1.66665211e-1, 4.9999994e-1];

/** A number as 2^n exp(r), with r within log(2)/2 of zero. */
interface Reduced<F, I> {
  readonly n: I;
  readonly r: F;
}

/** Exponential. Accuracy: 1 ulp, subnormal results included; NaN, 0 and infinity at the ends. */
export function exp<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const { n, r } = reduced(on, on.atLeast(on.atMost(x, on.float(89)), on.float(-104)));
  return scaled(on, on.add(above1(on, r), on.float(1)), n);
}

/** Exponential of numbers from -87 to 88, in fewer steps. */
export function expNear<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const { n, r } = reduced(on, x);
  return on.mul(on.add(above1(on, r), on.float(1)), powerOfTwo(on, n));
}

/** Two to the power `x`. Accuracy: 1.5 ulp, exact for integers, subnormal results included. */
export function exp2<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const inside = on.atLeast(on.atMost(x, on.float(129)), on.float(-151));
  const shifted = on.add(inside, on.float(shifter));
  const rest = on.sub(inside, on.sub(shifted, on.float(shifter)));
  const power = on.add(above1(on, on.mul(rest, on.float(Math.LN2))), on.float(1));
  return scaled(on, power, on.subInteger(on.bits(shifted), on.integer(shifterBits)));
}

/** exp(x) - 1 without cancellation. Accuracy: 2.5 ulp; keeps -0 and subnormals. */
export function expm1<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const { n, r } = reduced(on, on.atLeast(on.atMost(x, on.float(89)), on.float(-104)));
  const half = on.shiftRight(n, 1);
  const other = on.subInteger(n, half);
  const first = powerOfTwo(on, half);
  // 2^n (exp(r) - 1) + 2^n - 1, all of it over the second of the two factors of 2^n.
  const one = powerOfTwo(on, on.subInteger(on.integer(0), other));
  const sum = on.add(on.sub(first, one), on.mul(first, above1(on, r)));
  return on.withSign(on.mul(sum, powerOfTwo(on, other)), x);
}

function reduced<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): Reduced<F, I> {
  const shifted = on.add(on.mul(x, on.float(Math.LOG2E)), on.float(shifter));
  const whole = on.sub(shifted, on.float(shifter));
  const high = on.sub(x, on.mul(whole, on.float(0.693359375)));
  const r = on.add(high, on.mul(whole, on.float(2.1219444e-4)));
  return { n: on.subInteger(on.bits(shifted), on.integer(shifterBits)), r };
}

/** exp(r) - 1 for r within log(2)/2 of zero. */
function above1<F, I, M, D>(on: Lanes<F, I, M, D>, r: F): F {
  return on.add(on.mul(horner(on, tail, r), on.mul(r, r)), r);
}

/** x 2^n for n from -151 to 129, in two factors that are both normal. */
function scaled<F, I, M, D>(on: Lanes<F, I, M, D>, x: F, n: I): F {
  const half = on.shiftRight(n, 1);
  return on.mul(on.mul(x, powerOfTwo(on, half)), powerOfTwo(on, on.subInteger(n, half)));
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
  const power = expNear(on, on.atMost(on.add(size, size), on.float(40)));
  const far = on.sub(on.float(1), on.div(on.float(2), on.add(power, on.float(1))));
  return on.withSign(on.choose(on.less(size, on.float(0.625)), near, far), x);
}
