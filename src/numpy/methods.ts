import { byteWidth, type DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { getEvaluator } from "../core/trace.ts";
import type { ArrayLike, NDArray, Nested } from "../core/value.ts";
import { type ArgOptions, argmax, argmin } from "./arg-reductions.ts";
import { IndexUpdate } from "./at.ts";
import { type CumulativeOptions, cumprod, cumsum } from "./cumulative.ts";
import { floorDivide, remainder } from "./elementwise-arithmetic.ts";
import { abs } from "./elementwise-math.ts";
import { power } from "./elementwise-power.ts";
import { round } from "./elementwise-rounding.ts";
import type { IndexPart } from "./index-parts.ts";
import { readIndex } from "./index-read.ts";
import { type DiagonalAxesOptions, diagonal, trace } from "./matrices.ts";
import { installMethods } from "./methods-core.ts";
import type { Axes } from "./options.ts";
import { dot, matmul, type ProductOptions } from "./products.ts";
import { type RepeatOptions, repeat } from "./rearranging.ts";
import { all, any, type LogicalOptions, prod, ptp, type SumOptions } from "./reductions.ts";
import { viewAs } from "./reinterpretation.ts";
import { type SearchOptions, searchsorted } from "./searching.ts";
import { type ClipOptions, clip } from "./selection.ts";
import { matrixTranspose, ravel, squeeze, swapaxes } from "./shape.ts";
import { argsort, type SortOptions, sort } from "./sorting.ts";
import { std, type VarianceOptions, variance } from "./statistics.ts";
import { type TakeOptions, take } from "./take.ts";

declare module "../core/value.ts" {
  interface NDArray {
    /** Power; see `numpy.power`. */
    pow(y: ArrayLike): NDArray;
    /** Remainder with the sign of `y`; see `numpy.remainder`. */
    mod(y: ArrayLike): NDArray;
    /** Quotient rounded down; see `numpy.floorDivide`. */
    floorDivide(y: ArrayLike): NDArray;
    /** Size of each element; see `numpy.abs`. */
    abs(): NDArray;
    /** Product of matrices; see `numpy.matmul`. */
    matmul(y: ArrayLike, options?: ProductOptions): NDArray;
    /** Sum of products; see `numpy.dot`. */
    dot(y: ArrayLike, options?: ProductOptions): NDArray;
    /** Product over axes; see `numpy.prod`. */
    prod(options?: SumOptions): NDArray;
    /** Standard deviation over axes; see `numpy.std`. */
    std(options?: VarianceOptions): NDArray;
    /** Variance over axes; see `numpy.var`. */
    var(options?: VarianceOptions): NDArray;
    /** Whether all are true; see `numpy.all`. */
    all(options?: LogicalOptions): NDArray;
    /** Whether any is true; see `numpy.any`. */
    any(options?: LogicalOptions): NDArray;
    /** Largest minus smallest element; see `numpy.ptp`. */
    ptp(options?: { axis?: Axes | undefined; keepdims?: boolean | undefined }): NDArray;
    /** Position of the largest element; see `numpy.argmax`. */
    argmax(options?: ArgOptions): NDArray;
    /** Position of the smallest element; see `numpy.argmin`. */
    argmin(options?: ArgOptions): NDArray;
    /** Indices that sort; see `numpy.argsort`. */
    argsort(options?: SortOptions): NDArray;
    /** Elements in order; see `numpy.sort`. */
    sort(options?: SortOptions): NDArray;
    /** Running sum; see `numpy.cumsum`. */
    cumsum(options?: CumulativeOptions): NDArray;
    /** Running product; see `numpy.cumprod`. */
    cumprod(options?: CumulativeOptions): NDArray;
    /** Elements between bounds; see `numpy.clip`. */
    clip(lo?: ArrayLike | ClipOptions | null, hi?: ArrayLike | null): NDArray;
    /** Rounded elements; see `numpy.round`. */
    round(options?: { decimals?: number | undefined } | number): NDArray;
    /** The array itself: arrays never change. */
    copy(): NDArray;
    /** All elements along one axis; see `numpy.ravel`. */
    flatten(): NDArray;
    /** All elements along one axis; see `numpy.ravel`. */
    ravel(): NDArray;
    /** Axes of extent 1 taken away; see `numpy.squeeze`. */
    squeeze(options?: { axis?: Axes | undefined }): NDArray;
    /** Two axes swapped; see `numpy.swapaxes`. */
    swapaxes(first: number, second: number): NDArray;
    /** A diagonal; see `numpy.diagonal`. */
    diagonal(options?: DiagonalAxesOptions): NDArray;
    /** Sum along a diagonal; see `numpy.trace`. */
    trace(options?: DiagonalAxesOptions & { dtype?: DType | undefined }): NDArray;
    /** The same bits under another dtype; where the widths differ the last axis changes. */
    view(dtype: DType): NDArray;
    /** Elements repeated; see `numpy.repeat`. */
    repeat(repeats: number | NDArray | readonly number[], options?: RepeatOptions): NDArray;
    /** Places to insert values at; see `numpy.searchsorted`. */
    searchsorted(values: ArrayLike, options?: SearchOptions): NDArray;
    /** Slices at indices; see `numpy.take`. */
    take(indices: ArrayLike, options?: TakeOptions): NDArray;
    /** Elements that an index names: integers, `":"`, `"1:-1:2"`, `[start, stop, step]`, `"..."`,
     * null for a new axis, arrays of integers or bools. Numbers must lie within the shape; values
     * of arrays are clamped to it. */
    slice(...parts: IndexPart[]): NDArray;
    /** Places to update or read: `x.at(0).set(1)` is a new array; see `IndexUpdate`. */
    at(...parts: IndexPart[]): IndexUpdate;
    /** The last two axes swapped. */
    readonly mT: NDArray;
    /** Bytes of the elements. */
    readonly nbytes: number;
    /** The same as `js()`. */
    tolist(): Nested;
    /** What `JSON.stringify` takes: the same as `js()`. */
    toJSON(): Nested;
    /** The array, once it is computed. */
    blockUntilReady(): Promise<NDArray>;
    /** Slices along the first axis. */
    [Symbol.iterator](): IterableIterator<NDArray>;
  }
}

installMethods({
  pow(this: NDArray, y: ArrayLike): NDArray {
    return power(this, y);
  },
  mod(this: NDArray, y: ArrayLike): NDArray {
    return remainder(this, y);
  },
  floorDivide(this: NDArray, y: ArrayLike): NDArray {
    return floorDivide(this, y);
  },
  abs(this: NDArray): NDArray {
    return abs(this);
  },
  matmul(this: NDArray, y: ArrayLike, options?: ProductOptions): NDArray {
    return matmul(this, y, options);
  },
  dot(this: NDArray, y: ArrayLike, options?: ProductOptions): NDArray {
    return dot(this, y, options);
  },
  prod(this: NDArray, options?: SumOptions): NDArray {
    return prod(this, options);
  },
  std(this: NDArray, options?: VarianceOptions): NDArray {
    return std(this, options);
  },
  var(this: NDArray, options?: VarianceOptions): NDArray {
    return variance(this, options);
  },
  all(this: NDArray, options?: LogicalOptions): NDArray {
    return all(this, options);
  },
  any(this: NDArray, options?: LogicalOptions): NDArray {
    return any(this, options);
  },
  ptp(
    this: NDArray,
    options?: { axis?: Axes | undefined; keepdims?: boolean | undefined },
  ): NDArray {
    return ptp(this, options);
  },
  argmax(this: NDArray, options?: ArgOptions): NDArray {
    return argmax(this, options);
  },
  argmin(this: NDArray, options?: ArgOptions): NDArray {
    return argmin(this, options);
  },
  argsort(this: NDArray, options?: SortOptions): NDArray {
    return argsort(this, options);
  },
  sort(this: NDArray, options?: SortOptions): NDArray {
    return sort(this, options);
  },
  cumsum(this: NDArray, options?: CumulativeOptions): NDArray {
    return cumsum(this, options);
  },
  cumprod(this: NDArray, options?: CumulativeOptions): NDArray {
    return cumprod(this, options);
  },
  clip(this: NDArray, lo?: ArrayLike | ClipOptions | null, hi?: ArrayLike | null): NDArray {
    return clip(this, lo, hi);
  },
  round(this: NDArray, options?: { decimals?: number | undefined } | number): NDArray {
    return round(this, options);
  },
  copy(this: NDArray): NDArray {
    return this;
  },
  flatten(this: NDArray): NDArray {
    return ravel(this);
  },
  ravel(this: NDArray): NDArray {
    return ravel(this);
  },
  squeeze(this: NDArray, options?: { axis?: Axes | undefined }): NDArray {
    return squeeze(this, options);
  },
  swapaxes(this: NDArray, first: number, second: number): NDArray {
    return swapaxes(this, first, second);
  },
  diagonal(this: NDArray, options?: DiagonalAxesOptions): NDArray {
    return diagonal(this, options);
  },
  trace(this: NDArray, options?: DiagonalAxesOptions & { dtype?: DType | undefined }): NDArray {
    return trace(this, options);
  },
  view(this: NDArray, dtype: DType): NDArray {
    return viewAs(this, dtype);
  },
  repeat(
    this: NDArray,
    repeats: number | NDArray | readonly number[],
    options?: RepeatOptions,
  ): NDArray {
    return repeat(this, repeats, options);
  },
  searchsorted(this: NDArray, values: ArrayLike, options?: SearchOptions): NDArray {
    return searchsorted(this, values, options);
  },
  take(this: NDArray, indices: ArrayLike, options?: TakeOptions): NDArray {
    return take(this, indices, options);
  },
  slice(this: NDArray, ...parts: IndexPart[]): NDArray {
    return readIndex("slice", this, parts);
  },
  at(this: NDArray, ...parts: IndexPart[]): IndexUpdate {
    return new IndexUpdate(this, parts);
  },
  get mT(): NDArray {
    return matrixTranspose(this as unknown as NDArray); // it is installed on arrays
  },
  get nbytes(): number {
    const array = this as unknown as NDArray; // as above
    return array.size * byteWidth(array.dtype);
  },
  tolist(this: NDArray): Nested {
    return this.js();
  },
  toJSON(this: NDArray): Nested {
    return this.js();
  },
  async blockUntilReady(this: NDArray): Promise<NDArray> {
    await getEvaluator().wait([this]);
    return this;
  },
  *[Symbol.iterator](this: NDArray): IterableIterator<NDArray> {
    const extent = this.shape[0];
    if (extent === undefined) {
      throw new ShapeError("iteration: an array with axes is required, got a scalar; use item()");
    }
    for (let i = 0; i < extent; i++) yield readIndex("numpy.iteration", this, [i]);
  },
});
