import type { TypedArray } from "../../core/dtype.ts";
import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { allFinite, matrixBatch, safeScale, scaleBy, transposeTo } from "./matrix-batch.ts";
import { formBasis, tridiagonalize } from "./tridiagonal.ts";
import { solveTridiagonal } from "./tridiagonal-eigen.ts";

/**
 * Eigenvectors (as columns) and eigenvalues of symmetric matrices, in doubles; see
 * `lax.linalg.eigh`. A matrix with an element that is not finite gives NaN everywhere.
 */
export const eigh: CpuRoutine<RoutineParams["eigh"]> = ([x], [vectors, values], { lower }) => {
  if (x === undefined || vectors === undefined || values === undefined) return; // as defined
  const { count, columns: n } = matrixBatch(x.aval);
  const source = rowMajor(x);
  const size = n * n;
  const work = new Float64Array(size);
  // Eigenvectors stand in rows, so that rotations run along memory.
  const basis = new Float64Array(size);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const factors = new Float64Array(n);
  for (let b = 0; b < count; b++) {
    mirror(source, b * size, n, lower, work);
    if (allFinite(work)) {
      const scale = safeScale(work);
      scaleBy(work, scale);
      tridiagonalize(work, n, diagonal, beside, factors);
      formBasis(work, n, factors, basis);
      const converged = solveTridiagonal(diagonal, beside, basis, n);
      if (!converged) spoil(diagonal, basis);
      scaleBy(diagonal, 1 / scale);
    } else spoil(diagonal, basis);
    transposeTo(basis, n, n, work);
    vectors.data.set(work, b * size);
    values.data.set(diagonal, b * n);
  }
};

function spoil(values: Float64Array, vectors: Float64Array): void {
  values.fill(NaN);
  vectors.fill(NaN);
}

/** The symmetric matrix of which one triangle is given. */
function mirror(from: TypedArray, at: number, n: number, lower: boolean, to: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const x = from[at + (lower ? i * n + j : j * n + i)] as number; // in range
      to[i * n + j] = x;
      to[j * n + i] = x;
    }
  }
}
