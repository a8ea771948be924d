import type { NDArray } from "../core/value.ts";
import { foriLoop } from "../lax/control/while.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { full, reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, eq, ge, gt, select } from "../lax/ops/compare.ts";
import { argmax } from "../lax/ops/reduce.ts";
import { sqrt } from "../lax/ops/transcendental.ts";
import {
  alongRows,
  column,
  downColumns,
  element,
  exchanged,
  keep,
  overLeading,
  positions,
  spread,
  withColumn,
  withElement,
} from "./own-matrices.ts";

/** Householder reflectors, the largest column next: the matrix, the order of columns, factors. */
export function pivotedReflectors(x: NDArray): readonly NDArray[] {
  return overLeading([2], (a) => reflectOne(a as NDArray))(x);
}

function reflectOne(matrix: NDArray): readonly NDArray[] {
  const [m, n] = matrix.shape as unknown as [number, number]; // a matrix
  const [rows, columns] = [positions(m), positions(n)];
  const count = Math.min(m, n);
  const step = (k: NDArray, state: readonly NDArray[]): NDArray[] => {
    const [a, order, taus] = state as readonly NDArray[] as [NDArray, NDArray, NDArray];
    const [atRow, atColumn] = [spread(k, rows), spread(k, columns)];
    const tail = ge(rows, atRow);
    const open = keep(downColumns(tail, n), a);
    const norms = keep(ge(columns, atColumn), reduceSum(mul(open, open), [0]), -Infinity);
    const p = argmax(norms, 0);
    const swapped = withColumn(withColumn(a, k, column(a, p)), p, column(a, k));
    const head = column(swapped, k);
    const below = keep(gt(rows, atRow), head);
    const alpha = element(head, k);
    const rest = reduceSum(mul(below, below), [0]);
    const length = sqrt(add(mul(alpha, alpha), rest));
    const beta = select(ge(alpha, 0), neg(length), length);
    const isDone = eq(rest, 0);
    const tau = select(isDone, full([], 0, matrix.dtype), div(sub(beta, alpha), beta));
    const scale = select(isDone, full([], 1, matrix.dtype), sub(alpha, beta));
    const vector = withElement(div(below, spread(scale, below)), k, full([], 1, matrix.dtype));
    const products = reduceSum(mul(downColumns(vector, n), swapped), [0]);
    const change = mul(downColumns(mul(vector, spread(tau, vector)), n), alongRows(products, m));
    const right = alongRows(gt(columns, atColumn), m);
    const moved = select(bitwiseAnd(right, downColumns(tail, n)), sub(swapped, change), swapped);
    const kept = select(gt(rows, atRow), vector, head);
    const made = withElement(kept, k, select(isDone, alpha, beta));
    return [withColumn(moved, k, made), exchanged(order, k, p), withElement(taus, k, tau)];
  };
  const init = [matrix, columns, full([count], 0, matrix.dtype)];
  return foriLoop(0, count, step as never, init as never) as unknown as readonly NDArray[]; // three
}
