import { ShapeError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { triangularSolve } from "../lax/ops/linalg.ts";
import { promoteInexact } from "../numpy/promote.ts";
import { vectorize } from "../numpy/vectorize.ts";

/** Which triangle of a matrix is read, and how. */
export interface TriangleParams {
  readonly lower: boolean;
  readonly transposeA: boolean;
  readonly unitDiagonal?: boolean;
}

/**
 * Solution of a triangular system: `a` `[..., n, n]`, `b` `[n]` or `[..., n, m]`; leading axes
 * broadcast.
 *
 * @throws ShapeError if they do not fit.
 */
export function solveColumns(
  where: string,
  a: ArrayLike,
  b: ArrayLike,
  params: TriangleParams,
): NDArray {
  const [matrix, right] = promoteInexact(where, [a, b]) as [NDArray, NDArray]; // as many as given
  const n = matrix.shape.at(-1);
  const isVector = right.ndim === 1;
  if (matrix.ndim < 2 || matrix.shape.at(-2) !== n || n !== right.shape.at(isVector ? -1 : -2)) {
    throw new ShapeError(
      `${where}: a of shape [..., n, n] and b of [n] or [..., n, m] are required, got ${matrix.aval} and ${right.aval}; transpose one`,
    );
  }
  const solve = (m: NDArray, r: NDArray): NDArray =>
    triangularSolve(m, r, { leftSide: true, ...params });
  const signature = isVector ? "(n,n),(n)->(n)" : "(n,n),(n,m)->(n,m)";
  return vectorize(solve, { signature })(matrix, right);
}
