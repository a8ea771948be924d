import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { astype } from "../numpy/creation.ts";
import { divide, multiply } from "../numpy/elementwise-arithmetic.ts";
import { isnan, logicalAnd, logicalNot, notEqual } from "../numpy/elementwise-comparison.ts";
import { abs, sqrt, square } from "../numpy/elementwise-math.ts";
import { power } from "../numpy/elementwise-power.ts";
import { readIndex } from "../numpy/index-read.ts";
import { matricesOf, squaresOf } from "../numpy/matrix-arguments.ts";
import type { Axes } from "../numpy/options.ts";
import { inexact } from "../numpy/promote.ts";
import { any, max, min, sum } from "../numpy/reductions.ts";
import { whereOf } from "../numpy/selection.ts";
import { expandDims, moveaxis, squeeze } from "../numpy/shape.ts";
import { svdvals } from "./decompositions.ts";
import { inv } from "./solve.ts";

/** Which norm: a number p, an infinity, or for matrices also "fro" or "nuc". */
export type NormOrder = number | "fro" | "nuc";

/** Options of norms. */
export interface NormOptions {
  /** 2 for vectors, "fro" for matrices if not given. */
  ord?: NormOrder | undefined;
  /** Axis of the vectors, or the two axes of the matrices. */
  axis?: Axes | undefined;
  /** Whether the axes stay, with extent 1; false. */
  keepdims?: boolean | undefined;
}

const optionNames = ["ord", "axis", "keepdims"];

/**
 * Norm of vectors or matrices.
 *
 * Without `ord` and `axis`, the root of the sum of squares of all elements. With one axis a vector
 * norm: the p-norm, the largest or smallest size (`ord` infinite), the number of elements that are
 * not 0 (`ord` 0). With two axes a matrix norm: "fro", or the largest or smallest (negative) sum
 * of a column (1) or row (Infinity), the largest or smallest singular value (2), or the sum of
 * them ("nuc"). Norms of nothing are 0, but for smallest ones. The gradient at a zero vector is NaN.
 *
 * @throws ArgumentError for an order that the number of axes has no norm of.
 */
export function norm(x: ArrayLike, options: NormOptions = {}): NDArray {
  const where = "linalg.norm";
  checkOptions(where, options, optionNames);
  const { ord, axis = null, keepdims = false } = options;
  const array = inexact(where, x);
  if (axis === null && ord === undefined)
    return root(
      array,
      array.shape.map((_, i) => i),
      keepdims,
    );
  const axes = normalizeAxes(axis, array.ndim, where);
  if (axes.length === 1) return vectorOf(array, ord ?? 2, axes, keepdims);
  if (axes.length === 2) return matrixOf(array, ord ?? "fro", axes as [number, number], keepdims);
  throw new ShapeError(
    `${where}: one axis or two are required, got ${axes.length} of ${array.aval}; set axis`,
  );
}

/** Norm of vectors along an axis (all elements by default); see `norm`. */
export function vectorNorm(x: ArrayLike, options: NormOptions = {}): NDArray {
  checkOptions("linalg.vectorNorm", options, optionNames);
  const array = inexact("linalg.vectorNorm", x);
  const axes = normalizeAxes(options.axis ?? null, array.ndim, "linalg.vectorNorm");
  return vectorOf(array, options.ord ?? 2, axes, options.keepdims ?? false);
}

/** Norm of matrices in the last two axes; see `norm`. */
export function matrixNorm(x: ArrayLike, options: Omit<NormOptions, "axis"> = {}): NDArray {
  checkOptions("linalg.matrixNorm", options, ["ord", "keepdims"]);
  const array = inexact("linalg.matrixNorm", x);
  const axes = normalizeAxes([-2, -1], array.ndim, "linalg.matrixNorm");
  return matrixOf(array, options.ord ?? "fro", axes as [number, number], options.keepdims ?? false); // two given
}

function root(x: NDArray, axis: readonly number[], keepdims: boolean): NDArray {
  return sqrt(sum(square(x), { axis, keepdims }));
}

function vectorOf(x: NDArray, ord: NormOrder, axis: readonly number[], keepdims: boolean): NDArray {
  const form = { axis, keepdims };
  if (typeof ord === "string") {
    throw new ArgumentError(
      `linalg.norm: ord must be a number for vectors, got ${ord}; use 2, or name two axes`,
    );
  }
  if (ord === 2) return root(x, axis, keepdims);
  if (ord === Number.POSITIVE_INFINITY) return max(abs(x), { ...form, initial: 0 });
  if (ord === Number.NEGATIVE_INFINITY) return min(abs(x), form);
  if (ord === 0) return sum(astype(notEqual(x, 0), x.dtype), form);
  if (ord === 1) return sum(abs(x), form);
  return power(sum(power(abs(x), ord), form), divide(1, ord));
}

function matrixOf(
  x: NDArray,
  ord: NormOrder,
  [row, column]: readonly [number, number],
  keepdims: boolean,
): NDArray {
  if (ord === "fro") return root(x, [row, column], keepdims);
  if (ord === "nuc" || Math.abs(ord) === 2) return singularNorm(x, ord, [row, column], keepdims);
  // Sums of columns run over the rows, and the other way round.
  const summed = Math.abs(ord) === 1 ? row : Math.abs(ord) === Infinity ? column : null;
  if (summed === null) {
    throw new ArgumentError(
      `linalg.norm: ord must be "fro", "nuc", 1, 2, an infinity or one of their negatives for matrices, got ${ord}; name one axis for others`,
    );
  }
  const sums = sum(abs(x), { axis: summed, keepdims: true });
  return extremumOf(sums, ord, summed === row ? column : row, [row, column], keepdims);
}

function singularNorm(
  x: NDArray,
  ord: number | "nuc",
  [row, column]: readonly [number, number],
  keepdims: boolean,
): NDArray {
  const s = svdvals(moveaxis(x, [row, column], [-2, -1]));
  const out =
    ord === "nuc"
      ? sum(s, { axis: -1 })
      : ord > 0
        ? max(s, { axis: -1, initial: 0 })
        : min(s, { axis: -1 });
  return keepdims ? expandDims(out, [row, column]) : out;
}

/** The largest (for a positive order) or smallest along one axis; the other has extent 1. */
function extremumOf(
  sums: NDArray,
  ord: number,
  axis: number,
  both: readonly [number, number],
  keepdims: boolean,
): NDArray {
  const form = { axis, keepdims: true };
  const out = ord > 0 ? max(sums, { ...form, initial: 0 }) : min(sums, form);
  return keepdims ? out : squeeze(out, { axis: both });
}

/** Options of `cond`. */
export interface CondOptions {
  /** Which norm; 2. */
  p?: NormOrder | null | undefined;
}

/**
 * Condition number of matrices in the last two axes: the norm times that of the inverse; for 2
 * and -2 a quotient of singular values, of matrices that need not be square.
 *
 * Infinity for singular matrices, unless there is NaN in them.
 *
 * @throws ShapeError for matrices without elements, or that are not square with other norms.
 */
export function cond(x: ArrayLike, options: CondOptions = {}): NDArray {
  const where = "linalg.cond";
  checkOptions(where, options, ["p"]);
  const { p = null } = options;
  const matrix = matricesOf(where, x);
  if (matrix.shape.slice(-2).includes(0)) {
    throw new ShapeError(
      `${where}: matrices with elements are required, got ${matrix.aval}; check the shape first`,
    );
  }
  if (p === null || p === 2) return quotientOfEnds(matrix, 0, -1);
  const out = p === -2 ? quotientOfEnds(matrix, -1, 0) : productOfNorms(where, matrix, p);
  const isSingular = logicalAnd(isnan(out), logicalNot(any(isnan(matrix), { axis: [-2, -1] })));
  return whereOf(isSingular, Number.POSITIVE_INFINITY, out);
}

/** One singular value over another, each by its place. */
function quotientOfEnds(x: NDArray, above: number, below: number): NDArray {
  const s = svdvals(x);
  return divide(
    readIndex("linalg.cond", s, ["...", above]),
    readIndex("linalg.cond", s, ["...", below]),
  );
}

function productOfNorms(where: string, x: NDArray, ord: NormOrder): NDArray {
  const matrix = squaresOf(where, x);
  return multiply(matrixNorm(matrix, { ord }), matrixNorm(inv(matrix), { ord }));
}
