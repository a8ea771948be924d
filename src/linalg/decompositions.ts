import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { iota } from "../lax/ops/constants.ts";
import { eigh as eighOf } from "../lax/ops/eigh.ts";
import { abs, sign as signOf } from "../lax/ops/extrema.ts";
import { rev } from "../lax/ops/layout.ts";
import { geqrf, qr as qrOf } from "../lax/ops/qr.ts";
import { sort } from "../lax/ops/sort.ts";
import { svd as svdOf } from "../lax/ops/svd.ts";
import { multiply } from "../numpy/elementwise-arithmetic.ts";
import { matricesOf, requireChoice, squaresOf } from "../numpy/matrix-arguments.ts";
import { expandDims, matrixTranspose } from "../numpy/shape.ts";
import { takeAlongAxis } from "../numpy/take.ts";

/** Which factors `qr` gives: thin ones, square Q, R alone, or the reflectors as LAPACK stores them. */
export type QrMode = "reduced" | "complete" | "r" | "raw";

/** Options of `qr`. */
export interface QrOptions {
  /** "reduced". */
  mode?: QrMode | undefined;
}

/**
 * Orthogonal and triangular factors of matrices in the last two axes: a = q r.
 *
 * Shapes: of `[..., m, n]`, "reduced" gives q `[..., m, k]` and r `[..., k, n]` with
 * k = min(m, n), "complete" q `[..., m, m]` and r `[..., m, n]`, "r" r alone, and "raw" the
 * transpose of what LAPACK's geqrf leaves, and the factors of the reflectors.
 * The signs of the diagonal of r are those of reflectors. Derivatives divide by that diagonal.
 */
export function qr(a: ArrayLike, options: { mode: "r" }): NDArray;
export function qr(a: ArrayLike, options?: QrOptions): [q: NDArray, r: NDArray];
export function qr(a: ArrayLike, options: QrOptions = {}): NDArray | [NDArray, NDArray] {
  const where = "linalg.qr";
  checkOptions(where, options, ["mode"]);
  const { mode = "reduced" } = options;
  requireChoice(where, "mode", mode, ["reduced", "complete", "r", "raw"]);
  const matrix = matricesOf(where, a);
  if (mode === "raw") {
    const [reflectors, taus] = geqrf(matrix);
    return [matrixTranspose(reflectors), taus];
  }
  const [q, r] = qrOf(matrix, { fullMatrices: mode === "complete" });
  return mode === "r" ? r : [q, r];
}

/** Options of `eigh` and `eigvalsh`. */
export interface EighOptions {
  /** Which triangle is read without `symmetrizeInput`; "L". */
  UPLO?: "L" | "U" | undefined;
  /** Whether to use the mean of the matrix and its transpose; true. */
  symmetrizeInput?: boolean | undefined;
}

/**
 * Eigenvalues and eigenvectors of symmetric matrices in the last two axes.
 *
 * Results: `[w, v]`, the eigenvalues ascending in `w` `[..., n]`, the eigenvectors as columns of
 * `v` `[..., n, n]`, of signs that are left open.
 * Edge values: an element that is not finite gives NaN. At equal eigenvalues the derivative of
 * eigenvectors is infinite or NaN.
 */
export function eigh(a: ArrayLike, options: EighOptions = {}): [w: NDArray, v: NDArray] {
  return symmetric("linalg.eigh", a, options);
}

/** Eigenvalues of symmetric matrices, ascending; see `eigh`. Their derivative is always finite. */
export function eigvalsh(a: ArrayLike, options: EighOptions = {}): NDArray {
  return symmetric("linalg.eigvalsh", a, options)[0];
}

function symmetric(where: string, a: ArrayLike, options: EighOptions): [NDArray, NDArray] {
  checkOptions(where, options, ["UPLO", "symmetrizeInput"]);
  const { UPLO = "L", symmetrizeInput = true } = options;
  requireChoice(where, "UPLO", UPLO, ["L", "U"]);
  const [v, w] = eighOf(squaresOf(where, a), { lower: UPLO === "L", symmetrizeInput });
  return [w, v];
}

/** Options of `svd`. */
export interface SvdOptions {
  /** Whether u and v are square; true. */
  fullMatrices?: boolean | undefined;
  /** Whether to give u and v at all; true. */
  computeUv?: boolean | undefined;
  /** Whether the matrices are symmetric, so that `eigh` does it; false. */
  hermitian?: boolean | undefined;
}

/**
 * Singular values and vectors of matrices in the last two axes: a = u diag(s) vᵀ.
 *
 * Results: `[u, s, vt]`, or `s` alone without `computeUv`; `s` descends. Of `[..., m, n]`, with
 * `fullMatrices` u is `[..., m, m]` and vt `[..., n, n]`, else both have min(m, n) vectors, which
 * derivatives of vectors of matrices that are not square need.
 * Edge values: an element that is not finite gives NaN. At equal values the derivative of vectors
 * is infinite or NaN.
 */
export function svd(a: ArrayLike, options: SvdOptions & { computeUv: false }): NDArray;
export function svd(
  a: ArrayLike,
  options?: SvdOptions & { computeUv?: true | undefined },
): [u: NDArray, s: NDArray, vt: NDArray];
export function svd(a: ArrayLike, options: SvdOptions = {}): NDArray | [NDArray, NDArray, NDArray] {
  const where = "linalg.svd";
  checkOptions(where, options, ["fullMatrices", "computeUv", "hermitian"]);
  const { fullMatrices = true, computeUv = true, hermitian = false } = options;
  if (hermitian) {
    const matrix = squaresOf(where, a);
    return computeUv ? symmetricSvd(matrix) : symmetricValues(matrix);
  }
  const matrix = matricesOf(where, a);
  if (!computeUv) return svdOf(matrix, { fullMatrices, computeUv });
  const [u, s, vt] = svdOf(matrix, { fullMatrices });
  return [u, s, vt];
}

/** Singular values of matrices in the last two axes, descending. */
export function svdvals(x: ArrayLike): NDArray {
  return svdOf(matricesOf("linalg.svdvals", x), { computeUv: false });
}

function symmetricValues(a: NDArray): NDArray {
  const s = sort(abs(eighOf(a)[1]));
  return rev(s, [s.ndim - 1]);
}

/** The sign of an eigenvalue goes to the vector on the right. */
function symmetricSvd(a: NDArray): [NDArray, NDArray, NDArray] {
  const [vectors, values] = eighOf(a);
  const last = values.ndim - 1;
  const places = iota("int32", values.shape, last);
  const sorted = sort([abs(values), places, signOf(values)], { dimension: last, numKeys: 1 });
  const [s, order, signs] = sorted.map((x) => rev(x, [last])) as [NDArray, NDArray, NDArray]; // as given
  const u = takeAlongAxis(vectors, expandDims(order, -2), { axis: -1 });
  return [u, s, matrixTranspose(multiply(u, expandDims(signs, -2)))];
}
