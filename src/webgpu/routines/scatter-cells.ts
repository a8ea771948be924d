import { contiguousView } from "../../core/view.ts";
import { Shader } from "../shader.ts";
import { addressText, coordinateLines, sumText, viewOf } from "./places.ts";
import { loadHandled, type Scattering, updatePlaces } from "./scattering.ts";
import { windowStartLines } from "./window-starts.ts";

/**
 * Axes along which windows are placed, whose points are cells. A window is cut into one item for
 * each cell that it covers, so that all the updates of an element are in items of one cell.
 */
export interface Cells {
  readonly axes: readonly number[];
  readonly shape: readonly number[];
  readonly count: number;
  /** Extents of a window along the axes, and the items of all windows. */
  readonly sizes: readonly number[];
  readonly items: number;
  /** The other axes, the extents of a window along them, and their product. */
  readonly rowAxes: readonly number[];
  readonly row: readonly number[];
  readonly rowSize: number;
}

/** The cells of a scatter. */
export function cellsOf({ places, windows }: Scattering): Cells {
  const { shape, sizes, map, batching } = places;
  const axes = shape.map((_, axis) => axis);
  const placed = axes.filter((axis) => map.includes(axis) || batching[0].includes(axis));
  const extents = placed.map((axis) => shape[axis] as number); // axes of the operand
  const covered = placed.map((axis) => sizes[axis] as number);
  const rowAxes = axes.filter((axis) => !placed.includes(axis));
  const row = rowAxes.map((axis) => sizes[axis] as number); // as above
  const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
  return {
    axes: placed,
    shape: extents,
    count: product(extents),
    sizes: covered,
    items: windows * product(covered),
    rowAxes,
    row,
    rowSize: product(row),
  };
}

/** Scratch with the cell of each item; items of windows that are dropped have one past the last. */
export function cellNumbers(scattering: Scattering, cells: Cells): number {
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
export function cellRanges(
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

/**
 * Append the lines that load the update of an item: its element at `within`, one coordinate for each
 * axis of the operand, of which those of the cells' axes are replaced. Gives its text.
 */
export function loadOfItem(
  shader: Shader,
  scattering: Scattering,
  cells: Cells,
  item: string,
  within: readonly string[],
  lines: string[],
): string {
  const { batchShape, updates } = scattering;
  const names = coordinateLines(item, [...batchShape, ...cells.sizes], "i", lines);
  const places = within.map((place, axis) => {
    const which = cells.axes.indexOf(axis);
    return which < 0 ? place : (names[batchShape.length + which] as string); // one for each
  });
  const from = updatePlaces(scattering, names.slice(0, batchShape.length), places);
  return loadHandled(shader, scattering, updates, addressText(viewOf(updates), from));
}
