import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { solveByLu } from "../lax/ops/linear-solve.ts";
import { identityLike } from "../lax/ops/matrices.ts";
import { array } from "./creation.ts";
import { finfo } from "./dtype-info.ts";
import { divide, multiply } from "./elementwise-arithmetic.ts";
import { sqrt, square } from "./elementwise-math.ts";
import { lstsq } from "./least-squares.ts";
import { vander } from "./matrices.ts";
import { matmul, outer } from "./products.ts";
import { promoteInexact, toArray } from "./promote.ts";
import { sum } from "./reductions.ts";
import { atleast1d, expandDims, matrixTranspose } from "./shape.ts";

/** Options of `polyfit`. */
export interface PolyfitOptions {
  /** Singular values up to this part of the largest count as 0; the number of points times the precision. */
  rcond?: number | null | undefined;
  /** Whether to give residuals, rank, singular values and rcond too; false. */
  full?: boolean | undefined;
  /** Weights of the points, by which their residuals are multiplied; ones. */
  w?: ArrayLike | null | undefined;
  /** Whether to give the covariance of the coefficients too, scaled by the residuals or not; false. */
  cov?: boolean | "unscaled" | undefined;
}

/** What `polyfit` gives with `full`. */
export type FullFit = [p: NDArray, resid: NDArray, rank: NDArray, s: NDArray, rcond: NDArray];

/**
 * Coefficients, the highest power first, of the polynomial of degree `deg` that is nearest to the
 * points in the sum of squares.
 *
 * Shapes: `x` `[m]`, `y` `[m]` or `[m, k]`, the coefficients `[deg + 1]` or `[deg + 1, k]`.
 *
 * @throws ShapeError if they do not fit; ArgumentError unless `deg` is an integer from 0, or for
 * a covariance of too few points.
 */
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options: PolyfitOptions & { full: true },
): FullFit;
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options: PolyfitOptions & { full?: false | undefined; cov: true | "unscaled" },
): [p: NDArray, cov: NDArray];
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options?: PolyfitOptions & { full?: false | undefined; cov?: false | undefined },
): NDArray;
export function polyfit(
  x: ArrayLike,
  y: ArrayLike,
  deg: number,
  options: PolyfitOptions = {},
): NDArray | NDArray[] {
  const where = "numpy.polyfit";
  checkOptions(where, options, ["rcond", "full", "w", "cov"]);
  const { full = false, w = null, cov = false } = options;
  if (!Number.isSafeInteger(deg) || deg < 0) {
    throw new ArgumentError(
      `${where}: deg must be an integer from 0, got ${String(deg)}; round it`,
    );
  }
  const [points, values] = promoteInexact("numpy.polyfit", [x, y]) as [NDArray, NDArray]; // as many as given
  checkPoints(where, points, values);
  const rcond = options.rcond ?? points.size * finfo(points).eps;
  const weigh = weighing(where, w, points);
  const powers = weigh(vander(points, { n: deg + 1 }));
  const scale = sqrt(sum(square(powers), { axis: 0 }));
  const scaled = divide(powers, scale);
  const [c, resid, rank, s] = lstsq(scaled, weigh(values), { rcond });
  const p = divide(c, c.ndim === 1 ? scale : expandDims(scale, -1));
  if (full) return [p, resid, rank, s, array(rcond)];
  return cov === false ? p : [p, covarianceOf(where, scaled, scale, resid, values, cov)];
}

function checkPoints(where: string, x: NDArray, y: NDArray): void {
  const fits = x.ndim === 1 && x.size > 0 && (y.ndim === 1 || y.ndim === 2);
  if (fits && x.shape[0] === y.shape[0]) return;
  throw new ShapeError(
    `${where}: x of shape [m] and y of [m] or [m, k] with m from 1 on are required, got ${x.aval} and ${y.aval}; flatten x`,
  );
}

/** What multiplies a list of values, or of rows, by the weights. */
function weighing(where: string, w: ArrayLike | null, x: NDArray): (y: NDArray) => NDArray {
  if (w === null) return (y) => y;
  const weights = toArray("numpy.polyfit", w);
  if (weights.ndim !== 1 || weights.size !== x.size) {
    throw new ShapeError(
      `${where}: a weight for each point is required, got ${weights.aval} for ${x.aval}; broadcast it`,
    );
  }
  return (y) => multiply(y, y.ndim === 1 ? weights : expandDims(weights, -1));
}

/** Covariance `[n, n]` of the coefficients, or `[n, n, k]`. */
function covarianceOf(
  where: string,
  powers: NDArray,
  scale: NDArray,
  resid: NDArray,
  y: NDArray,
  kind: true | "unscaled",
): NDArray {
  const [m, n] = powers.shape as [number, number]; // a matrix
  const normal = matmul(matrixTranspose(powers), powers);
  const base = divide(solveByLu(normal, identityLike(normal)), outer(scale, scale));
  if (kind !== "unscaled" && m <= n) {
    throw new ArgumentError(
      `${where}: more points than coefficients are required to scale the covariance, got ${m} for ${n}; set cov: "unscaled"`,
    );
  }
  const factor = kind === "unscaled" ? array([1]) : divide(resid, m - n);
  return multiply(y.ndim === 1 ? base : expandDims(base, -1), atleast1d(factor));
}
