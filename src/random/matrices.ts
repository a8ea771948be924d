import { checkDtype } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, checkShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { eigh } from "../lax/ops/eigh.ts";
import { cholesky } from "../lax/ops/linalg.ts";
import { diagonalOf, swapLast } from "../lax/ops/matrices.ts";
import { qr } from "../lax/ops/qr.ts";
import { svd } from "../lax/ops/svd.ts";
import { add, multiply } from "../numpy/elementwise-arithmetic.ts";
import { sign, sqrt } from "../numpy/elementwise-math.ts";
import { matvec } from "../numpy/products.ts";
import { promoteInexact } from "../numpy/promote.ts";
import { expandDims } from "../numpy/shape.ts";
import { type DrawOptions, floatDtype } from "./bits.ts";
import { normal } from "./continuous.ts";
import { spreadTo } from "./draw-shape.ts";

/** Options of `orthogonal`. */
export interface OrthogonalOptions extends DrawOptions {
  /** Number of columns; as many as rows. */
  m?: number | undefined;
}

/**
 * Orthogonal matrices `[...shape, n, m]`, uniformly distributed; with another number of columns
 * than rows, matrices whose rows or columns, whichever are fewer, are orthonormal.
 *
 * Source: Mezzadri, How to generate random matrices from the classical compact groups, 2007.
 *
 * @throws ArgumentError unless n and m are integers from 0; DTypeError unless float32 or float64.
 */
export function orthogonal(
  k: NDArray,
  n: number,
  shape: readonly number[] = [],
  options: OrthogonalOptions = {},
): NDArray {
  const where = "random.orthogonal";
  checkOptions(where, options, ["dtype", "m"]);
  const { m = n } = options;
  for (const extent of [n, m]) {
    if (Number.isSafeInteger(extent) && extent >= 0) continue;
    throw new ArgumentError(
      `${where}: n and m must be integers from 0, got ${String(n)} and ${String(m)}; pass plain numbers`,
    );
  }
  const lead = checkShape(shape, where);
  const dtype = floatDtype(options.dtype, where);
  const tall = normal(k, [...lead, Math.max(n, m), Math.min(n, m)], { dtype });
  const [q, r] = qr(tall, { fullMatrices: false });
  // The signs of the diagonal of r are those of reflectors; without them the draw is uniform.
  const x = multiply(q, expandDims(sign(diagonalOf(r)), -2));
  return n < m ? swapLast(x) : x;
}

/** Options of `multivariateNormal`. */
export interface MultivariateNormalOptions extends DrawOptions {
  /** How the covariance is factored; "cholesky". The others take singular ones. */
  method?: "cholesky" | "eigh" | "svd" | undefined;
}

/**
 * Normal vectors with the mean `[..., n]` and the covariance `[..., n, n]`; the shape of the
 * draws is that of the leading axes of both, broadcast, by default.
 *
 * A covariance that is not positive definite gives NaN with "cholesky".
 *
 * @throws ShapeError if the shapes do not fit; DTypeError unless the dtype is a float.
 */
export function multivariateNormal(
  k: NDArray,
  mean: ArrayLike,
  cov: ArrayLike,
  shape?: readonly number[] | null,
  options: MultivariateNormalOptions = {},
): NDArray {
  const where = "random.multivariateNormal";
  checkOptions(where, options, ["dtype", "method"]);
  const { method = "cholesky" } = options;
  if (!["cholesky", "eigh", "svd"].includes(method)) {
    throw new ArgumentError(
      `${where}: method must be cholesky, eigh or svd, got ${String(method)}; pick one`,
    );
  }
  const [center, spread] = promoteInexact(where, [mean, cov]) as [NDArray, NDArray]; // as many as given
  const n = center.shape.at(-1);
  if (n === undefined || spread.ndim < 2 || spread.shape.slice(-2).some((extent) => extent !== n)) {
    throw new ShapeError(
      `${where}: a mean of shape [..., n] and a covariance of [..., n, n] are required, got ${center.aval} and ${spread.aval}; slice one`,
    );
  }
  const common = broadcastPair(center.shape.slice(0, -1), spread.shape.slice(0, -2), where);
  const lead = shape == null ? common : checkShape(shape, where);
  const dtype = floatDtype(
    options.dtype === undefined ? center.dtype : checkDtype(options.dtype, where),
    where,
  );
  const draws = normal(k, [...lead, n], { dtype });
  // Refuses a shape that the parameters do not fit in.
  const at = spreadTo(center, [...lead, n], where);
  const factor = spreadTo(factorOf(spread, method), [...lead, n, n], where);
  return add(at, matvec(factor, draws));
}

/** A matrix whose product with its transpose is the covariance. */
function factorOf(cov: NDArray, method: "cholesky" | "eigh" | "svd"): NDArray {
  if (method === "cholesky") return cholesky(cov);
  const [vectors, sizes] = method === "eigh" ? eigh(cov) : svd(cov);
  return multiply(vectors, expandDims(sqrt(sizes), -2));
}
