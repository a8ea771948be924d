import type { SparsityPattern } from "./pattern.ts";

/** Columns, or rows, of a matrix in groups of which no two share a row, or a column. */
export interface Colouring {
  /** What is coloured. */
  readonly by: "columns" | "rows";
  /** How many colours there are: derivatives are computed in as many passes. */
  readonly count: number;
  /** The colour of each column, or row, from 0 on. */
  readonly colours: Int32Array;
}

/**
 * Columns of a pattern coloured, for forward mode, or rows, for reverse mode, in few colours: those
 * of one colour have no place in the same row, or column, so that their sum tells them apart.
 *
 * Greedy, in order, which is best for bands, and with those first that have least choice left, which
 * is best for stencils on grids; the better of both. Columns without a place have colour 0.
 *
 * Source: A. Gebremedhin, F. Manne and A. Pothen, What color is your Jacobian?, 2005, section 3; the
 * second order is that of D. Brelaz, New methods to color the vertices of a graph, 1979.
 */
export function colouring(pattern: SparsityPattern, by: "columns" | "rows"): Colouring {
  const [along, across] =
    by === "columns" ? [pattern.transpose(), pattern] : [pattern, pattern.transpose()];
  const bound = longestLine(across);
  const inOrder = Int32Array.from({ length: along.shape[0] }, (_, i) => i);
  const used = inOrder.filter((i) => lengthOf(along, i) > 0);
  if (bound === used.length) {
    // All of them meet in one place, so each has a colour of its own.
    const colours = new Int32Array(inOrder.length);
    used.forEach((i, colour) => {
      colours[i] = colour;
    });
    return { by, count: bound, colours };
  }
  const first = greedy(along, across, inOrder);
  if (first.count <= bound) return { by, ...first };
  const second = bySaturation(along, across);
  return { by, ...(second !== null && second.count < first.count ? second : first) };
}

/** The cheaper of both; columns where both cost the same. */
export function cheapestColouring(pattern: SparsityPattern): Colouring {
  // A row of k places needs k colours for columns, so the other way may be known to be cheaper.
  const [forColumns, forRows] = [longestLine(pattern), longestLine(pattern.transpose())];
  if (forColumns <= forRows) {
    const columns = colouring(pattern, "columns");
    if (columns.count <= forRows) return columns;
    const rows = colouring(pattern, "rows");
    return rows.count < columns.count ? rows : columns;
  }
  const rows = colouring(pattern, "rows");
  if (rows.count < forColumns) return rows;
  const columns = colouring(pattern, "columns");
  return columns.count <= rows.count ? columns : rows;
}

function lengthOf({ starts }: SparsityPattern, i: number): number {
  return (starts[i + 1] as number) - (starts[i] as number); // one more than there are rows
}

function longestLine(pattern: SparsityPattern): number {
  let longest = 0;
  for (let i = 0; i < pattern.shape[0]; i++) longest = Math.max(longest, lengthOf(pattern, i));
  return longest;
}

/** The lowest colour for each line that no line with a place in common has yet. */
function greedy(
  along: SparsityPattern,
  across: SparsityPattern,
  order: Int32Array,
): { readonly count: number; readonly colours: Int32Array } {
  const colours = new Int32Array(order.length).fill(-1);
  // For each colour, the line that last found it taken.
  const taken = new Int32Array(order.length + 1).fill(-1);
  let count = 0;
  for (const i of order) {
    for (let k = along.starts[i] as number; k < (along.starts[i + 1] as number); k++) {
      const j = along.indices[k] as number; // k runs over places
      for (let l = across.starts[j] as number; l < (across.starts[j + 1] as number); l++) {
        const colour = colours[across.indices[l] as number] as number; // as above
        if (colour >= 0) taken[colour] = i;
      }
    }
    let colour = 0;
    while (taken[colour] === i) colour++;
    colours[i] = colour;
    if (lengthOf(along, i) > 0) count = Math.max(count, colour + 1);
  }
  return { count, colours };
}

/** Colours that fit into the bits of an integer. */
const mostColours = 30;

/** The line first that meets the most colours already; null if more than a few colours are needed. */
function bySaturation(
  along: SparsityPattern,
  across: SparsityPattern,
): { readonly count: number; readonly colours: Int32Array } | null {
  const size = along.shape[0];
  const colours = new Int32Array(size).fill(-1);
  const met = new Int32Array(size); // a bit for each colour
  const saturation = new Int32Array(size);
  // Lines by saturation, each list from its head on; what is no longer true of a line is passed by.
  const waiting: number[][] = Array.from({ length: mostColours + 1 }, () => []);
  const heads = new Int32Array(mostColours + 1);
  for (let i = 0; i < size; i++) waiting[0]?.push(i);
  let [count, top] = [0, 0];
  while (top >= 0) {
    const list = waiting[top] as number[]; // top is at most the number of colours
    const head = heads[top] as number;
    if (head === list.length) {
      top--;
      continue;
    }
    heads[top] = head + 1;
    const i = list[head] as number; // within the list
    if ((colours[i] as number) >= 0 || saturation[i] !== top) continue;
    let colour = 0;
    while (((met[i] as number) >> colour) & 1) colour++;
    if (colour >= mostColours) return null;
    colours[i] = colour;
    if (lengthOf(along, i) > 0) count = Math.max(count, colour + 1);
    for (let k = along.starts[i] as number; k < (along.starts[i + 1] as number); k++) {
      const j = along.indices[k] as number; // k runs over places
      for (let l = across.starts[j] as number; l < (across.starts[j + 1] as number); l++) {
        const other = across.indices[l] as number; // as above
        const bits = met[other] as number;
        if ((colours[other] as number) >= 0 || (bits >> colour) & 1) continue;
        met[other] = bits | (1 << colour);
        const more = (saturation[other] as number) + 1;
        saturation[other] = more;
        waiting[more]?.push(other);
        if (more > top) top = more;
      }
    }
  }
  return { count, colours };
}
