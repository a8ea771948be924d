import { asArray, DeviceArray } from "../../core/array.ts";
import { shapedArray } from "../../core/aval.ts";
import { checkDtype, type DType } from "../../core/dtype.ts";
import { ArgumentError } from "../../core/errors.ts";
import { literalValue } from "../../core/number.ts";
import { checkOptions } from "../../core/options.ts";
import { checkShape, describe, broadcastShapes as joinShapes } from "../../core/shape.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastInDim } from "./broadcast.ts";
import { iota as iotaAlong } from "./constants.ts";
import { convertElementType } from "./convert.ts";

/** Options of `full`. */
export interface FullOptions {
  /** That of an array, weak float32 for a number and bool for a boolean if not given. */
  readonly dtype?: DType | undefined;
}

/** Options of `fullLike`; what is not given is that of the array. */
export interface FullLikeOptions extends FullOptions {
  readonly shape?: readonly number[] | undefined;
}

/** The integers from 0 to `size - 1`, in the given dtype. */
export function iota(dtype: DType, size: number): NDArray {
  const shape = checkShape([size], "lax.iota");
  return iotaAlong(checkDtype(dtype, "lax.iota"), shape, 0);
}

/** An array of `shape` whose elements are their own positions along the axis `dimension`. */
export function broadcastedIota(
  dtype: DType,
  shape: readonly number[],
  dimension: number,
): NDArray {
  return iotaAlong(
    checkDtype(dtype, "lax.broadcastedIota"),
    checkShape(shape, "lax.broadcastedIota"),
    dimension,
  );
}

/** An array of `shape` that holds `value`, a number or an array of rank 0, everywhere. */
export function full(
  shape: readonly number[],
  value: ArrayLike,
  options: FullOptions = {},
): NDArray {
  checkOptions("lax.full", options, ["dtype"]);
  return filled(checkShape(shape, "lax.full"), value, options.dtype, false);
}

/** `value` in the shape and dtype of `x`, or in those of the options. */
export function fullLike(x: ArrayLike, value: ArrayLike, options: FullLikeOptions = {}): NDArray {
  checkOptions("lax.fullLike", options, ["dtype", "shape"]);
  const like = x instanceof NDArray ? x.aval : shapedArray([], "float32", true);
  const shape =
    options.shape === undefined ? like.shape : checkShape(options.shape, "lax.fullLike");
  return filled(
    shape,
    value,
    options.dtype ?? like.dtype,
    options.dtype === undefined && like.weakType,
  );
}

/** An array of `shape` whose values are nobody's promise; zeros. */
export function empty(shape: readonly number[], dtype: DType = "float32"): NDArray {
  return full(shape, 0, { dtype });
}

function filled(
  shape: readonly number[],
  value: ArrayLike,
  dtype: DType | undefined,
  weak: boolean,
): NDArray {
  if (value instanceof NDArray) {
    const converted = dtype === undefined ? value : convertElementType(value, dtype, weak);
    return broadcastInDim(converted, shape, []);
  }
  const own: DType = typeof value === "boolean" ? "bool" : "float32";
  const isWeak = dtype === undefined ? own === "float32" : weak;
  const target = dtype === undefined ? own : checkDtype(dtype, "lax.full");
  const scalar = new DeviceArray(
    shapedArray([], target, isWeak),
    null,
    null,
    literalValue(Number(value), target),
  );
  return broadcastInDim(scalar, shape, []);
}

/** The shape that arrays of these shapes have once they are broadcast together. */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): readonly number[] {
  return joinShapes(...shapes);
}

/**
 * `x` with leading axes of extent 1, so that it has `rank` axes.
 *
 * @throws ArgumentError if `rank` is not an integer from the rank of `x`.
 */
export function broadcastToRank(x: ArrayLike, rank: number): NDArray {
  const where = "lax.broadcastToRank";
  const array = asArray(x, where);
  if (!Number.isSafeInteger(rank) || rank < array.ndim) {
    throw new ArgumentError(
      `${where}: an integer from the rank of the array, ${array.ndim}, is required, got ${describe(rank)}; reshape takes axes away`,
    );
  }
  const missing = rank - array.ndim;
  const shape = [...new Array<number>(missing).fill(1), ...array.shape];
  return broadcastInDim(
    array,
    shape,
    array.shape.map((_, i) => i + missing),
  );
}
