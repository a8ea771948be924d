import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, describe } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { cholesky as factor, triangularSolve } from "../lax/ops/linalg.ts";
import { eye } from "../numpy/matrices.ts";
import { anySquaresOf } from "../numpy/matrix-arguments.ts";
import { matmul } from "../numpy/products.ts";
import { promoteInexact, stretch, toArray } from "../numpy/promote.ts";
import { broadcastTo, expandDims, matrixTranspose, squeeze } from "../numpy/shape.ts";
import { inv } from "./solve.ts";

/** Options of `cholesky`. */
export interface CholeskyOptions {
  /** Whether to give the upper factor; false. */
  upper?: boolean | undefined;
  /** Whether to use the mean of the matrix and its transpose; true. */
  symmetrizeInput?: boolean | undefined;
}

/**
 * Triangular factors L of symmetric positive definite matrices L Lᵀ in the last two axes.
 *
 * A matrix that is not positive definite gives NaN in the triangle; nothing is thrown.
 */
export function cholesky(a: ArrayLike, options: CholeskyOptions = {}): NDArray {
  const where = "linalg.cholesky";
  checkOptions(where, options, ["upper", "symmetrizeInput"]);
  const { upper = false, symmetrizeInput = true } = options;
  const lower = factor(anySquaresOf(where, a), { symmetrizeInput });
  return upper ? matrixTranspose(lower) : lower;
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions {
  /** Whether the matrix is lower triangular; false. */
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
  const where = "linalg.solveTriangular";
  checkOptions(where, options, ["lower", "trans", "unitDiagonal"]);
  const { lower = false, trans = false, unitDiagonal = false } = options;
  const [matrix, right] = promoteInexact(where, [a, b]) as [NDArray, NDArray]; // as many as given
  const isVector = right.ndim === 1;
  const columns = isVector ? expandDims(right, -1) : right;
  if (
    matrix.ndim < 2 ||
    matrix.shape.at(-1) !== matrix.shape.at(-2) ||
    columns.shape.at(-2) !== matrix.shape.at(-1)
  ) {
    throw new ShapeError(
      `${where}: a of shape [..., n, n] and b of [n] or [..., n, m] are required, got ${matrix.aval} and ${right.aval}; transpose one`,
    );
  }
  const batch = broadcastPair(matrix.shape.slice(0, -2), columns.shape.slice(0, -2), where);
  const spread = (x: NDArray): NDArray => stretch(x, [...batch, ...x.shape.slice(-2)]);
  const solution = triangularSolve(spread(matrix), spread(columns), {
    leftSide: true,
    lower,
    transposeA: trans,
    unitDiagonal,
  });
  return isVector ? squeeze(solution, { axis: -1 }) : solution;
}

/**
 * Integer power of square matrices in the last two axes, by repeated squaring; 0 gives identities,
 * a negative one powers of the inverse.
 *
 * @throws ArgumentError unless the power is an integer.
 */
export function matrixPower(a: ArrayLike, n: number): NDArray {
  const where = "linalg.matrixPower";
  if (!Number.isSafeInteger(n)) {
    throw new ArgumentError(
      `${where}: an integer power is required, got ${String(n)}; take roots with eigh`,
    );
  }
  const matrix = toArray(where, a);
  const size = matrix.shape.at(-1);
  if (matrix.ndim < 2 || size === undefined || matrix.shape.at(-2) !== size) {
    throw new ShapeError(`${where}: square matrices are required, got ${matrix.aval}; slice it`);
  }
  let result: NDArray | null = null;
  let square = n < 0 ? inv(matrix) : matrix;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === null ? square : matmul(result, square);
    if (rest > 1) square = matmul(square, square);
  }
  return result ?? broadcastTo(eye(size, size, { dtype: matrix.dtype }), matrix.shape);
}

/**
 * Product of two or more matrices, in the order that takes the fewest operations; the first and
 * the last may be vectors.
 *
 * @throws ArgumentError for fewer than two.
 */
export function multiDot(arrays: readonly ArrayLike[]): NDArray {
  if (!Array.isArray(arrays) || arrays.length < 2) {
    const got = Array.isArray(arrays) ? arrays.length : describe(arrays);
    throw new ArgumentError(
      `linalg.multiDot: two arrays at least are required, got ${got}; pass a list`,
    );
  }
  const list = arrays.map((x: ArrayLike) => toArray("linalg.multiDot", x));
  const first = list[0] as NDArray; // two at least
  const last = list.at(-1) as NDArray;
  const rows = list.map((x, i) => (i === 0 && x.ndim === 1 ? 1 : (x.shape[0] ?? 1)));
  const sizes = [...rows, last.ndim === 1 ? 1 : (last.shape[1] ?? 1)];
  if (first.ndim === 1) sizes[1] = first.shape[0] ?? 1;
  return multiply(list, cheapestSplits(sizes), 0, list.length - 1);
}

/** Where to split each run of factors: the classic programme over intervals. */
function cheapestSplits(sizes: readonly number[]): number[][] {
  const count = sizes.length - 1;
  const cost = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const splits = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  const at = (table: number[][], i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let length = 2; length <= count; length++) {
    for (let i = 0; i + length <= count; i++) {
      const j = i + length - 1;
      let best = Number.POSITIVE_INFINITY;
      for (let k = i; k < j; k++) {
        const work = (sizes[i] ?? 1) * (sizes[k + 1] ?? 1) * (sizes[j + 1] ?? 1);
        const total = at(cost, i, k) + at(cost, k + 1, j) + work;
        if (total >= best) continue;
        best = total;
        (cost[i] as number[])[j] = total; // i is a row of both tables
        (splits[i] as number[])[j] = k;
      }
    }
  }
  return splits;
}

function multiply(list: readonly NDArray[], splits: number[][], from: number, to: number): NDArray {
  if (from === to) return list[from] as NDArray; // within the list
  const middle = splits[from]?.[to] ?? from;
  return matmul(multiply(list, splits, from, middle), multiply(list, splits, middle + 1, to));
}
