import type { NDArray } from "../core/value.ts";
import { broadcastInDim, full } from "../lax/ops/broadcast.ts";
import { select } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/creation.ts";
import { dynamicSlice, dynamicUpdateSlice } from "../lax/ops/dynamic-slice.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { vmap } from "../transforms/vmap.ts";

/** A function of single matrices or vectors, over all leading axes but the last `own[i]` ones. */
export function overLeading(
  own: readonly number[],
  f: (...xs: NDArray[]) => readonly NDArray[],
): (...xs: NDArray[]) => readonly NDArray[] {
  return (...xs) => {
    const first = xs[0] as NDArray; // there is an operand
    const lead = first.shape.slice(0, first.ndim - (own[0] as number));
    if (lead.length === 0) return f(...xs);
    const count = lead.reduce((product, extent) => product * extent, 1);
    const flat = xs.map((x) => reshape(x, [count, ...x.shape.slice(lead.length)]));
    const outs = vmap((...rows: NDArray[]) => f(...rows))(...flat) as readonly NDArray[]; // as f gives
    return outs.map((out) => reshape(out, [...lead, ...out.shape.slice(1)]));
  };
}

/** Column `j` of a matrix as a vector. */
export function column(a: NDArray, j: NDArray): NDArray {
  const m = a.shape[0] as number; // a matrix
  return reshape(dynamicSlice(a, [0, j], [m, 1]), [m]);
}

/** The matrix with another column `j`. */
export function withColumn(a: NDArray, j: NDArray, values: NDArray): NDArray {
  return dynamicUpdateSlice(a, reshape(values, [values.size, 1]), [0, j]);
}

/** Row `i` of a matrix as a vector. */
export function row(a: NDArray, i: NDArray): NDArray {
  const n = a.shape[1] as number; // a matrix
  return reshape(dynamicSlice(a, [i, 0], [1, n]), [n]);
}

/** The matrix with another row `i`. */
export function withRow(a: NDArray, i: NDArray, values: NDArray): NDArray {
  return dynamicUpdateSlice(a, reshape(values, [1, values.size]), [i, 0]);
}

/** Element `i` of a vector. */
export function element(v: NDArray, i: NDArray): NDArray {
  return reshape(dynamicSlice(v, [i], [1]), []);
}

/** The vector with another element `i`. */
export function withElement(v: NDArray, i: NDArray, value: NDArray): NDArray {
  return dynamicUpdateSlice(v, reshape(value, [1]), [i]);
}

/** The vector with elements `i` and `j` exchanged. */
export function exchanged(v: NDArray, i: NDArray, j: NDArray): NDArray {
  return withElement(withElement(v, i, element(v, j)), j, element(v, i));
}

/** A scalar repeated to the shape of `like`. */
export function spread(x: NDArray, like: NDArray): NDArray {
  return broadcastInDim(x, like.shape, []);
}

/** A vector down the columns of an m by n matrix: element (i, j) is v[i]. */
export function downColumns(v: NDArray, n: number): NDArray {
  return broadcastInDim(v, [v.size, n], [0]);
}

/** A vector along the rows of an m by n matrix: element (i, j) is v[j]. */
export function alongRows(v: NDArray, m: number): NDArray {
  return broadcastInDim(v, [m, v.size], [1]);
}

/** Numbers from 0 to `n` - 1. */
export function positions(n: number): NDArray {
  return iota("int32", n);
}

/** `x` where `mask` holds, elsewhere `value`. */
export function keep(mask: NDArray, x: NDArray, value = 0): NDArray {
  return select(mask, x, full(x.shape, value, x.dtype));
}

/** Vectors end to end. */
export function joined(vectors: readonly NDArray[]): NDArray {
  return concatenate(vectors, 0);
}
