import { isFloat, type TypedArray } from "../../core/dtype.ts";
import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { storeSums, sumsFor } from "./dot.ts";

/**
 * Lower factors of symmetric matrices, of which only the lower triangles are read; see
 * `lax.cholesky`. Runs in doubles, row by row.
 */
export const cholesky: CpuRoutine<RoutineParams["cholesky"]> = ([x], [out]) => {
  if (x === undefined || out === undefined || !isFloat(x.aval.dtype)) return; // as defined
  const n = x.aval.shape.at(-1) ?? 0;
  const data = rowMajor(x);
  const sums = sumsFor(out.aval.dtype, out.data);
  const factor = new Float64Array(n * n);
  for (let at = 0; at < data.length; at += n * n) {
    if (!decompose(data, at, n, factor)) spoil(n, factor);
    sums.set(factor, at);
  }
  storeSums(sums, out.aval.dtype, out.data);
};

/** Whether the matrix is positive definite; its factor then stands in the lower triangle of `l`. */
function decompose(a: TypedArray, at: number, n: number, l: Float64Array): boolean {
  // i and j run over the rows of a matrix of n rows, k over columns up to the diagonal.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[at + i * n + j] as number;
      for (let k = 0; k < j; k++) rest -= (l[i * n + k] as number) * (l[j * n + k] as number);
      if (j < i) l[i * n + j] = rest / (l[j * n + j] as number);
      else if (rest > 0) l[i * n + i] = Math.sqrt(rest);
      else return false; // NaN included
    }
  }
  return true;
}

function spoil(n: number, l: Float64Array): void {
  for (let i = 0; i < n; i++) l.fill(NaN, i * n, i * n + i + 1);
}
