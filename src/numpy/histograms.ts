import { isInteger } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError, DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import { eq, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { max as laxMax } from "../lax/ops/extrema.ts";
import { scatterAdd } from "../lax/ops/gather.ts";
import { asIndices } from "../lax/ops/indices.ts";
import { reshape } from "../lax/ops/layout.ts";
import { diff } from "./calculus.ts";
import { ravelMultiIndex } from "./flat-index.ts";
import { updateIndex } from "./index-update.ts";
import { staticInteger } from "./options.ts";
import { constantLike, inexact, promoteInexact, stretch, toArray } from "./promote.ts";
import { linspace } from "./ranges.ts";
import { max, min, sum } from "./reductions.ts";
import { searchsorted } from "./searching.ts";
import { whereOf } from "./selection.ts";
import { ravel } from "./shape.ts";
import { sliceAlong, unstack } from "./stacking.ts";

const adding = { name: "add", combine: add, scatter: scatterAdd } as const;

/** Options of `bincount`. */
export interface CountOptions {
  /** What each element counts; 1. */
  weights?: ArrayLike | undefined;
  /** Least number of results; 0. */
  minlength?: number | undefined;
  /** Number of results, needed where the array is traced; larger elements are left out. */
  length?: number | undefined;
}

/**
 * How often each integer from 0 occurs in a vector; negative ones count as 0.
 *
 * @throws DTypeError for floats; ConcretizationError if the array is traced and there is no length.
 */
export function bincount(x: ArrayLike, options?: CountOptions): NDArray {
  checkOptions("numpy.bincount", options, ["weights", "minlength", "length"]);
  const { weights, minlength = 0, length } = options ?? {};
  const a = toArray("numpy.bincount", x);
  if (!isInteger(a.dtype) && a.dtype !== "bool") {
    throw new DTypeError(`numpy.bincount: integers are required, got ${a.aval}; convert them`);
  }
  if (a.ndim !== 1) {
    throw new ShapeError(`numpy.bincount: a vector is required, got ${a.aval}; ravel it`);
  }
  const places = asIndices("scatterAdd", a.dtype === "bool" ? convertElementType(a, "int32") : a);
  const count = length ?? Math.max(minlength, largest(places) + 1);
  const each =
    weights === undefined ? full(a.shape, 1, "int32") : toArray("numpy.bincount", weights);
  const zeros = full([staticInteger("numpy.bincount", "length", count)], 0, each.dtype);
  return updateIndex(adding, zeros, [laxMax(places, 0)], each);
}

function largest(x: NDArray): number {
  const known = x.concrete();
  if (known === null) {
    throw new ConcretizationError(
      `numpy.bincount: the number of results depends on the values, got a traced ${x.aval}; pass { length }`,
    );
  }
  let most = -1;
  for (const n of known.dataSync()) most = Math.max(most, n);
  return most;
}

/** Options of histograms of one variable. */
export interface HistogramOptions {
  /** A number of bins of equal width (10), or the edges of all. */
  bins?: number | NDArray | undefined;
  /** Lowest and highest edge; by default the extremes of the array. */
  range?: readonly [ArrayLike, ArrayLike] | undefined;
  /** What each element counts; 1. */
  weights?: ArrayLike | undefined;
  /** Whether the integral is to be 1; false. */
  density?: boolean | undefined;
}

/** Edges of the bins of a histogram, one more than there are bins. */
export function histogramBinEdges(
  x: ArrayLike,
  options?: Omit<HistogramOptions, "density">,
): NDArray {
  checkOptions("numpy.histogramBinEdges", options, ["bins", "range", "weights"]);
  return edgesOf(
    "numpy.histogramBinEdges",
    toArray("numpy.histogramBinEdges", x),
    options?.bins,
    options?.range,
  );
}

function edgesOf(
  where: string,
  x: NDArray,
  bins: number | NDArray | undefined,
  range: readonly [ArrayLike, ArrayLike] | undefined,
): NDArray {
  const a = inexact(where, x);
  if (bins instanceof NDArray && bins.ndim === 1) {
    return convertElementType(bins, a.dtype);
  }
  const count = staticInteger(where, "the number of bins", bins ?? 10);
  const [low, high] = range ?? (a.size === 0 ? [0, 1] : [min(a), max(a)]);
  const [p, q] = promoteInexact(where, [low, high]) as [NDArray, NDArray]; // as given
  // An empty range is widened by one half on both sides.
  const empty = eq(p, q);
  const start = whereOf(empty, sub(p, 0.5), p);
  const stop = whereOf(empty, add(q, 0.5), q);
  return linspace(start, stop, count + 1, { dtype: a.dtype });
}

/** Number of the bin, from 1, of each element: 0 below, and one too many above all. */
function binsOf(x: NDArray, edges: NDArray): NDArray {
  const n = edges.size;
  const found = searchsorted(edges, x, { side: "right" });
  const last = stretch(reshape(sliceAlong(edges, 0, n - 1, n), []), x.shape);
  // The last bin includes its right edge.
  return select(eq(x, last), constantLike(found, n - 1), found);
}

/** How many elements lie in each bin, as floats, and the edges of the bins. */
export function histogram(x: ArrayLike, options?: HistogramOptions): [NDArray, NDArray] {
  checkOptions("numpy.histogram", options, ["bins", "range", "weights", "density"]);
  const { bins, range, weights, density = false } = options ?? {};
  const given = weights === undefined ? [x] : [x, weights];
  const [a, w] = promoteInexact("numpy.histogram", given.map(ravel)) as [
    NDArray,
    NDArray | undefined,
  ]; // as given
  const edges = edgesOf("numpy.histogram", a, bins, range);
  const each = w ?? full(a.shape, 1, a.dtype);
  const zeros = full([edges.size + 1], 0, each.dtype);
  const counts = sliceAlong(updateIndex(adding, zeros, [binsOf(a, edges)], each), 0, 1, edges.size);
  if (!density) return [counts, edges];
  const widths = convertElementType(diff(edges), counts.dtype);
  return [div(div(counts, widths), stretch(sum(counts), counts.shape)), edges];
}

/** Options of histograms of several variables. */
export interface HistogramddOptions {
  /** A number of bins for all, or a number or edges for each variable; 10. */
  bins?: number | readonly (number | NDArray)[] | undefined;
  /** Lowest and highest edge for each variable. */
  range?: readonly (readonly [ArrayLike, ArrayLike])[] | undefined;
  weights?: ArrayLike | undefined;
  density?: boolean | undefined;
}

const histogramNames = ["bins", "range", "weights", "density"];

/** How many rows of a matrix lie in each box of a grid, and the edges for each column. */
export function histogramdd(sample: ArrayLike, options?: HistogramddOptions): [NDArray, NDArray[]] {
  checkOptions("numpy.histogramdd", options, histogramNames);
  const a = inexact("numpy.histogramdd", sample);
  if (a.ndim !== 2) {
    throw new ShapeError(
      `numpy.histogramdd: a matrix with one row for each point is required, got ${a.aval}; reshape it`,
    );
  }
  return gridCounts("numpy.histogramdd", unstack(a, { axis: 1 }), options);
}

/** How many points lie in each box of a plane, and the edges along both axes. */
export function histogram2d(
  x: ArrayLike,
  y: ArrayLike,
  options?: HistogramddOptions,
): [NDArray, NDArray, NDArray] {
  checkOptions("numpy.histogram2d", options, histogramNames);
  const columns = promoteInexact("numpy.histogram2d", [ravel(x), ravel(y)]);
  const [counts, [first, second]] = gridCounts("numpy.histogram2d", columns, options);
  return [counts, first as NDArray, second as NDArray]; // two columns have two lists of edges
}

function gridCounts(
  where: string,
  columns: readonly NDArray[],
  options: HistogramddOptions | undefined,
): [NDArray, NDArray[]] {
  const { bins = 10, range, weights, density = false } = options ?? {};
  if (typeof bins !== "number" && bins.length !== columns.length) {
    throw new ArgumentError(
      `${where}: bins for each of ${columns.length} variables are required, got ${bins.length}; pass one number for all`,
    );
  }
  const edges = columns.map((column, i) =>
    edgesOf(where, column, typeof bins === "number" ? bins : bins[i], range?.[i]),
  );
  const boxes = columns.map((column, i) => binsOf(column, edges[i] as NDArray)); // one list each
  const shape = edges.map((list) => list.size + 1);
  const flat = ravelMultiIndex(boxes, shape);
  const [first] = columns as [NDArray, ...NDArray[]]; // there is at least one
  const each = weights === undefined ? full(first.shape, 1, "int32") : inexact(where, weights);
  const zeros = full([shape.reduce((n, m) => n * m, 1)], 0, each.dtype);
  const all = reshape(updateIndex(adding, zeros, [flat], each), shape);
  const counts = shape.reduce((out, n, axis) => sliceAlong(out, axis, 1, n - 1), all);
  if (!density) return [counts, edges];
  const reals = convertElementType(counts, first.dtype);
  const volumes = edges.reduce(
    (out, list, axis) => {
      const widths = convertElementType(diff(list), reals.dtype);
      const along = reshape(
        widths,
        counts.shape.map((_, i) => (i === axis ? widths.size : 1)),
      );
      return mul(out, stretch(along, counts.shape));
    },
    constantLike(reals, 1),
  );
  return [div(div(reals, volumes), stretch(sum(reals), counts.shape)), edges];
}
