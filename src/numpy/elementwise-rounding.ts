import { isFloat, isInteger } from "../core/dtype.ts";
import { ArgumentError, DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, mul } from "../lax/ops/arith.ts";
import { lt, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { ceil as laxCeil, floor as laxFloor, round as laxRound } from "../lax/ops/rounding.ts";
import { toArray } from "./promote.ts";

/** Largest integer not above each element; integers and bools stay as they are. */
export function floor(x: ArrayLike): NDArray {
  const a = toArray("numpy.floor", x);
  return isFloat(a.dtype) ? laxFloor(a) : a;
}

/** Smallest integer not below each element; integers and bools stay as they are. */
export function ceil(x: ArrayLike): NDArray {
  const a = toArray("numpy.ceil", x);
  return isFloat(a.dtype) ? laxCeil(a) : a;
}

/** Each element without its fraction; integers and bools stay as they are. */
export function trunc(x: ArrayLike): NDArray {
  const a = toArray("numpy.trunc", x);
  return isFloat(a.dtype) ? select(lt(a, 0), laxCeil(a), laxFloor(a)) : a;
}

/** Nearest integer, halves to the even one, as a float. */
export function rint(x: ArrayLike): NDArray {
  const a = toArray("numpy.rint", x);
  return isFloat(a.dtype)
    ? laxRound(a, { roundingMethod: "toNearestEven" })
    : convertElementType(a, "float32");
}

/**
 * Nearest number with `decimals` decimal places, halves to the even one.
 *
 * Integers stay as they are.
 *
 * @throws ArgumentError if `decimals` is negative beside integers, or not an integer; DTypeError
 * for bools.
 */
export function round(x: ArrayLike, options?: { decimals?: number | undefined } | number): NDArray {
  if (typeof options !== "number") checkOptions("numpy.round", options, ["decimals"]);
  const decimals = (typeof options === "number" ? options : options?.decimals) ?? 0;
  if (!Number.isInteger(decimals)) {
    throw new ArgumentError(`numpy.round: decimals must be an integer, got ${decimals}; round it`);
  }
  const a = toArray("numpy.round", x);
  if (isInteger(a.dtype)) {
    if (decimals >= 0) return a;
    throw new ArgumentError(
      `numpy.round: decimals must be from 0 for integers, got ${decimals}; convert to float first`,
    );
  }
  if (a.dtype === "bool") {
    throw new DTypeError(`numpy.round: numbers are required, got ${a.aval}; convert with astype`);
  }
  if (decimals === 0) return laxRound(a, { roundingMethod: "toNearestEven" });
  // float16 has no room for the factor.
  const wide = a.dtype === "float16" ? convertElementType(a, "float32", a.weakType) : a;
  const factor = 10 ** decimals;
  const scaled = laxRound(mul(wide, factor), { roundingMethod: "toNearestEven" });
  return convertElementType(div(scaled, factor), a.dtype, a.weakType);
}
