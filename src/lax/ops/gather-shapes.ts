import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import type {
  GatherDimensionNumbers,
  GatherParams,
  ScatterDimensionNumbers,
  ScatterParams,
} from "../../core/routines.ts";
import { formatShape, sameShape } from "../../core/shape.ts";

type Dims = readonly number[];

/**
 * Type of a gather: the batch axes of the indices and the axes of the windows, the latter at
 * `offsetDims`.
 *
 * @throws ShapeError if dimension numbers or sizes do not fit; DTypeError unless the indices are int32.
 * Source: XLA, operation semantics of Gather.
 */
export function gatherAval(
  x: ShapedArray,
  indices: ShapedArray,
  { dimensionNumbers, sliceSizes }: GatherParams,
): ShapedArray {
  const { offsetDims, collapsedSliceDims, startIndexMap } = dimensionNumbers;
  const { operandBatchingDims, startIndicesBatchingDims } = dimensionNumbers;
  const check = checker("gather", x, indices);
  checkIndices(check, indices);
  const batchShape = indices.shape.slice(0, -1);
  const ndim = offsetDims.length + batchShape.length;
  checkAscending(check, "offsetDims", offsetDims, ndim);
  checkAscending(check, "collapsedSliceDims", collapsedSliceDims, x.ndim);
  checkIndexMap(check, "startIndexMap", startIndexMap, x, indices);
  checkBatching(check, x, indices, {
    operand: operandBatchingDims,
    indices: startIndicesBatchingDims,
    indicesName: "startIndicesBatchingDims",
    window: collapsedSliceDims,
    windowName: "collapsedSliceDims",
    map: startIndexMap,
  });
  check(
    sliceSizes.length === x.ndim &&
      x.ndim === offsetDims.length + collapsedSliceDims.length + operandBatchingDims.length,
    `sliceSizes must have one entry for each axis of the operand, each of them in the result, collapsed or batching, got [${sliceSizes}]`,
  );
  const isEmpty = batchShape.includes(0);
  check(
    sliceSizes.every((size, i) => {
      const extent = x.shape[i] as number; // one entry for each axis
      return Number.isInteger(size) && size >= 0 && (size <= extent || isEmpty);
    }),
    `sliceSizes must be from 0 to the extents of the operand, got [${sliceSizes}]`,
  );
  check(
    collapsedSliceDims.every((axis) => sliceSizes[axis] === 1),
    `collapsed axes must have a slice size of 1, got [${sliceSizes}] with collapsedSliceDims [${collapsedSliceDims}]`,
  );
  check(
    operandBatchingDims.every((axis) => (sliceSizes[axis] as number) <= 1), // checked above
    `batching axes must have a slice size of 0 or 1, got [${sliceSizes}] with operandBatchingDims [${operandBatchingDims}]`,
  );
  const window = sliceSizes.filter(
    (_, i) => !collapsedSliceDims.includes(i) && !operandBatchingDims.includes(i),
  );
  return shapedArray(interleave(batchShape, window, offsetDims), x.dtype, x.weakType);
}

/**
 * Type of a scatter, that of the operand.
 *
 * @throws ShapeError if dimension numbers or the updates do not fit; DTypeError if dtypes do not.
 * Source: XLA, operation semantics of Scatter.
 */
export function scatterAval(
  name: string,
  x: ShapedArray,
  indices: ShapedArray,
  updates: ShapedArray,
  { dimensionNumbers }: Pick<ScatterParams, "dimensionNumbers">,
): ShapedArray {
  const { updateWindowDims, insertedWindowDims, scatterDimsToOperandDims } = dimensionNumbers;
  const { operandBatchingDims, scatterIndicesBatchingDims } = dimensionNumbers;
  if (updates.dtype !== x.dtype) {
    throw new DTypeError(
      `lax.${name}: operand and updates must share a dtype, got ${x} and ${updates}; convert one with lax.convertElementType`,
    );
  }
  const check = checker(name, x, indices, updates);
  checkIndices(check, indices);
  const batchShape = indices.shape.slice(0, -1);
  checkAscending(check, "updateWindowDims", updateWindowDims, updates.ndim);
  checkAscending(check, "insertedWindowDims", insertedWindowDims, x.ndim);
  checkIndexMap(check, "scatterDimsToOperandDims", scatterDimsToOperandDims, x, indices);
  checkBatching(check, x, indices, {
    operand: operandBatchingDims,
    indices: scatterIndicesBatchingDims,
    indicesName: "scatterIndicesBatchingDims",
    window: insertedWindowDims,
    windowName: "insertedWindowDims",
    map: scatterDimsToOperandDims,
  });
  check(
    x.ndim === updateWindowDims.length + insertedWindowDims.length + operandBatchingDims.length,
    `each axis of the operand must be in the windows, inserted or batching, got updateWindowDims [${updateWindowDims}]`,
  );
  const isWindow = (i: number) => updateWindowDims.includes(i);
  const updateBatch = updates.shape.filter((_, i) => !isWindow(i));
  check(
    sameShape(updateBatch, batchShape),
    `updates must have the batch extents ${formatShape(batchShape)} of the indices outside their windows, got ${formatShape(updateBatch)}`,
  );
  const room = x.shape.filter(
    (_, i) => !insertedWindowDims.includes(i) && !operandBatchingDims.includes(i),
  );
  const window = updates.shape.filter((_, i) => isWindow(i));
  check(
    window.every((extent, i) => extent <= (room[i] as number)), // as many by the check on ranks
    `windows must fit into ${formatShape(room)} of the operand, got ${formatShape(window)}`,
  );
  return x;
}

type Check = (holds: boolean, required: string) => void;

function checker(name: string, ...avals: readonly ShapedArray[]): Check {
  return (holds, required) => {
    if (holds) return;
    throw new ShapeError(
      `lax.${name}: ${required} for ${avals.join(", ")}; see XLA's ${name === "gather" ? "Gather" : "Scatter"}`,
    );
  };
}

function checkIndices(check: Check, indices: ShapedArray): void {
  check(indices.ndim > 0, "indices must have a last axis that holds index vectors, got a scalar");
  if (indices.dtype === "int32") return;
  throw new DTypeError(
    `gather and scatter: int32 indices are required, got ${indices}; convert with lax.convertElementType`,
  );
}

function checkAscending(check: Check, name: string, dims: Dims, ndim: number): void {
  const before = (i: number) => (i === 0 ? -1 : (dims[i - 1] as number)); // i is a position of dims
  check(
    dims.every((dim, i) => Number.isInteger(dim) && dim > before(i) && dim < ndim),
    `${name} must be distinct and ascending axes below ${ndim}, got [${dims}]`,
  );
}

function checkDistinct(check: Check, name: string, dims: Dims, ndim: number): void {
  const inRange = dims.every((dim) => Number.isInteger(dim) && dim >= 0 && dim < ndim);
  check(
    inRange && new Set(dims).size === dims.length,
    `${name} must be distinct axes below ${ndim}, got [${dims}]`,
  );
}

function checkIndexMap(
  check: Check,
  name: string,
  map: Dims,
  x: ShapedArray,
  indices: ShapedArray,
): void {
  checkDistinct(check, name, map, x.ndim);
  check(
    map.length === indices.shape.at(-1),
    `${name} must name one operand axis for each entry of an index vector, got [${map}]`,
  );
}

interface Batching {
  readonly operand: Dims;
  readonly indices: Dims;
  readonly indicesName: string;
  readonly window: Dims;
  readonly windowName: string;
  readonly map: Dims;
}

function checkBatching(check: Check, x: ShapedArray, indices: ShapedArray, dims: Batching): void {
  checkAscending(check, "operandBatchingDims", dims.operand, x.ndim);
  checkDistinct(check, dims.indicesName, dims.indices, indices.ndim - 1);
  check(
    dims.operand.every((axis) => !dims.window.includes(axis) && !dims.map.includes(axis)),
    `operandBatchingDims must be neither in ${dims.windowName} nor indexed, got [${dims.operand}]`,
  );
  const extents = dims.operand.map((axis) => x.shape[axis]);
  check(
    dims.operand.length === dims.indices.length &&
      dims.indices.every((axis, i) => indices.shape[axis] === extents[i]),
    `operandBatchingDims and ${dims.indicesName} must pair axes of equal extent, got [${dims.operand}] and [${dims.indices}]`,
  );
}

/** Shape with the extents of `window` at `offsetDims` and those of `batch` at the other axes. */
function interleave(batch: Dims, window: Dims, offsetDims: Dims): number[] {
  const shape: number[] = [];
  let fromBatch = 0;
  let fromWindow = 0;
  for (let i = 0; i < batch.length + window.length; i++) {
    const next = offsetDims.includes(i) ? window[fromWindow++] : batch[fromBatch++];
    shape.push(next as number); // as many as counted
  }
  return shape;
}

/** Dimension numbers of the scatter whose windows are those of a gather. */
export function toScatterDims(dims: GatherDimensionNumbers): ScatterDimensionNumbers {
  return {
    updateWindowDims: dims.offsetDims,
    insertedWindowDims: dims.collapsedSliceDims,
    scatterDimsToOperandDims: dims.startIndexMap,
    operandBatchingDims: dims.operandBatchingDims,
    scatterIndicesBatchingDims: dims.startIndicesBatchingDims,
  };
}

/** Dimension numbers of the gather whose windows are those of a scatter. */
export function toGatherDims(dims: ScatterDimensionNumbers): GatherDimensionNumbers {
  return {
    offsetDims: dims.updateWindowDims,
    collapsedSliceDims: dims.insertedWindowDims,
    startIndexMap: dims.scatterDimsToOperandDims,
    operandBatchingDims: dims.operandBatchingDims,
    startIndicesBatchingDims: dims.scatterIndicesBatchingDims,
  };
}

/** Extents of a scatter's windows along each axis of the operand. */
export function windowSizes(
  dims: ScatterDimensionNumbers,
  ndim: number,
  updates: readonly number[],
): number[] {
  const { insertedWindowDims, operandBatchingDims, updateWindowDims } = dims;
  let next = 0;
  return Array.from({ length: ndim }, (_, i) => {
    if (insertedWindowDims.includes(i) || operandBatchingDims.includes(i)) return 1;
    return updates[updateWindowDims[next++] as number] as number; // the windows have the other axes
  });
}

/** What of a gather or scatter has a batch axis in front. */
export type BatchedParts = "operand" | "indices" | "both";

/** Dimension numbers of a gather with a batch axis in front of `parts` and of the result. */
export function batchGatherDims(
  dims: GatherDimensionNumbers,
  parts: BatchedParts,
): GatherDimensionNumbers {
  const offsetDims = dims.offsetDims.map(next);
  // A batch axis of the operand alone is part of the windows.
  const offsets = parts === "operand" ? [0, ...offsetDims] : offsetDims;
  const operand = parts === "indices" ? same : next;
  const indices = parts === "operand" ? same : next;
  const fresh = parts === "both" ? [0] : [];
  return {
    offsetDims: offsets,
    collapsedSliceDims: dims.collapsedSliceDims.map(operand),
    startIndexMap: dims.startIndexMap.map(operand),
    operandBatchingDims: [...fresh, ...dims.operandBatchingDims.map(operand)],
    startIndicesBatchingDims: [...fresh, ...dims.startIndicesBatchingDims.map(indices)],
  };
}

const next = (axis: number): number => axis + 1;
const same = (axis: number): number => axis;

/**
 * Dimension numbers of a scatter with a batch axis in front of `parts`; operand, updates and
 * result always have it.
 */
export function batchScatterDims(
  dims: ScatterDimensionNumbers,
  parts: "operand" | "both",
): ScatterDimensionNumbers {
  return toScatterDims(batchGatherDims(toGatherDims(dims), parts));
}
