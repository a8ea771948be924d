import type { NDArray } from "../core/value.ts";
import { dynamicSlice } from "../lax/ops/dynamic-slice.ts";
import { gather } from "../lax/ops/gather.ts";
import type { IndexModeName } from "../lax/ops/indices.ts";
import { expandDims, squeeze } from "../lax/ops/layout.ts";
import { type IndexPart, parseIndex } from "./index-parts.ts";
import {
  type ArrayIndex,
  dropPoints,
  indexVectors,
  planIndex,
  readBox,
  windowAxes,
} from "./index-plan.ts";

/** Options of indexing. */
export interface IndexOptions {
  /**
   * What an index outside does: "promiseInBounds" (default on reading) and "clip" read the nearest
   * place inside, "fill" and "drop" (default on writing) read `fillValue` and write nothing.
   */
  mode?: IndexModeName | undefined;
  /** What is read outside under "fill"; by default NaN or the end of the range. */
  fillValue?: number | boolean | undefined;
  /** Promise that the indices ascend; false. */
  indicesAreSorted?: boolean | undefined;
  /** Promise that no place is named twice; false. */
  uniqueIndices?: boolean | undefined;
}

/** Names of `IndexOptions`. */
export const indexNames: readonly string[] = [
  "mode",
  "fillValue",
  "indicesAreSorted",
  "uniqueIndices",
];

/**
 * The elements of `x` that an index names.
 *
 * Integers, ranges and new axes are views; arrays of integers are broadcast together, and their
 * axes stand where the first array stood, or first of all if ranges come between them.
 *
 * @throws as `parseIndex` does.
 */
export function readIndex(
  where: string,
  x: NDArray,
  parts: readonly IndexPart[],
  options?: IndexOptions,
): NDArray {
  const { box, index, fresh } = planIndex(parseIndex(where, x.shape, parts), x.shape);
  const inBox = dropPoints(readBox(x, box), box);
  const read = index === null ? inBox : readArrays(inBox, index, options);
  return fresh.length === 0 ? read : expandDims(read, fresh);
}

function readArrays(x: NDArray, index: ArrayIndex, options: IndexOptions | undefined): NDArray {
  const { axes, arrays, position } = index;
  const sizes = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const mode = options?.mode;
  const moves = mode === undefined || mode === "clip" || mode === "promiseInBounds";
  if (moves && arrays.every((i) => i.ndim === 0) && !sizes.some((n, i) => n > (x.shape[i] ?? 0))) {
    const starts = x.shape.map((_, axis) => arrays[axes.indexOf(axis)] ?? 0);
    return squeeze(dynamicSlice(x, starts, sizes), axes);
  }
  const vectors = indexVectors("numpy.slice", index, x.shape);
  return gather(x, vectors, {
    dimensionNumbers: {
      offsetDims: windowAxes(x.ndim - axes.length, vectors.ndim - 1, position),
      collapsedSliceDims: axes,
      startIndexMap: axes,
    },
    sliceSizes: sizes,
    mode,
    fillValue: options?.fillValue,
    indicesAreSorted: options?.indicesAreSorted,
    uniqueIndices: options?.uniqueIndices,
  });
}
