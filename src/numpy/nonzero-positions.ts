import type { TypedArray } from "../core/dtype.ts";
import { contiguousStrides, type Shape } from "../core/shape.ts";

/** Indices of the elements that are not 0, in row-major order: one list for each axis. */
export function positionsOfTrue(data: TypedArray, shape: Shape): Int32Array[] {
  const flat: number[] = [];
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) flat.push(i);
  const strides = contiguousStrides(shape);
  return shape.map((extent, axis) => {
    const stride = strides[axis] as number; // one stride for each axis
    return Int32Array.from(flat, (i) => Math.floor(i / stride) % extent);
  });
}
