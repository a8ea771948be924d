import type { TypedArray } from "../../core/dtype.ts";
import type { GatherParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import type { CpuRoutine } from "../routine.ts";
import { type Addresses, addresses, blockOf, copyRow, forBlocks } from "./block.ts";
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
      length: x.data.length,
      sizes: sliceSizes,
      map: startIndexMap,
      batching: [operandBatchingDims, startIndicesBatchingDims],
    },
    mode !== "fillOrDrop",
  );
  const strides = rowMajorStrides(out.aval.shape);
  const batchStrides = strides.filter((_, i) => !offsetDims.includes(i));
  const places = addresses(indices.aval.shape.slice(0, -1), batchStrides, 0, out.aval.size);
  const windowAxes = sliceSizes
    .map((_, axis) => axis)
    .filter((axis) => !collapsedSliceDims.includes(axis) && !operandBatchingDims.includes(axis));
  const block = blockOf(
    x.aval.dtype,
    windowAxes.map((axis) => sliceSizes[axis] as number), // axes of the operand
    windowAxes.map((axis) => x.view.strides[axis] as number),
    offsetDims.map((axis) => strides[axis] as number),
  );
  // Windows inside are copied over what is filled here; results are zero at first.
  if (!Object.is(params.fillValue, 0) && starts.includes(-1)) out.data.fill(params.fillValue);
  if (block.extents.length > 0) forBlocks(block, copyRow, x.data, starts, out.data, places);
  else if (!block.isEmpty) copyElements(x.data, starts, out.data, places);
};

/** Windows of one element. */
function copyElements(
  from: TypedArray,
  starts: Addresses,
  to: TypedArray,
  places: Addresses,
): void {
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] as number; // n runs over the windows, which are in both memories
    if (start >= 0) to[places[n] as number] = from[start] as number;
  }
}
