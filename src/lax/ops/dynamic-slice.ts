import { asArray, scalarArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import {
  batchRule,
  definePrimitive,
  isLinear,
  linearIn,
  transposeRule,
} from "../../core/primitive.ts";
import { bind } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add } from "./arith.ts";
import { broadcastInDim, full } from "./broadcast.ts";
import { lt, select } from "./compare.ts";
import { gather } from "./gather.ts";
import { asIndices } from "./indices.ts";
import { batchToFront, moveAxis } from "./layout.ts";
import { scatter } from "./scatter.ts";
import { operands } from "./shared.ts";
import { concatenate } from "./slice.ts";

/** Parameters of a dynamic slice: its extent along each axis. */
export interface DynamicSliceParams {
  readonly sliceSizes: readonly number[];
}

/**
 * Box of fixed extents that starts at computed places, moved inside as a whole.
 *
 * Operands: the array, then an int32 scalar for each axis. Its transpose is
 * `dynamicUpdateSliceP`.
 */
export const dynamicSliceP = definePrimitive<number, DynamicSliceParams>("dynamic_slice", {
  abstractEval([x, ...starts], { sliceSizes }) {
    const array = x as ShapedArray; // the first operand
    checkStarts("dynamicSlice", array, starts);
    const fits =
      sliceSizes.length === array.ndim &&
      sliceSizes.every((size, i) => isExtent(size) && size <= (array.shape[i] as number)); // an axis each
    if (!fits) {
      throw new ShapeError(
        `lax.dynamicSlice: sizes must be from 0 to the extents of the operand, got [${sliceSizes}] for ${array}; name every axis`,
      );
    }
    return array.withShape(sliceSizes);
  },
  jvp: linearIn(0),
  transpose: transposeRule(
    (ct, [x, ...starts]) => {
      // The array is there, and it alone is linear.
      const { shape } = (x as NDArray).aval;
      const zeros = full(shape, 0, ct.dtype);
      return [bindUpdate(zeros, ct, starts as NDArray[]), ...starts.map(() => null)];
    },
    [0],
  ),
  batch: batchRule(([x, ...starts], [d, ...dims], { sliceSizes }, { size }) => {
    const array = x as NDArray; // the first operand
    const dim = d ?? null;
    if (dims.every((dimension) => dimension === null)) {
      if (dim === null) return [bindSlice(array, starts, sliceSizes), null];
      const from = starts.toSpliced(dim, 0, scalarArray(0, "int32"));
      return [bindSlice(array, from, sliceSizes.toSpliced(dim, 0, size)), dim];
    }
    const axes = starts.map((_, i) => i + 1);
    const isBatched = dim !== null;
    const out = gather(
      isBatched ? moveAxis(array, dim, 0) : array,
      indexVectors(starts, dims, size),
      {
        dimensionNumbers: {
          offsetDims: axes,
          collapsedSliceDims: [],
          startIndexMap: isBatched ? axes : starts.map((_, i) => i),
          operandBatchingDims: isBatched ? [0] : [],
          startIndicesBatchingDims: isBatched ? [0] : [],
        },
        sliceSizes: isBatched ? [Math.min(size, 1), ...sliceSizes] : sliceSizes,
        mode: "clip",
        uniqueIndices: isBatched,
        indicesAreSorted: isBatched,
      },
    );
    return [out, 0];
  }),
  lower: { kind: "routine", name: "dynamicSlice" },
});

/**
 * Array with a box replaced that starts at computed places, moved inside as a whole.
 *
 * Operands: the array, the update, then an int32 scalar for each axis.
 */
export const dynamicUpdateSliceP = definePrimitive<number, object>("dynamic_update_slice", {
  abstractEval([x, u, ...starts]) {
    const [array, update] = [x, u] as [ShapedArray, ShapedArray]; // the first operands
    if (array.dtype !== update.dtype) {
      throw new DTypeError(
        `lax.dynamicUpdateSlice: operand and update must share a dtype, got ${array} and ${update}; convert one with lax.convertElementType`,
      );
    }
    const fits =
      array.ndim === update.ndim &&
      update.shape.every((extent, i) => extent <= (array.shape[i] as number)); // ranks agree
    if (!fits) {
      throw new ShapeError(
        `lax.dynamicUpdateSlice: the update must have the rank of the operand and fit into it, got ${array} and ${update}; slice or reshape it`,
      );
    }
    checkStarts("dynamicUpdateSlice", array, starts);
    return shapedArray(array.shape, array.dtype, array.weakType && update.weakType);
  },
  jvp: linearIn(0, 1),
  transpose: transposeRule(
    (ct, [x, u, ...starts]) => {
      const update = u as NDArray; // the second operand; only its type is read
      const places = starts as NDArray[]; // never linear
      const { shape } = update.aval;
      return [
        isLinear(x as NDArray) ? bindUpdate(ct, full(shape, 0, ct.dtype), places) : null,
        isLinear(update) ? bindSlice(ct, places, shape) : null,
        ...starts.map(() => null),
      ];
    },
    [0, 1],
  ),
  batch: batchRule(([x, u, ...starts], [dx, du, ...dims], _, { size }) => {
    const [array, update] = [x, u] as [NDArray, NDArray]; // the first operands
    const isBatched = dims.some((dim) => dim !== null);
    if (!isBatched && (dx ?? null) === null && (du ?? null) === null) {
      return [bindUpdate(array, update, starts), null];
    }
    const into = batchToFront(array, dx ?? null, size);
    const values = batchToFront(update, du ?? null, size);
    if (!isBatched) return [bindUpdate(into, values, [scalarArray(0, "int32"), ...starts]), 0];
    const axes = starts.map((_, i) => i + 1);
    const out = scatter(into, indexVectors(starts, dims, size), values, {
      dimensionNumbers: {
        updateWindowDims: axes,
        insertedWindowDims: [],
        scatterDimsToOperandDims: axes,
        operandBatchingDims: [0],
        scatterIndicesBatchingDims: [0],
      },
      mode: "clip",
      uniqueIndices: true,
      indicesAreSorted: true,
    });
    return [out, 0];
  }),
  lower: { kind: "routine", name: "dynamicUpdateSlice" },
});

function bindSlice(x: NDArray, starts: readonly NDArray[], sliceSizes: readonly number[]): NDArray {
  return bind(dynamicSliceP, [x, ...starts], { sliceSizes });
}

function bindUpdate(x: NDArray, update: NDArray, starts: readonly NDArray[]): NDArray {
  return bind(dynamicUpdateSliceP, [x, update, ...starts], {});
}

function isExtent(size: number): boolean {
  return Number.isSafeInteger(size) && size >= 0;
}

function checkStarts(op: string, x: ShapedArray, starts: readonly ShapedArray[]): void {
  if (starts.length !== x.ndim || starts.some((start) => start.ndim !== 0)) {
    throw new ShapeError(
      `lax.${op}: one scalar start is required for each of the ${x.ndim} axes, got [${starts.join(", ")}] for ${x}; write 0 for an axis that is taken whole`,
    );
  }
  const wrong = starts.find((start) => start.dtype !== "int32");
  if (wrong !== undefined) {
    throw new DTypeError(
      `lax.${op}: int32 starts are required, got ${wrong}; convert with lax.convertElementType`,
    );
  }
}

/** Starts of a batch of boxes as rows of index vectors. */
function indexVectors(
  starts: readonly NDArray[],
  dims: readonly (number | null)[],
  size: number,
): NDArray {
  const columns = starts.map((start, i) =>
    broadcastInDim(start, [size, 1], dims[i] === null ? [] : [0]),
  );
  return concatenate(columns, 1);
}

/** Starts as int32 scalars; negative ones count from the end of their axis. */
function startIndices(op: string, x: NDArray, starts: readonly ArrayLike[]): NDArray[] {
  if (starts.length !== x.ndim) {
    throw new ShapeError(
      `lax.${op}: one start is required for each of the ${x.ndim} axes, got ${starts.length} for ${x.aval}; write 0 for an axis that is taken whole`,
    );
  }
  return starts.map((start, i) => {
    const extent = x.shape[i] as number; // one start for each axis
    if (typeof start === "number") {
      if (!Number.isSafeInteger(start)) {
        throw new ArgumentError(
          `lax.${op}: starts must be integers, got ${start} for axis ${i} of ${x.aval}; round it`,
        );
      }
      // Far outside is as good as just outside, and fits into 32 bits.
      const place = start < 0 ? start + extent : start;
      return scalarArray(Math.min(Math.max(place, 0), extent), "int32");
    }
    const unsigned = asArray(start).dtype.startsWith("u");
    const place = asIndices(op, start);
    return unsigned ? place : select(lt(place, 0), add(place, extent), place);
  });
}

/**
 * Box of extents `sliceSizes` from `starts`, one integer scalar for each axis.
 *
 * A negative start counts from the end of its axis; a box that would then reach outside is moved
 * inside as a whole.
 *
 * @throws ShapeError if there is not one scalar start and one fitting size for each axis;
 * DTypeError unless the starts are integers.
 */
export function dynamicSlice(
  x: ArrayLike,
  starts: readonly ArrayLike[],
  sliceSizes: readonly number[],
): NDArray {
  const array = asArray(x, "lax.dynamicSlice");
  return bindSlice(array, startIndices("dynamicSlice", array, starts), sliceSizes);
}

/**
 * `x` with the box from `starts` on replaced by `update`.
 *
 * A negative start counts from the end of its axis; a box that would then reach outside is moved
 * inside as a whole.
 *
 * @throws ShapeError if the update does not fit, or there is not one scalar start for each axis;
 * DTypeError if dtypes differ, or the starts are not integers.
 */
export function dynamicUpdateSlice(
  x: ArrayLike,
  update: ArrayLike,
  starts: readonly ArrayLike[],
): NDArray {
  const [array, box] = operands("dynamicUpdateSlice", [x, update]) as [NDArray, NDArray]; // as given
  return bindUpdate(array, box, startIndices("dynamicUpdateSlice", array, starts));
}
