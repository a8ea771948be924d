import type { TypedArray } from "../core/dtype.ts";
import { type DType, dtypeInfo } from "../core/dtype.ts";
import { isContiguous, type View } from "../core/view.ts";
import { copyInto } from "./copy.ts";

/**
 * Where the elements of a value lie at the moment, in row-major order from `offset` on.
 *
 * Loops move the places of their bodies from one turn to the next instead of copying or binding
 * anew. `offset` counts elements.
 */
export interface Place {
  data: TypedArray;
  offset: number;
}

const nothing = new Uint8Array(0);

/** A place that has no memory yet. */
export function newPlace(): Place {
  return { data: nothing, offset: 0 };
}

/** Part of a value: the value's place, and a view of its row-major elements (null: all of them). */
export interface Part {
  readonly place: Place;
  readonly view: View | null;
}

/** Whether the elements of a part lie in row-major order, so that a place can stand for it. */
export function isRowMajor({ view }: Part): boolean {
  return view === null || isContiguous(view);
}

/** Elements of a value copied to another place. */
export function copyPart({ place, view }: Part, to: Place, size: number, dtype: DType): void {
  if (view === null || isContiguous(view)) {
    const from = place.offset + (view?.offset ?? 0);
    const { words } = dtypeInfo[dtype];
    copyRun(place.data, from * words, to.data, to.offset * words, size * words);
    return;
  }
  copyInto(to.data, to.offset, place.data, view, place.offset, dtype);
}

/** Elements in a row. */
export function copyRun(
  from: TypedArray,
  start: number,
  to: TypedArray,
  at: number,
  count: number,
): void {
  if (count > 32) to.set(from.subarray(start, start + count), at);
  else for (let i = 0; i < count; i++) to[at + i] = from[start + i] as number; // within both
}
