import type { DType, TypedArray } from "./dtype.ts";

/** Text of an array's elements the way NumPy prints them, shortened when there are many. */
export function formatArray(data: TypedArray, shape: readonly number[], dtype: DType): string {
  const text = (i: number): string => {
    const value = data[i] as number; // i runs over the elements
    if (dtype === "bool") return value === 0 ? "false" : "true";
    return Object.is(value, -0) ? "-0" : String(value);
  };
  const build = (axis: number, start: number, size: number): string => {
    const extent = shape[axis];
    if (extent === undefined) return text(start);
    const step = size / Math.max(extent, 1);
    const parts: string[] = [];
    for (let i = 0; i < extent; i++) parts.push(build(axis + 1, start + i * step, step));
    return `[${parts.join(", ")}]`;
  };
  return build(0, 0, data.length);
}
