import { isFloat } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { sub } from "../lax/ops/arith.ts";
import { bitwiseAnd, bitwiseNot, ge, ne, select } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumsum } from "../lax/ops/cumulative.ts";
import { moveAxis, reshape } from "../lax/ops/layout.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { scatter } from "../lax/ops/scatter.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { readIndex } from "./index-read.ts";
import { updateIndex } from "./index-update.ts";
import { convertTo, stretch, toArray } from "./promote.ts";
import { positionsIn } from "./searching.ts";
import { ravel } from "./shape.ts";
import { argsort, lexsort } from "./sorting.ts";
import { sliceAlong, unstack } from "./stacking.ts";

/** Options of `unique`. */
export interface UniqueOptions {
  /** Axis whose slices are compared; by default single elements. */
  axis?: number | null | undefined;
  /** How many results there are, needed where values are traced; the rest repeats the smallest. */
  size?: number | undefined;
  /** What fills up instead. */
  fillValue?: ArrayLike | undefined;
  /** Whether NaN equals NaN; true. */
  equalNan?: boolean | undefined;
}

/** Options of `unique` that add results. */
export interface UniqueExtras {
  /** Index of the first occurrence of each result. */
  returnIndex?: boolean | undefined;
  /** Position in the results of each element. */
  returnInverse?: boolean | undefined;
  /** How often each result occurs. */
  returnCounts?: boolean | undefined;
}

/** All that `unique` can tell. */
export interface Distinct {
  readonly values: NDArray;
  readonly indices: NDArray;
  readonly inverse: NDArray;
  readonly counts: NDArray;
}

const uniqueNames = [
  "axis",
  "size",
  "fillValue",
  "equalNan",
  "returnIndex",
  "returnInverse",
  "returnCounts",
];

/**
 * The different elements in ascending order; with extras, a list of the values, first indices,
 * inverse and counts, as far as asked for.
 *
 * @throws ConcretizationError if the array is traced and there is no `size`.
 */
export function unique(
  x: ArrayLike,
  options?: UniqueOptions & {
    [K in keyof UniqueExtras]?: false | undefined;
  },
): NDArray;
export function unique(x: ArrayLike, options: UniqueOptions & UniqueExtras): NDArray[];
export function unique(x: ArrayLike, options?: UniqueOptions & UniqueExtras): NDArray | NDArray[] {
  checkOptions("numpy.unique", options, uniqueNames);
  const { returnIndex, returnInverse, returnCounts, ...rest } = options ?? {};
  const found = distinct("numpy.unique", x, rest);
  const out = [found.values];
  if (returnIndex === true) out.push(found.indices);
  if (returnInverse === true) out.push(found.inverse);
  if (returnCounts === true) out.push(found.counts);
  return out.length === 1 ? found.values : out;
}

/** The different elements of an array, and where they occur. */
export function distinct(where: string, x: ArrayLike, options: UniqueOptions): Distinct {
  const { axis = null, size, fillValue, equalNan = true } = options;
  const a = toArray(where, x);
  const dim = axis === null ? 0 : normalizeAxis(axis, a.ndim, where);
  const slices = axis === null ? ravel(a) : moveAxis(a, dim, 0);
  const [n = 0] = slices.shape;
  const rows = reshape(slices, [n, n === 0 ? 0 : slices.size / n]);
  const order = orderOfRows(rows);
  const sorted = readIndex(where, rows, [order]);
  const first = startsRun(sorted, equalNan);
  const [starts] = positionsIn(where, first, { size, fillValue: n }) as [NDArray]; // of one axis
  const inside = select(ge(starts, n), 0, starts);
  const filled = ge(starts, n);
  const picked = readIndex(where, order, [inside]);
  const values = readIndex(where, slices, [picked]);
  const fill = fillValue === undefined ? values : convertTo(fillValue, values.aval);
  const shown =
    fillValue === undefined
      ? values
      : select(
          stretch(
            reshape(filled, [filled.size, ...values.shape.slice(1).map(() => 1)]),
            values.shape,
          ),
          stretch(fill, values.shape),
          values,
        );
  const ends = concatenate(
    [sliceAlong(starts, 0, Math.min(1, starts.size), starts.size), tail(starts, n)],
    0,
  );
  const ranks = sub(cumsum(convertElementType(first, "int32"), { axis: 0 }), 1);
  const inverse = updateIndex(setting, ranks, [order], ranks);
  return {
    values: axis === null ? shown : moveAxis(shown, 0, dim),
    indices: picked,
    inverse: axis === null ? reshape(inverse, a.shape) : inverse,
    counts: sub(ends, starts),
  };
}

const setting = { name: "set", combine: null, scatter } as const;

/** The number `n` as a vector as long as `x` is short of its successors. */
function tail(x: NDArray, n: number): NDArray {
  return stretch(convertTo(n, x.aval), [Math.min(1, x.size)]);
}

function orderOfRows(rows: NDArray): NDArray {
  const width = rows.shape[1] ?? 0;
  if (width === 1) return argsort(reshape(rows, [rows.size]));
  if (width === 0) return iota("int32", [rows.shape[0] ?? 0], 0);
  return lexsort(unstack(rows, { axis: 1 }).reverse());
}

/** Whether each row differs from the one before it. */
function startsRun(rows: NDArray, equalNan: boolean): NDArray {
  const [n = 0] = rows.shape;
  if (n === 0) return stretch(convertTo(true, { dtype: "bool", weakType: false }), [0]);
  const [upper, lower] = [sliceAlong(rows, 0, 1, n), sliceAlong(rows, 0, 0, n - 1)];
  const differs = ne(upper, lower);
  const counted =
    equalNan && isFloat(rows.dtype)
      ? bitwiseAnd(differs, bitwiseNot(bitwiseAnd(ne(upper, upper), ne(lower, lower))))
      : differs;
  const always = stretch(convertTo(true, { dtype: "bool", weakType: false }), [1]);
  return concatenate([always, reduceOr(counted, [1])], 0);
}

/** Values, first indices, inverse and counts of the different elements. */
export function uniqueAll(
  x: ArrayLike,
  options?: Pick<UniqueOptions, "size" | "fillValue">,
): { values: NDArray; indices: NDArray; inverseIndices: NDArray; counts: NDArray } {
  checkOptions("numpy.uniqueAll", options, ["size", "fillValue"]);
  const found = distinct("numpy.uniqueAll", x, { ...options, equalNan: false });
  const { values, indices, inverse, counts } = found;
  return { values, indices, inverseIndices: inverse, counts };
}

/** Values and counts of the different elements. */
export function uniqueCounts(
  x: ArrayLike,
  options?: Pick<UniqueOptions, "size" | "fillValue">,
): { values: NDArray; counts: NDArray } {
  checkOptions("numpy.uniqueCounts", options, ["size", "fillValue"]);
  const { values, counts } = distinct("numpy.uniqueCounts", x, { ...options, equalNan: false });
  return { values, counts };
}

/** Values of the different elements, and the position among them of each element. */
export function uniqueInverse(
  x: ArrayLike,
  options?: Pick<UniqueOptions, "size" | "fillValue">,
): { values: NDArray; inverseIndices: NDArray } {
  checkOptions("numpy.uniqueInverse", options, ["size", "fillValue"]);
  const { values, inverse } = distinct("numpy.uniqueInverse", x, { ...options, equalNan: false });
  return { values, inverseIndices: inverse };
}

/** The different elements in ascending order. */
export function uniqueValues(
  x: ArrayLike,
  options?: Pick<UniqueOptions, "size" | "fillValue">,
): NDArray {
  checkOptions("numpy.uniqueValues", options, ["size", "fillValue"]);
  return distinct("numpy.uniqueValues", x, { ...options, equalNan: false }).values;
}
