import { asArray } from "../../core/array.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { batchRule, definePrimitive, linear, transposeRule } from "../../core/primitive.ts";
import {
  checkShape,
  formatShape,
  invertPermutation,
  isPermutation,
  normalizeAxes,
  sameShape,
  size,
} from "../../core/shape.ts";
import { bind1 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { permuteView, reshapeView, reverseView } from "../../core/view.ts";
import { broadcastInDim, keptDim, shiftAxes } from "./broadcast.ts";

/** Parameters of a reshape. */
export interface ReshapeParams {
  readonly newSizes: readonly number[];
}

/** Parameters of a transposition: axis `i` of the result is axis `permutation[i]` of the operand. */
export interface TransposeParams {
  readonly permutation: readonly number[];
}

/** Distinct axes that a primitive acts on. */
export interface DimensionsParams {
  readonly dimensions: readonly number[];
}

/** The same elements in row-major order under another shape; its own transpose. */
export const reshapeP = definePrimitive<1, ReshapeParams>("reshape", {
  abstractEval([x], { newSizes }) {
    if (size(checkShape(newSizes, "lax.reshape")) !== x.size) {
      throw new ShapeError(
        `lax.reshape: the number of elements must stay ${x.size}, got ${x} to ${formatShape(newSizes)}; choose extents with that product`,
      );
    }
    return x.withShape(newSizes);
  },
  jvp: linear,
  transpose: transposeRule((ct, [x]) => [reshape(ct, x.aval.shape)]),
  batch: batchRule(([x], [d], { newSizes }, { size }) =>
    d === null
      ? [reshape(x, newSizes), null]
      : [reshape(moveAxis(x, d, 0), [size, ...newSizes]), 0],
  ),
  lower: { kind: "view", apply: (view, { newSizes }) => reshapeView(view, newSizes) },
});

/** Axes in another order. Its transpose is the inverse permutation. */
export const transposeP = definePrimitive<1, TransposeParams>("transpose", {
  abstractEval([x], { permutation }) {
    if (!isPermutation(permutation, x.ndim)) {
      throw new ShapeError(
        `lax.transpose: a permutation of the ${x.ndim} axes is required, got [${permutation}] for ${x}; name each axis from 0 once`,
      );
    }
    return x.withShape(permutation.map((axis) => x.shape[axis] as number)); // a permutation of its axes
  },
  jvp: linear,
  transpose: transposeRule((ct, _, { permutation }) => [
    transpose(ct, invertPermutation(permutation)),
  ]),
  batch: batchRule(([x], [d], { permutation }) =>
    d === null
      ? [transpose(x, permutation), null]
      : [transpose(x, [d, ...shiftAxes(permutation, d)]), 0],
  ),
  lower: { kind: "view", apply: (view, { permutation }) => permuteView(view, permutation) },
});

/** The opposite order along some axes; its own transpose. */
export const revP = definePrimitive<1, DimensionsParams>("rev", {
  abstractEval([x], { dimensions }) {
    checkDistinct("rev", dimensions, x.ndim);
    return x;
  },
  jvp: linear,
  transpose: transposeRule((ct, _, { dimensions }) => [rev(ct, dimensions)]),
  batch: batchRule(([x], [d], { dimensions }) =>
    d === null ? [rev(x, dimensions), null] : [rev(x, shiftAxes(dimensions, d)), d],
  ),
  lower: { kind: "view", apply: (view, { dimensions }) => reverseView(view, dimensions) },
});

/** Axes of extent 1 taken out. Its transpose puts them back. */
export const squeezeP = definePrimitive<1, DimensionsParams>("squeeze", {
  abstractEval([x], { dimensions }) {
    checkDistinct("squeeze", dimensions, x.ndim);
    if (dimensions.some((axis) => x.shape[axis] !== 1)) {
      throw new ShapeError(
        `lax.squeeze: axes must have extent 1, got axes [${dimensions}] of ${x}; leave out the longer ones, or index them`,
      );
    }
    return x.withShape(x.shape.filter((_, axis) => !dimensions.includes(axis)));
  },
  jvp: linear,
  transpose: transposeRule((ct, [x]) => [reshape(ct, x.aval.shape)]),
  batch: batchRule(([x], [d], { dimensions }) =>
    d === null
      ? [squeeze(x, dimensions), null]
      : [squeeze(x, shiftAxes(dimensions, d)), keptDim(dimensions, d)],
  ),
  lower: { kind: "view", apply: (view, _, out) => reshapeView(view, out.shape) },
});

/** @throws ShapeError unless `dimensions` are distinct integers from 0 to `ndim - 1`, in any order. */
export function checkDistinct(op: string, dimensions: readonly number[], ndim: number): void {
  const inRange = dimensions.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < ndim);
  if (inRange && new Set(dimensions).size === dimensions.length) return;
  throw new ShapeError(
    `lax.${op}: distinct axes below ${ndim} are required, got [${dimensions}]; name each axis from 0 at most once`,
  );
}

/** Options of a reshape. */
export interface ReshapeOptions {
  /** Order in which the axes are read, by default their own. */
  readonly dimensions?: readonly number[] | null | undefined;
}

/**
 * The same elements in row-major order under another shape.
 *
 * @throws ArgumentError if an extent is not an integer from 0; ShapeError if the number of
 * elements changes, or `dimensions` does not name each axis once.
 */
export function reshape(
  x: ArrayLike,
  newSizes: readonly number[],
  options?: ReshapeOptions,
): NDArray {
  checkOptions("lax.reshape", options, ["dimensions"]);
  const order = options?.dimensions ?? null;
  const array = order === null ? asArray(x, "lax.reshape") : transpose(x, order);
  if (Array.isArray(newSizes) && sameShape(newSizes, array.shape)) return array;
  return bind1(reshapeP, array, { newSizes });
}

/**
 * Axes reordered: axis `i` of the result is axis `permutation[i]` of `x`.
 *
 * @throws ShapeError if `permutation` does not name each axis once.
 */
export function transpose(x: ArrayLike, permutation: readonly number[]): NDArray {
  const array = asArray(x, "lax.transpose");
  const same = permutation.length === array.ndim && permutation.every((axis, i) => axis === i);
  return same ? array : bind1(transposeP, array, { permutation });
}

/**
 * Elements in the opposite order along `dimensions`.
 *
 * @throws ShapeError if they are not distinct axes counted from 0.
 */
export function rev(x: ArrayLike, dimensions: readonly number[]): NDArray {
  const array = asArray(x, "lax.rev");
  return dimensions.length === 0 ? array : bind1(revP, array, { dimensions });
}

/**
 * The array without the axes `dimensions`, which may be negative and must have extent 1.
 *
 * @throws ShapeError if one has another extent, is out of range or is named twice.
 */
export function squeeze(x: ArrayLike, dimensions: readonly number[]): NDArray {
  const array = asArray(x, "lax.squeeze");
  if (dimensions.length === 0) return array;
  const axes = normalizeAxes(dimensions, array.ndim, "lax.squeeze").sort((a, b) => a - b);
  return bind1(squeezeP, array, { dimensions: axes });
}

/**
 * The array with new axes of extent 1 at `dimensions` of the result, which may be negative.
 *
 * @throws ShapeError if one is out of range or is named twice.
 */
export function expandDims(x: ArrayLike, dimensions: readonly number[]): NDArray {
  const array = asArray(x, "lax.expandDims");
  const ndim = array.ndim + dimensions.length;
  const fresh = normalizeAxes(dimensions, ndim, "lax.expandDims");
  const shape: number[] = [];
  const kept: number[] = [];
  for (let axis = 0; axis < ndim; axis++) {
    if (fresh.includes(axis)) {
      shape.push(1);
      continue;
    }
    shape.push(array.shape[kept.length] as number); // as many axes are left as the array has
    kept.push(axis);
  }
  return broadcastInDim(array, shape, kept);
}

/** The array with axis `from` at position `to`, the others in their order; both from 0. */
export function moveAxis(x: NDArray, from: number, to: number): NDArray {
  if (from === to) return x;
  const permutation = x.shape.map((_, axis) => axis);
  if (!(from in permutation && to in permutation)) {
    throw new ArgumentError(
      `lax.moveAxis: axes from 0 to ${x.ndim - 1} are required, got ${from} and ${to} for ${x.aval}; normalise them first`,
    );
  }
  permutation.splice(from, 1);
  permutation.splice(to, 0, from);
  return transpose(x, permutation);
}

/** The batch axis at `dim` moved to the front; null stands for a value that is repeated there. */
export function batchToFront(x: NDArray, dim: number | null, size: number): NDArray {
  if (dim !== null) return moveAxis(x, dim, 0);
  const dims = x.shape.map((_, axis) => axis + 1);
  return broadcastInDim(x, [size, ...x.shape], dims);
}
