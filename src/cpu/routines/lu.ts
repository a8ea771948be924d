import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { matrixBatch } from "./matrix-batch.ts";
import { exchangeRows } from "./rotation.ts";

/**
 * Triangular factors with partial pivoting, in doubles; see `lax.linalg.lu`.
 *
 * A column without a pivot is left as it is, so that a zero stands on the diagonal of U.
 */
export const lu: CpuRoutine<RoutineParams["lu"]> = ([x], [factors, pivots, permutation]) => {
  if (x === undefined || factors === undefined) return; // as defined
  if (pivots === undefined || permutation === undefined) return;
  const { count, rows, columns } = matrixBatch(x.aval);
  const source = rowMajor(x);
  const size = rows * columns;
  const rank = Math.min(rows, columns);
  const work = new Float64Array(size);
  const swaps = new Int32Array(rank);
  for (let b = 0; b < count; b++) {
    work.set(source.subarray(b * size, (b + 1) * size));
    factorize(work, rows, columns, swaps);
    factors.data.set(work, b * size);
    pivots.data.set(swaps, b * rank);
    permutation.data.set(permutationOf(swaps, rows), b * rows);
  }
};

/** The permutation of `size` rows that exchanges with pivots amount to; see `lax.linalg.luPivotsToPermutation`. */
export const pivotsToPermutation: CpuRoutine<RoutineParams["pivotsToPermutation"]> = (
  [x],
  [out],
  { permutationSize },
) => {
  if (x === undefined || out === undefined) return; // as defined
  const pivots = rowMajor(x);
  const rank = x.aval.shape.at(-1) ?? 0;
  const count = x.aval.shape.slice(0, -1).reduce((n, extent) => n * extent, 1);
  for (let b = 0; b < count; b++) {
    const swaps = Int32Array.from(pivots.subarray(b * rank, (b + 1) * rank), Number);
    out.data.set(permutationOf(swaps, permutationSize), b * permutationSize);
  }
};

function permutationOf(swaps: Int32Array, size: number): Int32Array {
  const rows = Int32Array.from({ length: size }, (_, i) => i);
  swaps.forEach((pivot, i) => {
    const k = Math.min(Math.max(pivot, 0), size - 1); // an index outside is clamped, as when read
    const held = rows[i] as number; // no more swaps than rows
    rows[i] = rows[k] as number;
    rows[k] = held;
  });
  return rows;
}

/** Both factors in place of `a`; `swaps[k]` is the row that was exchanged with row k. */
function factorize(a: Float64Array, rows: number, columns: number, swaps: Int32Array): void {
  // i and k run over rows, j over columns; all addresses lie in a.
  for (let k = 0; k < swaps.length; k++) {
    let pivot = k;
    let largest = Math.abs(a[k * columns + k] as number);
    for (let i = k + 1; i < rows; i++) {
      const size = Math.abs(a[i * columns + k] as number);
      if (size > largest) {
        largest = size;
        pivot = i;
      }
    }
    swaps[k] = pivot;
    exchangeRows(a, columns, k, pivot);
    const divisor = a[k * columns + k] as number;
    if (divisor === 0) continue;
    for (let i = k + 1; i < rows; i++) {
      const factor = (a[i * columns + k] as number) / divisor;
      a[i * columns + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < columns; j++) {
        a[i * columns + j] =
          (a[i * columns + j] as number) - factor * (a[k * columns + j] as number);
      }
    }
  }
}
