import { type DType, dtypeInfo, isFloat, isInteger } from "../core/dtype.ts";
import { toBfloat16, toFloat16 } from "../core/number.ts";
import {
  wrapInt8,
  wrapInt16,
  wrapInt32,
  wrapUint8,
  wrapUint16,
  wrapUint32,
} from "./functions/conversion.ts";

/** A scalar operation on numbers. Operands beyond its arity are ignored. */
export type ScalarFunction = (x: number, y: number, z: number) => number;

/** The function of a scalar operation for a result and an operand dtype, or null if it has none. */
export type Spelling = (dtype: DType, operand: DType) => ScalarFunction | null;

/** `f`, which computes in doubles, with its result rounded to a float dtype. */
export function rounded(dtype: DType, f: ScalarFunction): ScalarFunction {
  switch (dtype) {
    case "float64":
      return f;
    case "float32":
      return (x, y, z) => Math.fround(f(x, y, z));
    case "float16":
      return (x, y, z) => toFloat16(f(x, y, z));
    case "bfloat16":
      return (x, y, z) => toBfloat16(f(x, y, z));
    default:
      return f;
  }
}

/** `f`, whose result is an integer below 2^53 in size, wrapped into an integer dtype. */
export function wrapped(dtype: DType, f: ScalarFunction): ScalarFunction {
  switch (dtype) {
    case "int32":
      return (x, y, z) => wrapInt32(f(x, y, z));
    case "uint32":
      return (x, y, z) => wrapUint32(f(x, y, z));
    case "int16":
      return (x, y, z) => wrapInt16(f(x, y, z));
    case "uint16":
      return (x, y, z) => wrapUint16(f(x, y, z));
    case "int8":
      return (x, y, z) => wrapInt8(f(x, y, z));
    case "uint8":
      return (x, y, z) => wrapUint8(f(x, y, z));
    default:
      return f;
  }
}

/** An operation on floats, rounded to their dtype; `single` is the whole of it for float32. */
export function onFloats(f: ScalarFunction, single?: ScalarFunction): Spelling {
  return (dtype) => {
    if (!isFloat(dtype)) return null;
    return single !== undefined && dtype === "float32" ? single : rounded(dtype, f);
  };
}

/** An operation on floats whose exact result is a value of their dtype. */
export function exactOnFloats(f: ScalarFunction): Spelling {
  return (dtype) => (isFloat(dtype) ? f : null);
}

/** An operation on integers, wrapped into their dtype. */
export function onIntegers(f: ScalarFunction): Spelling {
  return (dtype) => (isInteger(dtype) ? wrapped(dtype, f) : null);
}

/** An operation that signed and unsigned integers have apart, both wrapped into their dtype. */
export function bySign(signed: ScalarFunction, unsigned: ScalarFunction): Spelling {
  return (dtype) => {
    if (!isInteger(dtype)) return null;
    return wrapped(dtype, dtypeInfo[dtype].kind === "int" ? signed : unsigned);
  };
}

/** An operation on the bits of integers: bound to their width, its result in range as it is. */
export function onBits(
  signed: (x: number, y: number, bits: number) => number,
  unsigned: (x: number, y: number, bits: number) => number,
): Spelling {
  return (dtype) => {
    if (!isInteger(dtype)) return null;
    const { bits, kind } = dtypeInfo[dtype];
    return kind === "int" ? (x, y) => signed(x, y, bits) : (x, y) => unsigned(x, y, bits);
  };
}

/** An operation on bool, whose values are 0 and 1. */
export function onBool(f: ScalarFunction): Spelling {
  return (dtype) => (dtype === "bool" ? f : null);
}

/** One function whatever the dtypes of numbers are. */
export function always(f: ScalarFunction): Spelling {
  return () => f;
}

/** One function for some dtypes, each given in full. */
export function only(functions: Readonly<Partial<Record<DType, ScalarFunction>>>): Spelling {
  return (dtype) => functions[dtype] ?? null;
}

/** The first of `spellings` that answers. */
export function firstOf(...spellings: readonly Spelling[]): Spelling {
  return (dtype, operand) => {
    for (const spelling of spellings) {
      const f = spelling(dtype, operand);
      if (f !== null) return f;
    }
    return null;
  };
}
