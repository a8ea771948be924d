import { makeReflector, reflectColumns, reflectRows } from "./reflector.ts";

/**
 * Bring a matrix of `m` rows, at least as many as its `n` columns, to upper bidiagonal form
 * Qᵀ A P.
 *
 * The diagonal goes to `d`, the elements above it to `e` (its last one is not used), the factors
 * of the reflectors to the two lists of `n`, their vectors to where they made zeros.
 * Source: LAPACK, dgebd2.
 */
export function bidiagonalize(
  a: Float64Array,
  m: number,
  n: number,
  d: Float64Array,
  e: Float64Array,
  leftTaus: Float64Array,
  rightTaus: Float64Array,
): void {
  const sums = new Float64Array(n);
  e.fill(0);
  rightTaus.fill(0);
  for (let k = 0; k < n; k++) {
    const at = k * n + k;
    const tau = makeReflector(a, at, m - k, n);
    leftTaus[k] = tau;
    d[k] = a[at] as number; // on the diagonal
    reflectRows({ a, at, step: n }, tau, a, at + 1, m - k, n - k - 1, n, sums);
    if (k + 1 >= n) continue;
    const beside = makeReflector(a, at + 1, n - k - 1, 1);
    rightTaus[k] = beside;
    e[k] = a[at + 1] as number; // above the diagonal
    reflectColumns({ a, at: at + 1, step: 1 }, beside, a, at + n + 1, m - k - 1, n - k - 1, n);
  }
}

/** The first `count` columns of Q, as rows of `u`. */
export function formLeft(
  a: Float64Array,
  m: number,
  n: number,
  taus: Float64Array,
  u: Float64Array,
  count: number,
): void {
  u.fill(0);
  for (let i = 0; i < count; i++) u[i * m + i] = 1;
  const vector = new Float64Array(m);
  // Rows of u times H(n-1) ... H(0); a row below k has only zeros where H(k) acts on row k alone.
  for (let k = n - 1; k >= 0; k--) {
    for (let i = k; i < m; i++) vector[i] = a[i * n + k] as number; // in range
    const v = { a: vector, at: k, step: 1 };
    reflectColumns(v, taus[k] as number, u, k * m + k, count - k, m - k, m);
  }
}

/** The transpose of P. */
export function formRight(a: Float64Array, n: number, taus: Float64Array, v: Float64Array): void {
  v.fill(0);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (let k = n - 2; k >= 0; k--) {
    const vector = { a, at: k * n + k + 1, step: 1 };
    const at = (k + 1) * n + k + 1;
    reflectColumns(vector, taus[k] as number, v, at, n - k - 1, n - k - 1, n);
  }
}
