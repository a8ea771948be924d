import { scalarArray } from "../core/array.ts";
import { checkDtype, type DType, dtypeInfo, isFloat } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, mul, sub } from "../lax/ops/arith.ts";
import { shiftRightLogical } from "../lax/ops/bits.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { bitwiseOr, bitwiseXor } from "../lax/ops/compare.ts";
import { bitcastConvertType, convertElementType } from "../lax/ops/convert.ts";
import { max } from "../lax/ops/extrema.ts";
import { reshape } from "../lax/ops/layout.ts";
import { slice } from "../lax/ops/slice.ts";
import { toArray } from "../numpy/promote.ts";
import { spreadTo } from "./draw-shape.ts";
import { formerWords, hash, type StreamOptions } from "./key.ts";

/** Options of samplers whose dtype can be chosen. */
export interface DrawOptions {
  /** Dtype of the draws; float32, or int32 for integers. */
  dtype?: DType | undefined;
}

/** Options of `bits`. */
export interface BitsOptions extends StreamOptions {
  /** uint32, uint16 or uint8; uint32. */
  dtype?: DType | undefined;
}

/**
 * Uniformly distributed bits: unsigned integers over their whole range.
 *
 * @throws DTypeError unless the dtype is an unsigned integer.
 */
export function bits(
  k: NDArray,
  shape: readonly number[] = [],
  options: BitsOptions = {},
): NDArray {
  const where = "random.bits";
  checkOptions(where, options, ["dtype", "partitionable"]);
  const dtype = checkDtype(options.dtype ?? "uint32", where);
  if (dtypeInfo[dtype].kind !== "uint") {
    throw new DTypeError(
      `${where}: an unsigned integer dtype is required, got ${dtype}; use uint32`,
    );
  }
  const extents = checkShape(shape, where);
  if (options.partitionable === false) return formerBits(k, extents, dtype, where);
  return wordBits(k, extents, dtype, where);
}

/** Bits of which element i depends on the key and i alone. */
export function wordBits(
  k: NDArray,
  shape: readonly number[],
  dtype: DType,
  where: string,
): NDArray {
  const [a, b] = hash(k, shape, where);
  const word = bitwiseXor(a, b);
  return dtype === "uint32" ? word : convertElementType(word, dtype);
}

function formerBits(k: NDArray, shape: readonly number[], dtype: DType, where: string): NDArray {
  const { bits: width } = dtypeInfo[dtype];
  const size = shape.reduce((x, y) => x * y, 1);
  const words = formerWords(k, Math.ceil((size * width) / 32), where);
  if (dtype === "uint32") return reshape(words, shape);
  // Narrow integers are cut from each word, little end first.
  const parts = reshape(bitcastConvertType(words, dtype), [words.size * (32 / width)]);
  return reshape(slice(parts, [0], [size]), shape);
}

/** Uniform floats from 0 up to, not including, 1: as many random bits as the dtype holds. */
export function unit(k: NDArray, shape: readonly number[], dtype: DType, where: string): NDArray {
  switch (dtype) {
    case "float32": {
      const mantissa = shiftRightLogical(wordBits(k, shape, "uint32", where), 9);
      return sub(bitcastConvertType(bitwiseOr(mantissa, 0x3f800000), "float32"), 1);
    }
    case "float16": {
      const mantissa = shiftRightLogical(wordBits(k, shape, "uint16", where), 6);
      return sub(bitcastConvertType(bitwiseOr(mantissa, 0x3c00), "float16"), 1);
    }
    case "bfloat16": {
      const small = convertElementType(wordBits(k, shape, "uint8", where), "uint16");
      const mantissa = shiftRightLogical(small, 1);
      return sub(bitcastConvertType(bitwiseOr(mantissa, 0x3f80), "bfloat16"), 1);
    }
    case "float64": {
      // 52 bits: all of the first word, and the upper 20 of the second.
      const [a, b] = hash(k, shape, where);
      const high = mul(convertElementType(a, "float64"), 2 ** -32);
      const low = mul(convertElementType(shiftRightLogical(b, 12), "float64"), 2 ** -52);
      return add(high, low);
    }
    default:
      throw new DTypeError(`${where}: a float dtype is required, got ${dtype}; use float32`);
  }
}

/** Options of `uniform`. */
export interface UniformOptions extends DrawOptions {
  /** Smallest value; 0. Broadcasts with the shape. */
  minval?: ArrayLike | undefined;
  /** Bound above; 1. Broadcasts with the shape. */
  maxval?: ArrayLike | undefined;
}

/**
 * Uniform floats from `minval` up to `maxval`, of `shape` (`[]` by default).
 *
 * Gradients flow through the bounds.
 */
export function uniform(
  k: NDArray,
  shape: readonly number[] = [],
  options: UniformOptions = {},
): NDArray {
  const where = "random.uniform";
  checkOptions(where, options, ["dtype", "minval", "maxval"]);
  const dtype = floatDtype(options.dtype, where);
  return between(
    k,
    checkShape(shape, where),
    dtype,
    options.minval ?? 0,
    options.maxval ?? 1,
    where,
  );
}

/** Uniform floats between two bounds of that dtype. */
export function between(
  k: NDArray,
  shape: readonly number[],
  dtype: DType,
  minval: ArrayLike,
  maxval: ArrayLike,
  where: string,
): NDArray {
  const low = boundOf(minval, shape, dtype, where);
  const high = boundOf(maxval, shape, dtype, where);
  // Rounding may take the product below the lower bound.
  return max(low, add(mul(unit(k, shape, dtype, where), sub(high, low)), low));
}

function boundOf(x: ArrayLike, shape: readonly number[], dtype: DType, where: string): NDArray {
  if (typeof x === "number") return broadcastInDim(scalarArray(x, dtype), shape, []);
  return spreadTo(convertElementType(toArray(where, x), dtype), shape, where);
}

/** @throws DTypeError unless the dtype, float32 by default, is of floats. */
export function floatDtype(dtype: DType | undefined, where: string): DType {
  const checked = checkDtype(dtype ?? "float32", where);
  if (isFloat(checked)) return checked;
  throw new DTypeError(`${where}: a float dtype is required, got ${checked}; use float32`);
}
