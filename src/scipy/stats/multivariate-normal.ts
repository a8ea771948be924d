import { ShapeError } from "../../core/errors.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { cholesky } from "../../lax/ops/linalg.ts";
import { exp } from "../../lax/ops/transcendental.ts";
import { add, divide, multiply, subtract } from "../../numpy/elementwise-arithmetic.ts";
import { log, square } from "../../numpy/elementwise-math.ts";
import { diagonal } from "../../numpy/matrices.ts";
import { promoteInexact } from "../../numpy/promote.ts";
import { sum } from "../../numpy/reductions.ts";
import { expandDims, squeeze } from "../../numpy/shape.ts";
import { solveColumns } from "../triangular.ts";

// The normal distribution of vectors.

/**
 * Logarithm of the density at `x`.
 *
 * Shapes: `x` and `mean` `[..., n]`, `cov` `[..., n, n]`, or a number for a multiple of the
 * identity; with a number for the mean everything is one-dimensional. Leading axes broadcast. A
 * covariance that is not positive definite gives NaN.
 *
 * @throws ShapeError if they do not fit.
 */
export function logpdf(x: ArrayLike, mean: ArrayLike, cov: ArrayLike): NDArray {
  const where = "scipy.stats.multivariateNormal.logpdf";
  // As many as given.
  const [at, center, spread] = promoteInexact(where, [x, mean, cov]) as [NDArray, NDArray, NDArray];
  const offset = subtract(at, center);
  const logTwoPi = Math.log(2 * Math.PI);
  const n = center.shape.at(-1);
  if (n === undefined || spread.ndim === 0) {
    const squares = n === undefined ? square(offset) : sum(square(offset), { axis: -1 });
    const width = multiply(add(log(spread), logTwoPi), (n ?? 1) / 2);
    return subtract(divide(multiply(squares, -0.5), spread), width);
  }
  if (spread.ndim < 2 || spread.shape.at(-1) !== n || spread.shape.at(-2) !== n) {
    throw new ShapeError(
      `${where}: a covariance of shape [..., ${n}, ${n}] is required, got ${spread.aval}; make it square`,
    );
  }
  const factor = cholesky(spread);
  const triangle = { lower: true, transposeA: false };
  const y = squeeze(solveColumns(where, factor, expandDims(offset, -1), triangle), { axis: -1 });
  const width = add(
    sum(log(diagonal(factor, { axis1: -2, axis2: -1 })), { axis: -1 }),
    (n / 2) * logTwoPi,
  );
  return subtract(multiply(sum(square(y), { axis: -1 }), -0.5), width);
}

/** Density at `x`; see `logpdf`. */
export function pdf(x: ArrayLike, mean: ArrayLike, cov: ArrayLike): NDArray {
  return exp(logpdf(x, mean, cov));
}
