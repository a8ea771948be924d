import { isFloat, isInteger } from "../core/dtype.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { mul } from "../lax/ops/arith.ts";
import { shiftRightLogical } from "../lax/ops/bits.ts";
import { bitwiseAnd, eq, lt, ne, select } from "../lax/ops/compare.ts";
import { integerPow, pow } from "../lax/ops/power.ts";
import {
  broadcastTogether,
  commonType,
  constantLike,
  numericArray,
  pairInexact,
  pairNumeric,
  strong,
  toArray,
} from "./promote.ts";

/**
 * `x` to the power `y`, element by element.
 *
 * A plain integer, or a concrete integer scalar, as the exponent means repeated multiplication,
 * which has finite derivatives at 0 of every order. Integers to integer powers stay integers and
 * wrap; a negative exponent in an array gives 0, or the sign for bases 1 and -1.
 *
 * @throws DTypeError if an integer is raised to a negative plain number.
 */
export function power(x: ArrayLike, y: ArrayLike): NDArray {
  const exponent = staticExponent(y);
  if (exponent !== null) return integerPow(numericArray("numpy.power", x), exponent);
  if (x instanceof NDArray && y instanceof NDArray && isFloat(x.dtype) && isInteger(y.dtype)) {
    // The exponent keeps its dtype, so that the derivative in the base is right at 0; but under
    // strict promotion the two have none in common.
    commonType("numpy.power", [x, y]);
    const [a, b] = broadcastTogether("numpy.power", [x, y]);
    return pow(a as NDArray, b as NDArray); // as many as were given
  }
  const [a, b] = pairNumeric("numpy.power", x, y);
  return isInteger(a.dtype) ? strong(powerOfIntegers(a, b)) : pow(a, b);
}

/** The exponent if it is an integer that is known now. */
function staticExponent(y: ArrayLike): number | null {
  if (typeof y === "number") return Number.isSafeInteger(y) ? y : null;
  const known = y instanceof NDArray && y.ndim === 0 && isInteger(y.dtype) && y.owner === null;
  return known && y.device === "cpu" ? Number(y.item()) : null;
}

/** Six bits of the exponent: what lies above overflows for every base but 0, 1 and -1. */
const exponentBits = 6;

function powerOfIntegers(base: NDArray, exponent: NDArray): NDArray {
  const negative = lt(exponent, 0);
  let square = base;
  let rest = exponent;
  // 0 to a positive power must stay 0 however large the exponent is.
  let product = select(
    bitwiseAnd(eq(base, 0), ne(exponent, 0)),
    constantLike(base, 0),
    constantLike(base, 1),
  );
  for (let bit = 0; bit < exponentBits; bit++) {
    product = select(ne(bitwiseAnd(rest, 1), 0), mul(product, square), product);
    square = mul(square, square);
    rest = shiftRightLogical(rest, 1);
  }
  if (base.dtype.startsWith("u")) return product;
  const isUnit = eq(mul(base, base), 1);
  return select(bitwiseAnd(negative, ne(isUnit, true)), constantLike(product, 0), product);
}

/** `x` to the power `y` in floating point: integers go to float32. */
export function floatPower(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairInexact("numpy.floatPower", toArray("numpy.floatPower", x), y);
  return pow(a, b);
}
