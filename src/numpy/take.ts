import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import { lt, select } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { clamp } from "../lax/ops/extrema.ts";
import { gather } from "../lax/ops/gather.ts";
import { asIndices } from "../lax/ops/indices.ts";
import { expandDims, reshape } from "../lax/ops/layout.ts";
import { scatter } from "../lax/ops/scatter.ts";
import { remainder } from "./elementwise-arithmetic.ts";
import { readIndex } from "./index-read.ts";
import { updateIndex } from "./index-update.ts";
import { checkChoice } from "./options.ts";
import { stretch, toArray } from "./promote.ts";
import { ravel } from "./shape.ts";

/** What an index outside does: reads `fillValue`, is clamped, or counts modulo the extent. */
export type TakeMode = "fill" | "clip" | "wrap";

/** Options of `take`. */
export interface TakeOptions {
  /** Axis to index; by default the flattened array. */
  axis?: number | null | undefined;
  /** "fill" by default. Negative indices count from the end, but for "clip". */
  mode?: TakeMode | undefined;
  /** NaN by default, or the end of the range of integers. */
  fillValue?: number | boolean | undefined;
  uniqueIndices?: boolean | undefined;
  indicesAreSorted?: boolean | undefined;
}

const modes: readonly TakeMode[] = ["fill", "clip", "wrap"];

/**
 * Slices of `x` at the indices along an axis, which the axes of `indices` replace.
 *
 * @throws ShapeError if the axis is empty and indices are not.
 */
export function take(x: ArrayLike, indices: ArrayLike, options?: TakeOptions): NDArray {
  checkOptions("numpy.take", options, [
    "axis",
    "mode",
    "fillValue",
    "uniqueIndices",
    "indicesAreSorted",
  ]);
  const { axis = null, mode = "fill", ...rest } = options ?? {};
  checkChoice("numpy.take", "mode", mode, modes);
  const a = axis === null ? ravel(x) : toArray("numpy.take", x);
  const dim = normalizeAxis(axis ?? 0, a.ndim, "numpy.take");
  const extent = a.shape[dim] as number; // an axis of a
  const given = asIndices("gather", toArray("numpy.take", indices));
  if (extent === 0 || given.size === 0) {
    if (given.size > 0) {
      throw new ShapeError(
        `numpy.take: an axis with elements is required, got ${a.aval} along axis ${dim}; check its extent first`,
      );
    }
    return full(a.shape.toSpliced(dim, 1, ...given.shape), 0, a.dtype);
  }
  const rank = given.ndim;
  return gather(a, expandDims(within(given, extent, mode), [rank]), {
    dimensionNumbers: {
      offsetDims: a.shape.flatMap((_, i) => (i === dim ? [] : [i < dim ? i : i + rank - 1])),
      collapsedSliceDims: [dim],
      startIndexMap: [dim],
    },
    sliceSizes: a.shape.map((n, i) => (i === dim ? 1 : n)),
    mode: mode === "wrap" ? "promiseInBounds" : mode,
    fillValue: rest.fillValue,
    uniqueIndices: rest.uniqueIndices,
    indicesAreSorted: rest.indicesAreSorted,
  });
}

/** Indices as a mode has them before what is still outside meets the gather. */
function within(indices: NDArray, extent: number, mode: TakeMode): NDArray {
  if (mode === "wrap") return remainder(indices, extent);
  return mode === "clip" ? indices : fromEnd(indices, extent);
}

/** Negative indices counted from the end. */
function fromEnd(indices: NDArray, extent: number): NDArray {
  return select(lt(indices, 0), add(indices, extent), indices);
}

/** Options of `takeAlongAxis`. */
export interface AlongAxisOptions {
  /** -1 by default; null means the flattened array. */
  axis?: number | null | undefined;
  /** "fill" (default) or "clip". */
  mode?: "fill" | "clip" | "promiseInBounds" | undefined;
  fillValue?: number | boolean | undefined;
}

/**
 * For each position, the element of `x` at the index along the axis and at the position along all
 * others, where the two broadcast.
 *
 * @throws ShapeError if the ranks differ; DTypeError unless indices are integers.
 */
export function takeAlongAxis(
  x: ArrayLike,
  indices: ArrayLike,
  options?: AlongAxisOptions,
): NDArray {
  checkOptions("numpy.takeAlongAxis", options, ["axis", "mode", "fillValue"]);
  const { axis = -1, mode = "fill", fillValue } = options ?? {};
  const [a, index, dim] = alongAxis("numpy.takeAlongAxis", x, indices, axis);
  const extent = a.shape[dim] as number; // an axis of a
  if (extent === 0 || index.size === 0) return full(index.shape, 0, a.dtype);
  const others = a.shape.map((_, i) => i).filter((i) => i !== dim);
  const vectors = mode === "promiseInBounds" ? index : fromEnd(index, extent);
  return gather(a, expandDims(vectors, [a.ndim]), {
    dimensionNumbers: {
      offsetDims: [],
      collapsedSliceDims: [dim],
      startIndexMap: [dim],
      operandBatchingDims: others,
      startIndicesBatchingDims: others,
    },
    sliceSizes: a.shape.map(() => 1),
    mode,
    fillValue,
  });
}

/** Array and indices stretched to each other but along the axis. */
function alongAxis(
  where: string,
  x: ArrayLike,
  indices: ArrayLike,
  axis: number | null,
): readonly [NDArray, NDArray, number] {
  const a = axis === null ? ravel(x) : toArray(where, x);
  const index = asIndices("gather", toArray(where, indices));
  if (a.ndim !== index.ndim) {
    throw new ShapeError(
      `${where}: array and indices must have one rank, got ${a.aval} and ${index.aval}; use expandDims`,
    );
  }
  const dim = normalizeAxis(axis ?? 0, a.ndim, where);
  const shape = broadcastPair(a.shape.with(dim, 1), index.shape.with(dim, 1), where);
  const stretched = (y: NDArray): NDArray => stretch(y, shape.with(dim, y.shape[dim] as number)); // an axis of both
  return [stretched(a), stretched(index), dim];
}

/** Options of `put`. */
export interface PutOptions {
  /** What an index outside does: by default it is clamped, negative ones counting from the end. */
  mode?: "clip" | "wrap" | undefined;
}

/** `x` with values written at indices into the flattened array; values repeat as needed. */
export function put(
  x: ArrayLike,
  indices: ArrayLike,
  values: ArrayLike,
  options?: PutOptions,
): NDArray {
  checkOptions("numpy.put", options, ["mode"]);
  const a = toArray("numpy.put", x);
  const given = ravel(asIndices("gather", toArray("numpy.put", indices)));
  const fresh = ravel(values);
  if (a.size === 0 || given.size === 0 || fresh.size === 0) return a;
  const mode = options?.mode;
  const index =
    mode === "clip"
      ? clamp(0, given, a.size - 1)
      : mode === "wrap"
        ? remainder(given, a.size)
        : clamp(-a.size, given, a.size - 1);
  const flat = updateIndex(setting, ravel(a), [index], cycled(fresh, given.size));
  return reshape(flat, a.shape);
}

const setting = { name: "set", combine: null, scatter } as const;

/** The elements of a vector, over and over until there are `count`. */
export function cycled(x: NDArray, count: number): NDArray {
  if (x.size === count) return x;
  return readIndex("numpy.put", x, [remainder(iota("int32", [count], 0), x.size)]);
}

/** `x` with values written at indices along an axis; see `takeAlongAxis`. */
export function putAlongAxis(
  x: ArrayLike,
  indices: ArrayLike,
  values: ArrayLike,
  options?: { axis?: number | null | undefined },
): NDArray {
  checkOptions("numpy.putAlongAxis", options, ["axis"]);
  const axis = options?.axis === undefined ? -1 : options.axis;
  const original = toArray("numpy.putAlongAxis", x);
  const [a, index, dim] = alongAxis("numpy.putAlongAxis", original, indices, axis);
  const parts = a.shape.map((_, i) => (i === dim ? index : iota("int32", index.shape, i)));
  return reshape(updateIndex(setting, a, parts, values), original.shape);
}
