import type { ArrayLike, NDArray } from "../core/value.ts";
import { iota } from "../lax/ops/constants.ts";
import { stopGradient } from "../lax/ops/convert.ts";
import { batchMatmul } from "../lax/ops/dot.ts";
import { triangularSolve } from "../lax/ops/linalg.ts";
import { solveByLu } from "../lax/ops/linear-solve.ts";
import { lu } from "../lax/ops/lu.ts";
import { block, swapLast, takeRows } from "../lax/ops/matrices.ts";
import { qr } from "../lax/ops/qr.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { sortKeyVal } from "../lax/ops/sort.ts";
import { astype, onesLike, zerosLike } from "../numpy/creation.ts";
import { cumprod } from "../numpy/cumulative.ts";
import { add, divide, multiply, remainder, subtract } from "../numpy/elementwise-arithmetic.ts";
import { equal, isfinite, less, logicalNot, notEqual } from "../numpy/elementwise-comparison.ts";
import { abs, exp, log, sign as signOf } from "../numpy/elementwise-math.ts";
import { readIndex } from "../numpy/index-read.ts";
import { diagonal, trace } from "../numpy/matrices.ts";
import { anySquaresOf, requireWide } from "../numpy/matrix-arguments.ts";
import { arange } from "../numpy/ranges.ts";
import { any, countNonzero, sum } from "../numpy/reductions.ts";
import { whereOf } from "../numpy/selection.ts";
import { expandDims, reshape } from "../numpy/shape.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

const lastTwo = { axis1: -2, axis2: -1 } as const;

/**
 * Determinants of square matrices in the last two axes; 1 for a matrix without elements.
 *
 * Up to three rows by the formula, else by triangular factors. The derivative is that by
 * cofactors, which a singular matrix has as well; it is 0 where the rank is less than n - 1.
 */
export function det(a: ArrayLike): NDArray {
  const where = "linalg.det";
  const matrix = anySquaresOf(where, a);
  const n = matrix.shape.at(-1) as number; // it has two axes
  const at = (i: number, j: number): NDArray => element(matrix, i, j);
  if (n === 1) return at(0, 0);
  if (n === 2) return minor(at, 0, 1, 0, 1);
  if (n === 3) {
    const terms: readonly (readonly [number, number, number])[] = [
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
    ];
    const [p, q, r, s, t, u] = terms.map(([i, j, k]) =>
      multiply(multiply(at(0, i), at(1, j)), at(2, k)),
    ) as [NDArray, NDArray, NDArray, NDArray, NDArray, NDArray]; // one for each
    return subtract(subtract(subtract(add(add(p, q), r), s), t), u);
  }
  requireWide(where, matrix);
  return n === 0 ? slogdet(matrix)[0] : determinant(matrix);
}

/**
 * Sign and logarithm of the size of the determinants of square matrices in the last two axes.
 *
 * Results: `[sign, logabsdet]`; a singular matrix gives 0 and -Infinity. The derivative of the
 * logarithm is infinite or NaN there.
 */
export function slogdet(a: ArrayLike): [sign: NDArray, logabsdet: NDArray] {
  const where = "linalg.slogdet";
  const matrix = anySquaresOf(where, a);
  const n = matrix.shape.at(-1) as number; // it has two axes
  if (n !== 1 && n !== 2) requireWide(where, matrix);
  return n === 1 || n === 2 ? smallLogarithm(matrix) : logarithm(matrix);
}

function element(x: NDArray, i: number, j: number): NDArray {
  return readIndex("linalg.det", x, ["...", i, j]);
}

function minor(
  at: (i: number, j: number) => NDArray,
  i: number,
  j: number,
  k: number,
  l: number,
): NDArray {
  return subtract(multiply(at(i, k), at(j, l)), multiply(at(i, l), at(j, k)));
}

type Logarithm = CustomJvp<[NDArray], [NDArray, NDArray]>;

/** Of matrices with one or two rows. */
const smallLogarithm: Logarithm = /* @__PURE__ */ customJvp((a: NDArray): [NDArray, NDArray] => {
  const size = smallDeterminant(a);
  return [signOf(size), log(abs(size))];
}).defJvp(([x]: [NDArray], [t]: [NDArray]) => {
  const out = smallLogarithm(x);
  const at = (i: number, j: number): NDArray => element(x, i, j);
  const moved = (i: number, j: number): NDArray => element(t, i, j);
  if (x.shape.at(-1) === 1) return [out, [zerosLike(out[0]), divide(moved(0, 0), at(0, 0))]];
  const change = add(
    subtract(
      subtract(multiply(moved(0, 0), at(1, 1)), multiply(moved(0, 1), at(1, 0))),
      multiply(moved(1, 0), at(0, 1)),
    ),
    multiply(moved(1, 1), at(0, 0)),
  );
  return [out, [zerosLike(out[0]), divide(change, smallDeterminant(x))]];
});

function smallDeterminant(a: NDArray): NDArray {
  const at = (i: number, j: number): NDArray => element(a, i, j);
  return a.shape.at(-1) === 1 ? at(0, 0) : minor(at, 0, 1, 0, 1);
}

const logarithm: Logarithm = /* @__PURE__ */ customJvp((a: NDArray): [NDArray, NDArray] => {
  const [factors, pivots] = lu(a);
  const line = diagonal(factors, lastTwo);
  const isZero = any(equal(line, 0), { axis: -1 });
  const swaps = add(exchanges(pivots), countNonzero(less(line, 0), { axis: -1 }));
  const size = sum(log(abs(line)), { axis: -1 });
  return [
    whereOf(isZero, 0, astype(parity(swaps), a.dtype)),
    whereOf(isZero, Number.NEGATIVE_INFINITY, size),
  ];
}).defJvp(([x]: [NDArray], [t]: [NDArray]) => {
  const out = logarithm(x);
  return [out, [zerosLike(out[0]), trace(solveByLu(x, t), lastTwo)]];
});

/** How many of the pivots are another row than their own. */
function exchanges(pivots: NDArray): NDArray {
  return countNonzero(notEqual(pivots, arange(pivots.shape.at(-1) ?? 0)), { axis: -1 });
}

/** 1 for even numbers, -1 for odd ones. */
function parity(count: NDArray): NDArray {
  return subtract(1, multiply(2, remainder(count, 2)));
}

const determinant: CustomJvp<[NDArray], NDArray> = /* @__PURE__ */ customJvp((a: NDArray) => {
  const [sign, size] = logarithm(a);
  return multiply(sign, exp(size));
}).defJvp(([x]: [NDArray], [t]: [NDArray]) => {
  const [size, product] = cofactorSolve(x, t);
  return [size, trace(product, lastTwo)];
});

/**
 * Determinants of square matrices of two rows at least, and the products of their adjugates with
 * `b`, which exist where the inverse does not.
 *
 * By factors q r with the largest column first, so that of a matrix of rank n - 1 the element of r
 * that is 0 is the last one, by which nothing is divided. (With exchanges of rows alone it may be
 * any; a gradient that divides by it is lost.) Where another one is 0, so is the adjugate.
 */
function cofactorSolve(a: NDArray, b: NDArray): [NDArray, NDArray] {
  const n = a.shape.at(-1) as number; // it has two axes
  const [q, r, order] = qr(a, { pivoting: true });
  const [, inverse] = sortKeyVal(order, iota("int32", order.shape, order.ndim - 1));
  // a = q r p', and the determinant of q p' is 1 or -1.
  const turned = swapLast(takeRows(swapLast(q), inverse));
  const sign = expandDims(logarithm(stopGradient(turned))[0], -1);
  const partial = multiply(cumprod(diagonal(r, lastTwo), { axis: -1 }), sign);
  const at = (i: number): NDArray =>
    expandDims(readIndex("linalg.det", partial, ["...", i]), [-2, -1]);
  const place = reshape(arange(n * n), [n, n]);
  // det(r) / r with the last element of r divided by on paper only.
  const changed = whereOf(equal(place, n * n - 1), divide(1, at(n - 2)), r);
  const upper = { leftSide: true, lower: false };
  const trial = triangularSolve(changed, onesLike(block(a, [0, n], [0, 1])), upper);
  const isBad = any(logicalNot(isfinite(trial)), { axis: [-2, -1], keepdims: true });
  const right = whereOf(isBad, 0, batchMatmul(swapLast(q), b));
  const scaled = concatenate(
    [multiply(block(right, [0, n - 1], [0, n]), at(n - 1)), block(right, [n - 1, n], [0, n])],
    a.ndim - 2,
  );
  const product = takeRows(triangularSolve(changed, scaled, upper), inverse);
  return [readIndex("linalg.det", partial, ["...", n - 1]), whereOf(isBad, 0, product)];
}
