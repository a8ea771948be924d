import { scalarArray } from "../core/array.ts";
import { shapedArray } from "../core/aval.ts";
import { checkDtype, type DType, hostArray, type TypedArray } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError } from "../core/errors.ts";
import { literalValue } from "../core/number.ts";
import { checkOptions } from "../core/options.ts";
import { checkShape, type Shape } from "../core/shape.ts";
import { getEvaluator } from "../core/trace.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { broadcastInDim } from "../lax/ops/broadcast.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { expandDims, reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { type ArrayData, isTypedArray, readNested, typedArrayDtype } from "./nested.ts";
import { commonType, convertTo, stretch, toArray } from "./promote.ts";

export type { ArrayData } from "./nested.ts";

/** Options of functions that make arrays. */
export interface CreationOptions {
  /** Dtype of the result. */
  dtype?: DType | undefined;
  /** Device that is to hold it; the default one otherwise. */
  device?: string | undefined;
}

/** Names of `CreationOptions`. */
export const creationNames: readonly string[] = ["dtype", "device"];

/**
 * Array of a number, of nested lists, of a typed array, or of another array.
 *
 * Dtypes: a typed array fixes it; numbers give float32 (weakly typed if there is a single one),
 * booleans bool; lists may hold arrays, traced ones too, which promote as operands do. The data
 * are copied.
 *
 * @throws ShapeError if lists are ragged, naming the place; DTypeError if the dtype is unknown.
 */
export function array(data: ArrayData, options?: CreationOptions): NDArray {
  checkOptions("numpy.array", options, creationNames);
  return fromData("numpy.array", data, options);
}

/** As `array`; an array of the wanted dtype is returned as it is. */
export function asarray(data: ArrayData, options?: CreationOptions): NDArray {
  checkOptions("numpy.asarray", options, creationNames);
  return fromData("numpy.asarray", data, options);
}

/** `array` under another name in messages, options checked already. */
export function fromData(where: string, data: ArrayData, options?: CreationOptions): NDArray {
  const wanted = options?.dtype === undefined ? null : checkDtype(options.dtype, where);
  const device = options?.device;
  if (data instanceof NDArray) {
    return placed(wanted === null ? data : convertElementType(data, wanted), device, where);
  }
  if (typeof data === "number" || typeof data === "boolean") {
    const dtype = wanted ?? (typeof data === "boolean" ? "bool" : "float32");
    const weak = wanted === null && typeof data === "number";
    return placed(scalarArray(Number(data), dtype, weak), device, where);
  }
  if (isTypedArray(data)) {
    const dtype = typedArrayDtype(data, where);
    return uploadNumbers(data, [data.length], dtype, wanted ?? dtype, device);
  }
  if (!Array.isArray(data)) {
    throw new ArgumentError(
      `${where}: a number, a boolean, an array or lists of them are required, got ${data === null ? "null" : `a ${typeof data}`}; convert it first`,
    );
  }
  const { shape, leaves } = readNested(data, where);
  let bools = leaves.length > 0;
  for (const leaf of leaves) {
    if (typeof leaf === "object") {
      return placed(stackLeaves(where, leaves, shape, wanted), device, where);
    }
    bools &&= typeof leaf === "boolean";
  }
  const dtype = wanted ?? (bools ? "bool" : "float32");
  const plain = leaves as readonly (number | boolean)[]; // no objects among them
  return uploadNumbers(plain, shape, dtype, dtype, device);
}

/** Copy numbers to a device; those of `from` convert as elements do, others as literals. */
function uploadNumbers(
  numbers: TypedArray | readonly (number | boolean)[],
  shape: Shape,
  from: DType,
  dtype: DType,
  device: string | undefined,
): NDArray {
  const data = hostArray(from, numbers.length);
  if (isTypedArray(numbers)) data.set(numbers);
  else if (from === "float32" || from === "float64") {
    for (let i = 0; i < numbers.length; i++) data[i] = Number(numbers[i]);
  } else {
    for (let i = 0; i < numbers.length; i++) data[i] = literalValue(Number(numbers[i]), from);
  }
  const whole =
    shape.length === 0
      ? scalarArray(data[0] as number, from) // a shape without axes has one element
      : getEvaluator().upload(data, shapedArray(shape, from), device);
  return dtype === from ? whole : convertElementType(whole, dtype);
}

/** Array of the numbers in this shape and dtype, on the device of the array that it is to meet. */
export function fromNumbers(
  numbers: readonly number[] | TypedArray,
  shape: Shape,
  dtype: DType,
  beside?: NDArray,
): NDArray {
  const partner = beside === undefined || beside.ndim === 0 ? null : beside.concrete();
  return uploadNumbers(numbers, shape, dtype, dtype, partner?.device);
}

/** Arrays and numbers in the order of nested lists of this shape, joined to one array. */
function stackLeaves(
  where: string,
  leaves: readonly (ArrayLike | TypedArray)[],
  shape: Shape,
  wanted: DType | null,
): NDArray {
  const arrays = leaves.map((leaf) => (isTypedArray(leaf) ? fromData(where, leaf) : leaf));
  const dtype = wanted ?? commonType("numpy.array", arrays).dtype;
  const parts = arrays.map((x) => expandDims(convertTo(x, { dtype, weakType: false }), [0]));
  const joined = concatenate(parts, 0);
  return reshape(joined, [...shape, ...joined.shape.slice(1)]);
}

/** `x` on the device that an option names. */
export function placed(x: NDArray, device: string | undefined, where: string): NDArray {
  if (device === undefined) return x;
  if (x.owner === null) return getEvaluator().move(x, device);
  throw new ConcretizationError(
    `${where}: a concrete array is required to choose a device, got a traced ${x.aval}; use devicePut outside of the transformation`,
  );
}

/** A shape as users give it: one extent may stand alone. */
export function shapeOf(shape: number | Shape, where: string): Shape {
  return checkShape(typeof shape === "number" ? [shape] : shape, where);
}

/** Array of `shape` holding `value` everywhere, which is broadcast. */
export function full(shape: number | Shape, value: ArrayLike, options?: CreationOptions): NDArray {
  checkOptions("numpy.full", options, creationNames);
  return filled("numpy.full", shape, value, options);
}

function filled(
  where: string,
  shape: number | Shape,
  value: ArrayLike,
  options: CreationOptions | undefined,
): NDArray {
  const extents = shapeOf(shape, where);
  const natural = value instanceof NDArray ? value.dtype : undefined;
  const literal = typeof value === "boolean" ? "bool" : "float32";
  const dtype = checkDtype(options?.dtype ?? natural ?? literal, where);
  const weakType = options?.dtype === undefined && !(value instanceof NDArray) && dtype !== "bool";
  const one = convertTo(value, { dtype, weakType });
  return placed(stretch(one, extents), options?.device, where);
}

/** Array of zeros, float32 unless told otherwise. */
export function zeros(shape: number | Shape, options?: CreationOptions): NDArray {
  checkOptions("numpy.zeros", options, creationNames);
  return filled("numpy.zeros", shape, 0, { dtype: "float32", ...options });
}

/** Array of ones, float32 unless told otherwise. */
export function ones(shape: number | Shape, options?: CreationOptions): NDArray {
  checkOptions("numpy.ones", options, creationNames);
  return filled("numpy.ones", shape, 1, { dtype: "float32", ...options });
}

/** Array of zeros: there is no memory without contents. */
export function empty(shape: number | Shape, options?: CreationOptions): NDArray {
  checkOptions("numpy.empty", options, creationNames);
  return filled("numpy.empty", shape, 0, { dtype: "float32", ...options });
}

/** Options of functions that make an array like another one. */
export interface LikeOptions extends CreationOptions {
  /** Shape of the result, that of the model otherwise. */
  shape?: number | Shape | undefined;
}

const likeNames = [...creationNames, "shape"];

function filledLike(
  where: string,
  x: ArrayLike,
  value: ArrayLike,
  options: LikeOptions | undefined,
): NDArray {
  checkOptions(where, options, likeNames);
  const model = toArray(where, x);
  const extents = shapeOf(options?.shape ?? model.shape, where);
  const weakType = options?.dtype === undefined && model.weakType;
  const dtype = checkDtype(options?.dtype ?? model.dtype, where);
  const one = convertTo(value, { dtype, weakType });
  return placed(
    one.ndim === 0 ? broadcastInDim(one, extents, []) : stretch(one, extents),
    options?.device,
    where,
  );
}

/** `value` in the shape and dtype of `x`. */
export function fullLike(x: ArrayLike, value: ArrayLike, options?: LikeOptions): NDArray {
  return filledLike("numpy.fullLike", x, value, options);
}

/** Zeros in the shape and dtype of `x`. */
export function zerosLike(x: ArrayLike, options?: LikeOptions): NDArray {
  return filledLike("numpy.zerosLike", x, 0, options);
}

/** Ones in the shape and dtype of `x`. */
export function onesLike(x: ArrayLike, options?: LikeOptions): NDArray {
  return filledLike("numpy.onesLike", x, 1, options);
}

/** Zeros in the shape and dtype of `x`: there is no memory without contents. */
export function emptyLike(x: ArrayLike, options?: LikeOptions): NDArray {
  return filledLike("numpy.emptyLike", x, 0, options);
}

/** `x` itself: arrays never change, so that none has to be copied. */
export function copy(x: ArrayLike): NDArray {
  return toArray("numpy.copy", x);
}

/** `x` in another dtype, as `lax.convertElementType` converts; the result is not weakly typed. */
export function astype(x: ArrayLike, dtype: DType): NDArray {
  return convertElementType(toArray("numpy.astype", x), checkDtype(dtype, "numpy.astype"));
}
