import type { RoutineParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import { type CpuRoutine, type HostOperand, scalarOf } from "../routine.ts";
import { addressOf, blockOf, copyBlock } from "./block.ts";

/** Box of `sliceSizes` from the operand; starts are clamped so that it is inside. */
export const dynamicSlice: CpuRoutine<RoutineParams["dynamicSlice"]> = (
  [x, ...starts],
  [out],
  { sliceSizes },
) => {
  if (x === undefined || out === undefined || out.aval.size === 0) return;
  const { aval, data, view } = x;
  const from = addressOf(view.offset, clampedStarts(starts, view.shape, sliceSizes), view.strides);
  const block = blockOf(aval.dtype, sliceSizes, view.strides, rowMajorStrides(sliceSizes));
  copyBlock(block, data, from, out.data, 0);
};

/** Starts moved so that a box of `sizes` is inside of `shape`. */
export function clampedStarts(
  starts: readonly HostOperand[],
  shape: readonly number[],
  sizes: readonly number[],
): number[] {
  return starts.map((start, i) => {
    const largest = (shape[i] as number) - (sizes[i] as number); // a start for each axis
    return Math.max(0, Math.min(scalarOf(start), largest));
  });
}
