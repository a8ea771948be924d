import { ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { eigh as eighOf } from "../../lax/ops/eigh.ts";
import {
  lu as luOf,
  luPivotsToPermutation,
  solveFactored,
  splitFactors,
} from "../../lax/ops/lu.ts";
import { qr as qrOf } from "../../lax/ops/qr.ts";
import { svd as svdOf } from "../../lax/ops/svd.ts";
import { astype } from "../../numpy/creation.ts";
import { add } from "../../numpy/elementwise-arithmetic.ts";
import { equal } from "../../numpy/elementwise-comparison.ts";
import { diag } from "../../numpy/matrices.ts";
import { matricesOf, requireChoice, requireWide, squaresOf } from "../../numpy/matrix-arguments.ts";
import { matmul } from "../../numpy/products.ts";
import { promoteInexact } from "../../numpy/promote.ts";
import { arange } from "../../numpy/ranges.ts";
import { expandDims, squeeze } from "../../numpy/shape.ts";
import { vectorize } from "../../numpy/vectorize.ts";

/** Options of `lu`. */
export interface LuOptions {
  /** Whether to give P L instead of P and L; false. */
  permuteL?: boolean | undefined;
}

/**
 * Triangular factors of matrices in the last two axes, with exchanges of rows: a = p l u.
 *
 * Results: `[p, l, u]`, or `[pl, u]` with `permuteL`. Of `[..., m, n]`, with k = min(m, n), p is
 * `[..., m, m]`, l `[..., m, k]` with a diagonal of ones, u `[..., k, n]`.
 */
export function lu(
  a: ArrayLike,
  options: LuOptions & { permuteL: true },
): [pl: NDArray, u: NDArray];
export function lu(a: ArrayLike, options?: LuOptions): [p: NDArray, l: NDArray, u: NDArray];
export function lu(a: ArrayLike, options: LuOptions = {}): NDArray[] {
  const where = "scipy.linalg.lu";
  checkOptions(where, options, ["permuteL"]);
  const [factors, , permutation] = luOf(matricesOf(where, a));
  const [l, u] = splitFactors(factors);
  const rows = expandDims(arange(permutation.shape.at(-1) ?? 0), -1);
  const p = astype(equal(expandDims(permutation, -2), rows), factors.dtype);
  return options.permuteL ? [matmul(p, l), u] : [p, l, u];
}

/** What `luFactor` gives: both factors in one matrix, and the row exchanged with each row. */
export type LuFactor = readonly [lu: NDArray, pivots: NDArray];

/** The triangular factors of square matrices in the form that `luSolve` takes. */
export function luFactor(a: ArrayLike): LuFactor {
  const [factors, pivots] = luOf(matricesOf("scipy.linalg.luFactor", a));
  return [factors, pivots];
}

/** Options of `luSolve`. */
export interface LuSolveOptions {
  /** Whether to solve with the transpose (1 and 2 as well, as in SciPy); false. */
  trans?: boolean | 0 | 1 | 2 | undefined;
}

/**
 * Solution x of a x = b, from the factors of `a` that `luFactor` gives.
 *
 * Shapes: `b` `[n]` or `[..., n, m]`; leading axes broadcast with those of the factors.
 *
 * @throws ShapeError if they do not fit; DTypeError for float16 and bfloat16.
 */
export function luSolve(
  [factors, pivots]: LuFactor,
  b: ArrayLike,
  options: LuSolveOptions = {},
): NDArray {
  const where = "scipy.linalg.luSolve";
  checkOptions(where, options, ["trans"]);
  const trans = Boolean(options.trans ?? false);
  const [matrix, right] = promoteInexact(where, [factors, b]) as [NDArray, NDArray]; // as many as given
  const n = matrix.shape.at(-1);
  const isVector = right.ndim === 1;
  if (matrix.ndim < 2 || matrix.shape.at(-2) !== n || n !== right.shape.at(isVector ? 0 : -2)) {
    throw new ShapeError(
      `${where}: factors of shape [..., n, n] and b of [n] or [..., n, m] are required, got ${matrix.aval} and ${right.aval}; transpose one`,
    );
  }
  requireWide(where, matrix);
  const permutation = luPivotsToPermutation(pivots, n ?? 0);
  const solve = (m: NDArray, p: NDArray, r: NDArray): NDArray =>
    isVector
      ? squeeze(solveFactored(m, p, expandDims(r, -1), trans), { axis: -1 })
      : solveFactored(m, p, r, trans);
  const signature = isVector ? "(n,n),(n),(n)->(n)" : "(n,n),(n),(n,m)->(n,m)";
  return vectorize(solve, { signature })(matrix, permutation, right);
}

/** Options of `qr`. */
export interface QrOptions {
  /** Square Q ("full"), thin factors ("economic"), or R alone ("r"); "full". */
  mode?: "full" | "economic" | "r" | undefined;
  /** Whether columns are taken by the size of what is left of them; false. */
  pivoting?: boolean | undefined;
}

/**
 * Orthogonal and triangular factors of matrices in the last two axes: `[q, r]`, or `[r]` alone;
 * with `pivoting` the int32 order of the columns follows, and a taken in that order is q r.
 */
export function qr(a: ArrayLike, options: QrOptions = {}): NDArray[] {
  const where = "scipy.linalg.qr";
  checkOptions(where, options, ["mode", "pivoting"]);
  const { mode = "full", pivoting = false } = options;
  requireChoice(where, "mode", mode, ["full", "economic", "r"]);
  const fullMatrices = mode !== "economic";
  const factors: readonly NDArray[] = pivoting
    ? qrOf(matricesOf(where, a), { fullMatrices, pivoting })
    : qrOf(matricesOf(where, a), { fullMatrices });
  return mode === "r" ? factors.slice(1) : [...factors];
}

/** Options of `qrMultiply`. */
export interface QrMultiplyOptions {
  /** Whether to give c q ("right") or q c ("left"); "right". */
  mode?: "left" | "right" | undefined;
  pivoting?: boolean | undefined;
}

/**
 * The product of the thin orthogonal factor of `a` with `c`, a matrix or a vector, and r; with
 * `pivoting` also the order of the columns.
 *
 * @throws ShapeError if they do not fit.
 */
export function qrMultiply(a: ArrayLike, c: ArrayLike, options: QrMultiplyOptions = {}): NDArray[] {
  const where = "scipy.linalg.qrMultiply";
  checkOptions(where, options, ["mode", "pivoting"]);
  const { mode = "right", pivoting = false } = options;
  requireChoice(where, "mode", mode, ["left", "right"]);
  const [matrix, other] = promoteInexact(where, [a, c]) as [NDArray, NDArray]; // as many as given
  const [q, ...rest] = qr(matrix, { mode: "economic", pivoting }) as [NDArray, ...NDArray[]]; // two at least
  return [mode === "left" ? matmul(q, other) : matmul(other, q), ...rest];
}

/** Options of `svd`. */
export interface SvdOptions {
  /** Whether u and v are square; true. */
  fullMatrices?: boolean | undefined;
  /** Whether to give u and v at all; true. */
  computeUv?: boolean | undefined;
}

/** Singular values and vectors, `[u, s, vt]`, or `s` alone without `computeUv`; see `linalg.svd`. */
export function svd(a: ArrayLike, options: SvdOptions & { computeUv: false }): NDArray;
export function svd(
  a: ArrayLike,
  options?: SvdOptions & { computeUv?: true | undefined },
): [u: NDArray, s: NDArray, vt: NDArray];
export function svd(a: ArrayLike, options: SvdOptions = {}): NDArray | NDArray[] {
  const where = "scipy.linalg.svd";
  checkOptions(where, options, ["fullMatrices", "computeUv"]);
  const { fullMatrices = true, computeUv = true } = options;
  const matrix = matricesOf(where, a);
  if (!computeUv) return svdOf(matrix, { computeUv });
  return [...svdOf(matrix, { fullMatrices })];
}

/** Options of `eigh`. */
export interface EighOptions {
  /** Kept for its name: the mean of the matrix and its transpose is used. */
  lower?: boolean | undefined;
  /** Whether to give the eigenvalues alone; false. */
  eigvalsOnly?: boolean | undefined;
}

/** Eigenvalues, ascending, and eigenvectors of symmetric matrices; see `linalg.eigh`. */
export function eigh(a: ArrayLike, options: EighOptions & { eigvalsOnly: true }): NDArray;
export function eigh(
  a: ArrayLike,
  options?: EighOptions & { eigvalsOnly?: false | undefined },
): [w: NDArray, v: NDArray];
export function eigh(a: ArrayLike, options: EighOptions = {}): NDArray | NDArray[] {
  const where = "scipy.linalg.eigh";
  checkOptions(where, options, ["lower", "eigvalsOnly"]);
  const [v, w] = eighOf(squaresOf(where, a), { lower: options.lower ?? true });
  return options.eigvalsOnly ? w : [w, v];
}

/** Options of `eighTridiagonal`. */
export interface EighTridiagonalOptions {
  /** Whether to give the eigenvalues alone; false. */
  eigvalsOnly?: boolean | undefined;
}

/**
 * Eigenvalues, ascending, and eigenvectors of the symmetric matrix with diagonal `d` `[n]` and
 * `e` `[n - 1]` beside it.
 *
 * @throws ShapeError unless they fit.
 */
export function eighTridiagonal(
  d: ArrayLike,
  e: ArrayLike,
  options: EighTridiagonalOptions & { eigvalsOnly: true },
): NDArray;
export function eighTridiagonal(
  d: ArrayLike,
  e: ArrayLike,
  options?: EighTridiagonalOptions & { eigvalsOnly?: false | undefined },
): [w: NDArray, v: NDArray];
export function eighTridiagonal(
  d: ArrayLike,
  e: ArrayLike,
  options: EighTridiagonalOptions = {},
): NDArray | NDArray[] {
  const where = "scipy.linalg.eighTridiagonal";
  checkOptions(where, options, ["eigvalsOnly"]);
  const [line, beside] = promoteInexact(where, [d, e]) as [NDArray, NDArray]; // as many as given
  if (line.ndim !== 1 || beside.ndim !== 1 || beside.size !== line.size - 1) {
    throw new ShapeError(
      `${where}: d of shape [n] and e of [n - 1] are required, got ${line.aval} and ${beside.aval}; slice one`,
    );
  }
  requireWide(where, line);
  const matrix = add(add(diag(line), diag(beside, { k: 1 })), diag(beside, { k: -1 }));
  const [v, w] = eighOf(matrix, { symmetrizeInput: false });
  return options.eigvalsOnly ? w : [w, v];
}
