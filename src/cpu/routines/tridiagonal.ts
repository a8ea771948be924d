import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { matrixBatch } from "./matrix-batch.ts";
import { makeReflector, reflectColumns } from "./reflector.ts";

/**
 * Bring a symmetric matrix, both triangles of it given, to tridiagonal form Qᵀ A Q.
 *
 * The diagonal goes to `d`, the elements beside it to `e`, the factors of the reflectors to
 * `taus` (the last elements of these two are not used), their vectors below the elements beside
 * the diagonal. Source: LAPACK, dsytd2, lower triangle.
 */
export function tridiagonalize(
  a: Float64Array,
  n: number,
  d: Float64Array,
  e: Float64Array,
  taus: Float64Array,
): void {
  const w = new Float64Array(n);
  // Of the trailing block both triangles are kept, so that its rows run along memory; column k
  // holds the vector, the row of the same number is not read again.
  for (let k = 0; k + 1 < n; k++) {
    const at = (k + 1) * n + k;
    const tau = makeReflector(a, at, n - k - 1, n);
    e[k] = a[at] as number; // in range, as all below
    taus[k] = tau;
    if (tau === 0) continue;
    a[at] = 1;
    reduceBlock(a, n, k, tau, w);
    a[at] = e[k] as number;
  }
  for (let i = 0; i < n; i++) d[i] = a[i * n + i] as number;
}

/** A - v wᵀ - w vᵀ in the block that follows k, where w = tau A v - (tau vᵀ(tau A v) / 2) v. */
function reduceBlock(a: Float64Array, n: number, k: number, tau: number, w: Float64Array): void {
  const v = new Float64Array(n);
  for (let i = k + 1; i < n; i++) v[i] = a[i * n + k] as number; // in range, as all below
  let product = 0;
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number);
    w[i] = tau * sum;
    product += tau * sum * (v[i] as number);
  }
  const share = -0.5 * tau * product;
  for (let i = k + 1; i < n; i++) w[i] = (w[i] as number) + share * (v[i] as number);
  for (let i = k + 1; i < n; i++) {
    const [p, q] = [v[i] as number, w[i] as number];
    for (let j = k + 1; j < n; j++) {
      a[i * n + j] = (a[i * n + j] as number) - (p * (w[j] as number) + q * (v[j] as number));
    }
  }
}

/** The transpose of Q, from what `tridiagonalize` left in `a`. */
export function formBasis(
  a: Float64Array,
  n: number,
  taus: Float64Array,
  basis: Float64Array,
): void {
  basis.fill(0);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  // Q = H(0) ... H(n-2), so its transpose takes them from the right, the last one first.
  const vector = new Float64Array(n);
  for (let k = n - 2; k >= 0; k--) {
    for (let i = k + 1; i < n; i++) vector[i] = a[i * n + k] as number; // in range
    const v = { a: vector, at: k + 1, step: 1 };
    const first = (k + 1) * n + k + 1;
    reflectColumns(v, taus[k] as number, basis, first, n - k - 1, n - k - 1, n);
  }
}

/** Solutions of tridiagonal systems, in doubles; see `lax.linalg.tridiagonalSolve`. */
export const tridiagonalSolve: CpuRoutine<RoutineParams["tridiagonalSolve"]> = (
  [below, diagonal, above, right],
  [out],
) => {
  if (below === undefined || diagonal === undefined || above === undefined) return; // as defined
  if (right === undefined || out === undefined) return;
  const { count, rows: n, columns } = matrixBatch(right.aval);
  const bands = [below, diagonal, above].map((x) => Float64Array.from(rowMajor(x), Number));
  const [l, d, u] = bands as [Float64Array, Float64Array, Float64Array]; // three of them
  const source = rowMajor(right);
  const size = n * columns;
  const x = new Float64Array(size);
  for (let b = 0; b < count; b++) {
    x.set(source.subarray(b * size, (b + 1) * size));
    const part = (band: Float64Array) => band.slice(b * n, (b + 1) * n);
    substitute(part(l), part(d), part(u), x, columns);
    out.data.set(x, b * size);
  }
};

/**
 * Solve in place of `x` by elimination with partial pivoting; NaN where a pivot is 0.
 *
 * Source: LAPACK, dgtsv.
 */
function substitute(
  l: Float64Array,
  d: Float64Array,
  u: Float64Array,
  x: Float64Array,
  width: number,
): void {
  const n = d.length;
  // Element (k, k + 2) of the upper factor, which an exchange of rows fills.
  const second = new Float64Array(n);
  const subtract = (from: number, factor: number, row: number): void => {
    for (let j = 0; j < width; j++) {
      x[from * width + j] =
        (x[from * width + j] as number) - factor * (x[row * width + j] as number);
    }
  };
  // k runs over rows but the last; all addresses lie in the bands and in x.
  for (let k = 0; k + 1 < n; k++) {
    const lower = l[k + 1] as number;
    const pivot = d[k] as number;
    if (Math.abs(pivot) >= Math.abs(lower) || Number.isNaN(lower)) {
      if (pivot === 0) break;
      const factor = lower / pivot;
      d[k + 1] = (d[k + 1] as number) - factor * (u[k] as number);
      subtract(k + 1, factor, k);
      continue;
    }
    const factor = pivot / lower;
    const [diagonal, upper] = [d[k + 1] as number, u[k + 1] as number];
    d[k] = lower;
    d[k + 1] = (u[k] as number) - factor * diagonal;
    u[k] = diagonal;
    if (k + 2 < n) {
      second[k] = upper;
      u[k + 1] = -factor * upper;
    }
    for (let j = 0; j < width; j++) {
      const held = x[k * width + j] as number;
      x[k * width + j] = x[(k + 1) * width + j] as number;
      x[(k + 1) * width + j] = held;
    }
    subtract(k + 1, factor, k);
  }
  if (d.some((pivot) => pivot === 0)) {
    x.fill(NaN);
    return;
  }
  for (let k = n - 1; k >= 0; k--) {
    if (k + 1 < n) subtract(k, u[k] as number, k + 1);
    if (k + 2 < n) subtract(k, second[k] as number, k + 2);
    for (let j = 0; j < width; j++)
      x[k * width + j] = (x[k * width + j] as number) / (d[k] as number);
  }
}
