import { checkDtype, type DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add } from "../lax/ops/arith.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseNot, eq, ge, select } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumprod } from "../lax/ops/cumulative.ts";
import { expandDims, reshape, rev, transpose } from "../lax/ops/layout.ts";
import { scalarLike } from "../lax/ops/shared.ts";
import { concatenate, pad, slice } from "../lax/ops/slice.ts";
import { type CreationOptions, creationNames, placed } from "./creation.ts";
import { staticInteger } from "./options.ts";
import { constantLike, stretch, toArray } from "./promote.ts";
import { accumulatorDtype } from "./reductions.ts";

/** Options with the number of a diagonal: 0 is the main one, positive ones are above it. */
export interface DiagonalOptions {
  k?: number | undefined;
}

/** Options of `eye` and `tri`. */
export interface EyeOptions extends CreationOptions, DiagonalOptions {}

const eyeNames = [...creationNames, "k"];

/** Bools of an n by m matrix: whether `column - row <= k`. */
function belowDiagonal(n: number, m: number, k: number): NDArray {
  return ge(add(iota("int32", [n, m], 0), k), iota("int32", [n, m], 1));
}

/** Matrix of n rows and m (n) columns with ones on diagonal `k`, zeros elsewhere. */
export function eye(n: number, m?: number | null | EyeOptions, options?: EyeOptions): NDArray {
  const [columns, given] = columnsAndOptions(n, m, options);
  checkOptions("numpy.eye", given, eyeNames);
  const rows = staticInteger("numpy.eye", "the number of rows", n);
  const dtype = checkDtype(given?.dtype ?? "float32", "numpy.eye");
  const k = staticInteger("numpy.eye", "k", given?.k ?? 0);
  const on = eq(add(iota("int32", [rows, columns], 0), k), iota("int32", [rows, columns], 1));
  return placed(convertElementType(on, dtype), given?.device, "numpy.eye");
}

function columnsAndOptions(
  n: number,
  m: number | null | EyeOptions | undefined,
  options: EyeOptions | undefined,
): readonly [number, EyeOptions | undefined] {
  if (typeof m === "object" && m !== null) return [n, m];
  return [staticInteger("numpy.eye", "the number of columns", m ?? n), options];
}

/** Square matrix of ones on the diagonal, zeros elsewhere. */
export function identity(n: number, options?: CreationOptions): NDArray {
  checkOptions("numpy.identity", options, creationNames);
  return eye(n, n, options);
}

/** Matrix of n rows and m (n) columns with ones on diagonal `k` and below, zeros above. */
export function tri(n: number, m?: number | null | EyeOptions, options?: EyeOptions): NDArray {
  const [columns, given] = columnsAndOptions(n, m, options);
  checkOptions("numpy.tri", given, eyeNames);
  const dtype = checkDtype(given?.dtype ?? "float32", "numpy.tri");
  const out = belowDiagonal(n, columns, staticInteger("numpy.tri", "k", given?.k ?? 0));
  return placed(convertElementType(out, dtype), given?.device, "numpy.tri");
}

/** The mask of the last two axes, broadcast over the others. */
function triangle(where: string, x: NDArray, k: number): NDArray {
  const [n, m] = x.shape.slice(-2);
  if (n === undefined || m === undefined) {
    throw new ShapeError(
      `${where}: at least two axes are required, got ${x.aval}; reshape it to a matrix`,
    );
  }
  return stretch(belowDiagonal(n, m, k), x.shape);
}

/** Elements on diagonal `k` and below, zeros above, for the matrices of the last two axes. */
export function tril(x: ArrayLike, options?: DiagonalOptions): NDArray {
  checkOptions("numpy.tril", options, ["k"]);
  const a = toArray("numpy.tril", x);
  const below = triangle("numpy.tril", a, staticInteger("numpy.tril", "k", options?.k ?? 0));
  return select(below, a, constantLike(a, 0));
}

/** Elements on diagonal `k` and above, zeros below, for the matrices of the last two axes. */
export function triu(x: ArrayLike, options?: DiagonalOptions): NDArray {
  checkOptions("numpy.triu", options, ["k"]);
  const a = toArray("numpy.triu", x);
  const below = triangle("numpy.triu", a, staticInteger("numpy.triu", "k", options?.k ?? 0) - 1);
  return select(bitwiseNot(below), a, constantLike(a, 0));
}

/** The diagonal of a matrix, or the matrix with a vector on diagonal `k`. */
export function diag(x: ArrayLike, options?: DiagonalOptions): NDArray {
  checkOptions("numpy.diag", options, ["k"]);
  const a = toArray("numpy.diag", x);
  const k = staticInteger("numpy.diag", "k", options?.k ?? 0);
  if (a.ndim === 2) return diagonal(a, { offset: k });
  if (a.ndim === 1) return withDiagonal(a, k);
  throw new ShapeError(`numpy.diag: one or two axes are required, got ${a.aval}; use diagonal`);
}

/** Matrix with the elements of `x`, flattened, on diagonal `k`. */
export function diagflat(x: ArrayLike, options?: DiagonalOptions): NDArray {
  checkOptions("numpy.diagflat", options, ["k"]);
  const a = toArray("numpy.diagflat", x);
  return withDiagonal(reshape(a, [a.size]), staticInteger("numpy.diagflat", "k", options?.k ?? 0));
}

function withDiagonal(x: NDArray, k: number): NDArray {
  const n = x.size + Math.abs(k);
  const line = pad(x, scalarLike(0, x.aval), [[Math.max(k, 0), Math.max(-k, 0), 0]]);
  const on = eq(add(iota("int32", [n, n], 0), k), iota("int32", [n, n], 1));
  const columns = stretch(line, [n, n]);
  return select(on, columns, constantLike(columns, 0));
}

/** Options of `diagonal` and `trace`. */
export interface DiagonalAxesOptions {
  /** Which diagonal; 0 is the main one. */
  offset?: number | undefined;
  /** Axis of the rows; 0. */
  axis1?: number | undefined;
  /** Axis of the columns; 1. */
  axis2?: number | undefined;
}

const diagonalNames = ["offset", "axis1", "axis2"];

/**
 * Elements `[i, i + offset]` along two axes, which a last one replaces.
 *
 * @throws ShapeError if the two axes are the same, or there are not two.
 */
export function diagonal(x: ArrayLike, options?: DiagonalAxesOptions): NDArray {
  checkOptions("numpy.diagonal", options, diagonalNames);
  return diagonalOf("numpy.diagonal", x, options);
}

function diagonalOf(
  where: string,
  x: ArrayLike,
  options: DiagonalAxesOptions | undefined,
): NDArray {
  const a = toArray(where, x);
  const { offset = 0, axis1 = 0, axis2 = 1 } = options ?? {};
  const i = normalizeAxis(axis1, a.ndim, where);
  const j = normalizeAxis(axis2, a.ndim, where);
  if (i === j) {
    throw new ShapeError(
      `${where}: two different axes are required, got ${axis1} and ${axis2}; name another`,
    );
  }
  const others = a.shape.map((_, axis) => axis).filter((axis) => axis !== i && axis !== j);
  const matrices = transpose(a, [...others, i, j]);
  const [n = 0, m = 0] = matrices.shape.slice(-2);
  const lead = others.map((axis) => a.shape[axis] as number); // axes of a
  const rows = Math.max(0, offset >= 0 ? Math.min(n, m - offset) : Math.min(n + offset, m));
  const [r, c] = [Math.max(-offset, 0), Math.max(offset, 0)];
  const all = lead.map(() => 0);
  if (rows === 0) return reshape(slice(matrices, [...all, 0, 0], [...lead, 0, 0]), [...lead, 0]);
  const square = slice(matrices, [...all, r, c], [...lead, r + rows, c + rows]);
  // Row-major, the diagonal of a square is every (rows + 1)-th element.
  const flat = reshape(square, [...lead, rows * rows]);
  return slice(flat, [...all, 0], [...lead, rows * rows], [...lead.map(() => 1), rows + 1]);
}

/** Sum along a diagonal of two axes; dtypes as in `sum`. */
export function trace(
  x: ArrayLike,
  options?: DiagonalAxesOptions & { dtype?: DType | undefined },
): NDArray {
  checkOptions("numpy.trace", options, [...diagonalNames, "dtype"]);
  const line = diagonalOf("numpy.trace", x, options);
  const dtype = checkDtype(options?.dtype ?? accumulatorDtype(line.dtype), "numpy.trace");
  return reduceSum(convertElementType(line, dtype), [line.ndim - 1]);
}

/** Options of `vander`. */
export interface VanderOptions {
  /** Number of columns; as many as rows. */
  n?: number | undefined;
  /** Whether the lowest power comes first; false. */
  increasing?: boolean | undefined;
}

/** Powers of the elements of a vector as the columns of a matrix, the highest one first. */
export function vander(x: ArrayLike, options?: VanderOptions): NDArray {
  checkOptions("numpy.vander", options, ["n", "increasing"]);
  const a = toArray("numpy.vander", x);
  const [n] = a.shape;
  if (n === undefined || a.ndim !== 1) {
    throw new ShapeError(`numpy.vander: a vector is required, got ${a.aval}; ravel it`);
  }
  const count = staticInteger("numpy.vander", "the number of columns", options?.n ?? n);
  const base = count < 2 ? null : stretch(expandDims(a, [1]), [n, count - 1]);
  const one = slice(
    constantLike(stretch(expandDims(a, [1]), [n, 1]), 1),
    [0, 0],
    [n, Math.min(count, 1)],
  );
  const powers = base === null ? one : concatenate([one, cumprod(base, { axis: 1 })], 1);
  return options?.increasing === true ? powers : rev(powers, [1]);
}
