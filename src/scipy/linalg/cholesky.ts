import { checkOptions } from "../../core/options.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { cholesky as factor } from "../../lax/ops/linalg.ts";
import { anySquaresOf } from "../../numpy/matrix-arguments.ts";
import { matrixTranspose } from "../../numpy/shape.ts";
import { solveColumns } from "../triangular.ts";

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
  const matrix = anySquaresOf(where, a);
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
