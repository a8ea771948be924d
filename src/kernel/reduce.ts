import type { ShapedArray } from "../core/aval.ts";
import type { ReduceOp } from "../core/primitive.ts";
import type { Expr } from "../core/scalar.ts";
import { permuteView } from "../core/view.ts";
import { type Kernel, type Load, replaceLeaves } from "./kernel.ts";

/**
 * Kernel that reduces `value`, an expression over the axes of `operand`, over `axes`.
 *
 * The loop has the kept axes first and the reduced ones, in their own order, last.
 */
export function reduceKernel(
  operand: ShapedArray,
  op: ReduceOp,
  axes: readonly number[],
  loads: readonly Load[],
  value: Expr,
): Kernel {
  const kept = operand.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const [permuted] = replaceLeaves([value], (leaf) =>
    leaf.kind === "index" ? { ...leaf, axis: order.indexOf(leaf.axis) } : null,
  );
  return {
    space: order.map((axis) => operand.shape[axis] as number), // order permutes the axes
    parallel: kept.length,
    loads: loads.map(({ source, dtype, map }) => ({
      source,
      dtype,
      map:
        map.kind === "own"
          ? { kind: "own", order }
          : { kind: "view", view: permuteView(map.view, order) },
    })),
    stages: [{ op, value: permuted as Expr, dtype: operand.dtype }], // one root in, one out
    outputs: [
      {
        value: { kind: "stage", stage: 0, dtype: operand.dtype },
        dtype: operand.dtype,
        view: null,
      },
    ],
  };
}
