import { horner, type Lanes } from "./lanes.ts";

/** pi/2 in two doubles, the first of 33 bits: its products with integers below 2^20 are exact. */
const halfPi = [1.5707963267341256, 6.077100506506192e-11] as const;

/** What is added to a double below 2^51 so that its integer is left in the low bits. */
const shifter = 6755399441055744;

/** Up to here the two doubles are enough; `Math` does the others. */
const limit = 1e6;

const sineTail = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1];
const cosineTail = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2];

const tangentTail = [
  9.38540185543e-3, 3.11992232697e-3, 2.44301354525e-2, 5.34112807005e-2, 1.33387994085e-1,
  3.33331568548e-1,
];

/** Sine. Accuracy: 2 ulp; keeps -0 and subnormals, NaN at the infinities. */
export function sin<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const { quadrant, rest } = reduced(on, x);
  const value = quarterTurns(on, quadrant, rest);
  const kept = on.choose(on.equal(x, on.float(0)), x, value);
  return on.orMath(on.less(on.abs(x), on.float(limit)), kept, "sin", x);
}

/** Cosine. Accuracy: 2 ulp; NaN at the infinities. */
export function cos<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const { quadrant, rest } = reduced(on, x);
  const value = quarterTurns(on, on.addInteger(quadrant, on.integer(1)), rest);
  return on.orMath(on.less(on.abs(x), on.float(limit)), value, "cos", x);
}

/** Tangent. Accuracy: 2 ulp; keeps -0 and subnormals, NaN at the infinities. */
export function tan<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  const { quadrant, rest, wide } = reduced(on, x);
  const square = on.mul(rest, rest);
  const curve = on.mul(on.mul(horner(on, tangentTail, square), square), rest);
  // What rounding the rest has lost, times the slope.
  const lost = on.narrow(on.subDouble(wide, on.widen(rest)));
  const near = on.add(on.add(curve, on.mul(lost, on.add(on.float(1), square))), rest);
  const even = isEven(on, quadrant);
  const value = on.div(on.choose(even, near, on.float(-1)), on.choose(even, on.float(1), near));
  const kept = on.choose(on.equal(x, on.float(0)), x, value);
  return on.orMath(on.less(on.abs(x), on.float(limit)), kept, "tan", x);
}

/**
 * x = quadrant pi/2 + rest, with rest within pi/4 of zero, rounded and not; the quadrant modulo
 * 2^32.
 */
function reduced<F, I, M, D>(
  on: Lanes<F, I, M, D>,
  x: F,
): { readonly quadrant: I; readonly rest: F; readonly wide: D } {
  const double = on.widen(x);
  const shifted = on.addDouble(on.mulDouble(double, on.double(2 / Math.PI)), on.double(shifter));
  const n = on.subDouble(shifted, on.double(shifter));
  const high = on.subDouble(double, on.mulDouble(n, on.double(halfPi[0])));
  const wide = on.subDouble(high, on.mulDouble(n, on.double(halfPi[1])));
  return { quadrant: on.lowBits(shifted), rest: on.narrow(wide), wide };
}

/** sin(rest + quadrant pi/2). */
function quarterTurns<F, I, M, D>(on: Lanes<F, I, M, D>, quadrant: I, rest: F): F {
  const { sine, cosine } = both(on, rest);
  const sign = on.shiftLeft(on.and(quadrant, on.integer(2)), 30);
  return on.fromBits(on.xor(on.bits(on.choose(isEven(on, quadrant), sine, cosine)), sign));
}

/** Sine and cosine within pi/4 of zero. Source of the coefficients: Cephes. */
function both<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): { readonly sine: F; readonly cosine: F } {
  const square = on.mul(x, x);
  const sine = on.add(on.mul(on.mul(horner(on, sineTail, square), square), x), x);
  const curve = on.mul(on.mul(horner(on, cosineTail, square), square), square);
  return { sine, cosine: on.add(on.sub(curve, on.mul(on.float(0.5), square)), on.float(1)) };
}

function isEven<F, I, M, D>(on: Lanes<F, I, M, D>, quadrant: I): M {
  return on.equalInteger(on.and(quadrant, on.integer(1)), on.integer(0));
}
