import type { TypedArray } from "../../core/dtype.ts";
import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { splitAt } from "./axis-split.ts";

/** Position of the first extreme element along an axis; see `lax.argmax`. */
export const argReduce: CpuRoutine<RoutineParams["argReduce"]> = ([x], [out], { op, axis }) => {
  if (x === undefined || out === undefined) return; // as defined
  const data = rowMajor(x);
  const { outer, extent, inner } = splitAt(x.aval.shape, axis);
  const find = op === "max" ? firstLargest : firstSmallest;
  for (let block = 0; block < outer; block++) {
    for (let i = 0; i < inner; i++) {
      out.data[block * inner + i] = find(data, block * extent * inner + i, inner, extent);
    }
  }
};

// In both, all addresses are those of the column: `extent` of them, at least one.

function firstLargest(data: TypedArray, start: number, step: number, extent: number): number {
  let best = data[start] as number;
  let found = 0;
  for (let k = 1; k < extent && best === best; k++) {
    const value = data[start + k * step] as number;
    if (value > best || value !== value) {
      best = value;
      found = k;
    }
  }
  return found;
}

function firstSmallest(data: TypedArray, start: number, step: number, extent: number): number {
  let best = data[start] as number;
  let found = 0;
  for (let k = 1; k < extent && best === best; k++) {
    const value = data[start + k * step] as number;
    if (value < best || value !== value) {
      best = value;
      found = k;
    }
  }
  return found;
}
