import type { TypedArray } from "../../core/dtype.ts";
import type { GatherParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import type { CpuRoutine } from "../routine.ts";
import { addresses, type Block, blockOf, copyRow, forRows, type RowOp } from "./block.ts";
import { windowStarts } from "./window-starts.ts";

/** Windows of the operand, copied row by row; unless they are filled, those outside move inside. */
export const gather: CpuRoutine<GatherParams> = ([x, indices], [out], params) => {
  if (x === undefined || indices === undefined || out === undefined || out.aval.size === 0) return;
  const { offsetDims, collapsedSliceDims, startIndexMap } = params.dimensionNumbers;
  const { operandBatchingDims, startIndicesBatchingDims } = params.dimensionNumbers;
  const { sliceSizes, mode } = params;
  const starts = windowStarts(
    {
      indices,
      view: x.view,
      sizes: sliceSizes,
      map: startIndexMap,
      batching: [operandBatchingDims, startIndicesBatchingDims],
    },
    mode !== "fillOrDrop",
  );
  const strides = rowMajorStrides(out.aval.shape);
  const batchStrides = strides.filter((_, i) => !offsetDims.includes(i));
  const places = addresses(indices.aval.shape.slice(0, -1), batchStrides, 0);
  const windowAxes = sliceSizes
    .map((_, axis) => axis)
    .filter((axis) => !collapsedSliceDims.includes(axis) && !operandBatchingDims.includes(axis));
  const block = blockOf(
    x.aval.dtype,
    windowAxes.map((axis) => sliceSizes[axis] as number), // axes of the operand
    windowAxes.map((axis) => x.view.strides[axis] as number),
    offsetDims.map((axis) => strides[axis] as number),
  );
  if (block.isEmpty) return;
  if (block.extents.length === 0) {
    copyElements(x.data, starts, out.data, places, params.fillValue);
  } else {
    copyWindows(block, x.data, starts, out.data, places, params.fillValue);
  }
};

/** Windows of one element. */
function copyElements(
  from: TypedArray,
  starts: Float64Array,
  to: TypedArray,
  places: Float64Array,
  fill: number,
): void {
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] as number; // n runs over the windows, which are in both memories
    to[places[n] as number] = start < 0 ? fill : (from[start] as number);
  }
}

function copyWindows(
  block: Block,
  from: TypedArray,
  starts: Float64Array,
  to: TypedArray,
  places: Float64Array,
  fill: number,
): void {
  const { words } = block;
  const fillRow: RowOp = (_from, _f, _fromStep, out, t, toStep, n) => {
    for (let i = 0; i < n; i++) out[t + i * toStep] = fill;
  };
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] as number; // n runs over the windows
    const place = (places[n] as number) * words;
    if (start >= 0) forRows(block, copyRow, from, start * words, to, place);
    else if (!Object.is(fill, 0)) forRows(block, fillRow, from, 0, to, place);
  }
}
