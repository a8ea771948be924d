import { isInteger } from "../core/dtype.ts";
import { bind2, noParams } from "../core/trace.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { addP, div, divP, mul, mulP, neg, sub, subP } from "../lax/ops/arith.ts";
import { andP, bitwiseAnd, eq, ge, lt, ne, orP, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { sign as laxSign, maxP, minP } from "../lax/ops/extrema.ts";
import { round as laxRound, rem } from "../lax/ops/rounding.ts";
import { ceil, floor } from "./elementwise-rounding.ts";
import {
  binary,
  constantLike,
  inexact,
  pair,
  pairInexact,
  pairNumeric,
  toArray,
} from "./promote.ts";

/** Sum of two arrays, element by element; integers wrap, bools give their OR. */
export function add(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.add", addP, orP, x, y);
}

/**
 * Difference of two arrays, element by element; integers wrap.
 *
 * @throws DTypeError if both are bool.
 */
export function subtract(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.subtract", subP, null, x, y);
}

/** Product of two arrays, element by element; integers wrap, bools give their AND. */
export function multiply(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.multiply", mulP, andP, x, y);
}

/** Quotient of two arrays, element by element, always a float: integers go to float32. */
export function divide(x: ArrayLike, y: ArrayLike): NDArray {
  if (x instanceof NDArray && x.aval.dtype === "float32" && typeof y === "number") {
    return bind2(divP, x, constantLike(x, y), noParams);
  }
  const [a, b] = pairInexact("numpy.divide", x, y);
  return bind2(divP, a, b, noParams);
}

/** Larger of two elements; NaN wins, 0 is above -0. The gradient of a tie is halved. */
export function maximum(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.maximum", maxP, maxP, x, y);
}

/** Smaller of two elements; NaN wins, -0 is below 0. The gradient of a tie is halved. */
export function minimum(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.minimum", minP, minP, x, y);
}

/** Larger of two elements, a NaN giving way to a number. */
export function fmax(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pair("numpy.fmax", x, y);
  const takesFirst = bitwiseOrOf(lt(b, a), ne(b, b));
  return select(takesFirst, a, b);
}

/** Smaller of two elements, a NaN giving way to a number. */
export function fmin(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pair("numpy.fmin", x, y);
  const takesFirst = bitwiseOrOf(lt(a, b), ne(b, b));
  return select(takesFirst, a, b);
}

function bitwiseOrOf(a: NDArray, b: NDArray): NDArray {
  return bind2(orP, a, b, noParams);
}

/** Negative of each element; unsigned integers wrap. @throws DTypeError for bools. */
export function negative(x: ArrayLike): NDArray {
  return neg(toArray("numpy.negative", x));
}

/** `x` itself, as an array. */
export function positive(x: ArrayLike): NDArray {
  return toArray("numpy.positive", x);
}

/** Inverse of each element, as a float. */
export function reciprocal(x: ArrayLike): NDArray {
  return div(1, inexact("numpy.reciprocal", x));
}

/**
 * Quotient rounded towards minus infinity.
 *
 * Integers stay integers and wrap; divided by zero they give -1 (all bits set).
 */
export function floorDivide(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairNumeric("numpy.floorDivide", x, y);
  if (!isInteger(a.dtype)) return floatDivmod(a, b)[0];
  const quotient = div(a, b);
  if (a.dtype.startsWith("u")) return quotient;
  const inexactly = bitwiseAnd(ne(laxSign(a), laxSign(b)), ne(rem(a, b), 0));
  return select(bitwiseAnd(inexactly, ne(b, 0)), sub(quotient, 1), quotient);
}

/** Remainder with the sign of the divisor; of an integer by zero, 0. */
export function remainder(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairNumeric("numpy.remainder", x, y);
  const divisor = isInteger(a.dtype) ? select(eq(b, 0), 1, b) : b;
  const truncated = rem(a, divisor);
  const opposite = ne(lt(truncated, 0), lt(divisor, 0));
  return select(
    bitwiseAnd(opposite, ne(truncated, 0)),
    bind2(addP, truncated, divisor, noParams),
    truncated,
  );
}

/** Remainder with the sign of the dividend; of an integer by zero, 0. */
export function fmod(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairNumeric("numpy.fmod", x, y);
  return rem(a, isInteger(a.dtype) ? select(eq(b, 0), 1, b) : b);
}

/** `[floorDivide(x, y), remainder(x, y)]`. */
export function divmod(x: ArrayLike, y: ArrayLike): [NDArray, NDArray] {
  const [a, b] = pairNumeric("numpy.divmod", x, y);
  if (isInteger(a.dtype)) return [floorDivide(a, b), remainder(a, b)];
  return floatDivmod(a, b);
}

/** Source: CPython, `float_divmod` in floatobject.c. */
function floatDivmod(a: NDArray, b: NDArray): [NDArray, NDArray] {
  const truncated = rem(a, b);
  const quotient = div(select(eq(b, 0), a, sub(a, truncated)), b);
  const opposite = bitwiseAnd(ne(truncated, 0), ne(laxSign(b), laxSign(truncated)));
  const mod = select(opposite, bind2(addP, truncated, b, noParams), truncated);
  return [laxRound(select(opposite, sub(quotient, 1), quotient)), mod];
}

/** Fraction and whole part of each element, both with its sign, as floats. */
export function modf(x: ArrayLike): [NDArray, NDArray] {
  const a = inexact("numpy.modf", x);
  const whole = select(ge(a, 0), floor(a), ceil(a));
  return [sub(a, whole), whole];
}

/** Degrees in radians, as floats. */
export function deg2rad(x: ArrayLike): NDArray {
  return mul(inexact("numpy.deg2rad", x), Math.PI / 180);
}

/** Radians in degrees, as floats. */
export function rad2deg(x: ArrayLike): NDArray {
  return mul(inexact("numpy.rad2deg", x), 180 / Math.PI);
}

/** `x` itself: elements are real. */
export function real(x: ArrayLike): NDArray {
  return toArray("numpy.real", x);
}

/** Zeros like `x`: elements are real. */
export function imag(x: ArrayLike): NDArray {
  return constantLike(toArray("numpy.imag", x), 0);
}

/** `x` itself: elements are real. */
export function conjugate(x: ArrayLike): NDArray {
  return toArray("numpy.conjugate", x);
}

/** Angle in the complex plane: 0 for elements from 0, pi (or 180 with `deg`) for the others. */
export function angle(x: ArrayLike, options?: { deg?: boolean | undefined }): NDArray {
  const a = inexact("numpy.angle", x);
  const turned = options?.deg === true ? 180 : Math.PI;
  const value = select(lt(a, 0), constantLike(a, turned), constantLike(a, 0));
  return select(ne(a, a), a, convertElementType(value, a.dtype));
}
