import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis, sameShape } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { iota } from "../lax/ops/constants.ts";
import { rev } from "../lax/ops/layout.ts";
import { sort as laxSort, topK as laxTopK } from "../lax/ops/sort.ts";
import { staticInteger } from "./options.ts";
import { toArray } from "./promote.ts";
import { ravel } from "./shape.ts";
import { unstack } from "./stacking.ts";

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** The last axis by default; null flattens. */
  axis?: number | null | undefined;
  /** Whether equal elements keep their order: they always do. */
  stable?: boolean | undefined;
  /** Whether the largest comes first; false. */
  descending?: boolean | undefined;
}

const sortNames = ["axis", "stable", "descending"];

function alongAxis(where: string, x: ArrayLike, axis: number | null): readonly [NDArray, number] {
  const a = axis === null ? ravel(x) : toArray(where, x);
  return [a, normalizeAxis(axis ?? 0, a.ndim, where)];
}

/** Elements in ascending order along an axis: NaN last, -0 and 0 equal. */
export function sort(x: ArrayLike, options?: SortOptions): NDArray {
  checkOptions("numpy.sort", options, sortNames);
  const { axis = -1, descending = false } = options ?? {};
  const [a, dim] = alongAxis("numpy.sort", x, axis);
  const ascending = laxSort(a, { dimension: dim });
  return descending ? rev(ascending, [dim]) : ascending;
}

/** Indices (int32) that put the elements in order along an axis; equal ones keep their order. */
export function argsort(x: ArrayLike, options?: SortOptions): NDArray {
  checkOptions("numpy.argsort", options, sortNames);
  const { axis = -1, descending = false } = options ?? {};
  const [a, dim] = alongAxis("numpy.argsort", x, axis);
  // Reversed before and after, equal elements keep their order in a descending sort.
  const turned = (y: NDArray): NDArray => (descending ? rev(y, [dim]) : y);
  const keyed = laxSort([turned(a), turned(iota("int32", a.shape, dim))], { dimension: dim });
  return turned(keyed[1] as NDArray); // as many results as operands
}

/**
 * Indices that sort by several keys, the last one first.
 *
 * @throws ArgumentError without keys, or if their shapes differ.
 */
export function lexsort(
  keys: readonly ArrayLike[] | NDArray,
  options?: { axis?: number | undefined },
): NDArray {
  checkOptions("numpy.lexsort", options, ["axis"]);
  const list = keys instanceof NDArray ? unstack(keys) : keys;
  const arrays = list.map((key: ArrayLike) => toArray("numpy.lexsort", key)).reverse();
  const [first] = arrays;
  if (first === undefined || !arrays.every((key) => sameShape(key.shape, first.shape))) {
    throw new ArgumentError(
      `numpy.lexsort: keys of one shape are required, got ${arrays.length} of different ones; broadcast them`,
    );
  }
  const dim = normalizeAxis(options?.axis ?? -1, first.ndim, "numpy.lexsort");
  const sorted = laxSort([...arrays, iota("int32", first.shape, dim)], {
    dimension: dim,
    numKeys: arrays.length,
  });
  return sorted[arrays.length] as NDArray; // the operand after the keys
}

/** The `k` largest elements along the last axis (or `axis`), descending, and their indices. */
export function topK(
  x: ArrayLike,
  k: number,
  options?: { axis?: number | undefined },
): [NDArray, NDArray] {
  checkOptions("numpy.topK", options, ["axis"]);
  const a = toArray("numpy.topK", x);
  const axis = normalizeAxis(options?.axis ?? -1, a.ndim, "numpy.topK");
  const [values, indices] = laxTopK(a, staticInteger("numpy.topK", "k", k), { axis });
  return [values, indices];
}

/** Options of `partition` and `argpartition`. */
export interface PartitionOptions {
  /** The last axis by default; null flattens. */
  axis?: number | null | undefined;
}

/**
 * Elements arranged so that the one at `kth` is where sorting would put it, none larger before it
 * and none smaller after it.
 */
export function partition(x: ArrayLike, kth: number, options?: PartitionOptions): NDArray {
  checkOptions("numpy.partition", options, ["axis"]);
  const [a, dim] = alongAxis("numpy.partition", x, options?.axis === undefined ? -1 : options.axis);
  normalizeAxis(kth, a.shape[dim] as number, "numpy.partition"); // an axis of a
  return laxSort(a, { dimension: dim });
}

/** Indices that put elements in the order of `partition`. */
export function argpartition(x: ArrayLike, kth: number, options?: PartitionOptions): NDArray {
  checkOptions("numpy.argpartition", options, ["axis"]);
  const axis = options?.axis === undefined ? -1 : options.axis;
  const [a, dim] = alongAxis("numpy.argpartition", x, axis);
  normalizeAxis(kth, a.shape[dim] as number, "numpy.argpartition"); // an axis of a
  return argsort(a, { axis: dim });
}
