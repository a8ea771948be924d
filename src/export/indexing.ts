import { type ShapedArray, shapedArray } from "../core/aval.ts";
import type { PrimitiveOf } from "../core/primitive.ts";
import type { GatherParams, ScatterOp } from "../core/routines.ts";
import { bind } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { broadcastInDim, full } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, ge, le, select } from "../lax/ops/compare.ts";
import { max, min } from "../lax/ops/extrema.ts";
import { gatherP, scatterAddP } from "../lax/ops/gather.ts";
import type { ScatterSettings } from "../lax/ops/gather-options.ts";
import { windowSizes } from "../lax/ops/gather-shapes.ts";
import { reduceAnd } from "../lax/ops/reduce.ts";
import { scatterMulP, scatterP, scatterSubP } from "../lax/ops/scatter.ts";
import { scatterMaxP, scatterMinP } from "../lax/ops/scatter-extrema.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { type Emitter, names, type Ref, signature } from "./emitter.ts";
import { onlyOut, operand, type Writer, writer } from "./writer.ts";

const list = (dims: readonly number[]): string => `[${dims.join(", ")}]`;
const array = (values: readonly number[]): string =>
  values.length === 0 ? "array<i64>" : `array<i64: ${values.join(", ")}>`;

const named = (entries: readonly (readonly [string, readonly number[]])[]): string[] =>
  entries.filter(([, dims]) => dims.length > 0).map(([name, dims]) => `${name} = ${list(dims)}`);

/** The last start, axis by axis, at which a window is inside, for the axes that are indexed. */
function lastStarts(
  x: ShapedArray,
  sizes: readonly number[],
  axes: readonly number[],
): readonly number[] {
  return axes.map((axis) => (x.shape[axis] as number) - (sizes[axis] as number)); // axes of x
}

/** One number for each entry of the index vectors, repeated over all of them. */
function alongVectors(indices: NDArray, values: readonly number[]): NDArray {
  if (values.length === 0) return full(indices.shape, 0, "int32");
  const parts = values.map((value) => full([1], value, "int32"));
  return broadcastInDim(concatenate(parts, 0), indices.shape, [indices.ndim - 1]);
}

function clampedIndices(indices: NDArray, lasts: readonly number[]): NDArray {
  return max(min(indices, alongVectors(indices, lasts)), full(indices.shape, 0, "int32"));
}

const gather = writer(gatherP, (e, { params, operands, outs }) => {
  const [x, indices] = [operand(operands, 0), operand(operands, 1)];
  const out = onlyOut(outs);
  const windows = gathered(e, x, indices, params, out);
  if (params.mode !== "fillOrDrop") return [windows];
  const lasts = lastStarts(x.aval, params.sliceSizes, params.dimensionNumbers.startIndexMap);
  const { offsetDims } = params.dimensionNumbers;
  const batchDims = out.shape.map((_, axis) => axis).filter((axis) => !offsetDims.includes(axis));
  return e.compose([windows, indices], ([found, places]) => {
    const at = places as NDArray; // two operands
    const low = ge(at, full(at.shape, 0, "int32"));
    const inside = reduceAnd(bitwiseAnd(low, le(at, alongVectors(at, lasts))), [at.ndim - 1]);
    const mask = broadcastInDim(inside, out.shape, batchDims);
    return [select(mask, found as NDArray, full(out.shape, params.fillValue, out.dtype))];
  });
});

function gathered(e: Emitter, x: Ref, indices: Ref, params: GatherParams, out: ShapedArray): Ref {
  const { dimensionNumbers: dims, sliceSizes, mode } = params;
  const numbers = [
    ...named([
      ["offset_dims", dims.offsetDims],
      ["collapsed_slice_dims", dims.collapsedSliceDims],
      ["operand_batching_dims", dims.operandBatchingDims],
      ["start_indices_batching_dims", dims.startIndicesBatchingDims],
      ["start_index_map", dims.startIndexMap],
    ]),
    `index_vector_dim = ${indices.aval.ndim - 1}`,
  ].join(", ");
  // Indices that are moved inside need not be in the order they were given in.
  const sorted = params.indicesAreSorted && mode === "promiseInBounds";
  const attributes = `dimension_numbers = #stablehlo.gather<${numbers}>, indices_are_sorted = ${sorted}, slice_sizes = ${array(sliceSizes)}`;
  const text = `"stablehlo.gather"(${names([x, indices])}) <{${attributes}}> : ${signature([x, indices], [out])}`;
  return e.value(text, out);
}

const updaters: Readonly<Record<ScatterOp, string | null>> = {
  set: null,
  add: "stablehlo.add",
  sub: "stablehlo.subtract",
  mul: "stablehlo.multiply",
  min: "stablehlo.minimum",
  max: "stablehlo.maximum",
};

function scatter(prim: PrimitiveOf<3, ScatterSettings>, op: ScatterOp): Writer {
  return writer(prim, (e, { params, operands, outs }) => {
    const [x, indices, updates] = operands as readonly [Ref, Ref, Ref]; // three
    const { dimensionNumbers: dims, mode } = params;
    if (mode === "clip") {
      // XLA drops what is outside, so the places are moved inside first.
      const sizes = windowSizes(dims, x.aval.ndim, updates.aval.shape);
      const lasts = lastStarts(x.aval, sizes, dims.scatterDimsToOperandDims);
      return e.compose([x, indices, updates], ([a, i, u]) => {
        const places = clampedIndices(i as NDArray, lasts);
        const inside: ScatterSettings = {
          ...params,
          mode: "fillOrDrop",
          indicesAreSorted: false,
          uniqueIndices: false,
        };
        return [bind(prim, [a as NDArray, places, u as NDArray], inside)]; // three
      });
    }
    const numbers = [
      ...named([
        ["update_window_dims", dims.updateWindowDims],
        ["inserted_window_dims", dims.insertedWindowDims],
        ["input_batching_dims", dims.operandBatchingDims],
        ["scatter_indices_batching_dims", dims.scatterIndicesBatchingDims],
        ["scatter_dims_to_operand_dims", dims.scatterDimsToOperandDims],
      ]),
      `index_vector_dim = ${indices.aval.ndim - 1}`,
    ].join(", ");
    const attributes = `indices_are_sorted = ${params.indicesAreSorted}, scatter_dimension_numbers = #stablehlo.scatter<${numbers}>, unique_indices = ${params.uniqueIndices}`;
    const scalar = shapedArray([], x.aval.dtype);
    const update = updaters[op];
    const region = {
      inputs: [scalar, scalar],
      body: (pair: readonly Ref[]) =>
        update === null ? [operand(pair, 1)] : [e.alike(update, pair, scalar)],
    };
    return e.withRegions("stablehlo.scatter", operands, attributes, [region], [onlyOut(outs)]);
  });
}

/** Windows at computed places. */
export const indexing = {
  gather,
  scatter: scatter(scatterP, "set"),
  scatterAdd: scatter(scatterAddP, "add"),
  scatterSub: scatter(scatterSubP, "sub"),
  scatterMul: scatter(scatterMulP, "mul"),
  scatterMin: scatter(scatterMinP, "min"),
  scatterMax: scatter(scatterMaxP, "max"),
};
