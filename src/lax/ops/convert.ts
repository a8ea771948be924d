import { asArray, scalarArray } from "../../core/array.ts";
import type { ShapedArray } from "../../core/aval.ts";
import { type DType, dtypeInfo, isFloat } from "../../core/dtype.ts";
import { ArgumentError, DTypeError } from "../../core/errors.ts";
import {
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
import { constExpr, opExpr } from "../../core/scalar.ts";
import { bind1, bindMany, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
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

/** Identity of several operands together; see `optimizationBarrier`. */
export const optimizationBarrierP = defineMultiPrimitive<number>("optimization_barrier", {
  abstractEval: (operands) => operands,
  jvp: {
    kind: "rule",
    apply: (primals, tangents) => [optimizationBarrier(primals), barrierOfNonzero(tangents)],
  },
  transpose: { kind: "rule", positions: null, apply: barrierOfNonzero },
  batch: { kind: "rule", apply: (operands, dims) => [optimizationBarrier(operands), dims] },
  lower: { kind: "compose", apply: (operands) => operands },
});

function barrierOfNonzero(tangents: readonly Tangent[]): readonly Tangent[] {
  const arrays = tangents.filter((t): t is NDArray => !(t instanceof Zero));
  const held = optimizationBarrier(arrays);
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
  const array = asArray(x);
  if (array.dtype === dtype && array.weakType === weakType) return array;
  return bind1(convertElementTypeP, array, { dtype, weakType });
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
  return bind1(reducePrecisionP, asArray(x), { exponentBits, mantissaBits });
}

/** `x` as a constant: the derivative of the result is zero, at every order. */
export function stopGradient(x: ArrayLike): NDArray {
  const array = asArray(x);
  return isFloat(array.dtype) ? bind1(stopGradientP, array, noParams) : array;
}

/** The operands unchanged, all to be computed before any result is used by a compiled program. */
export function optimizationBarrier(xs: readonly ArrayLike[]): readonly NDArray[] {
  return xs.length === 0 ? [] : bindMany(optimizationBarrierP, xs.map(asArray), noParams);
}
