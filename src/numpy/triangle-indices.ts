import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { fromNumbers, ones } from "./creation.ts";
import { type DiagonalOptions, triu } from "./matrices.ts";
import { staticInteger } from "./options.ts";
import { toArray } from "./promote.ts";
import { nonzero } from "./searching.ts";

/** Options with the number of columns, as many as rows by default. */
export interface TriangleOptions extends DiagonalOptions {
  m?: number | undefined;
}

/** Row and column indices of the n by m entries that `wanted` accepts. */
function entries(
  n: number,
  m: number,
  wanted: (row: number, column: number) => boolean,
): [NDArray, NDArray] {
  const rows: number[] = [];
  const columns: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (!wanted(i, j)) continue;
      rows.push(i);
      columns.push(j);
    }
  }
  return [
    fromNumbers(rows, [rows.length], "int32"),
    fromNumbers(columns, [columns.length], "int32"),
  ];
}

/** Row and column indices of the entries on diagonal `k` and below, of a matrix of n rows. */
export function trilIndices(n: number, options?: TriangleOptions): [NDArray, NDArray] {
  checkOptions("numpy.trilIndices", options, ["k", "m"]);
  const { k = 0, m = n } = options ?? {};
  return entries(staticInteger("numpy.trilIndices", "n", n), m, (i, j) => j - i <= k);
}

/** Row and column indices of the entries on diagonal `k` and above, of a matrix of n rows. */
export function triuIndices(n: number, options?: TriangleOptions): [NDArray, NDArray] {
  checkOptions("numpy.triuIndices", options, ["k", "m"]);
  const { k = 0, m = n } = options ?? {};
  return entries(staticInteger("numpy.triuIndices", "n", n), m, (i, j) => j - i >= k);
}

function matrixShape(where: string, x: ArrayLike): readonly [number, number] {
  const a = toArray(where, x);
  const [n, m] = a.shape;
  if (n !== undefined && m !== undefined && a.ndim === 2) return [n, m];
  throw new ShapeError(`${where}: a matrix is required, got ${a.aval}; reshape it`);
}

/** `trilIndices` for a matrix of the shape of `x`. */
export function trilIndicesFrom(x: ArrayLike, options?: DiagonalOptions): [NDArray, NDArray] {
  checkOptions("numpy.trilIndicesFrom", options, ["k"]);
  const [n, m] = matrixShape("numpy.trilIndicesFrom", x);
  return trilIndices(n, { m, k: options?.k });
}

/** `triuIndices` for a matrix of the shape of `x`. */
export function triuIndicesFrom(x: ArrayLike, options?: DiagonalOptions): [NDArray, NDArray] {
  checkOptions("numpy.triuIndicesFrom", options, ["k"]);
  const [n, m] = matrixShape("numpy.triuIndicesFrom", x);
  return triuIndices(n, { m, k: options?.k });
}

/** Indices of the main diagonal of an array of `ndim` (2) axes of extent n: one for each axis. */
export function diagIndices(n: number, options?: { ndim?: number | undefined }): NDArray[] {
  checkOptions("numpy.diagIndices", options, ["ndim"]);
  const line = Array.from({ length: staticInteger("numpy.diagIndices", "n", n) }, (_, i) => i);
  const axis = fromNumbers(line, [line.length], "int32");
  return Array.from({ length: options?.ndim ?? 2 }, () => axis);
}

/** Indices of the main diagonal of `x`. @throws ShapeError unless all extents are equal. */
export function diagIndicesFrom(x: ArrayLike): NDArray[] {
  const a = toArray("numpy.diagIndicesFrom", x);
  const [n] = a.shape;
  if (n === undefined || a.ndim < 2 || a.shape.some((m) => m !== n)) {
    throw new ShapeError(
      `numpy.diagIndicesFrom: two or more axes of one extent are required, got ${a.aval}; slice it`,
    );
  }
  return diagIndices(n, { ndim: a.ndim });
}

/** Indices of the entries that `mask(ones([n, n]), { k })` leaves, such as those of `triu`. */
export function maskIndices(
  n: number,
  mask: (x: NDArray, options: DiagonalOptions) => NDArray = triu,
  options?: DiagonalOptions & { size?: number | undefined },
): NDArray[] {
  checkOptions("numpy.maskIndices", options, ["k", "size"]);
  return nonzero(mask(ones([n, n]), { k: options?.k ?? 0 }), { size: options?.size });
}
