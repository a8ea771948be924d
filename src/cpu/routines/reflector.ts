/** Root of the sum of squares of `count` elements, `step` apart, without overflow. */
export function norm(a: Float64Array, at: number, count: number, step: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const x = a[at + i * step] as number; // all addresses lie in a
    sum += x * x;
  }
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, Math.abs(a[at + i * step] as number));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let scaled = 0;
  for (let i = 0; i < count; i++) {
    const x = (a[at + i * step] as number) / largest;
    scaled += x * x;
  }
  return largest * Math.sqrt(scaled);
}

/**
 * The factor tau of a reflector I - tau v vᵀ that takes a vector to a multiple of its first
 * element; v, whose first element counts as 1, takes the place of the others, and the multiple
 * that of the first one. The multiple has the other sign; a vector of one element is left alone.
 *
 * The vector is `count` elements of `a` from `at`, `step` apart. Source: LAPACK, dlarfg.
 */
export function makeReflector(a: Float64Array, at: number, count: number, step: number): number {
  if (count <= 1) return 0;
  const rest = norm(a, at + step, count - 1, step);
  if (rest === 0) return 0;
  const first = a[at] as number; // the vector lies in a
  const size = Math.hypot(first, rest);
  const multiple = first >= 0 ? -size : size;
  const divisor = first - multiple;
  for (let i = 1; i < count; i++) a[at + i * step] = (a[at + i * step] as number) / divisor;
  a[at] = multiple;
  return (multiple - first) / multiple;
}

/** A vector, its first element counting as 1: where it starts, and how far apart its elements are. */
export interface ReflectorVector {
  readonly a: Float64Array;
  readonly at: number;
  readonly step: number;
}

/**
 * Apply a reflector from the left to a block of `rows` by `columns` of a row-major matrix with
 * rows `width` apart. `sums` has room for `columns` elements.
 */
export function reflectRows(
  { a: v, at: vAt, step }: ReflectorVector,
  tau: number,
  a: Float64Array,
  at: number,
  rows: number,
  columns: number,
  width: number,
  sums: Float64Array,
): void {
  if (tau === 0) return;
  // i runs over the rows of the block and the elements of v, j over columns.
  for (let j = 0; j < columns; j++) sums[j] = a[at + j] as number;
  for (let i = 1; i < rows; i++) {
    const factor = v[vAt + i * step] as number;
    const row = at + i * width;
    for (let j = 0; j < columns; j++) {
      sums[j] = (sums[j] as number) + factor * (a[row + j] as number);
    }
  }
  for (let i = 0; i < rows; i++) {
    const factor = i === 0 ? tau : tau * (v[vAt + i * step] as number);
    const row = at + i * width;
    for (let j = 0; j < columns; j++) {
      a[row + j] = (a[row + j] as number) - factor * (sums[j] as number);
    }
  }
}

/** Apply a reflector from the right to such a block; v has as many elements as it has columns. */
export function reflectColumns(
  { a: v, at: vAt, step }: ReflectorVector,
  tau: number,
  a: Float64Array,
  at: number,
  rows: number,
  columns: number,
  width: number,
): void {
  if (tau === 0) return;
  // i runs over the rows of the block, j over its columns and the elements of v.
  for (let i = 0; i < rows; i++) {
    const row = at + i * width;
    let sum = a[row] as number;
    for (let j = 1; j < columns; j++) sum += (a[row + j] as number) * (v[vAt + j * step] as number);
    const factor = tau * sum;
    a[row] = (a[row] as number) - factor;
    for (let j = 1; j < columns; j++) {
      a[row + j] = (a[row + j] as number) - factor * (v[vAt + j * step] as number);
    }
  }
}
