import type { TypedArray } from "../../core/dtype.ts";
import type { View } from "../../core/view.ts";
import { type HostOperand, rowMajor } from "../routine.ts";
import { type Addresses, addresses } from "./block.ts";

/** What places the windows of a gather or scatter. */
export interface WindowPlaces {
  readonly indices: HostOperand;
  /** Where the windows are, in a memory of `length` elements. */
  readonly view: View;
  readonly length: number;
  /** Extent of a window along each axis of the view. */
  readonly sizes: readonly number[];
  /** Axis of the view for each entry of an index vector. */
  readonly map: readonly number[];
  /** Pairs of axes, of the view and of the indices, that run together. */
  readonly batching: readonly [readonly number[], readonly number[]];
}

/**
 * Address, in elements, of the first element of each window, in row-major order of the index
 * vectors; -1 for a window that reaches outside, unless such windows are moved inside.
 */
export function windowStarts(places: WindowPlaces, movesInside: boolean): Addresses {
  const { indices, view, length, sizes, map, batching } = places;
  const batchShape = indices.aval.shape.slice(0, -1);
  const batchStrides = batchShape.map(() => 0);
  // Axes named by parameters that were checked against these shapes.
  batching[1].forEach((axis, i) => {
    batchStrides[axis] = view.strides[batching[0][i] as number] as number;
  });
  const starts = addresses(batchShape, batchStrides, view.offset, length);
  const vectors = rowMajor(indices);
  map.forEach((axis, k) => {
    const stride = view.strides[axis] as number;
    const largest = (view.shape[axis] as number) - (sizes[axis] as number);
    moveAlong(starts, vectors, k, map.length, stride, largest, movesInside);
  });
  return starts;
}

/** Add what entry `k` of each vector says; `largest` is the last place where a window fits. */
function moveAlong(
  starts: Addresses,
  vectors: TypedArray,
  k: number,
  depth: number,
  stride: number,
  largest: number,
  movesInside: boolean,
): void {
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] as number; // n runs over the starts, of which vectors has `depth` times as many
    if (start < 0) continue;
    let place = vectors[n * depth + k] as number;
    if (place < 0 || place > largest) {
      if (!movesInside) {
        starts[n] = -1;
        continue;
      }
      place = place < 0 ? 0 : largest;
    }
    starts[n] = start + place * stride;
  }
}
