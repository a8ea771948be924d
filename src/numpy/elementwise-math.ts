import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, mul } from "../lax/ops/arith.ts";
import { abs as laxAbs, sign as laxSign } from "../lax/ops/extrema.ts";
import { square as laxSquare } from "../lax/ops/power.ts";
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt as laxCbrt,
  cos as laxCos,
  cosh as laxCosh,
  exp as laxExp,
  exp2 as laxExp2,
  expm1 as laxExpm1,
  log as laxLog,
  log1p as laxLog1p,
  sin as laxSin,
  sinh as laxSinh,
  sqrt as laxSqrt,
  tan as laxTan,
  tanh as laxTanh,
} from "../lax/ops/transcendental.ts";
import { inexact, numericArray, pairInexact, strong, toArray } from "./promote.ts";

// Integers and bools are computed in float32, floats in their own dtype.

/** e to the power of each element. */
export function exp(x: ArrayLike): NDArray {
  return laxExp(inexact("numpy.exp", x));
}

/** 2 to the power of each element. */
export function exp2(x: ArrayLike): NDArray {
  return laxExp2(inexact("numpy.exp2", x));
}

/** `exp(x) - 1`, accurate near 0. */
export function expm1(x: ArrayLike): NDArray {
  return laxExpm1(inexact("numpy.expm1", x));
}

/** Natural logarithm; -infinity at 0, NaN below. */
export function log(x: ArrayLike): NDArray {
  return laxLog(inexact("numpy.log", x));
}

/** `log(1 + x)`, accurate near 0. */
export function log1p(x: ArrayLike): NDArray {
  return laxLog1p(inexact("numpy.log1p", x));
}

/** Square root; NaN below 0, the gradient at 0 is infinite. */
export function sqrt(x: ArrayLike): NDArray {
  return laxSqrt(inexact("numpy.sqrt", x));
}

/** Cube root, of negative elements too. */
export function cbrt(x: ArrayLike): NDArray {
  return laxCbrt(inexact("numpy.cbrt", x));
}

/** Sine of an angle in radians. */
export function sin(x: ArrayLike): NDArray {
  return laxSin(inexact("numpy.sin", x));
}

/** Cosine of an angle in radians. */
export function cos(x: ArrayLike): NDArray {
  return laxCos(inexact("numpy.cos", x));
}

/** Tangent of an angle in radians. */
export function tan(x: ArrayLike): NDArray {
  return laxTan(inexact("numpy.tan", x));
}

/** Angle in [-pi/2, pi/2] whose sine is given; NaN outside [-1, 1]. */
export function arcsin(x: ArrayLike): NDArray {
  return asin(inexact("numpy.arcsin", x));
}

/** Angle in [0, pi] whose cosine is given; NaN outside [-1, 1]. */
export function arccos(x: ArrayLike): NDArray {
  return acos(inexact("numpy.arccos", x));
}

/** Angle in [-pi/2, pi/2] whose tangent is given. */
export function arctan(x: ArrayLike): NDArray {
  return atan(inexact("numpy.arctan", x));
}

/** Hyperbolic sine. */
export function sinh(x: ArrayLike): NDArray {
  return laxSinh(inexact("numpy.sinh", x));
}

/** Hyperbolic cosine. */
export function cosh(x: ArrayLike): NDArray {
  return laxCosh(inexact("numpy.cosh", x));
}

/** Hyperbolic tangent. */
export function tanh(x: ArrayLike): NDArray {
  return laxTanh(inexact("numpy.tanh", x));
}

/** Inverse of the hyperbolic sine. */
export function arcsinh(x: ArrayLike): NDArray {
  return asinh(inexact("numpy.arcsinh", x));
}

/** Inverse of the hyperbolic cosine, from 0; NaN below 1. */
export function arccosh(x: ArrayLike): NDArray {
  return acosh(inexact("numpy.arccosh", x));
}

/** Inverse of the hyperbolic tangent; NaN outside [-1, 1]. */
export function arctanh(x: ArrayLike): NDArray {
  return atanh(inexact("numpy.arctanh", x));
}

/** Logarithm to base 2. */
export function log2(x: ArrayLike): NDArray {
  return strong(div(laxLog(inexact("numpy.log2", x)), Math.LN2));
}

/** Logarithm to base 10. */
export function log10(x: ArrayLike): NDArray {
  return strong(mul(laxLog(inexact("numpy.log10", x)), Math.LOG10E));
}

/**
 * Angle in [-pi, pi] of the point with ordinate `y` and abscissa `x`.
 *
 * The signs of zeros count; the gradient at the origin is NaN.
 */
export function arctan2(y: ArrayLike, x: ArrayLike): NDArray {
  const [a, b] = pairInexact("numpy.arctan2", y, x);
  return atan2(a, b);
}

/** Size of each element; the gradient at 0 is 1. The smallest integer is its own size. */
export function abs(x: ArrayLike): NDArray {
  const a = toArray("numpy.abs", x);
  return a.dtype === "bool" || a.dtype.startsWith("u") ? a : laxAbs(a);
}

/** Size of each element as a float. */
export function fabs(x: ArrayLike): NDArray {
  return laxAbs(inexact("numpy.fabs", x));
}

/** -1, 0 or 1 by the sign of each element; zeros keep theirs, NaN stays. */
export function sign(x: ArrayLike): NDArray {
  return laxSign(toArray("numpy.sign", x));
}

/** Each element times itself. */
export function square(x: ArrayLike): NDArray {
  return laxSquare(numericArray("numpy.square", x));
}
