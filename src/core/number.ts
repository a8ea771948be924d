import { type DType, dtypeInfo } from "./dtype.ts";
import { DTypeError } from "./errors.ts";

const scratch = new DataView(new ArrayBuffer(8));

/** Exponent of the leading bit of a normal number: floor(log2 |x|). */
function exponentOf(x: number): number {
  scratch.setFloat64(0, x);
  return ((scratch.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

/** Nearest multiple of the power of two `quantum`, ties to even; the sign of zero is kept. */
function roundToMultiple(x: number, quantum: number): number {
  const magic = 1.5 * 2 ** 52 * quantum; // adding it leaves no bits below the quantum
  const rounded = x + magic - magic;
  return rounded === 0 ? (x < 0 ? -0 : 0) : rounded;
}

/** Nearest float16, ties to even; overflow gives an infinity, subnormals are kept. */
export function toFloat16(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (Math.abs(x) >= 65520) return x < 0 ? -Infinity : Infinity;
  return roundToMultiple(x, 2 ** (Math.max(exponentOf(x), -14) - 10));
}

/** Nearest bfloat16, ties to even; overflow gives an infinity, subnormals are kept. */
export function toBfloat16(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  const exponent = exponentOf(x);
  if (exponent > 127) return x < 0 ? -Infinity : Infinity;
  const rounded = roundToMultiple(x, 2 ** (Math.max(exponent, -126) - 7));
  return Math.abs(rounded) >= 2 ** 128 ? (x < 0 ? -Infinity : Infinity) : rounded;
}

/**
 * A number as a literal of `dtype` holds it: floats round to nearest, integers drop the fraction
 * and wrap (NaN and infinities give 0), bool is `value !== 0`.
 *
 * @throws DTypeError if the dtype holds no numbers.
 */
export function literalValue(value: number, dtype: DType): number {
  switch (dtype) {
    case "float64":
      return value;
    case "float32":
      return Math.fround(value);
    case "float16":
      return toFloat16(value);
    case "bfloat16":
      return toBfloat16(value);
    case "bool":
      return value !== 0 ? 1 : 0;
    case "int32":
      return value | 0;
    case "uint32":
      return value >>> 0;
    case "int16":
      return (value << 16) >> 16;
    case "uint16":
      return value & 0xffff;
    case "int8":
      return (value << 24) >> 24;
    case "uint8":
      return value & 0xff;
    default:
      throw new DTypeError(
        `literal: a number cannot be a ${dtypeInfo[dtype].short}, got ${value}; use numbers with numeric dtypes`,
      );
  }
}
