import { type DType, dtypeInfo, isFloat, isInteger } from "../core/dtype.ts";
import {
  floatToInt8,
  floatToInt16,
  floatToInt32,
  floatToUint8,
  floatToUint16,
  floatToUint32,
} from "./functions/conversion.ts";
import {
  bfloat16FromBits,
  bfloat16ToBits,
  float16FromBits,
  float16ToBits,
} from "./functions/rounding.ts";
import { rounded, type ScalarFunction, type Spelling, wrapped } from "./spelling.ts";

const identity: ScalarFunction = (x) => x;

/**
 * Conversion of values: floats round, floats to integers truncate and saturate, integers wrap,
 * and everything but zero is true.
 */
export const conversion: Spelling = (dtype, operand) => {
  if (dtype === operand) return identity;
  if (dtype === "bool") return (x) => (x !== 0 ? 1 : 0); // NaN is not zero
  if (isFloat(dtype)) return rounded(dtype, identity);
  if (!isInteger(dtype)) return null;
  return isFloat(operand) ? truncation(dtype) : wrapped(dtype, identity);
};

function truncation(dtype: DType): ScalarFunction | null {
  switch (dtype) {
    case "int32":
      return floatToInt32;
    case "uint32":
      return floatToUint32;
    case "int16":
      return floatToInt16;
    case "uint16":
      return floatToUint16;
    case "int8":
      return floatToInt8;
    case "uint8":
      return floatToUint8;
    default:
      return null;
  }
}

type BitFunctions = Readonly<Partial<Record<DType, (x: number) => number>>>;

const singles = new Float32Array(1);
const words = new Int32Array(singles.buffer);

/** Bits of a value as a signed or unsigned integer; only the low ones of its width count. */
const bitsOf: BitFunctions = {
  float32(x) {
    singles[0] = x;
    return words[0] as number; // a view of one element, here and below
  },
  float16: float16ToBits,
  bfloat16: bfloat16ToBits,
};

/** Value of bits, of which only the low ones count. */
const numberOf: BitFunctions = {
  float32(bits) {
    words[0] = bits;
    return singles[0] as number;
  },
  float16: float16FromBits,
  bfloat16: bfloat16FromBits,
};

/** The same bits under another dtype of equal width, for widths up to 32. */
export const reinterpretation: Spelling = (dtype, operand) => {
  if (dtype === operand) return identity;
  if (dtypeInfo[dtype].bits !== dtypeInfo[operand].bits) return null;
  const bits = isInteger(operand) ? identity : bitsOf[operand];
  if (bits === undefined) return null;
  if (isInteger(dtype)) return wrapped(dtype, bits);
  const value = numberOf[dtype];
  return value === undefined ? null : (x) => value(bits(x, 0, 0));
};
