import { dtypeInfo } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import {
  populationCount,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical,
} from "../lax/ops/bits.ts";
import { andP, bitwiseNot as laxNot, orP, xorP } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "./elementwise-math.ts";
import { binary, numericArray, pairNumeric, toArray } from "./promote.ts";

/** Bits that both integers have; AND of bools. @throws DTypeError for floats. */
export function bitwiseAnd(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.bitwiseAnd", andP, andP, x, y);
}

/** Bits that any of two integers has; OR of bools. @throws DTypeError for floats. */
export function bitwiseOr(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.bitwiseOr", orP, orP, x, y);
}

/** Bits that one of two integers alone has; exclusive OR of bools. @throws DTypeError for floats. */
export function bitwiseXor(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.bitwiseXor", xorP, xorP, x, y);
}

/** Bits that an integer has not; negation of bools. @throws DTypeError for floats. */
export function bitwiseNot(x: ArrayLike): NDArray {
  return laxNot(toArray("numpy.bitwiseNot", x));
}

/** `x` times two to the power `y`, in bits; counts of the width or more give 0. */
export function leftShift(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairNumeric("numpy.leftShift", x, y);
  return shiftLeft(a, b);
}

/** `x` shifted right by `y` bits: with the sign for signed integers, with zeros for others. */
export function rightShift(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairNumeric("numpy.rightShift", x, y);
  return dtypeInfo[a.dtype].kind === "uint" ? shiftRightLogical(a, b) : shiftRightArithmetic(a, b);
}

/** How many bits the size of an integer has, as uint8. @throws DTypeError for floats. */
export function bitwiseCount(x: ArrayLike): NDArray {
  const a = numericArray("numpy.bitwiseCount", x);
  if (dtypeInfo[a.dtype].kind === "float") {
    throw new DTypeError(`numpy.bitwiseCount: integers are required, got ${a.aval}; convert them`);
  }
  return convertElementType(populationCount(abs(a)), "uint8");
}
