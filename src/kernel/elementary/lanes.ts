/**
 * The arithmetic that functions of float32 are written in.
 *
 * A function is one text over this interface. One writer of code makes SIMD instructions of it,
 * several lanes at a time, another JavaScript: float32.ts. Every operation rounds to its type, so
 * both agree to the bit. `F` is a float32, `I` an integer of 32 bits, `M` a truth value, `D` a float64.
 */
export interface Lanes<F, I, M, D> {
  /** A constant, rounded to float32. */
  float(value: number): F;
  integer(value: number): I;
  double(value: number): D;

  add(x: F, y: F): F;
  sub(x: F, y: F): F;
  mul(x: F, y: F): F;
  div(x: F, y: F): F;
  sqrt(x: F): F;
  abs(x: F): F;
  /** `y` where `y < x`, else `x`: NaN in `x` stays. */
  atMost(x: F, y: F): F;
  /** `y` where `x < y`, else `x`: NaN in `x` stays. */
  atLeast(x: F, y: F): F;
  /** The size of `x` with the sign of `y`. */
  withSign(x: F, y: F): F;
  less(x: F, y: F): M;
  equal(x: F, y: F): M;
  choose(which: M, x: F, y: F): F;

  /** The bits of a float as an integer, and back. */
  bits(x: F): I;
  fromBits(x: I): F;
  /** The integer as a float, rounded. */
  toFloat(x: I): F;
  addInteger(x: I, y: I): I;
  subInteger(x: I, y: I): I;
  and(x: I, y: I): I;
  xor(x: I, y: I): I;
  shiftLeft(x: I, count: number): I;
  /** Fills with the sign. */
  shiftRight(x: I, count: number): I;
  equalInteger(x: I, y: I): M;

  widen(x: F): D;
  narrow(x: D): F;
  addDouble(x: D, y: D): D;
  subDouble(x: D, y: D): D;
  mulDouble(x: D, y: D): D;
  divDouble(x: D, y: D): D;
  /** Low 32 bits of a float64. */
  lowBits(x: D): I;

  /** `x` where `fine`; elsewhere what `Math` gives of `operand`, rounded. */
  orMath(fine: M, x: F, name: "sin" | "cos" | "tan", operand: F): F;
}

/** A function of one float32, for every kind of lanes. */
export type UnaryText = <F, I, M, D>(on: Lanes<F, I, M, D>, x: F) => F;

/** Value of the polynomial with the given coefficients, the constant one last (Horner). */
export function horner<F, I, M, D>(
  on: Lanes<F, I, M, D>,
  coefficients: readonly number[],
  x: F,
): F {
  let sum = on.float(coefficients[0] as number); // there is one at least, here and below
  for (let i = 1; i < coefficients.length; i++) {
    sum = on.add(on.mul(sum, x), on.float(coefficients[i] as number));
  }
  return sum;
}
