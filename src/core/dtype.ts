import { DTypeError } from "./errors.ts";

/**
 * Names of the element types.
 *
 * `key<fry>` is a random key of two 32-bit words; `float0` is the tangent type of integers and
 * booleans, which holds nothing.
 */
export type DType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int32"
  | "uint32"
  | "int16"
  | "uint16"
  | "int8"
  | "uint8"
  | "bool"
  | "key<fry>"
  | "float0";

/** Typed arrays that may hold elements on the host. */
export type TypedArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** Families of dtypes that share their arithmetic. */
export type Kind = "float" | "int" | "uint" | "bool" | "key" | "void";

/** What there is to know of a dtype. */
export interface DTypeInfo {
  /** Position in the table of dtypes: a small integer for keys and tables. */
  readonly code: number;
  readonly kind: Kind;
  /** Bits of one element as the type defines it; a host may store more. */
  readonly bits: number;
  /** Host words of one element: 2 for keys, 0 for `float0`, else 1. */
  readonly words: number;
  /** Short name in printed programs. */
  readonly short: string;
}

const info = (code: number, kind: Kind, bits: number, words: number, short: string): DTypeInfo => ({
  code,
  kind,
  bits,
  words,
  short,
});

/** Facts about every dtype, by name. */
export const dtypeInfo: Readonly<Record<DType, DTypeInfo>> = {
  bool: info(0, "bool", 8, 1, "bool"),
  uint8: info(1, "uint", 8, 1, "u8"),
  uint16: info(2, "uint", 16, 1, "u16"),
  uint32: info(3, "uint", 32, 1, "u32"),
  int8: info(4, "int", 8, 1, "i8"),
  int16: info(5, "int", 16, 1, "i16"),
  int32: info(6, "int", 32, 1, "i32"),
  bfloat16: info(7, "float", 16, 1, "bf16"),
  float16: info(8, "float", 16, 1, "f16"),
  float32: info(9, "float", 32, 1, "f32"),
  float64: info(10, "float", 64, 1, "f64"),
  "key<fry>": info(11, "key", 64, 2, "key<fry>"),
  float0: info(12, "void", 0, 0, "float0"),
};

/** How many dtypes there are; codes run from 0 to one less. */
export const dtypeCount = 13;

/** Whether `dtype` is one of the floating-point types. */
export function isFloat(dtype: DType): boolean {
  return dtypeInfo[dtype].kind === "float";
}

/** Whether `dtype` is a signed or unsigned integer; booleans are not. */
export function isInteger(dtype: DType): boolean {
  const { kind } = dtypeInfo[dtype];
  return kind === "int" || kind === "uint";
}

/** Bytes of one element as the type defines it. */
export function byteWidth(dtype: DType): number {
  return dtypeInfo[dtype].bits / 8;
}

/** Dtype of the tangents of values of `dtype`: itself for floats, `float0` for all others. */
export function tangentDtype(dtype: DType): DType {
  return isFloat(dtype) ? dtype : "float0";
}

/**
 * New zeroed host memory for `length` elements.
 *
 * float16 and bfloat16 are held as rounded values in a `Float32Array`; a key takes two words.
 */
export function hostArray(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "float64":
      return new Float64Array(length);
    case "float32":
    case "float16":
    case "bfloat16":
      return new Float32Array(length);
    case "int32":
      return new Int32Array(length);
    case "uint32":
      return new Uint32Array(length);
    case "int16":
      return new Int16Array(length);
    case "uint16":
      return new Uint16Array(length);
    case "int8":
      return new Int8Array(length);
    case "uint8":
    case "bool":
      return new Uint8Array(length);
    case "key<fry>":
      return new Uint32Array(2 * length);
    case "float0":
      return new Uint8Array(0);
    default:
      dtype satisfies never;
      throw unknownDtype(dtype, "array");
  }
}

/** Smallest and largest value of an integer dtype or bool. */
export function integerRange(dtype: DType): readonly [number, number] {
  const { kind, bits } = dtypeInfo[dtype];
  if (kind === "bool") return [0, 1];
  if (kind === "uint") return [0, 2 ** bits - 1];
  if (kind === "int") return [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  throw new DTypeError(`integerRange: an integer dtype is required, got ${dtype}`);
}

/**
 * Check a dtype that came from a user.
 *
 * @throws DTypeError if it is unknown, naming the nearest supported one.
 */
export function checkDtype(dtype: unknown, where: string): DType {
  if (typeof dtype === "string" && Object.hasOwn(dtypeInfo, dtype)) {
    return dtype as DType; // it is a key of the table of all dtypes
  }
  throw unknownDtype(dtype, where);
}

const nearest: Readonly<Record<string, DType>> = {
  int64: "int32",
  uint64: "uint32",
  float: "float32",
  double: "float64",
  half: "float16",
  int: "int32",
  boolean: "bool",
  complex64: "float32",
  complex128: "float64",
};

function unknownDtype(dtype: unknown, where: string): DTypeError {
  const hint = typeof dtype === "string" ? nearest[dtype] : undefined;
  const advice = hint ? `the nearest supported one is ${hint}` : `use one of ${knownDtypes}`;
  return new DTypeError(`${where}: a dtype is required, got ${String(dtype)}; ${advice}`);
}

const knownDtypes = Object.keys(dtypeInfo)
  .filter((name) => name !== "float0" && name !== "key<fry>")
  .join(", ");
