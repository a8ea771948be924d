import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { swapLast } from "../lax/ops/matrices.ts";
import { svd } from "../lax/ops/svd.ts";
import { array, zeros } from "./creation.ts";
import { finfo } from "./dtype-info.ts";
import { divide, multiply, subtract } from "./elementwise-arithmetic.ts";
import { greater, greaterEqual, less, logicalAnd } from "./elementwise-comparison.ts";
import { square } from "./elementwise-math.ts";
import { readIndex } from "./index-read.ts";
import { requireWide } from "./matrix-arguments.ts";
import { matmul } from "./products.ts";
import { promoteInexact } from "./promote.ts";
import { sum } from "./reductions.ts";
import { whereOf } from "./selection.ts";
import { expandDims, ravel } from "./shape.ts";

/** Options of `lstsq`. */
export interface LstsqOptions {
  /** Singular values below this part of the largest count as 0; the precision times max(m, n). */
  rcond?: ArrayLike | null | undefined;
  /** Whether the residuals are empty where NumPy leaves them out, which needs the rank; false. */
  numpyResid?: boolean | undefined;
}

/** What `lstsq` gives: solution, sums of squared residuals, rank, and singular values. */
export type LstsqResult = [x: NDArray, resid: NDArray, rank: NDArray, s: NDArray];

/**
 * Solution x of least size that makes a x - b smallest in the sum of squares.
 *
 * Shapes: `a` `[m, n]`, `b` `[m]` or `[m, k]`, x `[n]` or `[n, k]`; a residual for each of the k,
 * the int32 rank, min(m, n) singular values.
 *
 * @throws ShapeError if they do not fit; DTypeError for float16 and bfloat16.
 */
export function lstsq(a: ArrayLike, b: ArrayLike, options: LstsqOptions = {}): LstsqResult {
  const where = "linalg.lstsq";
  checkOptions(where, options, ["rcond", "numpyResid"]);
  const [matrix, right] = promoteInexact(where, [a, b]) as [NDArray, NDArray]; // as many as given
  const isVector = right.ndim === 1;
  const [m, n] = matrix.shape as [number, number]; // checked next
  if (matrix.ndim !== 2 || (!isVector && right.ndim !== 2) || right.shape[0] !== m) {
    throw new ShapeError(
      `${where}: a of shape [m, n] and b of [m] or [m, k] are required, got ${matrix.aval} and ${right.aval}; map over leading axes with vmap`,
    );
  }
  requireWide(where, matrix);
  const columns = isVector ? expandDims(right, -1) : right;
  const [x, rank, s] =
    matrix.size === 0 ? trivial(matrix, columns) : smallest(matrix, columns, options);
  const resid =
    options.numpyResid && (m <= n || Number(rank.item()) < n)
      ? array([])
      : sum(square(subtract(columns, matmul(matrix, x))), { axis: 0 });
  return [isVector ? ravel(x) : x, resid, rank, s];
}

function trivial(a: NDArray, b: NDArray): [NDArray, NDArray, NDArray] {
  const { dtype } = a;
  const shape = [a.shape[1] as number, b.shape[1] as number]; // matrices both
  return [zeros(shape, { dtype }), array(0, { dtype: "int32" }), zeros([0], { dtype })];
}

function smallest(
  a: NDArray,
  b: NDArray,
  { rcond = null }: LstsqOptions,
): [NDArray, NDArray, NDArray] {
  const { eps } = finfo(a);
  const cutoff = rcond === null ? eps * Math.max(...a.shape) : whereOf(less(rcond, 0), eps, rcond);
  const [u, s, vt] = svd(a, { fullMatrices: false });
  const isKept = logicalAnd(
    greater(s, 0),
    greaterEqual(
      s,
      convertElementType(multiply(cutoff, readIndex("linalg.lstsq", s, [0])), s.dtype),
    ),
  );
  const inverse = whereOf(isKept, divide(1, whereOf(isKept, s, 1)), 0);
  const parts = multiply(expandDims(inverse, -1), matmul(swapLast(u), b));
  return [matmul(swapLast(vt), parts), sum(isKept), s];
}
