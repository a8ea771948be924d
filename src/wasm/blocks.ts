import type { TypedArray } from "../core/dtype.ts";
import { addressAt, type Nest, type Source } from "../kernel/nest.ts";
import { blockElements } from "./areas.ts";

/** Part of two loops, one inside the other: rows, and places along them. */
export interface Block {
  readonly rows: Nest;
  readonly row: number;
  readonly rowCount: number;
  readonly columns: Nest;
  readonly column: number;
  readonly columnCount: number;
}

/** Some rows and columns in blocks that fit an area, row after row. */
export function blocksOf(
  rows: Nest,
  firstRow: number,
  rowsInAll: number,
  columns: Nest,
  firstColumn: number,
  columnsInAll: number,
): readonly Block[] {
  const blocks: Block[] = [];
  const width = Math.min(columnsInAll, blockElements);
  const height = columnsInAll > blockElements ? 1 : Math.floor(blockElements / width);
  for (let r = 0; r < rowsInAll; r += height) {
    const [row, rowCount] = [firstRow + r, Math.min(height, rowsInAll - r)];
    for (let c = 0; c < columnsInAll; c += width) {
      const [column, columnCount] = [firstColumn + c, Math.min(width, columnsInAll - c)];
      blocks.push({ rows, row, rowCount, columns, column, columnCount });
    }
  }
  return blocks;
}

/** Copy what a source has in a block to `out`, row after row, from element `at` on. */
export function readBlock(
  out: TypedArray,
  at: number,
  source: Source,
  k: number,
  block: Block,
): void {
  const { rows, row, rowCount, columns, column, columnCount } = block;
  const { data, offset } = source;
  const across = stepOf(rows, k);
  const along = stepOf(columns, k);
  if (data !== null && across !== null && along !== null) {
    const start = offset + row * across + column * along;
    if (columnCount === 1) readRun(out, at, data, start, across, rowCount);
    else if (rowCount === 1) readRun(out, at, data, start, along, columnCount);
    else readTable(out, at, data, start, rowCount, across, columnCount, along);
    return;
  }
  for (let r = 0; r < rowCount; r++) {
    const base = offset + addressAt(rows, k, row + r);
    eachRun(columns, k, column, columnCount, (done, address, step, run) => {
      const to = at + r * columnCount + done;
      const start = base + address;
      if (data !== null) readRun(out, to, data, start, step, run);
      else for (let i = 0; i < run; i++) out[to + i] = start + i * step;
    });
  }
}

/** Copy the elements of a block, row after row from element `at` of `from` on, to their places. */
export function writeBlock(
  from: TypedArray,
  at: number,
  { data, start }: { readonly data: TypedArray; readonly start: number },
  k: number,
  { rows, row, rowCount, columns, column, columnCount }: Block,
): void {
  for (let r = 0; r < rowCount; r++) {
    const base = start + addressAt(rows, k, row + r);
    eachRun(columns, k, column, columnCount, (done, address, step, run) => {
      const first = at + r * columnCount + done;
      const to = base + address;
      if (step === 1 && run >= 16) data.set(from.subarray(first, first + run), to);
      else for (let i = 0; i < run; i++) data[to + i * step] = from[first + i] as number; // inside
    });
  }
}

/** The step of a source along loops that are one loop, 0 where there is none; null if they are more. */
function stepOf(nest: Nest, k: number): number | null {
  const strides = nest.strides[k] as readonly number[]; // one list for each source
  return strides.length > 1 ? null : (strides[0] ?? 0);
}

/** Visit runs of equal steps in elements `position` to `position + count` of a nest. */
function eachRun(
  nest: Nest,
  k: number,
  position: number,
  count: number,
  visit: (done: number, address: number, step: number, run: number) => void,
): void {
  const extent = nest.extents.at(-1) ?? 1;
  const step = nest.strides[k]?.at(-1) ?? 0;
  let done = 0;
  while (done < count) {
    const at = position + done;
    const run = Math.min(extent - (at % extent), count - done);
    visit(done, addressAt(nest, k, at), step, run);
    done += run;
  }
}

// Indices below stay within what the loops of a kernel address.
function readRun(
  out: TypedArray,
  at: number,
  data: TypedArray,
  start: number,
  step: number,
  count: number,
): void {
  if (step === 1 && count >= 16) out.set(data.subarray(start, start + count), at);
  else if (step === 0) out.fill(data[start] as number, at, at + count);
  else for (let i = 0; i < count; i++) out[at + i] = data[start + i * step] as number;
}

/** Rows of equal steps; memory is read in the order in which it lies. */
function readTable(
  out: TypedArray,
  at: number,
  data: TypedArray,
  start: number,
  rows: number,
  across: number,
  columns: number,
  along: number,
): void {
  if (along === 1 && across === columns) {
    readRun(out, at, data, start, 1, rows * columns);
  } else if (along === 1 && columns >= 16) {
    for (let r = 0; r < rows; r++)
      readRun(out, at + r * columns, data, start + r * across, 1, columns);
  } else if (Math.abs(across) < Math.abs(along)) {
    for (let c = 0; c < columns; c++) {
      for (let r = 0; r < rows; r++) {
        out[at + r * columns + c] = data[start + r * across + c * along] as number;
      }
    }
  } else {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        out[at + r * columns + c] = data[start + r * across + c * along] as number;
      }
    }
  }
}
