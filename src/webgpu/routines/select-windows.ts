import { isFloat } from "../../core/dtype.ts";
import type { RoutineParams, WindowParams } from "../../core/routines.ts";
import { contiguousView } from "../../core/view.ts";
import type { Reference } from "../../kernel/program.ts";
import { addressText } from "../address.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { constantText, spell } from "../spell.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import { viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import {
  addressAt,
  overWindow,
  overWindows,
  placeLines,
  type WindowAxis,
  windowAxes,
} from "./window-loops.ts";

/** Position that stands for none, in a window of padding alone. */
const none = "0xffffffffu";

type SelectParams = WindowParams & { readonly select: "ge" | "le" };

/**
 * Each element of the source to the first winner of its window; see `lax.selectAndScatterAdd`.
 *
 * First the winners of all windows, then for each element the sum over the windows that it won,
 * in row-major order: float sums in float32, rounded once.
 */
export const selectAndScatterAdd: RoutineEmitter<RoutineParams["selectAndScatterAdd"]> = (
  step,
  context,
) => {
  const [source, x] = step.operands as readonly [Reference, Reference]; // as defined
  const [result] = step.results as readonly [number];
  const { dtype, shape } = context.aval(result);
  const sequence = new Sequence(context);
  const windows = source.aval.shape;
  const axes = windowAxes(shape, windows, step.params);
  const memory = sequence.memory(source.aval.size);
  const first = new Shader(context);
  const winners = first.scratch(memory, "u32", "read_write");
  sequence.each("selectAndScatterAdd winners", first, source.aval.size, [
    ...winnerLines(x, axes, windows, step.params, first),
    `${winners}[e] = winner;`,
  ]);
  const shader = new Shader(context);
  const wide = isFloat(dtype) ? "float32" : dtype;
  writeElements(sequence, "selectAndScatterAdd", shader, result, (lines) => {
    const element = shader.load(source.value, dtype, addressAt(viewOf(source), "o"));
    const won = shader.scratch(memory, "u32", "read");
    lines.push(
      ...placeLines("p", "e", shape),
      `var total: ${storageOf(wide).value} = ${constantText(0, wide)};`,
      ...overWindows(axes, [
        `let position = ${addressAt(contiguousView(windows), "o")};`,
        `if (${won}[position] == e) {`,
        `  let value = ${element};`,
        `  total = ${spell("add", ["total", "value"], wide, wide, shader)};`,
        "}",
      ]),
    );
    return wide === dtype ? "total" : spell("convert", ["total"], wide, dtype, shader);
  });
  return sequence.compiled;
};

/** For each window, the element of t at the first winner of x; see `lax.selectAndGatherAdd`. */
export const selectAndGatherAdd: RoutineEmitter<RoutineParams["selectAndGatherAdd"]> = (
  step,
  context,
) => {
  const [t, x] = step.operands as readonly [Reference, Reference]; // as defined
  const [result] = step.results as readonly [number];
  const { dtype, shape } = context.aval(result);
  const sequence = new Sequence(context);
  const axes = windowAxes(x.aval.shape, shape, step.params);
  const shader = new Shader(context);
  writeElements(sequence, "selectAndGatherAdd", shader, result, (lines) => {
    const element = shader.load(t.value, dtype, addressText(viewOf(t), "winner"));
    lines.push(
      ...winnerLines(x, axes, shape, step.params, shader),
      `var chosen = ${constantText(0, dtype)};`,
      `if (winner != ${none}) { chosen = ${element}; }`,
    );
    return "chosen";
  });
  return sequence.compiled;
};

/**
 * Lines that find `winner`, the position of the first winner of window `e`, or none if it holds
 * padding alone. An element loses to the one before it unless that is not above it.
 */
function winnerLines(
  x: Reference,
  axes: readonly WindowAxis[],
  windows: readonly number[],
  { select }: SelectParams,
  shader: Shader,
): string[] {
  const { dtype, shape } = x.aval;
  const loses = spell(select, ["best", "value"], dtype, "bool", shader);
  return [
    ...placeLines("o", "e", windows),
    `var winner = ${none};`,
    `var best = ${constantText(0, dtype)};`,
    ...overWindow(axes, [
      `let value = ${shader.load(x.value, dtype, addressAt(viewOf(x), "p"))};`,
      `if (winner == ${none} || !${loses}) {`,
      "  best = value;",
      `  winner = ${addressAt(contiguousView(shape), "p")};`,
      "}",
    ]),
  ];
}
