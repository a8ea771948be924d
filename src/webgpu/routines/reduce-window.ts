import { type DType, dtypeInfo, integerRange, isFloat } from "../../core/dtype.ts";
import type { ReduceOp } from "../../core/primitive.ts";
import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import { viewOfReference } from "../address.ts";
import type { RoutineEmitter } from "../routine.ts";
import { gridOf, Shader } from "../shader.ts";
import { constantText, spell } from "../spell.ts";
import { storageOf } from "../storage.ts";
import { storeLine } from "./store.ts";
import { addressAt, overWindow, placeLines, windowAxes } from "./window-loops.ts";

/** Invocations of a workgroup. */
const workgroup = 64;

/**
 * Reduction of each window, its elements in row-major order; see `lax.reduceWindow`. Sums and
 * products of floats are held in float32 and rounded once.
 */
export const reduceWindow: RoutineEmitter<RoutineParams["reduceWindow"]> = (step, context) => {
  const [x] = step.operands as readonly [Reference]; // as defined
  const [result] = step.results as readonly [number];
  const { op } = step.params;
  const { shape, dtype, size } = context.aval(result);
  if (size === 0) return { dispatches: [], scratch: [] };
  const shader = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil(size / workgroup), context);
  const wide = isFloat(dtype) && (op === "add" || op === "mul") ? "float32" : dtype;
  const view = viewOfReference(x);
  const axes = windowAxes(x.aval.shape, shape, step.params);
  const element = shader.load(x.value, x.aval.dtype, addressAt(view, "p"));
  const total = spell(op, ["total", "value"], wide, wide, shader);
  const body = [
    `let e = ${number} * ${workgroup}u + lid;`,
    `if (e >= ${size}u) { return; }`,
    ...placeLines("o", "e", shape),
    `var total: ${storageOf(wide).value} = ${constantText(identity(op, wide), wide)};`,
    ...overWindow(axes, [`let value = ${element};`, `total = ${total};`]),
    storeLine(
      result,
      "e",
      wide === dtype ? "total" : spell("convert", ["total"], wide, dtype, shader),
      shader,
      context,
    ),
  ];
  return {
    dispatches: [shader.dispatch("reduceWindow", [workgroup, 1, 1], workgroups, body)],
    scratch: [],
  };
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
