import { dtypeInfo, type TypedArray } from "../../core/dtype.ts";
import type { AssembleParams } from "../../core/routines.ts";
import { rowMajorStrides } from "../../core/view.ts";
import type { CpuRoutine, HostOperand } from "../routine.ts";
import { addressOf, blockOf, copyBlock } from "./block.ts";

/** Fill the result, then copy strided parts of operands to strided places. */
export const assemble: CpuRoutine<AssembleParams> = (operands, results, { fill, parts }) => {
  const [out] = results;
  if (out === undefined || out.aval.size === 0) return;
  // Parameters name operands, and one entry for each axis.
  if (fill !== null) fillWith(out.data, operands[fill] as HostOperand);
  const strides = rowMajorStrides(out.aval.shape);
  for (const { operand, starts, counts, steps, to, toSteps } of parts) {
    const { aval, data, view } = operands[operand] as HostOperand;
    const fromStrides = view.strides.map((stride, i) => stride * (steps[i] as number));
    const toStrides = strides.map((stride, i) => stride * (toSteps[i] as number));
    const block = blockOf(aval.dtype, counts, fromStrides, toStrides);
    const from = addressOf(view.offset, starts, view.strides);
    copyBlock(block, data, from, out.data, addressOf(0, to, strides));
  }
};

function fillWith(out: TypedArray, { aval, data, view }: HostOperand): void {
  const { words } = dtypeInfo[aval.dtype];
  const first = view.offset * words;
  const value = data[first] as number; // the operand has one element
  if (words === 1) {
    // Results are zero at first, but not minus zero.
    if (!Object.is(value, 0)) out.fill(value);
    return;
  }
  for (let i = 0; i < out.length; i++) out[i] = data[first + (i % words)] as number; // its words
}
