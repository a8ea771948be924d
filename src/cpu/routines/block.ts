import { type DType, dtypeInfo, type TypedArray } from "../../core/dtype.ts";

/**
 * Box of words in two memories: extents of its axes, and their steps in either memory, outermost
 * axis first. No axis has extent 1.
 */
export interface Block {
  readonly extents: readonly number[];
  readonly fromSteps: readonly number[];
  readonly toSteps: readonly number[];
  /** Words of one element. */
  readonly words: number;
  /** Whether it holds nothing. */
  readonly isEmpty: boolean;
}

/** Length of rows from which on a native copy beats a loop. */
const nativeLength = 64;

/**
 * The box of elements with these extents and strides, its neighbouring axes joined where both
 * memories step evenly from one to the other.
 */
export function blockOf(
  dtype: DType,
  extents: readonly number[],
  fromStrides: readonly number[],
  toStrides: readonly number[],
): Block {
  const { words } = dtypeInfo[dtype];
  const joined = { extents: [] as number[], fromSteps: [] as number[], toSteps: [] as number[] };
  // The lists have one entry for each axis.
  extents.forEach((extent, i) => {
    append(joined, extent, (fromStrides[i] as number) * words, (toStrides[i] as number) * words);
  });
  if (words > 1) append(joined, words, 1, 1);
  return { ...joined, words, isEmpty: words === 0 || extents.includes(0) };
}

function append(
  block: { extents: number[]; fromSteps: number[]; toSteps: number[] },
  extent: number,
  from: number,
  to: number,
): void {
  if (extent === 1) return;
  const { extents, fromSteps, toSteps } = block;
  const last = extents.length - 1;
  if (last >= 0 && fromSteps[last] === extent * from && toSteps[last] === extent * to) {
    extents[last] = (extents[last] as number) * extent; // last is a position of the lists
    fromSteps[last] = from;
    toSteps[last] = to;
    return;
  }
  extents.push(extent);
  fromSteps.push(from);
  toSteps.push(to);
}

/** What a walk over a block does with one row: `n` words from `f` and `t` on, by steps. */
export type RowOp = (
  from: TypedArray,
  f: number,
  fromStep: number,
  to: TypedArray,
  t: number,
  toStep: number,
  n: number,
) => void;

/** Copy a row. */
export const copyRow: RowOp = (from, f, fromStep, to, t, toStep, n) => {
  if (toStep !== 1 || fromStep > 1 || fromStep < 0) {
    for (let i = 0; i < n; i++) to[t + i * toStep] = from[f + i * fromStep] as number; // within both
  } else if (fromStep === 0) {
    to.fill(from[f] as number, t, t + n);
  } else if (n >= nativeLength) {
    to.set(from.subarray(f, f + n), t);
  } else {
    copyNeighbours(from, f, to, t, n);
  }
};

/** Copy neighbours, four at a time: a loop's own work is then small beside the copies. */
function copyNeighbours(from: TypedArray, f: number, to: TypedArray, t: number, n: number): void {
  // Both memories have n elements from there on.
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    to[t + i] = from[f + i] as number;
    to[t + i + 1] = from[f + i + 1] as number;
    to[t + i + 2] = from[f + i + 2] as number;
    to[t + i + 3] = from[f + i + 3] as number;
  }
  for (; i < n; i++) to[t + i] = from[f + i] as number;
}

/**
 * Apply `op` to the rows of one block after the other: the first elements of block `n` are at
 * `starts[n]` and `places[n]`, counted in elements; nothing happens where one is negative.
 */
export function forBlocks(
  block: Block,
  op: RowOp,
  from: TypedArray,
  starts: Addresses,
  to: TypedArray,
  places: Addresses,
): void {
  const { words, extents } = block;
  if (block.isEmpty) return;
  // n runs over the blocks; a single axis is an axis of the block.
  const isRow = extents.length === 1;
  const length = extents[0] as number;
  const fromStep = block.fromSteps[0] as number;
  const toStep = block.toSteps[0] as number;
  for (let n = 0; n < places.length; n++) {
    const start = starts[n] as number;
    const place = places[n] as number;
    if (start < 0 || place < 0) continue;
    if (isRow) op(from, start * words, fromStep, to, place * words, toStep, length);
    else forRows(block, op, from, start * words, to, place * words);
  }
}

/**
 * Apply `op` to each row of a block in row-major order; `f` and `t` count words.
 */
export function forRows(
  block: Block,
  op: RowOp,
  from: TypedArray,
  f: number,
  to: TypedArray,
  t: number,
): void {
  const { extents, fromSteps, toSteps } = block;
  if (block.isEmpty) return;
  const last = extents.length - 1;
  if (last < 0) {
    op(from, f, 1, to, t, 1, 1);
    return;
  }
  // All positions below are axes of the block.
  const n = extents[last] as number;
  const fromStep = fromSteps[last] as number;
  const toStep = toSteps[last] as number;
  if (last === 0) {
    op(from, f, fromStep, to, t, toStep, n);
    return;
  }
  const rows = extents[last - 1] as number;
  const fromRow = fromSteps[last - 1] as number;
  const toRow = toSteps[last - 1] as number;
  if (last === 1) {
    for (let i = 0; i < rows; i++) {
      op(from, f + i * fromRow, fromStep, to, t + i * toRow, toStep, n);
    }
    return;
  }
  const index = new Array<number>(last - 1).fill(0);
  for (;;) {
    for (let i = 0; i < rows; i++) {
      op(from, f + i * fromRow, fromStep, to, t + i * toRow, toStep, n);
    }
    let axis = last - 2;
    for (; axis >= 0; axis--) {
      const next = (index[axis] as number) + 1;
      f += fromSteps[axis] as number;
      t += toSteps[axis] as number;
      if (next < (extents[axis] as number)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      f -= next * (fromSteps[axis] as number);
      t -= next * (toSteps[axis] as number);
    }
    if (axis < 0) return;
  }
}

/** Copy a block; `f` and `t` are the addresses of its first element, counted in elements. */
export function copyBlock(
  block: Block,
  from: TypedArray,
  f: number,
  to: TypedArray,
  t: number,
): void {
  forRows(block, copyRow, from, f * block.words, to, t * block.words);
}

/** Addresses in memory; 32-bit ones index an array about twice as fast. */
export type Addresses = Int32Array | Float64Array;

/**
 * Address of every position of a box of this shape in row-major order, from `start` on, in a
 * memory of `length` elements.
 */
export function addresses(
  shape: readonly number[],
  strides: readonly number[],
  start: number,
  length: number,
): Addresses {
  const count = shape.reduce((a, b) => a * b, 1);
  const out = length < 2 ** 31 ? new Int32Array(count) : new Float64Array(count);
  if (count === 0) return out;
  out[0] = start;
  // Each axis repeats what the axes after it have, so they are filled from the last one.
  let done = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] as number; // axis runs over the shape
    const stride = strides[axis] as number;
    if (done === 1) {
      for (let i = 1; i < extent; i++) out[i] = start + i * stride;
    } else {
      for (let i = 1; i < extent; i++) {
        const to = i * done;
        for (let j = 0; j < done; j++) out[to + j] = (out[j] as number) + i * stride;
      }
    }
    done *= extent;
  }
  return out;
}

/** Sum of products of indices and strides, from `start` on. */
export function addressOf(
  start: number,
  index: readonly number[],
  strides: readonly number[],
): number {
  let address = start;
  index.forEach((place, i) => {
    address += place * (strides[i] as number); // an index for each axis
  });
  return address;
}
