import type { DType } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import type { ReduceOp } from "../../src/core/primitive.ts";
import { slotExpr } from "../../src/core/scalar.ts";
import { contiguousView, permuteView } from "../../src/core/view.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { inputOf, kernelAgrees } from "./kernel-runs.ts";

/** Reductions of an array of shape [kept, reduced], read as it lies or by columns, in one kernel. */
export function reduction(
  ops: readonly ReduceOp[],
  dtype: DType,
  kept: number,
  reduced: number,
  isAcross = false,
): Kernel {
  const view = isAcross
    ? permuteView(contiguousView([reduced, kept]), [1, 0])
    : contiguousView([kept, reduced]);
  return {
    space: [kept, reduced],
    parallel: 1,
    loads: [{ source: 0, dtype, map: { kind: "view", view } }],
    stages: ops.map((op) => ({ op, value: slotExpr(0, dtype), dtype })),
    outputs: ops.map((_, stage) => ({ value: { kind: "stage", stage, dtype }, dtype, view: null })),
  };
}

const specials = [0, -0, Infinity, -Infinity, NaN, 1.5, -2, 3];

let state = 12345;
/** A whole number below `n`, the same each time. */
export const draw = (n: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % n;
};

/** Check every reduction of a dtype over arrays of these shapes, along either axis. */
export async function reducesAsCpu(
  dtype: DType,
  shapes: readonly (readonly [number, number])[],
): Promise<void> {
  const bits: ReduceOp[] = ["and", "or", "xor", "max", "min"];
  const ops: ReduceOp[] = dtype.includes("float")
    ? ["add", "max", "min"]
    : dtype === "bool"
      ? bits
      : ["add", "mul", ...bits];
  for (const [kept, reduced] of shapes) {
    for (const isAcross of [false, true]) {
      // Sums of small whole numbers are exact in any order; the largest and the least may be any.
      const sums = ops.filter((op) => op === "add" && dtype.includes("float"));
      const others = ops.filter((op) => !sums.includes(op));
      for (const group of [sums, others].filter(({ length }) => length > 0)) {
        const isSum = group === sums;
        const values = Array.from({ length: kept * reduced }, () =>
          literalValue(
            isSum ? draw(9) - 4 : draw(40) === 0 ? specials[draw(8)]! : draw(200) - 100,
            dtype,
          ),
        );
        const kernel = reduction(group, dtype, kept, reduced, isAcross);
        await kernelAgrees(kernel, [inputOf(values, dtype)], 0, draw(2) === 0);
      }
    }
  }
}
