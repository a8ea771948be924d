import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, type Shape, sameShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { select } from "../lax/ops/compare.ts";
import { dynamicUpdateSlice } from "../lax/ops/dynamic-slice.ts";
import type { ScatterOptions } from "../lax/ops/gather-options.ts";
import { reshape, rev } from "../lax/ops/layout.ts";
import { scalarLike } from "../lax/ops/shared.ts";
import { pad } from "../lax/ops/slice.ts";
import { type IndexPart, parseIndex } from "./index-parts.ts";
import {
  type Box,
  backwardAxes,
  dropPoints,
  indexVectors,
  isWhole,
  planIndex,
  readBox,
  spanOf,
  windowAxes,
} from "./index-plan.ts";
import { type IndexOptions, indexNames } from "./index-read.ts";
import { commonType, convert, convertTo, stretch } from "./promote.ts";

/** One kind of update: on a box, and at places that arrays name. */
export interface UpdateKind {
  readonly name: string;
  /** New elements from old ones and updates; null if the updates replace them. */
  readonly combine: ((old: NDArray, update: NDArray) => NDArray) | null;
  readonly scatter: (
    x: ArrayLike,
    indices: ArrayLike,
    updates: ArrayLike,
    options: ScatterOptions,
  ) => NDArray;
}

/**
 * `x` with the elements that an index names updated.
 *
 * `values` broadcast to the shape that reading the index gives. The result has the dtype of `x`;
 * the computation is done in the one that both promote to.
 */
export function updateIndex(
  kind: UpdateKind,
  x: NDArray,
  parts: readonly IndexPart[],
  values: ArrayLike,
  options?: IndexOptions,
): NDArray {
  const where = `at().${kind.name}`;
  checkOptions(where, options, indexNames);
  const { box, index, fresh } = planIndex(parseIndex(where, x.shape, parts), x.shape);
  const type = kind.combine === null ? x.aval : commonType(where, [x, values]);
  const wide = convert(x, type);
  const update = convertTo(values, type);
  const part = dropPoints(readBox(wide, box), box);
  if (index === null) {
    const shaped = updateOf(where, update, part.shape, fresh);
    if (part.size === 0) return x;
    const fresher = kind.combine === null ? shaped : kind.combine(part, shaped);
    return convert(writeBox(wide, box, fresher), x.aval);
  }
  const vectors = indexVectors(where, index, part.shape);
  const places = vectors.shape.slice(0, -1);
  const kept = part.shape.filter((_, axis) => !index.axes.includes(axis));
  const shape = kept.toSpliced(index.position, 0, ...places);
  const shaped = updateOf(where, update, shape, fresh);
  if (shaped.size === 0) return x;
  const scattered = kind.scatter(part, vectors, shaped, {
    dimensionNumbers: {
      updateWindowDims: windowAxes(kept.length, places.length, index.position),
      insertedWindowDims: index.axes,
      scatterDimsToOperandDims: index.axes,
    },
    mode: options?.mode,
    indicesAreSorted: options?.indicesAreSorted,
    uniqueIndices: options?.uniqueIndices,
  });
  return convert(writeBox(wide, box, scattered), x.aval);
}

/** Values stretched to the shape of what is updated, new axes taken away again. */
function updateOf(where: string, values: NDArray, shape: Shape, fresh: readonly number[]): NDArray {
  const full: number[] = shape.slice();
  for (const axis of fresh) full.splice(axis, 0, 1);
  if (!sameShape(broadcastPair(values.shape, full, where), full)) {
    throw new ShapeError(
      `${where}: values must stretch to the shape of the index, got ${values.aval} for [${full.join(",")}]; reshape them, or index more`,
    );
  }
  return reshape(stretch(values, full), shape);
}

/** `x` with the elements of a box replaced by `part`, which has no axes of points. */
function writeBox(x: NDArray, box: Box, part: NDArray): NDArray {
  const counts = box.ranges.map(({ count }) => count);
  const forward = rev(reshape(part, counts), backwardAxes(box));
  if (isWhole(box, x.shape) || (backwardAxes(box).length > 0 && sameShape(counts, x.shape))) {
    return forward;
  }
  const spans = box.ranges.map(spanOf);
  if (box.ranges.every(({ step, count }) => Math.abs(step) === 1 || count === 1)) {
    return dynamicUpdateSlice(
      x,
      forward,
      spans.map(([low]) => low),
    );
  }
  // With steps, the box is spread out over the whole shape and chosen where it has elements.
  const config = box.ranges.map(({ step, count }, axis) => {
    const [low, limit] = spans[axis] as readonly [number, number]; // one span for each axis
    return [low, (x.shape[axis] as number) - limit, count > 1 ? Math.abs(step) - 1 : 0] as const;
  });
  const spread = pad(forward, scalarLike(0, x.aval), config);
  const mask = pad(full(counts, 1, "bool"), false, config);
  return select(mask, spread, x);
}
