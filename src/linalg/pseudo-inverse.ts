import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { swapLast, symmetrize } from "../lax/ops/matrices.ts";
import { astype, zeros } from "../numpy/creation.ts";
import { finfo } from "../numpy/dtype-info.ts";
import { add, divide, multiply, negative, subtract } from "../numpy/elementwise-arithmetic.ts";
import { greater, notEqual } from "../numpy/elementwise-comparison.ts";
import { readIndex } from "../numpy/index-read.ts";
import { matricesOf } from "../numpy/matrix-arguments.ts";
import { matmul } from "../numpy/products.ts";
import { toArray } from "../numpy/promote.ts";
import { any, max, sum } from "../numpy/reductions.ts";
import { whereOf } from "../numpy/selection.ts";
import { expandDims, reshape } from "../numpy/shape.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";
import { svd } from "./decompositions.ts";

/** Options of `pinv`. */
export interface PinvOptions {
  /** Singular values up to this part of the largest count as 0; 10 times the precision times max(m, n). */
  rtol?: ArrayLike | null | undefined;
  /** Whether the matrices are symmetric; false. */
  hermitian?: boolean | undefined;
}

/**
 * Pseudo-inverses of matrices `[..., m, n]` in the last two axes, `[..., n, m]`.
 *
 * The derivative is that of constant rank, without those of singular vectors.
 * Source: Golub and Pereyra, 1973.
 */
export function pinv(a: ArrayLike, options: PinvOptions = {}): NDArray {
  const where = "linalg.pinv";
  checkOptions(where, options, ["rtol", "hermitian"]);
  const { rtol = null, hermitian = false } = options;
  const matrix = matricesOf(where, a);
  const [m, n] = matrix.shape.slice(-2) as [number, number]; // it has two axes
  if (m === 0 || n === 0) {
    return zeros([...matrix.shape.slice(0, -2), n, m], { dtype: matrix.dtype });
  }
  return pseudoInverse(matrix, rtol ?? 10 * Math.max(m, n) * finfo(matrix).eps, hermitian);
}

const pseudoInverse: CustomJvp<[NDArray, ArrayLike, boolean], NDArray> = /* @__PURE__ */ customJvp(
  (a: NDArray, rtol: ArrayLike, hermitian: boolean) => {
    const [u, s, vt] = svd(a, { fullMatrices: false, hermitian });
    const relative = toArray("linalg.pinv", rtol);
    const part = reshape(relative, [
      ...Array.from({ length: Math.max(0, s.ndim - 1 - relative.ndim) }, () => 1),
      ...relative.shape,
      1,
    ]);
    const cutoff = multiply(part, readIndex("linalg.pinv", s, ["...", [0, 1]]));
    const kept = whereOf(greater(s, cutoff), s, Number.POSITIVE_INFINITY).astype(a.dtype);
    return matmul(swapLast(vt), divide(swapLast(u), expandDims(kept, -1)));
  },
  { nondiffArgnums: [1, 2] },
).defJvp((rtol: ArrayLike, hermitian: boolean, [given]: [NDArray], [moved]: [NDArray]) => {
  const p = pseudoInverse(given, rtol, hermitian);
  const [a, t] = hermitian ? [symmetrize(given), symmetrize(moved)] : [given, moved];
  const [m, n] = a.shape.slice(-2) as [number, number]; // it has two axes
  const turned = swapLast(t);
  const isTall = m >= n;
  // Products are taken on the shorter side.
  const s = isTall
    ? matmul(matmul(p, swapLast(p)), turned)
    : matmul(p, matmul(swapLast(p), turned));
  const q = isTall
    ? matmul(matmul(turned, swapLast(p)), p)
    : matmul(turned, matmul(swapLast(p), p));
  const within = isTall ? matmul(matmul(p, t), p) : matmul(p, matmul(t, p));
  const left = isTall ? matmul(matmul(s, a), p) : matmul(s, matmul(a, p));
  const right = isTall ? matmul(matmul(p, a), q) : matmul(p, matmul(a, q));
  return [p, subtract(add(subtract(add(negative(within), s), left), q), right)];
});

/** Options of `matrixRank`. */
export interface MatrixRankOptions {
  /**
   * Singular values above this count; the largest of each matrix times the precision times the
   * larger of its extents.
   */
  rtol?: ArrayLike | null | undefined;
  /** Whether the matrices are symmetric; false. */
  hermitian?: boolean | undefined;
}

/** Number of singular values of each matrix, int32, that are not negligible; of a vector, whether it is not 0. */
export function matrixRank(a: ArrayLike, options: MatrixRankOptions = {}): NDArray {
  const where = "linalg.matrixRank";
  checkOptions(where, options, ["rtol", "hermitian"]);
  const { rtol = null, hermitian = false } = options;
  const given = toArray(where, a);
  if (given.ndim < 2) return astype(any(notEqual(given, 0)), "int32");
  const matrix = matricesOf(where, given);
  const s = svd(matrix, { fullMatrices: false, computeUv: false, hermitian });
  const size = Math.max(...matrix.shape.slice(-2)) * finfo(matrix).eps;
  const bound = rtol ?? multiply(max(s, { axis: -1 }), size);
  return sum(greater(s, expandDims(bound, -1)), { axis: -1 });
}
