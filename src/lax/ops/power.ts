import { asArray } from "../../core/array.ts";
import { isFloat, isInteger } from "../../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import { definePrimitive, elementwise, nonlinear, type PrimitiveOf } from "../../core/primitive.ts";
import { constExpr, type Expr, opExpr } from "../../core/scalar.ts";
import { sameShape } from "../../core/shape.ts";
import { bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { div, mul, sub } from "./arith.ts";
import { fullLike, pairOf } from "./broadcast.ts";
import { eq, select } from "./compare.ts";
import { convertElementType } from "./convert.ts";
import { elementwisePrimitive, numeric, requireKind } from "./shared.ts";
import { log } from "./transcendental.ts";

/** Square of each element. */
export const squareP = elementwisePrimitive<1>(
  "square",
  "mul",
  numeric,
  {
    jvp: { kind: "partials", terms: [(t, [x]) => mul(t, mul(x, 2))] },
    lower: { kind: "expression", build: ([x]) => [opExpr("mul", [x, x], x.dtype)] },
  },
  "square",
);

/** Parameters of a power with a static integer exponent. */
export interface IntegerPowParams {
  readonly y: number;
}

/** Power with a static exponent, by repeated squaring; see `integerPow`. */
export const integerPowP: PrimitiveOf<1, IntegerPowParams> = definePrimitive("integer_pow", {
  abstractEval([x], { y }) {
    requireKind("integerPow", x, numeric);
    if (!Number.isSafeInteger(y)) {
      throw new ArgumentError(
        `lax.integerPow: the exponent must be an integer, got ${y}; call lax.pow`,
      );
    }
    if (y < 0 && !isFloat(x.dtype)) {
      throw new DTypeError(
        `lax.integerPow: an integer has no negative powers, got ${x} and exponent ${y}; convert with lax.convertElementType`,
      );
    }
    return x;
  },
  jvp: { kind: "partials", terms: [(t, [x], _, { y }) => mul(t, integerPowSlope(x, y))] },
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "expression", build: ([x], { y }) => [squarings(x, y)] },
});

/** y x^(y-1), finite at 0 for every y from 0 on. */
function integerPowSlope(x: NDArray, y: number): NDArray {
  if (y === 0) return fullLike(x, 0);
  if (y === 1) return fullLike(x, 1);
  return mul(integerPow(x, y - 1), y);
}

/** Products by the bits of the exponent from the lowest on; a negative one inverts the result. */
function squarings(x: Expr, y: number): Expr {
  const one = constExpr(1, x.dtype);
  let product: Expr | null = null;
  let square = x;
  for (let rest = Math.abs(y); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      product = product === null ? square : opExpr("mul", [product, square], x.dtype);
    }
    if (rest > 1) square = opExpr("mul", [square, square], x.dtype);
  }
  if (product === null) return one;
  return y < 0 ? opExpr("div", [one, product], x.dtype) : product;
}

/** Power; see `pow`. */
export const powP: PrimitiveOf<2, object> = definePrimitive("pow", {
  abstractEval([x, y]) {
    requireKind("pow", x, numeric);
    if (x.dtype !== y.dtype && !(isFloat(x.dtype) && isInteger(y.dtype))) {
      throw new DTypeError(
        `lax.pow: the exponent must have the base's dtype, or be an integer beside a float, got ${x} and ${y}; convert one with lax.convertElementType`,
      );
    }
    if (!sameShape(x.shape, y.shape)) {
      throw new ShapeError(
        `lax.pow: operands must share a shape, got ${x} and ${y}; broadcast first, or call numpy.power`,
      );
    }
    return y.weakType ? x : x.strong();
  },
  jvp: {
    kind: "partials",
    terms: [
      (t, [x, y]) => mul(t, baseSlope(x, y)),
      // log(0) is taken as 0, so that 0^y with y > 0 does not depend on y.
      (t, [x], out) => mul(t, mul(log(replaceZero(x)), out)),
    ],
  },
  transpose: nonlinear,
  batch: elementwise,
  lower: {
    kind: "expression",
    build([x, y]) {
      const exponent = y.dtype === x.dtype ? y : opExpr("convert", [y], x.dtype);
      return [opExpr("pow", [x, exponent], x.dtype)];
    },
  },
});

/** y x^(y-1). An integer y of 0 is taken as 1 and masked, so that slopes of it are finite too. */
function baseSlope(x: NDArray, y: NDArray): NDArray {
  if (isFloat(y.dtype)) return mul(y, pow(x, sub(y, 1)));
  const safe = replaceZero(y);
  const slope = mul(convertElementType(safe, x.dtype, x.weakType), pow(x, sub(safe, 1)));
  return select(eq(y, 0), fullLike(x, 0), slope);
}

function replaceZero(x: NDArray): NDArray {
  return select(eq(x, 0), fullLike(x, 1), x);
}

/**
 * `x` to the power `y`, element by element.
 *
 * Dtypes: both alike, or `y` of integers beside floats; the result is as `x`. Integers wrap, and a
 * negative power of one is that of its reciprocal, truncated.
 * Edge values: x^0 and 1^y are 1 even beside NaN, (-1)^(+-Infinity) is 1, and a negative base with
 * a fractional exponent gives NaN. The derivative by `x` is y x^(y-1), which at x = y = 0 is NaN
 * for a float exponent and 0 for an integer one; that by `y` is NaN for negative `x`, 0 at 0.
 *
 * @throws DTypeError, ShapeError if the operands do not fit.
 */
export function pow(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("pow", x, y);
  return bind2(powP, a, b, noParams);
}

/**
 * `x` to the power of a fixed integer, by repeated squaring.
 *
 * x^0 is 1 everywhere. Derivatives of every order are finite at 0 unless `y` is negative.
 *
 * @throws ArgumentError unless `y` is an integer; DTypeError for a negative power of integers.
 */
export function integerPow(x: ArrayLike, y: number): NDArray {
  return bind1(integerPowP, asArray(x, "lax.integerPow"), { y });
}

/** Square of each element; integers wrap. */
export function square(x: ArrayLike): NDArray {
  return bind1(squareP, asArray(x, "lax.square"), noParams);
}

/** 1 over each element. Integers truncate, see `div`. */
export function reciprocal(x: ArrayLike): NDArray {
  return div(1, asArray(x, "lax.reciprocal"));
}
