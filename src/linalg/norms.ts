import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { astype } from "../numpy/creation.ts";
import { divide } from "../numpy/elementwise-arithmetic.ts";
import { notEqual } from "../numpy/elementwise-comparison.ts";
import { abs, sqrt, square } from "../numpy/elementwise-math.ts";
import { power } from "../numpy/elementwise-power.ts";
import type { Axes } from "../numpy/options.ts";
import { inexact } from "../numpy/promote.ts";
import { max, min, sum } from "../numpy/reductions.ts";

/** Which norm: a number p, an infinity, or "fro" for matrices. */
export type NormOrder = number | "fro";

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
 * of a column (1) or row (Infinity). The gradient at a zero vector is NaN.
 *
 * @throws ArgumentError for norms that need singular values, which are not here yet.
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
  if (ord === "fro")
    throw new ArgumentError('linalg.norm: "fro" is a norm of matrices, got a vector; use 2');
  if (ord === 2) return root(x, axis, keepdims);
  if (ord === Number.POSITIVE_INFINITY) return max(abs(x), form);
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
  const extremum = ord > 0 ? max : min;
  // Sums of columns run over the rows, and the other way round.
  const summed = Math.abs(ord) === 1 ? row : Math.abs(ord) === Infinity ? column : null;
  if (summed === null) {
    throw new ArgumentError(
      `linalg.norm: ord must be "fro", 1, -1 or an infinity for matrices, got ${ord}; norms from singular values come with svd`,
    );
  }
  const sums = sum(abs(x), { axis: summed, keepdims: true });
  const out = extremum(sums, { axis: [row, column], keepdims: true });
  return keepdims ? out : sum(out, { axis: [row, column] });
}
