import type { NDArray } from "../core/value.ts";
import { foriLoop } from "../lax/control/while.ts";
import { div, mul, sub } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, ge, gt, ne, select } from "../lax/ops/compare.ts";
import { abs } from "../lax/ops/extrema.ts";
import { argmax } from "../lax/ops/reduce.ts";
import {
  alongRows,
  column,
  downColumns,
  element,
  exchanged,
  keep,
  overLeading,
  positions,
  row,
  spread,
  withColumn,
  withElement,
  withRow,
} from "./own-matrices.ts";

/** Triangular factors in one matrix, pivots and permutation, column by column. */
export function factorLu(x: NDArray): readonly NDArray[] {
  return overLeading([2], (a) => factorOne(a as NDArray))(x);
}

function factorOne(matrix: NDArray): readonly NDArray[] {
  const [m, n] = matrix.shape as unknown as [number, number]; // a matrix
  const rows = positions(m);
  const columns = positions(n);
  const count = Math.min(m, n);
  const step = (k: NDArray, [a, pivots, order]: readonly NDArray[]): NDArray[] => {
    const held = [a, pivots, order] as readonly NDArray[] as [NDArray, NDArray, NDArray];
    const at = spread(k, rows);
    const candidates = keep(ge(rows, at), abs(column(held[0], k)), -Infinity);
    const p = argmax(candidates, 0);
    const swapped = withRow(withRow(held[0], k, row(held[0], p)), p, row(held[0], k));
    const pivotRow = row(swapped, k);
    const pivot = spread(element(pivotRow, k), rows);
    const values = column(swapped, k);
    const below = gt(rows, at);
    const divides = bitwiseAnd(below, ne(pivot, full([m], 0, matrix.dtype)));
    const factors = select(divides, div(values, pivot), values);
    const scaled = withColumn(swapped, k, factors);
    const right = gt(columns, spread(k, columns));
    const block = bitwiseAnd(downColumns(below, n), alongRows(right, m));
    const product = mul(downColumns(factors, n), alongRows(pivotRow, m));
    const rest = select(block, sub(scaled, product), scaled);
    return [rest, withElement(held[1], k, p), exchanged(held[2], k, p)];
  };
  const init = [matrix, full([count], 0, "int32"), rows];
  return foriLoop(0, count, step as never, init as never) as unknown as readonly NDArray[]; // three
}

/** The permutation of `size` rows that exchanges amount to. */
export function permutationOf(pivots: NDArray, size: number): NDArray {
  const one = (v: NDArray): readonly NDArray[] => {
    const step = (k: NDArray, order: NDArray): NDArray => exchanged(order, k, element(v, k));
    const out = foriLoop(0, v.size, step as never, positions(size) as never);
    return [out as unknown as NDArray]; // as the first carry
  };
  return overLeading([1], (v) => one(v as NDArray))(pivots)[0] as NDArray; // one result
}
