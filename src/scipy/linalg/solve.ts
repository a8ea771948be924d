import { checkOptions } from "../../core/options.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { solveByCholesky, solveByLu } from "../../lax/ops/linear-solve.ts";
import { solveWith } from "../../linalg/solve.ts";
import { requireChoice } from "../../numpy/matrix-arguments.ts";
import { solveColumns } from "../triangular.ts";

/** Options of `solve`. */
export interface SolveOptions {
  /** Which triangle is read with `assumeA: "pos"`; the upper one. */
  lower?: boolean | undefined;
  /** What is known of the matrix: nothing ("gen"), or that it is positive definite ("pos"). */
  assumeA?: "gen" | "sym" | "her" | "pos" | undefined;
}

/**
 * Solution x of a x = b for square matrices: by triangular factors with exchanges of rows, or
 * with `assumeA: "pos"` by a Cholesky factor.
 *
 * Shapes: `a` `[..., n, n]`, `b` `[n]` or `[..., n, m]`; leading axes broadcast. A singular matrix
 * gives infinities or NaN. The derivative solves again with the same factors; with "pos" it takes
 * `a` to stay symmetric.
 *
 * @throws ShapeError if they do not fit; DTypeError for float16 and bfloat16.
 */
export function solve(a: ArrayLike, b: ArrayLike, options: SolveOptions = {}): NDArray {
  const where = "scipy.linalg.solve";
  checkOptions(where, options, ["lower", "assumeA"]);
  const { lower = false, assumeA = "gen" } = options;
  requireChoice(where, "assumeA", assumeA, ["gen", "sym", "her", "pos"]);
  if (assumeA !== "pos") return solveWith(where, a, b, solveByLu);
  return solveWith(where, a, b, (m, r) => solveByCholesky(m, r, lower));
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
