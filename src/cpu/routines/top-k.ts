import type { TypedArray } from "../../core/dtype.ts";
import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { splitAt } from "./axis-split.ts";

/**
 * The `k` largest elements along an axis, and their positions; see `lax.topK`.
 *
 * A heap of the best `k` so far, whose root is the worst of them, so most elements cost one
 * comparison.
 */
export const topK: CpuRoutine<RoutineParams["topK"]> = ([x], [values, indices], { k, axis }) => {
  if (x === undefined || values === undefined || indices === undefined) return; // as defined
  const data = rowMajor(x);
  const { outer, extent, inner } = splitAt(x.aval.shape, axis);
  const column = data.slice(0, extent);
  for (let block = 0; block < outer; block++) {
    for (let i = 0; i < inner; i++) {
      const start = block * extent * inner + i;
      for (let j = 0; j < extent; j++) column[j] = data[start + j * inner] as number; // in range
      const best = selectBest(column, k);
      const to = block * k * inner + i;
      for (let j = 0; j < k; j++) {
        const position = best[j] as number; // k of them
        values.data[to + j * inner] = column[position] as number;
        indices.data[to + j * inner] = position;
      }
    }
  }
};

/** Positions of the `k` elements that come first in descending order, in that order. */
function selectBest(values: TypedArray, k: number): Uint32Array {
  const heap = new Uint32Array(k);
  if (k === 0) return heap;
  for (let i = 0; i < k; i++) heap[i] = i;
  const order = (p: number, q: number) => descending(values, p, q);
  if (k < values.length) {
    for (let i = (k >> 1) - 1; i >= 0; i--) sink(values, heap, i);
    for (let i = k; i < values.length; i++) {
      if (order(i, heap[0] as number) >= 0) continue; // the root is there: k > 0
      heap[0] = i;
      sink(values, heap, 0);
    }
  }
  return heap.sort(order);
}

/** Move an entry down until no child comes after it. Children of `i` are at `2i + 1`, `2i + 2`. */
function sink(values: TypedArray, heap: Uint32Array, from: number): void {
  const moving = heap[from] as number; // indices below stay under the heap's length
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    const right = child + 1;
    if (
      right < heap.length &&
      descending(values, heap[right] as number, heap[child] as number) > 0
    ) {
      child = right;
    }
    if (descending(values, heap[child] as number, moving) < 0) break;
    heap[i] = heap[child] as number;
    i = child;
  }
  heap[i] = moving;
}

/** Negative if element `p` comes before `q`: NaN first, 0 before -0, then the lower position. */
function descending(values: TypedArray, p: number, q: number): number {
  const x = values[p] as number; // both are positions of values
  const y = values[q] as number;
  if (x > y) return -1;
  if (x < y) return 1;
  if (x === y) {
    if (x !== 0 || Object.is(x, y)) return p - q;
    return Object.is(x, 0) ? -1 : 1;
  }
  const nans = Number(y !== y) - Number(x !== x);
  return nans === 0 ? p - q : nans;
}
