import { type DType, dtypeInfo, integerRange } from "../../core/dtype.ts";
import type { ReduceOp } from "../../core/primitive.ts";
import type { NDArray } from "../../core/value.ts";

/** The element that changes nothing under `op`. */
export function neutral(op: ReduceOp, dtype: DType): number {
  if (op === "add" || op === "or" || op === "xor") return 0;
  if (op === "mul") return 1;
  const { kind } = dtypeInfo[dtype];
  if (kind === "float") return op === "max" ? -Infinity : Infinity;
  const [least, greatest] = integerRange(dtype);
  if (op === "and") return kind === "int" ? -1 : greatest;
  return op === "max" ? least : greatest;
}

/** Whether an array is known by now to be the scalar that changes nothing under `op`. */
export function isNeutral(op: ReduceOp, start: NDArray): boolean {
  const known = start.concrete();
  if (known === null || known.ndim > 0 || known.device !== "cpu") return false;
  return Number(known.item()) === neutral(op, known.dtype);
}
