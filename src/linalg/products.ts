import type { DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { diagonal as diagonalOf, trace as traceOf } from "../numpy/matrices.ts";
import { cross as crossOf, outer as outerOf } from "../numpy/products.ts";
import { toArray } from "../numpy/promote.ts";

/** Product of each element of a vector with each of another. @throws ShapeError unless they are vectors. */
export function outer(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = [toArray("linalg.outer", x), toArray("linalg.outer", y)];
  if (a.ndim === 1 && b.ndim === 1) return outerOf(a, b);
  throw new ShapeError(
    `linalg.outer: two vectors are required, got ${a.aval} and ${b.aval}; use numpy.outer, which flattens`,
  );
}

/** Vector products of vectors of three elements along an axis (-1). @throws ShapeError for others. */
export function cross(
  x: ArrayLike,
  y: ArrayLike,
  options: { axis?: number | undefined } = {},
): NDArray {
  const where = "linalg.cross";
  checkOptions(where, options, ["axis"]);
  const { axis = -1 } = options;
  const [a, b] = [toArray(where, x), toArray(where, y)];
  const extent = (z: NDArray): number | undefined => z.shape[normalizeAxis(axis, z.ndim, where)];
  if (extent(a) === 3 && extent(b) === 3) return crossOf(a, b, { axis });
  throw new ShapeError(
    `${where}: vectors of 3 elements along axis ${axis} are required, got ${a.aval} and ${b.aval}; set axis`,
  );
}

/** Options of `diagonal`. */
export interface MatrixDiagonalOptions {
  /** Which diagonal; 0 is the main one. */
  offset?: number | undefined;
}

/** Diagonals of the matrices in the last two axes. */
export function diagonal(x: ArrayLike, options: MatrixDiagonalOptions = {}): NDArray {
  checkOptions("linalg.diagonal", options, ["offset"]);
  return diagonalOf(x, { ...options, axis1: -2, axis2: -1 });
}

/** Sums along diagonals of the matrices in the last two axes. */
export function trace(
  x: ArrayLike,
  options: MatrixDiagonalOptions & { dtype?: DType | undefined } = {},
): NDArray {
  checkOptions("linalg.trace", options, ["offset", "dtype"]);
  return traceOf(x, { ...options, axis1: -2, axis2: -1 });
}
