import type { RoutineParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import type { CpuRoutine } from "../routine.ts";
import { addressOf, blockOf, copyBlock } from "./block.ts";
import { clampedStarts } from "./dynamic-slice.ts";

/** The operand with a box replaced by the update; starts are clamped so that it is inside. */
export const dynamicUpdateSlice: CpuRoutine<RoutineParams["dynamicUpdateSlice"]> = (
  [x, update, ...starts],
  [out],
) => {
  if (x === undefined || update === undefined || out === undefined) return;
  const { dtype, shape } = x.aval;
  const strides = rowMajorStrides(shape);
  copyBlock(blockOf(dtype, shape, x.view.strides, strides), x.data, x.view.offset, out.data, 0);
  const sizes = update.aval.shape;
  const to = addressOf(0, clampedStarts(starts, shape, sizes), strides);
  const block = blockOf(dtype, sizes, update.view.strides, strides);
  copyBlock(block, update.data, update.view.offset, out.data, to);
};
