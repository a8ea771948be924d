import { asArray, scalarArray } from "../../core/array.ts";
import type { ShapedArray } from "../../core/aval.ts";
import { type DType, dtypeInfo, isFloat } from "../../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError, TreeError } from "../../core/errors.ts";
import {
  batchRule,
  defineMultiPrimitive,
  definePrimitive,
  elementwise,
  linear,
  nonlinear,
  type PrimitiveOf,
  type Tangent,
  transposeRule,
  Zero,
  zeroJvp,
} from "../../core/primitive.ts";
import { flatten, unflatten } from "../../core/pytree.ts";
import type { Strict } from "../../core/pytree-types.ts";
import { constExpr, opExpr } from "../../core/scalar.ts";
import { bind1, bindMany, noParams } from "../../core/trace.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { mul } from "./arith.ts";
import { shiftLeft, shiftRightLogical } from "./bits.ts";
import { broadcastInDim, reduceSum } from "./broadcast.ts";
import { iota } from "./constants.ts";
import { moveAxis, reshape } from "./layout.ts";
import { floating, requireKind } from "./shared.ts";

/** Parameters of a conversion. */
export interface ConvertParams {
  readonly dtype: DType;
  readonly weakType: boolean;
}

/** Conversion of every element to another dtype; see `convertElementType`. */
export const convertElementTypeP: PrimitiveOf<1, ConvertParams> = definePrimitive(
  "convert_element_type",
  {
    abstractEval([x], { dtype, weakType }) {
      requireNumbers(x.dtype, x, dtype);
      requireNumbers(dtype, x, dtype);
      return x.withDtype(dtype, weakType);
    },
    // Only a conversion between floats has a derivative; integers have no tangents to convert.
    jvp: {
      kind: "rule",
      apply([x], [t], params) {
        const out = bind1(convertElementTypeP, x, params);
        const isZero = t instanceof Zero || !isFloat(params.dtype);
        return [
          [out],
          [isZero ? new Zero(out.aval.tangent()) : bind1(convertElementTypeP, t, params)],
        ];
      },
    },
    transpose: transposeRule((ct, [x]) => [convertElementType(ct, x.aval.dtype, x.aval.weakType)]),
    batch: elementwise,
    lower: {
      kind: "expression",
      build: ([x], { dtype }) => [x.dtype === dtype ? x : opExpr("convert", [x], dtype)],
    },
  },
);

/** Parameters of a reinterpretation of bits. */
export interface BitcastParams {
  readonly dtype: DType;
}

/** The same bits under another dtype of equal width, up to 32 bits. */
export const bitcastConvertTypeP = definePrimitive<1, BitcastParams>("bitcast_convert_type", {
  abstractEval([x], { dtype }) {
    requireBitcast(x, dtype);
    if (dtypeInfo[dtype].bits !== dtypeInfo[x.dtype].bits) {
      throw new DTypeError(
        `lax.bitcastConvertType: dtypes of equal width are required, got ${x} to ${dtype}; call lax.bitcastConvertType, which splits or joins words`,
      );
    }
    return x.withDtype(dtype);
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "scalar", op: "bitcast" },
});

/** float64 as pairs of uint32 along a new last axis, low word first, or such pairs as float64. */
export const bitcastWordsP: PrimitiveOf<1, BitcastParams> = definePrimitive("bitcast_words", {
  abstractEval([x], { dtype }) {
    if (x.dtype === "float64" && dtype === "uint32") {
      return x.withDtype("uint32").withShape([...x.shape, 2]);
    }
    if (x.dtype === "uint32" && dtype === "float64" && x.shape.at(-1) === 2) {
      return x.withDtype("float64").withShape(x.shape.slice(0, -1));
    }
    throw new DTypeError(
      `lax.bitcastConvertType: float64 or pairs of uint32 are required, got ${x} to ${dtype}; convert first`,
    );
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: batchRule(([x], [d], params) => {
    if (d === null) return [bind1(bitcastWordsP, x, params), null];
    return [bind1(bitcastWordsP, moveAxis(x, d, 0), params), 0]; // words stay in the last axis
  }),
  lower: { kind: "routine", name: "words", params: () => ({}) },
});

function requireBitcast(x: ShapedArray, dtype: DType): void {
  for (const { kind } of [dtypeInfo[x.dtype], dtypeInfo[dtype]]) {
    if (kind === "float" || kind === "int" || kind === "uint") continue;
    throw new DTypeError(
      `lax.bitcastConvertType: dtypes of numbers are required, got ${x} to ${dtype}; convert a bool with lax.convertElementType`,
    );
  }
}

/** Parameters of a rounding to a narrower format. */
export interface ReducePrecisionParams {
  readonly exponentBits: number;
  readonly mantissaBits: number;
}

/** A trip through a narrower format and back; see `reducePrecision`. */
export const reducePrecisionP: PrimitiveOf<1, ReducePrecisionParams> = definePrimitive(
  "reduce_precision",
  {
    abstractEval([x], { exponentBits, mantissaBits }) {
      requireKind("reducePrecision", x, floating);
      requireBits("exponentBits", exponentBits, 1);
      requireBits("mantissaBits", mantissaBits, 0);
      return x;
    },
    jvp: linear,
    transpose: transposeRule((ct, _, params) => [bind1(reducePrecisionP, ct, params)]),
    batch: elementwise,
    lower: {
      kind: "expression",
      build([x], { exponentBits, mantissaBits }) {
        const bits = [constExpr(exponentBits, "int32"), constExpr(mantissaBits, "int32")];
        return [opExpr("reducePrecision", [x, ...bits], x.dtype)];
      },
    },
  },
);

/** Identity through which no derivative goes. */
export const stopGradientP = definePrimitive<1>("stop_gradient", {
  abstractEval: ([x]) => x,
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "view", apply: (view) => view },
});

/** Identity of several operands, kept together; see `optimizationBarrier`. */
export const optimizationBarrierP = defineMultiPrimitive<number>("optimization_barrier", {
  abstractEval: (operands) => operands,
  jvp: {
    kind: "rule",
    apply: (primals, tangents) => [barrier(primals), barrierOfNonzero(tangents)],
  },
  transpose: { kind: "rule", positions: null, apply: barrierOfNonzero },
  batch: { kind: "rule", apply: (operands, dims) => [barrier(operands), dims] },
  lower: { kind: "barrier" },
});

function barrierOfNonzero(tangents: readonly Tangent[]): readonly Tangent[] {
  const arrays = tangents.filter((t): t is NDArray => !(t instanceof Zero));
  const held = barrier(arrays);
  let next = 0;
  // `held` has one entry for each tangent that is not zero, in order.
  return tangents.map((t) => (t instanceof Zero ? t : (held[next++] as NDArray)));
}

function requireNumbers(which: DType, x: ShapedArray, dtype: DType): void {
  const { kind } = dtypeInfo[which];
  if (kind !== "key" && kind !== "void") return;
  const advice =
    kind === "key"
      ? "take the words of a key with random.keyData, or make one with random.wrapKeyData"
      : "float0 is the gradient of an integer and holds nothing, so leave it out";
  throw new DTypeError(
    `lax.convertElementType: dtypes of numbers are required, got ${x} to ${dtype}; ${advice}`,
  );
}

function requireBits(name: string, bits: number, least: number): void {
  if (Number.isSafeInteger(bits) && bits >= least) return;
  throw new ArgumentError(
    `lax.reducePrecision: ${name} must be an integer from ${least}, got ${bits}; float16 has 5 and 10, bfloat16 has 8 and 7`,
  );
}

/**
 * Every element of `x` as a value of `dtype`; `x` itself if it has that type already.
 *
 * Floats round to nearest, ties to even. Floats to integers truncate toward zero and saturate,
 * NaN gives 0. Integers to narrower ones wrap, and so does an integer-valued number given as
 * such. Anything to bool is `x != 0`, which NaN is.
 *
 * @throws DTypeError from or to keys and `float0`.
 */
export function convertElementType(x: ArrayLike, dtype: DType, weakType = false): NDArray {
  if (typeof x === "number" && (isFloat(dtype) || Number.isSafeInteger(x))) {
    return scalarArray(x, dtype, weakType);
  }
  const array = asArray(x, "lax.convertElementType");
  if (array.dtype === dtype && array.weakType === weakType) return array;
  return bind1(convertElementTypeP, array, { dtype, weakType });
}

/** Unsigned integers by their bits. */
const unsigned: Readonly<Record<number, DType>> = { 8: "uint8", 16: "uint16", 32: "uint32" };

/**
 * The bits of `x` read as another dtype, which has no derivative.
 *
 * Shapes: that of `x` for dtypes of equal width; to a narrower one, the parts stand along a new last
 * axis, the lowest first; to a wider one, the last axis must hold just the parts, and goes.
 *
 * @throws DTypeError from or to bool and keys, unless nothing changes; ShapeError if the last axis
 * does not hold the parts of a wider dtype.
 */
export function bitcastConvertType(x: ArrayLike, dtype: DType): NDArray {
  const array = asArray(x, "lax.bitcastConvertType");
  if (array.dtype === dtype) return strong(array);
  requireBitcast(array.aval, dtype);
  const ratio = dtypeInfo[array.dtype].bits / dtypeInfo[dtype].bits;
  if (ratio > 1) return split(array, dtype, ratio);
  return ratio < 1 ? join(array, dtype, 1 / ratio) : bind1(bitcastConvertTypeP, array, { dtype });
}

function strong(x: NDArray): NDArray {
  return x.weakType ? convertElementType(x, x.dtype) : x;
}

/** `ratio` narrow parts of each element, along a new last axis. */
function split(x: NDArray, dtype: DType, ratio: number): NDArray {
  if (x.dtype === "float64") {
    const words = bind1(bitcastWordsP, x, { dtype: "uint32" });
    return reshape(bitcastConvertType(words, dtype), [...x.shape, ratio]);
  }
  const { bits } = dtypeInfo[dtype];
  const whole = unsignedOf(x);
  const dims = x.shape.map((_, i) => i);
  const repeated = broadcastInDim(whole, [...x.shape, ratio], dims);
  const shifted = shiftRightLogical(repeated, offsets(whole.dtype, repeated.shape, bits));
  return bitcastConvertType(convertElementType(shifted, unsignedName(bits)), dtype);
}

/** Elements of `ratio` narrow parts each, which stand along the last axis. */
function join(x: NDArray, dtype: DType, ratio: number): NDArray {
  if (x.shape.at(-1) !== ratio) {
    throw new ShapeError(
      `lax.bitcastConvertType: the last axis must hold the ${ratio} parts of a ${dtype}, got ${x.aval}; reshape to [..., ${ratio}]`,
    );
  }
  if (dtype === "float64") {
    const parts = ratio === 2 ? x : reshape(x, [...x.shape.slice(0, -1), 2, ratio / 2]);
    return bind1(bitcastWordsP, bitcastConvertType(parts, "uint32"), { dtype });
  }
  const { bits } = dtypeInfo[x.dtype];
  const wide = convertElementType(unsignedOf(x), unsignedName(dtypeInfo[dtype].bits));
  const placed = shiftLeft(wide, offsets(wide.dtype, x.shape, bits));
  // The parts have no bits in common, so their sum is their union.
  return bitcastConvertType(reduceSum(placed, [x.ndim - 1]), dtype);
}

/** Where the parts of `bits` bits along the last axis begin. */
function offsets(dtype: DType, shape: readonly number[], bits: number): NDArray {
  return mul(iota(dtype, shape, shape.length - 1), bits);
}

function unsignedOf(x: NDArray): NDArray {
  return bitcastConvertType(x, unsignedName(dtypeInfo[x.dtype].bits));
}

function unsignedName(bits: number): DType {
  return unsigned[bits] as DType; // widths here are 8, 16 and 32
}

/**
 * Every element rounded to a float format of the given widths, kept in its own dtype.
 *
 * Nearest, ties to even; overflow gives an infinity, numbers below the normal range of a narrower
 * exponent become zero. Tangents and cotangents are rounded likewise.
 *
 * @throws DTypeError unless the dtype is a float; ArgumentError for widths below 1 and 0.
 */
export function reducePrecision(x: ArrayLike, exponentBits: number, mantissaBits: number): NDArray {
  return bind1(reducePrecisionP, asArray(x, "lax.reducePrecision"), { exponentBits, mantissaBits });
}

/** `x` as a constant: the derivative of the result is zero, at every order. */
export function stopGradient(x: ArrayLike): NDArray {
  const array = asArray(x, "lax.stopGradient");
  return isFloat(array.dtype) ? bind1(stopGradientP, array, noParams) : array;
}

/**
 * The leaves of `tree` unchanged, in the same tree, all of them computed before any is used by a
 * compiled program. Derivatives pass likewise.
 *
 * @throws TreeError if a leaf is not an array, a number or a boolean.
 */
export function optimizationBarrier<T>(tree: T): Strict<T, NDArray, ArrayLike> {
  const { leaves, treeDef } = flatten(tree);
  const held = barrier(leaves.map(asLeaf));
  return unflatten(treeDef, held) as Strict<T, NDArray, ArrayLike>; // each leaf became an array
}

function asLeaf(leaf: unknown): NDArray {
  if (leaf instanceof NDArray) return leaf;
  if (typeof leaf === "number" || typeof leaf === "boolean") return asArray(leaf);
  throw new TreeError(
    `lax.optimizationBarrier: leaves must be arrays, numbers or booleans, got a ${typeof leaf}; leave it out`,
  );
}

function barrier(xs: readonly NDArray[]): readonly NDArray[] {
  return xs.length === 0 ? [] : bindMany(optimizationBarrierP, xs, noParams);
}
