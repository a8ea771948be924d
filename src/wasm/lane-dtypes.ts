import type { DType } from "../core/dtype.ts";
import type { Lane } from "./lane-writer.ts";

/** Dtypes that kernels are compiled on. */
export type LaneDType = "float32" | "float64" | "int32" | "uint32" | "bool";

/** Four elements: one vector, or two of float64. */
export type Value = readonly Lane[];

/** Bytes of an element in memory, for each dtype that kernels are compiled on. */
const widths: Readonly<Record<LaneDType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  uint32: 4,
  bool: 1,
};

/** Whether kernels are compiled on a dtype. */
export function isLaneDType(dtype: DType): dtype is LaneDType {
  return Object.hasOwn(widths, dtype);
}

/** Bytes of an element in memory. */
export function widthOf(dtype: LaneDType): number {
  return widths[dtype];
}
