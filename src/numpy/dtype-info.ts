import {
  checkDtype,
  type DType,
  dtypeInfo,
  integerRange,
  isFloat,
  isInteger,
} from "../core/dtype.ts";
import { ArgumentError, DTypeError } from "../core/errors.ts";
import {
  canCast as coreCanCast,
  promoteTypes as corePromoteTypes,
  type DTypeFamily,
  isSubdtype,
} from "../core/promotion.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { commonType } from "./promote.ts";

/** Limits of a floating-point dtype. */
export interface FloatInfo {
  readonly dtype: DType;
  /** Bits of an element. */
  readonly bits: number;
  /** Bits of the exponent. */
  readonly nexp: number;
  /** Bits of the significand, the leading one left out. */
  readonly nmant: number;
  /** Distance from 1 to the next number. */
  readonly eps: number;
  /** Largest finite number. */
  readonly max: number;
  /** Its negative. */
  readonly min: number;
  /** Smallest positive number of full precision. */
  readonly tiny: number;
  /** The same as `tiny`. */
  readonly smallestNormal: number;
  /** Smallest positive number. */
  readonly smallestSubnormal: number;
}

/** Limits of an integer dtype. */
export interface IntegerInfo {
  readonly dtype: DType;
  readonly bits: number;
  readonly min: number;
  readonly max: number;
}

const significands: Partial<Record<DType, readonly [nexp: number, nmant: number]>> = {
  float64: [11, 52],
  float32: [8, 23],
  float16: [5, 10],
  bfloat16: [8, 7],
};

/** Dtype that an argument names or has. @throws DTypeError if it is neither an array nor a dtype. */
function dtypeOf(of: DType | NDArray, where: string): DType {
  return of instanceof NDArray ? of.dtype : checkDtype(of, where);
}

/**
 * Limits of a floating-point dtype, or of that of an array.
 *
 * @throws DTypeError for any other dtype.
 */
export function finfo(of: DType | NDArray): FloatInfo {
  const dtype = dtypeOf(of, "numpy.finfo");
  const widths = significands[dtype];
  if (widths === undefined) {
    throw new DTypeError(`numpy.finfo: a float dtype is required, got ${dtype}; use iinfo`);
  }
  const [nexp, nmant] = widths;
  const bias = 2 ** (nexp - 1) - 1;
  const max = (2 - 2 ** -nmant) * 2 ** bias;
  const tiny = 2 ** (1 - bias);
  return {
    dtype,
    bits: dtypeInfo[dtype].bits,
    nexp,
    nmant,
    eps: 2 ** -nmant,
    max,
    min: -max,
    tiny,
    smallestNormal: tiny,
    smallestSubnormal: 2 ** (1 - bias - nmant),
  };
}

/**
 * Limits of an integer dtype, or of that of an array.
 *
 * @throws DTypeError for any other dtype.
 */
export function iinfo(of: DType | NDArray): IntegerInfo {
  const dtype = dtypeOf(of, "numpy.iinfo");
  if (!isInteger(dtype)) {
    throw new DTypeError(`numpy.iinfo: an integer dtype is required, got ${dtype}; use finfo`);
  }
  const [min, max] = integerRange(dtype);
  return { dtype, bits: dtypeInfo[dtype].bits, min, max };
}

/** Dtype that two dtypes promote to. @throws DTypeError if they have none in common. */
export function promoteTypes(a: DType, b: DType): DType {
  const where = "numpy.promoteTypes";
  return corePromoteTypes(checkDtype(a, where), checkDtype(b, where), where);
}

/**
 * Dtype that arrays, numbers and dtypes promote to together.
 *
 * @throws DTypeError if they have none in common, or there are none.
 */
export function resultType(...items: readonly (ArrayLike | DType)[]): DType {
  const arrays = items.filter((x): x is ArrayLike => typeof x !== "string");
  const dtypes = items
    .filter((x) => typeof x === "string")
    .map((x) => checkDtype(x, "numpy.resultType"));
  const start = arrays.length === 0 ? null : commonType("numpy.resultType", arrays);
  if (start === null) return dtypes.reduce((a, b) => promoteTypes(a, b));
  if (dtypes.length === 0) return start.dtype;
  const named = dtypes.reduce((a, b) => promoteTypes(a, b));
  const gives = start.weakType && (isFloat(named) || !isFloat(start.dtype)) && named !== "bool";
  return gives ? named : promoteTypes(start.dtype, named);
}

/** Whether every value of one dtype is also one of the other. */
export function canCast(from: DType | NDArray, to: DType): boolean {
  const where = "numpy.canCast";
  return coreCanCast(dtypeOf(from, where), checkDtype(to, where));
}

/** Whether `dtype` belongs to a family of dtypes, or is that dtype. */
export function issubdtype(dtype: DType, family: DTypeFamily | DType): boolean {
  return isSubdtype(checkDtype(dtype, "numpy.issubdtype"), family);
}

/** Kinds of dtype that `isdtype` knows. */
export type DTypeKind =
  | "bool"
  | "signed integer"
  | "unsigned integer"
  | "integral"
  | "real floating"
  | "numeric";

const kinds: Readonly<Record<DTypeKind, readonly string[]>> = {
  bool: ["bool"],
  "signed integer": ["int"],
  "unsigned integer": ["uint"],
  integral: ["int", "uint"],
  "real floating": ["float"],
  numeric: ["int", "uint", "float"],
};

/**
 * Whether `dtype` is of a kind, of one of several, or one of the dtypes named.
 *
 * @throws ArgumentError if a kind is unknown.
 */
export function isdtype(
  dtype: DType,
  kind: DTypeKind | DType | readonly (DTypeKind | DType)[],
): boolean {
  checkDtype(dtype, "numpy.isdtype");
  const wanted = typeof kind === "string" ? [kind] : kind;
  return wanted.some((one) => {
    if (one === dtype) return true;
    // Both tables have just the keys of their types.
    if (Object.hasOwn(kinds, one)) return kinds[one as DTypeKind].includes(dtypeInfo[dtype].kind);
    if (Object.hasOwn(dtypeInfo, one)) return false;
    throw new ArgumentError(
      `numpy.isdtype: a dtype or a kind is required, got ${one}; the kinds are ${Object.keys(kinds).join(", ")}`,
    );
  });
}
