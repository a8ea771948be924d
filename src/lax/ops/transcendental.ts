import { asArray } from "../../core/array.ts";
import type { JvpRule, PrimitiveOf } from "../../core/primitive.ts";
import type { ScalarOp } from "../../core/scalar.ts";
import { bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, neg, sub } from "./arith.ts";
import { pairOf } from "./broadcast.ts";
import { elementwisePrimitive, floating } from "./shared.ts";

/** A function of one float whose tangent is `partial(t, x, y)`, where `y` is its value at `x`. */
function unary(
  op: ScalarOp,
  partial: (t: NDArray, x: NDArray, y: NDArray) => NDArray,
): PrimitiveOf<1, object> {
  const jvp: JvpRule<1, object> = {
    kind: "partials",
    terms: [(t, xs, y) => partial(t, xs[0], y)],
  };
  return elementwisePrimitive<1>(op, op, floating, { jvp });
}

const square = (x: NDArray): NDArray => mul(x, x);

/** Exponential; its own derivative. */
export const expP = unary("exp", (t, _, y) => mul(t, y));
/** Power of two. */
export const exp2P = unary("exp2", (t, _, y) => mul(mul(t, y), Math.LN2));
/** Exponential less 1. */
export const expm1P = unary("expm1", (t, _, y) => mul(t, add(y, 1)));
/** Natural logarithm. */
export const logP = unary("log", (t, x) => div(t, x));
/** Natural logarithm of one more. */
export const log1pP = unary("log1p", (t, x) => div(t, add(x, 1)));

/** Sine. */
export const sinP = unary("sin", (t, x) => mul(t, cos(x)));
/** Cosine. */
export const cosP = unary("cos", (t, x) => neg(mul(t, sin(x))));
/** Tangent, whose derivative is 1 + y^2. */
export const tanP = unary("tan", (t, _, y) => mul(t, add(square(y), 1)));
/** Inverse sine. */
export const asinP = unary("asin", (t, x) => mul(t, rsqrt(sub(1, square(x)))));
/** Inverse cosine. */
export const acosP = unary("acos", (t, x) => mul(t, neg(rsqrt(sub(1, square(x))))));
/** Inverse tangent. */
export const atanP = unary("atan", (t, x) => div(t, add(square(x), 1)));

/** Hyperbolic sine. */
export const sinhP = unary("sinh", (t, x) => mul(t, cosh(x)));
/** Hyperbolic cosine. */
export const coshP = unary("cosh", (t, x) => mul(t, sinh(x)));
/** Hyperbolic tangent; 1 - y^2 in factors, which keeps the digits of the smaller one. */
export const tanhP = unary("tanh", (t, _, y) => mul(t, mul(add(y, 1), sub(1, y))));
/** Inverse hyperbolic sine. */
export const asinhP = unary("asinh", (t, x) => mul(t, rsqrt(add(square(x), 1))));
/** Inverse hyperbolic cosine. */
export const acoshP = unary("acosh", (t, x) => mul(t, rsqrt(sub(square(x), 1))));
/** Inverse hyperbolic tangent, whose derivative 1/(1 - x^2) is taken in factors. */
export const atanhP = unary("atanh", (t, x) => mul(div(t, sub(1, x)), div(1, add(x, 1))));

/** Logistic function; its derivative y (1 - y) without the cancellation where y is near 1. */
export const logisticP = unary("logistic", (t, x, y) => mul(t, mul(y, logistic(neg(x)))));

/** Square root. */
export const sqrtP = unary("sqrt", (t, _, y) => mul(t, div(0.5, y)));
/** Reciprocal square root. */
export const rsqrtP = unary("rsqrt", (t, x, y) => mul(t, mul(div(y, x), -0.5)));
/** Cube root; dividing twice keeps its second derivative infinite, not NaN, at 0. */
export const cbrtP = unary("cbrt", (t, _, y) => mul(t, mul(div(div(1, y), y), 1 / 3)));

/** Angle of the point (y, x), where operand 0 is y. */
export const atan2P = elementwisePrimitive<2>("atan2", "atan2", floating, {
  jvp: {
    kind: "partials",
    terms: [
      (t, [y, x]) => mul(t, div(x, add(square(y), square(x)))),
      (t, [y, x]) => mul(t, div(neg(y), add(square(y), square(x)))),
    ],
  },
});

/** e to the power of each element. */
export function exp(x: ArrayLike): NDArray {
  return bind1(expP, asArray(x, "lax.exp"), noParams);
}

/** 2 to the power of each element. */
export function exp2(x: ArrayLike): NDArray {
  return bind1(exp2P, asArray(x, "lax.exp2"), noParams);
}

/** e^x - 1 for each element, exact to the last digits near 0 too. */
export function expm1(x: ArrayLike): NDArray {
  return bind1(expm1P, asArray(x, "lax.expm1"), noParams);
}

/** Natural logarithm of each element: -Infinity at 0, NaN below. */
export function log(x: ArrayLike): NDArray {
  return bind1(logP, asArray(x, "lax.log"), noParams);
}

/** log(1 + x) for each element, exact to the last digits near 0 too. */
export function log1p(x: ArrayLike): NDArray {
  return bind1(log1pP, asArray(x, "lax.log1p"), noParams);
}

/** Sine of each element, in radians. */
export function sin(x: ArrayLike): NDArray {
  return bind1(sinP, asArray(x, "lax.sin"), noParams);
}

/** Cosine of each element, in radians. */
export function cos(x: ArrayLike): NDArray {
  return bind1(cosP, asArray(x, "lax.cos"), noParams);
}

/** Tangent of each element, in radians. */
export function tan(x: ArrayLike): NDArray {
  return bind1(tanP, asArray(x, "lax.tan"), noParams);
}

/** Angle whose sine is each element, from -pi/2 to pi/2; NaN outside [-1, 1]. */
export function asin(x: ArrayLike): NDArray {
  return bind1(asinP, asArray(x, "lax.asin"), noParams);
}

/** Angle whose cosine is each element, from 0 to pi; NaN outside [-1, 1]. */
export function acos(x: ArrayLike): NDArray {
  return bind1(acosP, asArray(x, "lax.acos"), noParams);
}

/** Angle whose tangent is each element, from -pi/2 to pi/2. */
export function atan(x: ArrayLike): NDArray {
  return bind1(atanP, asArray(x, "lax.atan"), noParams);
}

/**
 * Angle of the point (y, x) from the positive x axis, from -pi to pi.
 *
 * Edge values: the signs of zeros count, so (0, -0) gives pi and (-0, -1) gives -pi; the
 * derivative at the origin is NaN.
 */
export function atan2(y: ArrayLike, x: ArrayLike): NDArray {
  const [a, b] = pairOf("atan2", y, x);
  return bind2(atan2P, a, b, noParams);
}

/** Hyperbolic sine of each element. */
export function sinh(x: ArrayLike): NDArray {
  return bind1(sinhP, asArray(x, "lax.sinh"), noParams);
}

/** Hyperbolic cosine of each element. */
export function cosh(x: ArrayLike): NDArray {
  return bind1(coshP, asArray(x, "lax.cosh"), noParams);
}

/** Hyperbolic tangent of each element. */
export function tanh(x: ArrayLike): NDArray {
  return bind1(tanhP, asArray(x, "lax.tanh"), noParams);
}

/** Inverse hyperbolic sine of each element. */
export function asinh(x: ArrayLike): NDArray {
  return bind1(asinhP, asArray(x, "lax.asinh"), noParams);
}

/** Inverse hyperbolic cosine of each element; NaN below 1. */
export function acosh(x: ArrayLike): NDArray {
  return bind1(acoshP, asArray(x, "lax.acosh"), noParams);
}

/** Inverse hyperbolic tangent of each element: infinite at -1 and 1, NaN beyond. */
export function atanh(x: ArrayLike): NDArray {
  return bind1(atanhP, asArray(x, "lax.atanh"), noParams);
}

/** 1 / (1 + e^-x) for each element. */
export function logistic(x: ArrayLike): NDArray {
  return bind1(logisticP, asArray(x, "lax.logistic"), noParams);
}

/** Square root of each element; NaN below 0, -0 at -0. Its derivative is infinite at 0. */
export function sqrt(x: ArrayLike): NDArray {
  return bind1(sqrtP, asArray(x, "lax.sqrt"), noParams);
}

/** 1 / sqrt(x) for each element; Infinity at 0, NaN below. */
export function rsqrt(x: ArrayLike): NDArray {
  return bind1(rsqrtP, asArray(x, "lax.rsqrt"), noParams);
}

/** Cube root of each element, of negative ones too. Its derivative is infinite at 0. */
export function cbrt(x: ArrayLike): NDArray {
  return bind1(cbrtP, asArray(x, "lax.cbrt"), noParams);
}
