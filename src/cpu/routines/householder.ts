import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { matrixBatch } from "./matrix-batch.ts";
import { makeReflector, norm, reflectRows } from "./reflector.ts";

/** R above and on the diagonal, reflectors below it, in doubles; see `geqrfP` of lax. */
export const geqrf: CpuRoutine<RoutineParams["geqrf"]> = ([x], [out, taus]) => {
  if (x === undefined || out === undefined || taus === undefined) return; // as defined
  const { count, rows, columns } = matrixBatch(x.aval);
  const source = rowMajor(x);
  const size = rows * columns;
  const work = new Float64Array(size);
  const factors = new Float64Array(Math.min(rows, columns));
  const sums = new Float64Array(columns);
  for (let b = 0; b < count; b++) {
    work.set(source.subarray(b * size, (b + 1) * size));
    for (let k = 0; k < factors.length; k++) {
      factors[k] = eliminateColumn(work, rows, columns, k, sums);
    }
    out.data.set(work, b * size);
    taus.data.set(factors, b * factors.length);
  }
};

/** As `geqrf`, with the largest remaining column next; results also the order of the columns. */
export const geqp3: CpuRoutine<RoutineParams["geqp3"]> = ([x], [out, order, taus]) => {
  if (x === undefined || out === undefined || taus === undefined || order === undefined) return; // as defined
  const { count, rows, columns } = matrixBatch(x.aval);
  const source = rowMajor(x);
  const size = rows * columns;
  const work = new Float64Array(size);
  const factors = new Float64Array(Math.min(rows, columns));
  const places = new Int32Array(columns);
  for (let b = 0; b < count; b++) {
    work.set(source.subarray(b * size, (b + 1) * size));
    eliminateLargestFirst(work, rows, columns, factors, places);
    out.data.set(work, b * size);
    taus.data.set(factors, b * factors.length);
    order.data.set(places, b * columns);
  }
};

/** The first columns of the product of reflectors; see `lax.linalg.householderProduct`. */
export const householderProduct: CpuRoutine<RoutineParams["householderProduct"]> = (
  [x, taus],
  [out],
) => {
  if (x === undefined || out === undefined || taus === undefined) return; // as defined
  const { count, rows, columns } = matrixBatch(x.aval);
  const source = rowMajor(x);
  const factors = rowMajor(taus);
  const rank = taus.aval.shape.at(-1) ?? 0;
  const size = rows * columns;
  const work = new Float64Array(size);
  const sums = new Float64Array(columns);
  for (let b = 0; b < count; b++) {
    work.set(source.subarray(b * size, (b + 1) * size));
    const own = Float64Array.from(factors.subarray(b * rank, (b + 1) * rank), Number);
    formProduct(work, rows, columns, own, sums);
    out.data.set(work, b * size);
  }
};

/** Make column k of `a` zero below the diagonal; gives the factor of the reflector. */
function eliminateColumn(
  a: Float64Array,
  rows: number,
  columns: number,
  k: number,
  sums: Float64Array,
): number {
  const at = k * columns + k;
  const tau = makeReflector(a, at, rows - k, columns);
  const v = { a, at, step: columns };
  reflectRows(v, tau, a, at + 1, rows - k, columns - k - 1, columns, sums);
  return tau;
}

/** Source: LAPACK, dlaqp2. */
function eliminateLargestFirst(
  a: Float64Array,
  rows: number,
  columns: number,
  factors: Float64Array,
  places: Int32Array,
): void {
  const sums = new Float64Array(columns);
  // Norms of what is left of the columns, and as they were when last computed.
  const left = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    places[j] = j;
    left[j] = norm(a, j, rows, columns);
  }
  const computed = left.slice();
  for (let k = 0; k < factors.length; k++) {
    const pivot = largestFrom(left, k);
    exchangeColumns(a, rows, columns, k, pivot);
    if (pivot !== k) {
      const place = places[pivot] as number; // both are columns
      places[pivot] = places[k] as number;
      places[k] = place;
      left[pivot] = left[k] as number;
      computed[pivot] = computed[k] as number;
    }
    factors[k] = eliminateColumn(a, rows, columns, k, sums);
    for (let j = k + 1; j < columns; j++) {
      const size = left[j] as number; // a column
      if (size === 0) continue;
      const ratio = Math.abs(a[k * columns + j] as number) / size;
      const rest = Math.max(0, 1 - ratio * ratio);
      const lost = size / (computed[j] as number);
      // Where subtraction has left too few digits, the norm is computed anew.
      if (rest * lost * lost > 2 ** -26) left[j] = size * Math.sqrt(rest);
      else {
        left[j] = norm(a, (k + 1) * columns + j, rows - k - 1, columns);
        computed[j] = left[j] as number;
      }
    }
  }
}

function largestFrom(sizes: Float64Array, start: number): number {
  let best = start;
  for (let j = start + 1; j < sizes.length; j++) {
    if ((sizes[j] as number) > (sizes[best] as number)) best = j; // both within sizes
  }
  return best;
}

function exchangeColumns(
  a: Float64Array,
  rows: number,
  columns: number,
  j: number,
  k: number,
): void {
  if (j === k) return;
  for (let i = 0; i < rows; i++) {
    const held = a[i * columns + j] as number; // j and k are columns
    a[i * columns + j] = a[i * columns + k] as number;
    a[i * columns + k] = held;
  }
}

/** Source: LAPACK, dorg2r. */
function formProduct(
  a: Float64Array,
  rows: number,
  columns: number,
  taus: Float64Array,
  sums: Float64Array,
): void {
  for (let j = taus.length; j < columns; j++) {
    for (let i = 0; i < rows; i++) a[i * columns + j] = i === j ? 1 : 0;
  }
  for (let k = taus.length - 1; k >= 0; k--) {
    const tau = taus[k] as number; // k runs over taus
    const at = k * columns + k;
    const v = { a, at, step: columns };
    reflectRows(v, tau, a, at + 1, rows - k, columns - k - 1, columns, sums);
    for (let i = k + 1; i < rows; i++) {
      a[i * columns + k] = -tau * (a[i * columns + k] as number); // in range
    }
    a[at] = 1 - tau;
    for (let i = 0; i < k; i++) a[i * columns + k] = 0;
  }
}
