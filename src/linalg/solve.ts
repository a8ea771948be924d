import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { solveByLu } from "../lax/ops/linear-solve.ts";
import { identityLike } from "../lax/ops/matrices.ts";
import { requireWide, squaresOf } from "../numpy/matrix-arguments.ts";
import { promoteInexact, toArray } from "../numpy/promote.ts";
import { expandDims, ravel, reshape, squeeze, transpose } from "../numpy/shape.ts";
import { vectorize } from "../numpy/vectorize.ts";

/**
 * Solution x of a x = b for square matrices, by triangular factors with exchanges of rows.
 *
 * Shapes: `a` `[..., n, n]`, `b` `[n]` or `[..., n, m]`; leading axes broadcast.
 * Edge values: a singular matrix gives infinities or NaN; nothing is thrown.
 * The derivative solves the same equation again with the same factors.
 *
 * @throws ShapeError if they do not fit; DTypeError for float16 and bfloat16.
 */
export function solve(a: ArrayLike, b: ArrayLike): NDArray {
  return solveWith("linalg.solve", a, b, solveByLu);
}

/** The same by any solver of systems whose leading axes agree. */
export function solveWith(
  where: string,
  a: ArrayLike,
  b: ArrayLike,
  solver: (a: NDArray, b: NDArray) => NDArray,
): NDArray {
  const [matrix, right] = promoteInexact(where, [a, b]) as [NDArray, NDArray]; // as many as given
  const n = matrix.shape.at(-1);
  const isVector = right.ndim === 1;
  if (matrix.ndim < 2 || matrix.shape.at(-2) !== n || n !== right.shape.at(isVector ? 0 : -2)) {
    throw new ShapeError(
      `${where}: a of shape [..., n, n] and b of [n] or [..., n, m] are required, got ${matrix.aval} and ${right.aval}; transpose one, or add an axis`,
    );
  }
  requireWide(where, matrix);
  if (!isVector) return vectorize(solver, { signature: "(n,n),(n,m)->(n,m)" })(matrix, right);
  const column = (m: NDArray, r: NDArray): NDArray =>
    squeeze(solver(m, expandDims(r, -1)), { axis: -1 });
  return vectorize(column, { signature: "(n,n),(n)->(n)" })(matrix, right);
}

/**
 * Inverses of square matrices in the last two axes; infinities or NaN for singular ones.
 *
 * To solve a system, `solve` is faster and more accurate.
 */
export function inv(a: ArrayLike): NDArray {
  const matrix = squaresOf("linalg.inv", a);
  return solveByLu(matrix, identityLike(matrix));
}

/** Options of `tensorsolve`. */
export interface TensorsolveOptions {
  /** Axes of `a` that go to its end first; none. */
  axes?: readonly number[] | undefined;
}

/**
 * Solution x of tensordot(a, x, x.ndim) = b.
 *
 * Shapes: `a` is that of `b`, then that of the result, both with the same number of elements.
 *
 * @throws ShapeError if they do not fit.
 */
export function tensorsolve(a: ArrayLike, b: ArrayLike, options: TensorsolveOptions = {}): NDArray {
  const where = "linalg.tensorsolve";
  checkOptions(where, options, ["axes"]);
  const { axes = [] } = options;
  const given = toArray(where, a);
  const right = toArray(where, b);
  const last = axes.map((axis) => normalizeAxis(axis, given.ndim, where));
  const first = given.shape.map((_, axis) => axis).filter((axis) => !last.includes(axis));
  const tensor = transpose(given, [...first, ...last]);
  const shape = tensor.shape.slice(right.ndim);
  const count = shape.reduce((n, extent) => n * extent, 1);
  const fits = right.shape.every((extent, axis) => extent === tensor.shape[axis]);
  if (!fits || count !== right.size) {
    throw new ShapeError(
      `${where}: a of the shape of b, then as many elements again, is required, got ${tensor.aval} and ${right.aval}; set axes`,
    );
  }
  return reshape(solve(reshape(tensor, [right.size, count]), ravel(right)), shape);
}

/** Options of `tensorinv`. */
export interface TensorinvOptions {
  /** How many first axes are the rows; 2. */
  ind?: number | undefined;
}

/**
 * Inverse of `a` for tensordot over `ind` axes.
 *
 * @throws ShapeError unless the first `ind` axes have as many elements as the rest.
 */
export function tensorinv(a: ArrayLike, options: TensorinvOptions = {}): NDArray {
  const where = "linalg.tensorinv";
  checkOptions(where, options, ["ind"]);
  const { ind = 2 } = options;
  if (!Number.isSafeInteger(ind) || ind <= 0) {
    throw new ArgumentError(`${where}: ind must be an integer from 1, got ${String(ind)}; pass 1`);
  }
  const tensor = toArray(where, a);
  const [rows, columns] = [tensor.shape.slice(0, ind), tensor.shape.slice(ind)];
  const [m, n] = [rows, columns].map((list) => list.reduce((k, extent) => k * extent, 1)) as [
    number,
    number,
  ]; // two lists
  if (m !== n) {
    throw new ShapeError(
      `${where}: as many elements in the first ${ind} axes as in the rest are required, got ${tensor.aval}; set ind`,
    );
  }
  return reshape(inv(reshape(tensor, [m, n])), [...columns, ...rows]);
}
