import { asArray, notAnArray, scalarArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo, isFloat } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import type { PrimitiveOf } from "../core/primitive.ts";
import {
  type ElementType,
  literalType,
  resultType,
  resultType2,
  toInexact,
} from "../core/promotion.ts";
import { broadcastPair, type Shape, sameShape } from "../core/shape.ts";
import { bind1, bind2, noParams } from "../core/trace.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { broadcastInDim, broadcastInDimP, repeated } from "../lax/ops/broadcast.ts";
import { convertElementType } from "../lax/ops/convert.ts";

/** Axes of a scalar that is broadcast. */
const noAxes: readonly number[] = Object.freeze([]);

/**
 * The array that an argument is.
 *
 * @throws ArgumentError if it is none, as a list is not.
 */
export function toArray(where: string, x: ArrayLike): NDArray {
  return asArray(x, where);
}

/** `x` in another dtype, the same array if it has it already. */
export function convert(x: NDArray, { dtype, weakType }: ElementType): NDArray {
  const { aval } = x;
  if (aval.dtype === dtype && aval.weakType === weakType) return x;
  return convertElementType(x, dtype, weakType);
}

/** Type that arguments promote to; numbers take part as their partners make them. */
export function commonType(where: string, args: readonly ArrayLike[]): ElementType {
  const dtypes: DType[] = [];
  for (const x of args) if (x instanceof NDArray) dtypes.push(x.dtype);
  return resultType(
    args.map((x) => {
      if (x instanceof NDArray) return x.aval;
      if (typeof x === "number" || typeof x === "boolean") return literalType(x, dtypes);
      throw notAnArray(where, x);
    }),
    where,
  );
}

/** An argument in the given type. */
export function convertTo(x: ArrayLike, type: ElementType): NDArray {
  return x instanceof NDArray
    ? convert(x, type)
    : scalarArray(Number(x), type.dtype, type.weakType);
}

/** `x` without a weak type. */
export function strong(x: NDArray): NDArray {
  return x.weakType ? convertElementType(x, x.dtype) : x;
}

/** Arguments in the type that they promote to, shapes as they are. */
export function promote(where: string, args: readonly ArrayLike[]): NDArray[] {
  const type = commonType(where, args);
  return args.map((x) => convertTo(x, type));
}

/** As `promote`, integers and bools going to float32. */
export function promoteInexact(where: string, args: readonly ArrayLike[]): NDArray[] {
  const type = commonType(where, args);
  const dtype = toInexact(type.dtype, where);
  return args.map((x) => convertTo(x, { dtype, weakType: type.weakType }));
}

/** Arrays stretched to the shape they have in common, as NumPy broadcasts. */
export function broadcastTogether(where: string, arrays: readonly NDArray[]): NDArray[] {
  const shape = arrays.reduce<Shape>((s, x) => broadcastPair(s, x.shape, where), []);
  return arrays.map((x) => stretch(x, shape));
}

/** `x` broadcast to `shape`, which its own shape must stretch to; axes align at the last. */
export function stretch(x: NDArray, shape: Shape): NDArray {
  if (sameShape(x.shape, shape)) return x;
  if (x.ndim === 0) return bind1(broadcastInDimP, x, { shape, dims: noAxes });
  const offset = shape.length - x.ndim;
  return broadcastInDim(
    x,
    shape,
    x.shape.map((_, i) => i + offset),
  );
}

/** Whether arithmetic primitives take this type as it is: numbers do, bools and keys do not. */
function isNumeric(aval: ShapedArray): boolean {
  const { kind } = dtypeInfo[aval.dtype];
  return kind === "float" || kind === "int" || kind === "uint";
}

/**
 * A strict primitive of two operands on whatever NumPy allows: dtypes are promoted, shapes
 * broadcast. Bools go to `onBools`.
 *
 * Arrays of one type, and a number beside a float array, are what most calls have; they pay for
 * nothing else.
 *
 * @throws DTypeError if there is no common dtype, or both are bool and `onBools` is null.
 */
export function binary(
  where: string,
  prim: PrimitiveOf<2, object>,
  onBools: PrimitiveOf<2, object> | null,
  x: ArrayLike,
  y: ArrayLike,
): NDArray {
  if (x instanceof NDArray) {
    if (y instanceof NDArray) {
      if (x.aval === y.aval && isNumeric(x.aval)) return bind2(prim, x, y, noParams);
    } else if (typeof y === "number" && isFloat(x.aval.dtype)) {
      return bind2(prim, x, repeated(y, x.aval), noParams);
    }
  } else if (typeof x === "number" && y instanceof NDArray && isFloat(y.aval.dtype)) {
    return bind2(prim, repeated(x, y.aval), y, noParams);
  }
  const [a, b] = pair(where, x, y);
  if (a.aval.dtype !== "bool") return bind2(prim, a, b, noParams);
  if (onBools !== null) return bind2(onBools, a, b, noParams);
  throw new DTypeError(
    `${where}: a dtype of numbers is required, got ${a.aval} and ${b.aval}; ` +
      "convert with astype, or use logicalXor or logicalNot",
  );
}

/** Two arguments in one dtype and shape. */
export function pair(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  if (x instanceof NDArray && y instanceof NDArray) {
    if (x.aval === y.aval) return [x, y];
    const a = x.aval;
    const b = y.aval;
    const type = resultType2(a.dtype, a.weakType, b.dtype, b.weakType, where);
    return broadcastPairOf(where, convert(x, type), convert(y, type));
  }
  const type = commonType(where, [x, y]);
  return broadcastPairOf(where, convertTo(x, type), convertTo(y, type));
}

/** Two arguments in one floating-point dtype and one shape. */
export function pairInexact(
  where: string,
  x: ArrayLike,
  y: ArrayLike,
): readonly [NDArray, NDArray] {
  if (x instanceof NDArray && y instanceof NDArray && x.aval === y.aval && isFloat(x.dtype)) {
    return [x, y];
  }
  const { dtype, weakType } = commonType(where, [x, y]);
  const type = { dtype: toInexact(dtype, where), weakType };
  return broadcastPairOf(where, convertTo(x, type), convertTo(y, type));
}

/** As `pair`, bools going to int32. */
export function pairNumeric(
  where: string,
  x: ArrayLike,
  y: ArrayLike,
): readonly [NDArray, NDArray] {
  const [a, b] = pair(where, x, y);
  if (a.dtype !== "bool") return [a, b];
  return [convertElementType(a, "int32"), convertElementType(b, "int32")];
}

function broadcastPairOf(where: string, a: NDArray, b: NDArray): readonly [NDArray, NDArray] {
  if (sameShape(a.shape, b.shape)) return [a, b];
  const shape = broadcastPair(a.shape, b.shape, where);
  return [stretch(a, shape), stretch(b, shape)];
}

/** An argument as a floating-point array: itself, or its conversion to float32. */
export function inexact(where: string, x: ArrayLike): NDArray {
  const array = toArray(where, x);
  if (isFloat(array.dtype)) return array;
  const dtype = toInexact(array.dtype, where);
  return convertElementType(array, dtype, array.weakType);
}

/** An argument as an array of numbers: bools become int32. */
export function numericArray(where: string, x: ArrayLike): NDArray {
  const array = toArray(where, x);
  if (array.dtype === "bool") return convertElementType(array, "int32");
  if (isNumeric(array.aval)) return array;
  throw new DTypeError(
    `${where}: a dtype of numbers is required, got ${array.aval}; convert it first`,
  );
}

/** `value` in the shape, dtype and weak type of `x`. */
export function constantLike(x: NDArray, value: number): NDArray {
  return repeated(value, x.aval);
}
