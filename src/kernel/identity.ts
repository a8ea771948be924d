import { type DType, dtypeInfo, integerRange } from "../core/dtype.ts";
import type { ReduceOp } from "../core/primitive.ts";

/** What a reduction of nothing gives. */
export function identity(op: ReduceOp, dtype: DType): number {
  const { kind, bits } = dtypeInfo[dtype];
  switch (op) {
    case "add":
    case "or":
    case "xor":
      return 0;
    case "mul":
      return 1;
    case "and":
      if (kind === "bool") return 1;
      return kind === "uint" ? 2 ** bits - 1 : -1;
    case "max":
      return kind === "float" ? -Infinity : integerRange(dtype)[0];
    case "min":
      return kind === "float" ? Infinity : integerRange(dtype)[1];
    default:
      op satisfies never;
      return Number.NaN;
  }
}
