import { type DType, dtypeInfo, integerRange, isFloat } from "../../core/dtype.ts";
import type { ReduceOp } from "../../core/primitive.ts";
import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { constantText, spell } from "../spell.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import { viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { addressAt, overWindow, placeLines, windowAxes } from "./window-loops.ts";

/**
 * Reduction of each window, its elements in row-major order; see `lax.reduceWindow`. Sums and
 * products of floats are held in float32 and rounded once.
 */
export const reduceWindow: RoutineEmitter<RoutineParams["reduceWindow"]> = (step, context) => {
  const [x] = step.operands as readonly [Reference]; // as defined
  const [result] = step.results as readonly [number];
  const { op } = step.params;
  const { shape, dtype } = context.aval(result);
  const sequence = new Sequence(context);
  const shader = new Shader(context);
  const wide = isFloat(dtype) && (op === "add" || op === "mul") ? "float32" : dtype;
  const axes = windowAxes(x.aval.shape, shape, step.params);
  writeElements(sequence, "reduceWindow", shader, result, (lines) => {
    const element = shader.load(x.value, x.aval.dtype, addressAt(viewOf(x), "p"));
    const start = constantText(identity(op, wide), wide);
    const next = spell(op, ["total", "value"], wide, wide, shader);
    lines.push(
      ...placeLines("o", "e", shape),
      `var total: ${storageOf(wide).value} = ${start};`,
      ...overWindow(axes, [`let value = ${element};`, `total = ${next};`]),
    );
    return wide === dtype ? "total" : spell("convert", ["total"], wide, dtype, shader);
  });
  return sequence.compiled;
};

/** What a reduction of nothing gives. */
function identity(op: ReduceOp, dtype: DType): number {
  const { kind, bits } = dtypeInfo[dtype];
  switch (op) {
    case "add":
    case "or":
    case "xor":
      return 0;
    case "mul":
      return 1;
    case "and":
      return kind === "bool" ? 1 : kind === "uint" ? 2 ** bits - 1 : -1;
    case "max":
      return kind === "float" ? Number.NEGATIVE_INFINITY : integerRange(dtype)[0];
    case "min":
      return kind === "float" ? Number.POSITIVE_INFINITY : integerRange(dtype)[1];
    default:
      op satisfies never;
      return Number.NaN;
  }
}
