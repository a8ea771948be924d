import { contiguousView } from "../../core/view.ts";
import { Shader } from "../shader.ts";
import { writeElements } from "./elements.ts";
import { orderedPositions } from "./ordering.ts";
import type { OrderingKey } from "./ordering-pass.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { type Cells, cellNumbers, cellRanges, cellsOf, loadOfItem } from "./scatter-cells.ts";
import { combinationOf, loadHandled, type Scattering } from "./scattering.ts";
import { narrowText } from "./wide-result.ts";

/** Neighbours in the order of the items that are combined first where they are all of one cell. */
const runLength = 128;

/**
 * A scatter of float sums and products, which depend on their order: the items are sorted by cell,
 * stable, and each element takes the updates of its cell in the order of the indices.
 *
 * Where a cell has many, runs of them that start at multiples of the run's length are combined
 * beforehand: the result is the same each time, if not that of one after the other.
 */
export function scatterInOrder(scattering: Scattering): void {
  const { sequence, x, out, params, places } = scattering;
  const { context } = sequence;
  const { dtype, shape } = x.aval;
  const cells = cellsOf(scattering);
  const numbers = cellNumbers(scattering, cells);
  const key: OrderingKey = {
    bits: { low: 0, high: Math.floor(Math.log2(Math.max(1, cells.count))) + 1 },
    write: (shader, _, position) => `${shader.scratch(numbers, "u32", "read")}[${position}]`,
  };
  const order = orderedPositions(sequence, 1, cells.items, [key]);
  const ranges = cellRanges(scattering, cells, numbers, order);
  const runs = combinedRuns(scattering, cells, numbers, order);
  const shader = new Shader(context);
  shader.value(out, "read_write");
  const rangeName = shader.scratch(ranges, "vec2u", "read");
  const ordered = shader.scratch(order, "u32", "read");
  const { type, enter, combine, leave } = combinationOf(params.op, dtype, shader);
  writeElements(sequence, "scatter", shader, out, (lines) => {
    const own = coordinateLines("e", shape, "c", lines);
    lines.push(`let element = ${loadHandled(shader, scattering, x, addressText(viewOf(x), own))};`);
    const cell = cells.axes.map((axis) => own[axis] as string); // axes of the operand
    const at = addressText(contiguousView(cells.shape), cell);
    const conditions = own.flatMap((place, axis) =>
      cells.axes.includes(axis) || places.sizes[axis] === shape[axis]
        ? []
        : [`${place} < ${places.sizes[axis]}u`],
    );
    const loop: string[] = [];
    if (runs !== null) {
      const row = cells.rowAxes.map((axis) => own[axis] as string); // axes of the operand
      const inRow = addressText(contiguousView(cells.row), row);
      const run = `${shader.scratch(runs, type, "read")}[i / ${runLength}u * ${cells.rowSize}u + ${inRow}]`;
      loop.push(
        `if (i % ${runLength}u == 0u && i + ${runLength}u <= range.y) {`,
        `let run = ${run};`,
        `value = ${combine("value", "run")};`,
        `i += ${runLength}u;`,
        "continue;",
        "}",
      );
    }
    loop.push(`let item = ${ordered}[i];`);
    const update = loadOfItem(shader, scattering, cells, "item", own, loop);
    lines.push(
      `var value = ${enter("element")};`,
      `if (${conditions.length === 0 ? "true" : conditions.join(" && ")}) {`,
      `let range = ${rangeName}[${at}];`,
      "var i = range.x;",
      "while (i < range.y) {",
      ...loop,
      `let update = ${update};`,
      `let entered = ${enter("update")};`,
      `value = ${combine("value", "entered")};`,
      "i++;",
      "}",
      "}",
      `let combined = ${leave("value")};`,
    );
    return narrowText("combined", dtype, shader);
  });
}

/**
 * Scratch with the runs that belong to one cell, combined, row after row; null where items are too
 * few for them. What stands for other runs is never read.
 */
function combinedRuns(
  scattering: Scattering,
  cells: Cells,
  numbers: number,
  order: number,
): number | null {
  const { sequence, params, x } = scattering;
  const count = Math.floor(cells.items / runLength);
  if (count === 0) return null;
  const runs = sequence.memory(count * cells.rowSize);
  const shader = new Shader(sequence.context);
  const { dtype } = x.aval;
  // What is subtracted is summed first.
  const op = params.op === "sub" ? "add" : params.op;
  const { type, enter, combine } = combinationOf(op, dtype, shader);
  const to = shader.scratch(runs, type, "read_write");
  const cell = shader.scratch(numbers, "u32", "read");
  const ordered = shader.scratch(order, "u32", "read");
  const lines: string[] = [];
  const row = coordinateLines(`e % ${cells.rowSize}u`, cells.row, "r", lines);
  const within = x.aval.shape.map((_, axis) => row[cells.rowAxes.indexOf(axis)] ?? "0u");
  const load = (item: string, into: string[]): string =>
    loadOfItem(shader, scattering, cells, item, within, into);
  const body: string[] = [`let item = ${ordered}[first + k];`];
  const update = load("item", body);
  sequence.each("scatter: runs", shader, count * cells.rowSize, [
    `let first = e / ${cells.rowSize}u * ${runLength}u;`,
    `if (${cell}[${ordered}[first]] == ${cell}[${ordered}[first + ${runLength - 1}u]]) {`,
    ...lines,
    `var total: ${type};`,
    `for (var k = 0u; k < ${runLength}u; k++) {`,
    ...body,
    `let update = ${update};`,
    `let entered = ${enter("update")};`,
    `if (k == 0u) { total = entered; } else { total = ${combine("total", "entered")}; }`,
    "}",
    `${to}[e] = total;`,
    "}",
  ]);
  return runs;
}
