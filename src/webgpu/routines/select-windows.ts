import { type DType, isFloat } from "../../core/dtype.ts";
import type { RoutineParams, WindowParams } from "../../core/routines.ts";
import { contiguousView } from "../../core/view.ts";
import type { Reference } from "../../kernel/program.ts";
import { addressText, viewOfReference } from "../address.ts";
import type { RoutineEmitter } from "../routine.ts";
import { gridOf, Shader } from "../shader.ts";
import { constantText, spell } from "../spell.ts";
import type { Dispatch, StepContext } from "../step.ts";
import { storageOf } from "../storage.ts";
import { storeLine } from "./store.ts";
import {
  addressAt,
  overWindow,
  overWindows,
  placeLines,
  type WindowAxis,
  windowAxes,
} from "./window-loops.ts";

/** Invocations of a workgroup. */
const workgroup = 64;

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
  const { dtype, shape, size } = context.aval(result);
  if (size === 0) return { dispatches: [], scratch: [] };
  const windows = source.aval.shape;
  const axes = windowAxes(shape, windows, step.params);
  const first = winners(x, axes, windows, step.params, context);
  const shader = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil(size / workgroup), context);
  const wide = widened(dtype);
  const element = shader.load(
    source.value,
    source.aval.dtype,
    addressAt(viewOfReference(source), "o"),
  );
  const won = shader.scratch(0, "u32", "read");
  const body = [
    `let e = ${number} * ${workgroup}u + lid;`,
    `if (e >= ${size}u) { return; }`,
    ...placeLines("p", "e", shape),
    `var total: ${storageOf(wide).value} = ${constantText(0, wide)};`,
    ...overWindows(axes, [
      `let position = ${addressAt(contiguousView(windows), "o")};`,
      `if (${won}[position] == e) {`,
      `  let value = ${element};`,
      `  total = ${spell("add", ["total", "value"], wide, wide, shader)};`,
      "}",
    ]),
    storeLine(result, "e", narrowed("total", wide, dtype, shader), shader, context),
  ];
  const second = shader.dispatch("selectAndScatterAdd", [workgroup, 1, 1], workgroups, body);
  return { dispatches: [...first, second], scratch: [4 * Math.max(1, source.aval.size)] };
};

/** For each window, the element of t at the first winner of x; see `lax.selectAndGatherAdd`. */
export const selectAndGatherAdd: RoutineEmitter<RoutineParams["selectAndGatherAdd"]> = (
  step,
  context,
) => {
  const [t, x] = step.operands as readonly [Reference, Reference]; // as defined
  const [result] = step.results as readonly [number];
  const { dtype, shape, size } = context.aval(result);
  if (size === 0) return { dispatches: [], scratch: [] };
  const axes = windowAxes(x.aval.shape, shape, step.params);
  const shader = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil(size / workgroup), context);
  const element = shader.load(t.value, dtype, addressText(viewOfReference(t), "winner"));
  const body = [
    `let e = ${number} * ${workgroup}u + lid;`,
    `if (e >= ${size}u) { return; }`,
    ...winnerLines(x, axes, shape, step.params, shader),
    `var value = ${constantText(0, dtype)};`,
    `if (winner != ${none}) { value = ${element}; }`,
    storeLine(result, "e", "value", shader, context),
  ];
  return {
    dispatches: [shader.dispatch("selectAndGatherAdd", [workgroup, 1, 1], workgroups, body)],
    scratch: [],
  };
};

/** Shader that writes the winner of every window to the first scratch memory. */
function winners(
  x: Reference,
  axes: readonly WindowAxis[],
  windows: readonly number[],
  params: SelectParams,
  context: StepContext,
): Dispatch[] {
  const count = windows.reduce((product, extent) => product * extent, 1);
  if (count === 0) return [];
  const shader = new Shader(context);
  const { workgroups, number } = gridOf(Math.ceil(count / workgroup), context);
  const out = shader.scratch(0, "u32", "read_write");
  const body = [
    `let e = ${number} * ${workgroup}u + lid;`,
    `if (e >= ${count}u) { return; }`,
    ...winnerLines(x, axes, windows, params, shader),
    `${out}[e] = winner;`,
  ];
  return [shader.dispatch("selectAndScatterAdd winners", [workgroup, 1, 1], workgroups, body)];
}

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
      `let value = ${shader.load(x.value, dtype, addressAt(viewOfReference(x), "p"))};`,
      `if (winner == ${none} || !${loses}) {`,
      "  best = value;",
      `  winner = ${addressAt(contiguousView(shape), "p")};`,
      "}",
    ]),
  ];
}

/** Dtype that sums for a result of `dtype` are held in. */
function widened(dtype: DType): DType {
  return isFloat(dtype) ? "float32" : dtype;
}

function narrowed(text: string, wide: DType, dtype: DType, shader: Shader): string {
  return wide === dtype ? text : spell("convert", [text], wide, dtype, shader);
}
