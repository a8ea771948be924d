import { isFloat } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { add, div, sub } from "../lax/ops/arith.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  eq,
  ge,
  le,
  lt,
  ne,
  select,
} from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumsum } from "../lax/ops/cumulative.ts";
import { expandDims, reshape, rev, transpose } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { fromNumbers } from "./creation.ts";
import { truth } from "./elementwise-comparison.ts";
import { unravelIndex } from "./flat-index.ts";
import { readIndex } from "./index-read.ts";
import { positionsOfTrue } from "./nonzero-positions.ts";
import { checkChoice, staticInteger } from "./options.ts";
import { constantLike, promote, stretch, toArray } from "./promote.ts";
import { whereOf } from "./selection.ts";
import { sliceAlong } from "./stacking.ts";

/** Options of functions whose result has as many elements as there are to find. */
export interface SizeOptions {
  /** How many to return, needed where values are traced; the rest is filled up. */
  size?: number | undefined;
  /** What stands in places without one; 0. */
  fillValue?: ArrayLike | readonly ArrayLike[] | undefined;
}

/** Names of `SizeOptions`. */
export const sizeNames: readonly string[] = ["size", "fillValue"];

/**
 * Indices of the elements that are not 0, in row-major order: an int32 vector for each axis.
 *
 * @throws ConcretizationError if the array is traced and there is no `size`; ShapeError for a
 * scalar.
 */
export function nonzero(x: ArrayLike, options?: SizeOptions): NDArray[] {
  checkOptions("numpy.nonzero", options, sizeNames);
  return positionsIn("numpy.nonzero", x, options);
}

/** As `nonzero`, in the name of `where`. */
export function positionsIn(
  where: string,
  x: ArrayLike,
  options: SizeOptions | undefined,
): NDArray[] {
  const a = toArray(where, x);
  if (a.ndim === 0) {
    throw new ShapeError(`${where}: an array with axes is required, got ${a.aval}; use atleast1d`);
  }
  if (options?.size !== undefined) {
    return positionsOfSize(where, truth(a), options.size, options.fillValue ?? 0);
  }
  const known = a.concrete();
  if (known === null) {
    throw new ConcretizationError(
      `${where}: the number of results depends on the values, got a traced ${a.aval}; pass { size }`,
    );
  }
  return positionsOfTrue(known.dataSync(), a.shape).map((list) =>
    fromNumbers(list, [list.length], "int32", a),
  );
}

function positionsOfSize(
  where: string,
  mask: NDArray,
  wanted: number,
  fill: ArrayLike | readonly ArrayLike[],
): NDArray[] {
  const size = staticInteger(where, "size", wanted);
  const flat = convertElementType(reshape(mask, [mask.size]), "int32");
  // The i-th one to find is where the count of those up to it first exceeds i.
  const counts = cumsum(flat, { axis: 0 });
  const order = iota("int32", [size], 0);
  const found = searchsorted(counts, order, { side: "right" });
  const total = reduceSum(flat, [0]);
  const missing = ge(order, stretch(total, [size]));
  return unravelIndex(found, mask.shape).map((index, axis) => {
    const value = (Array.isArray(fill) ? fill[axis] : fill) as ArrayLike; // one, or one an axis
    return select(
      missing,
      stretch(convertElementType(toArray(where, value), "int32"), [size]),
      index,
    );
  });
}

/** Indices into the flattened array of the elements that are not 0. */
export function flatnonzero(x: ArrayLike, options?: SizeOptions): NDArray {
  checkOptions("numpy.flatnonzero", options, sizeNames);
  const a = toArray("numpy.flatnonzero", x);
  return positionsIn("numpy.flatnonzero", reshape(a, [a.size]), options)[0] as NDArray; // of one axis
}

/** Indices of the elements that are not 0, a row for each. */
export function argwhere(x: ArrayLike, options?: SizeOptions): NDArray {
  checkOptions("numpy.argwhere", options, sizeNames);
  const a = toArray("numpy.argwhere", x);
  const lists = positionsIn("numpy.argwhere", a.ndim === 0 ? reshape(a, [1]) : a, options);
  const rows = concatenate(
    lists.map((list) => expandDims(list, [0])),
    0,
  );
  return transpose(a.ndim === 0 ? sliceAlong(rows, 0, 0, 0) : rows, [1, 0]);
}

/**
 * Elements of `x` where the condition holds, those of `y` elsewhere; with the condition alone, the
 * indices where it holds, as `nonzero`.
 */
export function where(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray;
export function where(condition: ArrayLike, options?: SizeOptions): NDArray[];
export function where(
  condition: ArrayLike,
  x?: ArrayLike | SizeOptions,
  y?: ArrayLike,
): NDArray | NDArray[] {
  if (y !== undefined) return whereOf(condition, x as ArrayLike, y); // by the overloads
  if (x instanceof NDArray || typeof x === "number" || typeof x === "boolean") {
    throw new ArgumentError(
      "numpy.where: a condition, or a condition with two cases, is required, got one case; pass the other",
    );
  }
  checkOptions("numpy.where", x, sizeNames);
  return positionsIn("numpy.where", condition, x);
}

/** Options of `searchsorted`. */
export interface SearchOptions {
  /** Before ("left", default) or after ("right") equal elements. */
  side?: "left" | "right" | undefined;
  /** Indices that sort the array, if it is not sorted. */
  sorter?: NDArray | undefined;
  /** "compareAll" compares every pair, the others search by halves. */
  method?: "scan" | "scanUnrolled" | "sort" | "compareAll" | undefined;
}

/** Longer arrays are searched by halves. */
const longestComparison = 64;

/**
 * Where values would have to be inserted into a sorted vector to keep it sorted, as int32.
 *
 * NaN stands above everything.
 *
 * @throws ShapeError if the array is not a vector.
 */
export function searchsorted(x: ArrayLike, values: ArrayLike, options?: SearchOptions): NDArray {
  checkOptions("numpy.searchsorted", options, ["side", "sorter", "method"]);
  const { side = "left", sorter, method } = options ?? {};
  checkChoice("numpy.searchsorted", "side", side, ["left", "right"]);
  const given = toArray("numpy.searchsorted", x);
  if (given.ndim !== 1) {
    throw new ShapeError(`numpy.searchsorted: a vector is required, got ${given.aval}; ravel it`);
  }
  const ordered = sorter === undefined ? given : readIndex("numpy.searchsorted", given, [sorter]);
  const [a, v] = promote("numpy.searchsorted", [ordered, values]) as [NDArray, NDArray]; // as given
  const before = side === "left" ? isBelow : isNotAbove;
  const all = method === "compareAll" || (method === undefined && a.size <= longestComparison);
  return all ? compareAll(a, v, before) : searchByHalves(a, v, before);
}

type Order = (x: NDArray, y: NDArray) => NDArray;

/** Whether `x < y`, NaN above everything. */
const isBelow: Order = (x, y) =>
  isFloat(x.dtype) ? bitwiseOr(lt(x, y), bitwiseAnd(ne(y, y), eq(x, x))) : lt(x, y);

/** Whether `x <= y`, NaN above everything. */
const isNotAbove: Order = (x, y) => (isFloat(x.dtype) ? bitwiseOr(le(x, y), ne(y, y)) : le(x, y));

function compareAll(a: NDArray, v: NDArray, before: Order): NDArray {
  const shape = [...v.shape, a.size];
  const held = before(stretch(a, shape), stretch(expandDims(v, [v.ndim]), shape));
  return reduceSum(convertElementType(held, "int32"), [v.ndim]);
}

/** Halving search for all values at once; each turn reads one element for each of them. */
function searchByHalves(a: NDArray, v: NDArray, before: Order): NDArray {
  let low = constantLike(convertElementType(v, "int32"), 0);
  let high = constantLike(low, a.size);
  for (let reach = 1; reach <= a.size; reach *= 2) {
    const middle = div(add(low, high), 2);
    const searching = lt(low, high);
    const goesUp = bitwiseAnd(searching, before(readIndex("numpy.searchsorted", a, [middle]), v));
    high = select(bitwiseAnd(searching, bitwiseNot(goesUp)), middle, high);
    low = select(goesUp, add(middle, 1), low);
  }
  return low;
}

/** Options of `digitize`. */
export interface DigitizeOptions {
  /** Whether intervals include their right end instead of the left one; false. */
  right?: boolean | undefined;
}

/** For each element, the number of the interval between monotonic `bins` that it lies in. */
export function digitize(x: ArrayLike, bins: ArrayLike, options?: DigitizeOptions): NDArray {
  checkOptions("numpy.digitize", options, ["right"]);
  const edges = toArray("numpy.digitize", bins);
  const a = toArray("numpy.digitize", x);
  const [count = 0] = edges.shape;
  if (count === 0) return constantLike(convertElementType(a, "int32"), 0);
  const side = options?.right === true ? "left" : "right";
  const up = searchsorted(edges, a, { side });
  const down = sub(count, searchsorted(rev(edges, [0]), a, { side }));
  const first = reshape(sliceAlong(edges, 0, 0, 1), []);
  const last = reshape(sliceAlong(edges, 0, count - 1, count), []);
  return whereOf(ge(last, first), up, down);
}
