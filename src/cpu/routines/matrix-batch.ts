import type { ShapedArray } from "../../core/aval.ts";

/** How many matrices an operand holds in its last two axes, and how large each is. */
export interface MatrixBatch {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** The matrices in the last two axes; some may have no elements. */
export function matrixBatch({ shape }: ShapedArray): MatrixBatch {
  const [rows = 0, columns = 0] = shape.slice(-2);
  const count = shape.slice(0, -2).reduce((n, extent) => n * extent, 1);
  return { count, rows, columns };
}

/** Whether every element of `a` is finite. */
export function allFinite(a: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Number.isFinite(a[i])) return false;
  return true;
}

/**
 * A power of 2 that brings the largest element of `a` near 1 where squares of elements could
 * overflow or underflow, else 1.
 */
export function safeScale(a: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] as number)); // in range
  if (largest === 0 || (largest > 2 ** -300 && largest < 2 ** 300)) return 1;
  // 2 ** 1074, which would bring the smallest number to 1, is infinite.
  return 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
}

/** Multiply every element by `factor`. */
export function scaleBy(a: Float64Array, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) * factor; // in range
}

/** Write the transpose of a row-major matrix of `rows` by `columns`. */
export function transposeTo(
  from: Float64Array,
  rows: number,
  columns: number,
  to: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j] as number; // in range
  }
}
