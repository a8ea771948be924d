import type { DType } from "./dtype.ts";

/**
 * The scalar operations a backend must know, with the number of their operands.
 *
 * Everything a kernel computes is made of these. Operands share one dtype unless said
 * otherwise; arithmetic wraps for integers and rounds to the dtype for floats.
 */
export const scalarArity = {
  neg: 1,
  abs: 1,
  sign: 1,
  floor: 1,
  ceil: 1,
  trunc: 1,
  /** Nearest, halves to even. */
  roundEven: 1,
  /** Nearest, halves away from zero. */
  roundAway: 1,
  exp: 1,
  exp2: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  acos: 1,
  atan: 1,
  sinh: 1,
  cosh: 1,
  tanh: 1,
  asinh: 1,
  acosh: 1,
  atanh: 1,
  logistic: 1,
  sqrt: 1,
  rsqrt: 1,
  cbrt: 1,
  erf: 1,
  erfc: 1,
  erfInv: 1,
  lgamma: 1,
  digamma: 1,
  besselI0e: 1,
  besselI1e: 1,
  /** float to bool. */
  isFinite: 1,
  /** Bitwise; logical on bool. */
  not: 1,
  populationCount: 1,
  clz: 1,
  /** To the node's dtype: floats to integers truncate and saturate, integers wrap. */
  convert: 1,
  /** The same bits under the node's dtype, of equal width. */
  bitcast: 1,
  add: 2,
  sub: 2,
  mul: 2,
  /** Integers truncate toward zero; by zero gives -1. */
  div: 2,
  /** Sign of the dividend; integers by zero give the dividend. */
  rem: 2,
  pow: 2,
  /** Larger; NaN wins, 0 above -0. */
  max: 2,
  /** Smaller; NaN wins, -0 below 0. */
  min: 2,
  atan2: 2,
  nextAfter: 2,
  and: 2,
  or: 2,
  xor: 2,
  shiftLeft: 2,
  shiftRightLogical: 2,
  shiftRightArithmetic: 2,
  /** High word of the product of 32-bit integers. */
  mulhi: 2,
  /** Comparisons give bool. */
  eq: 2,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  igamma: 2,
  igammac: 2,
  igammaGradA: 2,
  randomGammaGrad: 2,
  zeta: 2,
  polygamma: 2,
  /** Operands bool, then two of the node's dtype. */
  select: 3,
  betainc: 3,
  /** Operand, then exponent and mantissa bits as constants. */
  reducePrecision: 3,
} as const;

/** Name of a scalar operation. */
export type ScalarOp = keyof typeof scalarArity;

/** One entry for each scalar operation; a table that lacks one does not compile. */
export type ScalarTable<T> = { readonly [Op in ScalarOp]: T };

/**
 * Scalar expression over the operands of an elementwise primitive or a kernel.
 *
 * A DAG: nodes may be shared, so walk it by identity. Never rewritten as real arithmetic.
 */
export type Expr =
  | { readonly kind: "slot"; readonly slot: number; readonly dtype: DType }
  | { readonly kind: "const"; readonly value: number; readonly dtype: DType }
  /** Position along an axis of the loop. */
  | { readonly kind: "index"; readonly axis: number; readonly dtype: DType }
  | { readonly kind: "stage"; readonly stage: number; readonly dtype: DType }
  | {
      readonly kind: "op";
      readonly op: ScalarOp;
      readonly args: readonly Expr[];
      readonly dtype: DType;
    };

/** The element of operand `slot`. */
export function slotExpr(slot: number, dtype: DType): Expr {
  return { kind: "slot", slot, dtype };
}

/** A constant; booleans are 0 and 1. The value must already be representable in `dtype`. */
export function constExpr(value: number, dtype: DType): Expr {
  return { kind: "const", value, dtype };
}

/** An operation applied to expressions, giving `dtype`. */
export function opExpr(op: ScalarOp, args: readonly Expr[], dtype: DType): Expr {
  return { kind: "op", op, args, dtype };
}
