import { contiguousView } from "../../core/view.ts";
import { Shader } from "../shader.ts";
import { writeElements } from "./elements.ts";
import { type OrderingKey, orderedPositions } from "./ordering.ts";
import { addressText, coordinateLines, sumText, viewOf } from "./places.ts";
import { combinationOf, type Scattering, updatePlaces } from "./scattering.ts";
import { narrowText } from "./wide-result.ts";
import { windowStartLines } from "./window-starts.ts";

/**
 * Axes along which windows are placed, whose points are cells. A window is cut into one item for
 * each cell that it covers, so that all the updates of an element are in items of one cell.
 */
interface Cells {
  readonly axes: readonly number[];
  readonly shape: readonly number[];
  readonly count: number;
  /** Extents of a window along the axes, and the items of all windows. */
  readonly sizes: readonly number[];
  readonly items: number;
}

function cellsOf({ places, windows }: Scattering): Cells {
  const { shape, sizes, map, batching } = places;
  const axes = shape.map((_, axis) => axis);
  const placed = axes.filter((axis) => map.includes(axis) || batching[0].includes(axis));
  const extents = placed.map((axis) => shape[axis] as number); // axes of the operand
  const covered = placed.map((axis) => sizes[axis] as number);
  const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
  return {
    axes: placed,
    shape: extents,
    count: product(extents),
    sizes: covered,
    items: windows * product(covered),
  };
}

/**
 * A scatter of float sums and products, which depend on their order: the items are sorted by cell,
 * stable, and each element takes the updates of its cell in the order of the indices.
 */
export function scatterInOrder(scattering: Scattering): void {
  const { sequence, x, updates, out, params, places, batchShape } = scattering;
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
  const shader = new Shader(context);
  shader.value(out, "read_write");
  const rangeName = shader.scratch(ranges, "vec2u", "read");
  const ordered = shader.scratch(order, "u32", "read");
  const { enter, combine, leave } = combinationOf(params.op, dtype, shader);
  writeElements(sequence, "scatter", shader, out, (lines) => {
    const own = coordinateLines("e", shape, "c", lines);
    lines.push(`let element = ${shader.load(x.value, dtype, addressText(viewOf(x), own))};`);
    const cell = cells.axes.map((axis) => own[axis] as string); // axes of the operand
    const at = addressText(contiguousView(cells.shape), cell);
    const conditions = own.flatMap((place, axis) =>
      cells.axes.includes(axis) || places.sizes[axis] === shape[axis]
        ? []
        : [`${place} < ${places.sizes[axis]}u`],
    );
    lines.push(
      `var value = ${enter("element")};`,
      `if (${conditions.length === 0 ? "true" : conditions.join(" && ")}) {`,
      `let range = ${rangeName}[${at}];`,
      "for (var i = range.x; i < range.y; i++) {",
      `let item = ${ordered}[i];`,
    );
    const names = coordinateLines("item", [...batchShape, ...cells.sizes], "i", lines);
    const within = own.map((place, axis) => {
      const which = cells.axes.indexOf(axis);
      return which < 0 ? place : (names[batchShape.length + which] as string); // one for each
    });
    const from = updatePlaces(scattering, names.slice(0, batchShape.length), within);
    lines.push(
      `let update = ${shader.load(updates.value, dtype, addressText(viewOf(updates), from))};`,
      `let entered = ${enter("update")};`,
      `value = ${combine("value", "entered")};`,
      "}",
      "}",
      `let combined = ${leave("value")};`,
    );
    return narrowText("combined", dtype, shader);
  });
}

/** Scratch with the cell of each item; items of windows that are dropped have one past the last. */
function cellNumbers(scattering: Scattering, cells: Cells): number {
  const { sequence, places, batchShape } = scattering;
  const numbers = sequence.memory(cells.items);
  const shader = new Shader(sequence.context);
  const to = shader.scratch(numbers, "u32", "read_write");
  const lines: string[] = [];
  const names = coordinateLines("e", [...batchShape, ...cells.sizes], "i", lines);
  const batch = names.slice(0, batchShape.length);
  const { starts, inside } = windowStartLines(shader, places, batch, lines);
  const at = cells.axes.map(
    (axis, i) => sumText(starts[axis] as string, names[batchShape.length + i] as string), // one for each
  );
  const cell = addressText(contiguousView(cells.shape), at);
  lines.push(`var cell = ${cell};`);
  if (inside.length > 0) {
    lines.push(`if (!(${inside.join(" && ")})) { cell = ${cells.count}u; }`);
  }
  sequence.each("scatter: cells", shader, cells.items, [...lines, `${to}[e] = cell;`]);
  return numbers;
}

/** Scratch with the first and the limit of the ordered items of each cell. */
function cellRanges(
  { sequence }: Scattering,
  { count, items }: Cells,
  numbers: number,
  order: number,
): number {
  const ranges = sequence.memory(2 * count);
  const clear = new Shader(sequence.context);
  const cleared = clear.scratch(ranges, "vec2u", "read_write");
  sequence.each("scatter: clear", clear, count, [`${cleared}[e] = vec2u(0u, 0u);`]);
  const shader = new Shader(sequence.context);
  const to = shader.scratch(ranges, "vec2u", "read_write");
  const cells = shader.scratch(numbers, "u32", "read");
  const ordered = shader.scratch(order, "u32", "read");
  sequence.each("scatter: ranges", shader, items, [
    `let cell = ${cells}[${ordered}[e]];`,
    // No other invocation writes the same half of a range.
    `if (cell < ${count}u) {`,
    `var isFirst = e == 0u;`,
    `if (!isFirst) { isFirst = ${cells}[${ordered}[e - 1u]] != cell; }`,
    `if (isFirst) { ${to}[cell].x = e; }`,
    `var isLast = e == ${items - 1}u;`,
    `if (!isLast) { isLast = ${cells}[${ordered}[e + 1u]] != cell; }`,
    `if (isLast) { ${to}[cell].y = e + 1u; }`,
    "}",
  ]);
  return ranges;
}
