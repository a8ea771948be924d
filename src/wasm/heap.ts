import type { DType, TypedArray } from "../core/dtype.ts";
import { areaBytes } from "./areas.ts";
import { pageBytes } from "./module.ts";

/** Where the addresses of a pass lie, and where areas begin. */
export const tableAt = 0;
const areasAt = 4096;

const pages = 512;

/** How many areas there are, and how many addresses fit before them. */
export const mostAreas = Math.floor((pages * pageBytes - areasAt) / areaBytes);

/** Memory that compiled kernels work in; it holds nothing from one kernel to the next. */
export interface Heap {
  readonly engine: typeof WebAssembly;
  readonly memory: WebAssembly.Memory;
  /** Addresses and steps of a pass, in turn. */
  readonly table: Int32Array;
  /** The whole memory as elements of a dtype. */
  view(dtype: DType): TypedArray;
}

/** A new heap. @throws where the engine gives none. */
export function newHeap(engine: typeof WebAssembly): Heap {
  const memory = new engine.Memory({ initial: pages });
  const { buffer } = memory;
  const float64 = new Float64Array(buffer);
  const float32 = new Float32Array(buffer);
  const int32 = new Int32Array(buffer);
  const uint32 = new Uint32Array(buffer);
  const bytes = new Uint8Array(buffer);
  return {
    engine,
    memory,
    table: new Int32Array(buffer, tableAt, (areasAt - tableAt) / 4),
    view(dtype) {
      if (dtype === "float32") return float32;
      if (dtype === "float64") return float64;
      if (dtype === "int32") return int32;
      return dtype === "uint32" ? uint32 : bytes;
    },
  };
}

/** Address of area `i`. */
export function areaAt(i: number): number {
  return areasAt + i * areaBytes;
}
