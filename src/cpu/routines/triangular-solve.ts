import type { TypedArray } from "../../core/dtype.ts";
import type { RoutineParams, TriangularSolveParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { storeSums, sumsFor } from "./dot.ts";

/**
 * Solutions of op(a) x = b or x op(a) = b by substitution, in doubles; see
 * `lax.triangularSolve`. The other triangle of `a` is not read.
 */
export const triangularSolve: CpuRoutine<RoutineParams["triangularSolve"]> = (
  [a, b],
  [out],
  params,
) => {
  if (a === undefined || b === undefined || out === undefined) return; // as defined
  const n = a.aval.shape.at(-1) ?? 0;
  const [rows, columns] = b.aval.shape.slice(-2) as [number, number]; // b has two axes at least
  const size = rows * columns;
  const matrices = rowMajor(a);
  const right = rowMajor(b);
  const sums = sumsFor(out.aval.dtype, out.data);
  const x = new Float64Array(size);
  // x op(a) = b is op(a)' x' = b'.
  const settings = params.leftSide ? params : { ...params, transposeA: !params.transposeA };
  for (let at = 0, matrixAt = 0; at < right.length; at += size, matrixAt += n * n) {
    const source = right.subarray(at, at + size);
    if (params.leftSide) x.set(source);
    else transposeInto(source, rows, columns, x);
    substitute(matrices, matrixAt, n, x, params.leftSide ? columns : rows, settings);
    const target = sums.subarray(at, at + size);
    if (params.leftSide) target.set(x);
    else transposeInto(x, columns, rows, target);
  }
  storeSums(sums, out.aval.dtype, out.data);
};

function transposeInto(from: TypedArray, rows: number, columns: number, to: TypedArray): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j] as number; // in range
  }
}

/** Solve op(a) x = b in place of b, which has `n` rows of `width`. */
function substitute(
  a: TypedArray,
  at: number,
  n: number,
  x: Float64Array,
  width: number,
  { lower, transposeA, unitDiagonal }: Omit<TriangularSolveParams, "leftSide">,
): void {
  const [rowStep, columnStep] = transposeA ? [1, n] : [n, 1];
  const forward = lower !== transposeA;
  // Row i is solved from the rows k solved before it; all addresses lie in a and x.
  for (let turn = 0; turn < n; turn++) {
    const i = forward ? turn : n - 1 - turn;
    for (let before = 0; before < turn; before++) {
      const k = forward ? before : n - 1 - before;
      const factor = a[at + i * rowStep + k * columnStep] as number;
      for (let j = 0; j < width; j++) {
        x[i * width + j] = (x[i * width + j] as number) - factor * (x[k * width + j] as number);
      }
    }
    if (unitDiagonal) continue;
    const pivot = a[at + i * n + i] as number;
    for (let j = 0; j < width; j++) x[i * width + j] = (x[i * width + j] as number) / pivot;
  }
}
