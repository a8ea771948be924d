import { isFloat } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { astype } from "../numpy/creation.ts";
import { einsum } from "../numpy/einsum.ts";
import { add, multiply, subtract } from "../numpy/elementwise-arithmetic.ts";
import { greaterEqual, less, lessEqual, logicalAnd } from "../numpy/elementwise-comparison.ts";
import { tri } from "../numpy/matrices.ts";
import { promote, toArray } from "../numpy/promote.ts";
import { arange } from "../numpy/ranges.ts";
import { whereOf } from "../numpy/selection.ts";
import { broadcastTo, expandDims, reshape } from "../numpy/shape.ts";
import { softmax } from "./normalization.ts";

/** Options of `dotProductAttention`. B batch, T queries, S keys, N heads, H features. */
export interface AttentionOptions {
  /** Added to the scores; broadcasts to `[B, N, T, S]`. */
  bias?: ArrayLike | undefined;
  /** Bools that broadcast to `[B, N, T, S]`: which keys a query sees. */
  mask?: ArrayLike | undefined;
  /** Whether a query sees keys up to its own position only; false. */
  isCausal?: boolean | undefined;
  /** Factor of the scores; 1 / sqrt(H). */
  scale?: number | undefined;
  /** Number of queries that count, for each batch entry: int32 `[B]`. The others give 0. */
  querySeqLengths?: ArrayLike | undefined;
  /** Number of keys that count, for each batch entry: int32 `[B]`. */
  keyValueSeqLengths?: ArrayLike | undefined;
  /** How far a query sees to the left and to the right: one number, or two. */
  localWindowSize?: number | readonly [number, number] | undefined;
}

const optionNames = [
  "bias",
  "mask",
  "isCausal",
  "scale",
  "querySeqLengths",
  "keyValueSeqLengths",
  "localWindowSize",
];

/**
 * Attention: for each query, the mean of the values weighted by the softmax of its products with
 * the keys.
 *
 * Shapes: query `[B, T, N, H]` (or without B), key and value `[B, S, K, H]`, where K divides N
 * and each key head serves N / K query heads; the result is like the query. Scores are computed
 * in float32 at least.
 *
 * @throws ShapeError if the shapes do not fit; DTypeError unless the dtypes are floats.
 */
export function dotProductAttention(
  query: ArrayLike,
  key: ArrayLike,
  value: ArrayLike,
  options: AttentionOptions = {},
): NDArray {
  const where = "nn.dotProductAttention";
  checkOptions(where, options, optionNames);
  const [q, k, v] = promote(where, [query, key, value]) as [NDArray, NDArray, NDArray]; // as given
  if (q.ndim === 3) {
    const lift = (x: NDArray): NDArray => expandDims(x, 0);
    return reshape(attend(lift(q), lift(k), lift(v), options, where), q.shape);
  }
  return attend(q, k, v, options, where);
}

function attend(
  q: NDArray,
  k: NDArray,
  v: NDArray,
  options: AttentionOptions,
  where: string,
): NDArray {
  checkShapes(q, k, v, where);
  const [batch, queries, heads, features] = q.shape as [number, number, number, number]; // rank 4
  const [, keys, groups] = k.shape as [number, number, number, number]; // rank 4
  const shared = heads / groups;
  const score = q.dtype === "float64" ? "float64" : "float32";
  const wide = (x: NDArray): NDArray => astype(x, score);
  const grouped = reshape(q, [batch, queries, groups, shared, features]);
  const products = einsum("btkgh,bskh->bkgts", wide(grouped), wide(k));
  let logits = multiply(
    reshape(products, [batch, heads, queries, keys]),
    options.scale ?? 1 / Math.sqrt(features),
  );
  if (options.bias !== undefined) logits = astype(add(logits, options.bias), score);
  const visible = visibility(options, [batch, heads, queries, keys], where);
  // Minus infinity would give NaN where a query sees nothing; this gives the plain mean.
  const hidden = -0.7 * 3.4028234663852886e38;
  if (visible !== null) logits = whereOf(visible, logits, hidden);
  const weights = astype(softmax(logits, { axis: -1 }), k.dtype);
  const shares = reshape(weights, [batch, groups, shared, queries, keys]);
  const out = reshape(einsum("bkgts,bskh->btkgh", shares, v), [batch, queries, heads, features]);
  if (options.querySeqLengths === undefined) return out;
  const counts = less(
    expandDims(arange(queries), 0),
    expandDims(toArray(where, options.querySeqLengths), 1),
  );
  return multiply(out, astype(reshape(counts, [batch, queries, 1, 1]), out.dtype));
}

function checkShapes(q: NDArray, k: NDArray, v: NDArray, where: string): void {
  const fits =
    q.ndim === 4 &&
    k.ndim === 4 &&
    v.ndim === 4 &&
    k.shape[0] === q.shape[0] &&
    k.shape[3] === q.shape[3] &&
    k.shape.every((extent, i) => extent === v.shape[i]) &&
    (q.shape[2] ?? 0) % (k.shape[2] ?? 1) === 0;
  if (!fits) {
    throw new ShapeError(
      `${where}: query [B,T,N,H], key and value [B,S,K,H] with K dividing N are required, got ${q.aval}, ${k.aval} and ${v.aval}; reshape them`,
    );
  }
  if (!isFloat(q.dtype)) {
    throw new DTypeError(`${where}: floats are required, got ${q.aval}; convert with astype`);
  }
}

/** Which keys each query sees, or null if all. */
function visibility(
  options: AttentionOptions,
  shape: readonly number[],
  where: string,
): NDArray | null {
  const [batch = 0, , queries = 0, keys = 0] = shape;
  const { mask, isCausal = false, querySeqLengths, keyValueSeqLengths, localWindowSize } = options;
  const parts: NDArray[] = [];
  if (mask !== undefined) {
    const given = toArray(where, mask);
    if (given.dtype !== "bool") {
      throw new DTypeError(`${where}: the mask must be bool, got ${given.aval}; compare it with 0`);
    }
    parts.push(given);
  }
  if (isCausal) parts.push(tri(queries, keys, { dtype: "bool" }));
  const row = reshape(arange(queries), [queries, 1]);
  const column = reshape(arange(keys), [1, keys]);
  if (localWindowSize !== undefined) {
    const [left, right] = windowOf(localWindowSize, where);
    const from = greaterEqual(column, subtract(row, left));
    parts.push(logicalAnd(from, lessEqual(column, add(row, right))));
  }
  const lengths = (given: ArrayLike): NDArray => reshape(toArray(where, given), [batch, 1, 1, 1]);
  if (querySeqLengths !== undefined) parts.push(less(row, lengths(querySeqLengths)));
  if (keyValueSeqLengths !== undefined) parts.push(less(column, lengths(keyValueSeqLengths)));
  const [first, ...rest] = parts;
  if (first === undefined) return null;
  return broadcastTo(
    rest.reduce((a, b) => logicalAnd(a, b), first),
    shape,
  );
}

function windowOf(
  size: number | readonly [number, number],
  where: string,
): readonly [number, number] {
  const pair = typeof size === "number" ? ([size, size] as const) : size;
  if (pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0)) return pair;
  throw new ArgumentError(
    `${where}: localWindowSize must be one or two integers from 0, got ${String(size)}; count positions`,
  );
}
