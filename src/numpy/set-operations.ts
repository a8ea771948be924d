import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { sub } from "../lax/ops/arith.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseNot, eq, ge, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { min } from "../lax/ops/extrema.ts";
import { expandDims } from "../lax/ops/layout.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { sort } from "../lax/ops/sort.ts";
import { readIndex } from "./index-read.ts";
import { promote, stretch, toArray } from "./promote.ts";
import { positionsIn, searchsorted } from "./searching.ts";
import { distinct, type UniqueOptions } from "./sets.ts";
import { ravel } from "./shape.ts";

/** Whether each element is among `candidates`; NaN is among none. */
export function isin(
  x: ArrayLike,
  candidates: ArrayLike,
  options?: { invert?: boolean | undefined },
): NDArray {
  checkOptions("numpy.isin", options, ["invert"]);
  const a = toArray("numpy.isin", x);
  const [flat, wanted] = promote("numpy.isin", [a, ravel(candidates)]) as [NDArray, NDArray]; // as given
  const found =
    a.size * wanted.size > mostComparisons ? bySearch(flat, wanted) : byPairs(flat, wanted);
  return options?.invert === true ? bitwiseNot(found) : found;
}

/** Beyond so many pairs, sorting the candidates is cheaper. */
const mostComparisons = 2 ** 18;

function byPairs(x: NDArray, candidates: NDArray): NDArray {
  const shape = [...x.shape, candidates.size];
  const same = eq(stretch(expandDims(x, [x.ndim]), shape), stretch(candidates, shape));
  return reduceOr(same, [x.ndim]);
}

function bySearch(x: NDArray, candidates: NDArray): NDArray {
  const sorted = sort(candidates, { dimension: 0 });
  const places = min(searchsorted(sorted, x), candidates.size - 1);
  return eq(readIndex("numpy.isin", sorted, [places]), x);
}

/** Options of functions on sets. */
export type SetOptions = Pick<UniqueOptions, "size" | "fillValue">;

const setNames = ["size", "fillValue"];

/** The different elements of both. */
export function union1d(x: ArrayLike, y: ArrayLike, options?: SetOptions): NDArray {
  checkOptions("numpy.union1d", options, setNames);
  const parts = promote("numpy.union1d", [ravel(x), ravel(y)]);
  return distinct("numpy.union1d", concatenate(parts, 0), options ?? {}).values;
}

/** The different elements that both have. */
export function intersect1d(x: ArrayLike, y: ArrayLike, options?: SetOptions): NDArray {
  checkOptions("numpy.intersect1d", options, setNames);
  const [a, b] = pairOfSets(x, y);
  return distinct("numpy.intersect1d", chosen(a, isin(a, b), options), options ?? {}).values;
}

/** The different elements of the first that the second has not. */
export function setdiff1d(x: ArrayLike, y: ArrayLike, options?: SetOptions): NDArray {
  checkOptions("numpy.setdiff1d", options, setNames);
  const [a, b] = pairOfSets(x, y);
  return distinct(
    "numpy.setdiff1d",
    chosen(a, isin(a, b, { invert: true }), options),
    options ?? {},
  ).values;
}

/** The different elements that one of both has alone. */
export function setxor1d(x: ArrayLike, y: ArrayLike, options?: SetOptions): NDArray {
  checkOptions("numpy.setxor1d", options, setNames);
  const [a, b] = pairOfSets(x, y);
  const alone = concatenate([isin(a, b, { invert: true }), isin(b, a, { invert: true })], 0);
  const all = concatenate([a, b], 0);
  return distinct("numpy.setxor1d", chosen(all, alone, options), options ?? {}).values;
}

function pairOfSets(x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  return promote("numpy.sets", [ravel(x), ravel(y)]) as [NDArray, NDArray]; // as many as were given
}

/** Elements where the mask holds; with a size, in its first places, the last one repeated. */
function chosen(x: NDArray, mask: NDArray, options: SetOptions | undefined): NDArray {
  if (options?.size === undefined) return readIndex("numpy.sets", x, [mask]);
  const [places] = positionsIn("numpy.sets", mask, { size: x.size, fillValue: x.size }) as [
    NDArray,
  ]; // of one axis
  const total = reduceSum(convertElementType(mask, "int32"), [0]);
  const last = readIndex("numpy.sets", places, [sub(total, 1)]);
  const safe = select(ge(places, x.size), stretch(last, places.shape), places);
  return readIndex("numpy.sets", x, [safe]);
}
