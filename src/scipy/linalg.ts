import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { cholesky as factor } from "../lax/ops/linalg.ts";
import { inexact } from "../numpy/promote.ts";
import { matrixTranspose } from "../numpy/shape.ts";
import { solveColumns } from "./triangular.ts";

/** Options of `cholesky` and `choFactor`. */
export interface CholeskyOptions {
  /** Whether to give the lower factor, from the lower triangle; false. */
  lower?: boolean | undefined;
}

/**
 * Triangular factor of symmetric positive definite matrices in the last two axes: upper, R with
 * Rᵀ R, unless `lower` is given. The other triangle of the matrix is not read.
 *
 * A matrix that is not positive definite gives NaN in the triangle; nothing is thrown.
 */
export function cholesky(a: ArrayLike, options: CholeskyOptions = {}): NDArray {
  return factorOf("scipy.linalg.cholesky", a, options);
}

function factorOf(where: string, a: ArrayLike, options: CholeskyOptions): NDArray {
  checkOptions(where, options, ["lower"]);
  const matrix = inexact(where, a);
  if (options.lower) return factor(matrix, { symmetrizeInput: false });
  return matrixTranspose(factor(matrixTranspose(matrix), { symmetrizeInput: false }));
}

/** A Cholesky factor, and whether it is the lower one. */
export type CholeskyFactor = readonly [factor: NDArray, lower: boolean];

/** The factor that `cholesky` gives, in the form that `choSolve` takes. */
export function choFactor(a: ArrayLike, options: CholeskyOptions = {}): CholeskyFactor {
  return [factorOf("scipy.linalg.choFactor", a, options), options.lower ?? false];
}

/**
 * Solution x of a x = b, from the factor of `a` that `choFactor` gives.
 *
 * Shapes: `b` `[n]` or `[..., n, m]`; leading axes broadcast with those of the factor.
 */
export function choSolve([c, lower]: CholeskyFactor, b: ArrayLike): NDArray {
  const where = "scipy.linalg.choSolve";
  const halfway = solveColumns(where, c, b, { lower, transposeA: !lower });
  return solveColumns(where, c, halfway, { lower, transposeA: lower });
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions {
  /** Whether the lower triangle is read; false. */
  lower?: boolean | undefined;
  /** Whether to solve with the transpose; false. */
  trans?: boolean | undefined;
  /** Whether the diagonal counts as ones; false. */
  unitDiagonal?: boolean | undefined;
}

/**
 * Solution x of a x = b for triangular matrices in the last two axes of `a`; the other triangle is
 * not read.
 *
 * Shapes: `a` `[..., n, n]`, `b` `[n]` or `[..., n, m]`; leading axes broadcast.
 *
 * @throws ShapeError if they do not fit.
 */
export function solveTriangular(
  a: ArrayLike,
  b: ArrayLike,
  options: SolveTriangularOptions = {},
): NDArray {
  const where = "scipy.linalg.solveTriangular";
  checkOptions(where, options, ["lower", "trans", "unitDiagonal"]);
  const { lower = false, trans = false, unitDiagonal = false } = options;
  return solveColumns(where, a, b, { lower, transposeA: trans, unitDiagonal });
}
