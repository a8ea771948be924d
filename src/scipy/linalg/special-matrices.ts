import { ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { full } from "../../lax/ops/broadcast.ts";
import { pad } from "../../lax/ops/slice.ts";
import { array, astype, fromNumbers, zeros, zerosLike } from "../../numpy/creation.ts";
import { add, divide, negative, remainder, subtract } from "../../numpy/elementwise-arithmetic.ts";
import { abs } from "../../numpy/elementwise-math.ts";
import { readIndex } from "../../numpy/index-read.ts";
import { diag, eye } from "../../numpy/matrices.ts";
import { requireChoice, requireCount } from "../../numpy/matrix-arguments.ts";
import { pad as padOf } from "../../numpy/padding.ts";
import { inexact, promote, toArray } from "../../numpy/promote.ts";
import { arange } from "../../numpy/ranges.ts";
import { atleast1d, atleast2d, expandDims, flip } from "../../numpy/shape.ts";
import { concatenate } from "../../numpy/stacking.ts";
import { take } from "../../numpy/take.ts";
import { vectorize } from "../../numpy/vectorize.ts";

/** Rows and columns of a table of `m` by `n` places, to be broadcast. */
function places(m: number, n: number): readonly [NDArray, NDArray] {
  return [expandDims(arange(m), 1), arange(n)];
}

/** A slice of vectors along the last axis. */
function part(x: NDArray, start: number, stop = x.shape.at(-1) ?? 0): NDArray {
  return readIndex("scipy.linalg", x, ["...", [start, stop]]);
}

/**
 * Matrices of which each diagonal has one value: first columns `c`, first rows `r` (`c` if not
 * given; its first element is not read). Leading axes broadcast.
 */
export function toeplitz(c: ArrayLike, r: ArrayLike = c): NDArray {
  const where = "scipy.linalg.toeplitz";
  const build = (column: NDArray, row: NDArray): NDArray => {
    const [m, n] = [column.size, row.size];
    if (m === 0 || n === 0) return zeros([m, n], { dtype: column.dtype });
    const line = concatenate([flip(column), part(row, 1)]);
    const [i, j] = places(m, n);
    return take(line, add(subtract(m - 1, i), j));
  };
  const [column, row] = promote(where, [c, r]).map((x) => atleast1d(x)) as [NDArray, NDArray]; // as given
  return vectorize(build, { signature: "(m),(n)->(m,n)" })(column, row);
}

/**
 * Matrices of which each anti-diagonal has one value: first columns `c`, last rows `r` (zeros if
 * not given; its first element is not read). Leading axes broadcast.
 *
 * @throws ShapeError for a number.
 */
export function hankel(c: ArrayLike, r?: ArrayLike): NDArray {
  const where = "scipy.linalg.hankel";
  const [column, row] = promote(where, [c, r ?? zerosLike(c)]) as [NDArray, NDArray]; // as given
  if (column.ndim === 0 || row.ndim === 0) {
    throw new ShapeError(
      `${where}: vectors are required, got ${column.aval} and ${row.aval}; use atleast1d`,
    );
  }
  const build = (first: NDArray, last: NDArray): NDArray => {
    const [m, n] = [first.size, last.size];
    if (m === 0 || n === 0) return zeros([m, n], { dtype: first.dtype });
    const [i, j] = places(m, n);
    return take(concatenate([first, part(last, 1)]), add(i, j));
  };
  return vectorize(build, { signature: "(m),(n)->(m,n)" })(column, row);
}

/** Matrices of which each column is the one before moved down in a circle, the first being `c`. */
export function circulant(c: ArrayLike): NDArray {
  const build = (x: NDArray): NDArray => {
    const [i, j] = places(x.size, x.size);
    return take(x, remainder(subtract(i, j), x.size));
  };
  const column = atleast1d(toArray("scipy.linalg.circulant", c));
  return vectorize(build, { signature: "(n)->(n,n)" })(column);
}

/**
 * Matrices with first row `f` `[..., n]` and `s` `[..., n - 1]` below the diagonal, as models of
 * populations have them.
 *
 * @throws ShapeError unless they fit, with n at least 2.
 */
export function leslie(f: ArrayLike, s: ArrayLike): NDArray {
  const where = "scipy.linalg.leslie";
  const [row, below] = promote(where, [f, s]).map((x) => atleast1d(x)) as [NDArray, NDArray]; // as given
  const n = row.shape.at(-1) ?? 0;
  if (n < 2 || below.shape.at(-1) !== n - 1) {
    throw new ShapeError(
      `${where}: f of shape [..., n] and s of [..., n - 1] with n from 2 on are required, got ${row.aval} and ${below.aval}; slice one`,
    );
  }
  const build = (x: NDArray, y: NDArray): NDArray => withFirstRow(x, diag(y));
  return vectorize(build, { signature: "(n),(m)->(n,n)" })(row, below);
}

/** The row above a square matrix that is one smaller, which gets a column of zeros on its right. */
function withFirstRow(row: NDArray, rest: NDArray): NDArray {
  const wide = padOf(rest, [
    [0, 0],
    [0, 1],
  ]);
  return concatenate([expandDims(row, 0), wide], { axis: 0 });
}

/** @throws ShapeError unless the last axis has `least` elements at least. */
function requireLength(where: string, x: NDArray, least: number): void {
  if ((x.shape.at(-1) ?? 0) >= least) return;
  throw new ShapeError(
    `${where}: at least ${least} elements along the last axis are required, got ${x.aval}; pass all coefficients`,
  );
}

/** Matrices whose eigenvalues are the zeros of polynomials, coefficients from the highest power on. */
export function companion(a: ArrayLike): NDArray {
  const where = "scipy.linalg.companion";
  const coefficients = atleast1d(inexact(where, a));
  requireLength(where, coefficients, 2);
  const build = (x: NDArray): NDArray => {
    const row = negative(divide(part(x, 1), part(x, 0, 1)));
    const n = row.size;
    return withFirstRow(row, eye(n - 1, n - 1, { dtype: row.dtype }));
  };
  return vectorize(build, { signature: "(n)->(m,m)" })(coefficients);
}

/**
 * Matrices with the same eigenvalues as `companion`, whose elements stand near the diagonal.
 *
 * Source: Fiedler, A note on companion matrices, 2003.
 */
export function fiedlerCompanion(a: ArrayLike): NDArray {
  const where = "scipy.linalg.fiedlerCompanion";
  const coefficients = atleast1d(inexact(where, a));
  requireLength(where, coefficients, 1);
  const build = (x: NDArray): NDArray => {
    const n = x.size - 1;
    const monic = divide(x, part(x, 0, 1));
    // Where each element comes from: a coefficient, the number 1 (at n + 1) or 0 (at n + 2).
    const source = new Int32Array(n * n).fill(n + 2);
    const put = (i: number, j: number, from: number): void => {
      if (i < n && j >= 0 && j < n) source[i * n + j] = from;
    };
    put(0, 0, 1);
    put(1, 0, n + 1);
    for (let i = 0; i < n; i++) {
      if (i % 2 === 0) {
        put(i, i + 1, i + 2);
        put(i, i + 2, n + 1);
        if (i >= 2) put(i, i - 1, i + 1);
      } else if (i >= 3) put(i, i - 2, n + 1);
    }
    const table = concatenate([negative(monic), astype(array([1, 0]), x.dtype)]);
    return take(table, fromNumbers(source, [n, n], "int32", x));
  };
  return vectorize(build, { signature: "(n)->(m,m)" })(coefficients);
}

/** Sizes of the differences of all pairs of elements along the last axis. */
export function fiedler(a: ArrayLike): NDArray {
  const x = atleast1d(toArray("scipy.linalg.fiedler", a));
  return abs(subtract(expandDims(x, -1), expandDims(x, -2)));
}

/**
 * The matrix whose product with vectors of `n` elements is their convolution with `a`.
 *
 * @throws ShapeError for a number or no elements.
 */
export function convolutionMatrix(
  a: ArrayLike,
  n: number,
  options: { mode?: "full" | "valid" | "same" | undefined } = {},
): NDArray {
  const where = "scipy.linalg.convolutionMatrix";
  checkOptions(where, options, ["mode"]);
  const { mode = "full" } = options;
  requireChoice(where, "mode", mode, ["full", "valid", "same"]);
  requireCount(where, "n", n, 1);
  const x = toArray(where, a);
  const m = x.shape.at(-1) ?? 0;
  if (m < 1) {
    throw new ShapeError(
      `${where}: vectors with elements are required, got ${x.aval}; check the shape first`,
    );
  }
  const widths = [...x.shape.slice(0, -1).map((): [number, number] => [0, 0]), [0, n - 1]];
  const padded = (y: NDArray): NDArray => padOf(y, widths as [number, number][]);
  const trim = mode === "full" ? 0 : Math.min(n, m) - 1;
  const [first, last] = mode === "same" ? [trim >> 1, trim - (trim >> 1)] : [trim, trim];
  const length = m + n - 1;
  const column = part(padded(x), first, length - last);
  const row = part(padded(flip(x, { axis: -1 })), length - n - first, length - first);
  return toeplitz(column, row);
}

/**
 * Matrices along a diagonal, zeros elsewhere; a vector is a row, a number one element.
 *
 * @throws ShapeError for more than two axes.
 */
export function blockDiag(...arrays: readonly ArrayLike[]): NDArray {
  const where = "scipy.linalg.blockDiag";
  if (arrays.length === 0) return zeros([1, 0]);
  const given = promote(where, arrays);
  const wrong = given.find((x) => x.ndim > 2);
  if (wrong !== undefined) {
    throw new ShapeError(
      `${where}: at most two axes are required, got ${wrong.aval}; map over leading axes with vmap`,
    );
  }
  const blocks = given.map((x) => atleast2d(x));
  const width = blocks.reduce((sum, x) => sum + (x.shape[1] ?? 0), 0);
  let before = 0;
  const rows = blocks.map((x) => {
    const own = x.shape[1] ?? 0;
    const row = pad(x, full([], 0, x.dtype), [
      [0, 0, 0],
      [before, width - before - own, 0],
    ]);
    before += own;
    return row;
  });
  return concatenate(rows, { axis: 0 });
}
