import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { bidiagonalize, formLeft, formRight } from "./bidiagonal.ts";
import { solveBidiagonal } from "./bidiagonal-svd.ts";
import { allFinite, matrixBatch, safeScale, scaleBy, transposeTo } from "./matrix-batch.ts";

/**
 * Singular values in descending order, and with `computeUv` the vectors u and vᵀ, in doubles; see
 * `lax.linalg.svd`. A matrix with an element that is not finite gives NaN everywhere.
 */
export const svd: CpuRoutine<RoutineParams["svd"]> = (
  [x],
  [values, left, right],
  { fullMatrices, computeUv },
) => {
  if (x === undefined || values === undefined) return; // as defined
  const { count, rows, columns } = matrixBatch(x.aval);
  const isWide = rows < columns;
  // A wide matrix is transposed, and its vectors change sides.
  const [m, n] = isWide ? [columns, rows] : [rows, columns];
  const leftCount = fullMatrices ? m : n;
  const source = rowMajor(x);
  const size = m * n;
  const given = new Float64Array(size);
  const work = new Float64Array(size);
  const d = new Float64Array(n);
  // Singular vectors stand in rows, so that rotations run along memory.
  const u = computeUv ? new Float64Array(m * leftCount) : null;
  const v = computeUv ? new Float64Array(n * n) : null;
  for (let b = 0; b < count; b++) {
    given.set(source.subarray(b * size, (b + 1) * size));
    if (isWide) transposeTo(given, rows, columns, work);
    else work.set(given);
    if (!(allFinite(work) && decompose(work, m, n, d, u, v, leftCount))) {
      d.fill(NaN);
      u?.fill(NaN);
      v?.fill(NaN);
    }
    values.data.set(d, b * n);
    if (u === null || v === null || left === undefined || right === undefined) continue;
    const [columnsOf, rowsOf, height] = isWide ? [v, u, n] : [u, v, m];
    const turned = new Float64Array(columnsOf.length);
    transposeTo(columnsOf, isWide ? n : leftCount, height, turned);
    left.data.set(turned, b * turned.length);
    right.data.set(rowsOf, b * rowsOf.length);
  }
};

/** Decompose a matrix of `m` rows, at least as many as its `n` columns; whether it converged. */
function decompose(
  a: Float64Array,
  m: number,
  n: number,
  d: Float64Array,
  u: Float64Array | null,
  v: Float64Array | null,
  leftCount: number,
): boolean {
  const scale = safeScale(a);
  scaleBy(a, scale);
  const e = new Float64Array(n);
  const [leftTaus, rightTaus] = [new Float64Array(n), new Float64Array(n)];
  bidiagonalize(a, m, n, d, e, leftTaus, rightTaus);
  if (u !== null) formLeft(a, m, n, leftTaus, u, leftCount);
  if (v !== null) formRight(a, n, rightTaus, v);
  const converged = solveBidiagonal(d, e, n, u, m, v);
  scaleBy(d, 1 / scale);
  return converged;
}
