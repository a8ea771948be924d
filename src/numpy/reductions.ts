import { checkDtype, type DType, integerRange, isFloat } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, bitwiseOr, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { max as laxMax, min as laxMin } from "../lax/ops/extrema.ts";
import { reshape } from "../lax/ops/layout.ts";
import { reduceAnd, reduceMax, reduceMin, reduceOr, reduceProd } from "../lax/ops/reduce.ts";
import { truth } from "./elementwise-comparison.ts";
import type { Axes } from "./options.ts";
import { broadcastTogether, constantLike, convertTo, stretch, toArray } from "./promote.ts";

/** Options of reductions. */
export interface ReductionOptions {
  /** Axis or axes to reduce; all by default. */
  axis?: Axes | undefined;
  /** Whether reduced axes stay, with extent 1; false. */
  keepdims?: boolean | undefined;
  /** Value to start from. */
  initial?: ArrayLike | undefined;
  /** Bools that broadcast with the array: elements to take into account. */
  where?: ArrayLike | undefined;
}

/** Options of reductions whose dtype can be chosen. */
export interface SumOptions extends ReductionOptions {
  /** Dtype of the result, and of the computation. */
  dtype?: DType | undefined;
}

/** Names of `ReductionOptions`. */
export const reductionNames: readonly string[] = ["axis", "keepdims", "initial", "where"];
/** Names of `SumOptions`. */
export const sumNames: readonly string[] = [...reductionNames, "dtype"];

/** How one reduction works. */
interface Reduction {
  readonly name: string;
  readonly reduce: (x: NDArray, axes: readonly number[]) => NDArray;
  readonly combine: (x: NDArray, y: NDArray) => NDArray;
  /** What changes nothing. */
  readonly identity: number;
  /** Whether a reduction of nothing gives it; otherwise it is an error. */
  readonly hasIdentity: boolean;
}

const sumOf: Reduction = {
  name: "numpy.sum",
  reduce: reduceSum,
  combine: add,
  identity: 0,
  hasIdentity: true,
};
const productOf: Reduction = {
  name: "numpy.prod",
  reduce: reduceProd,
  combine: mul,
  identity: 1,
  hasIdentity: true,
};
const maximumOf: Reduction = {
  name: "numpy.max",
  reduce: reduceMax,
  combine: laxMax,
  identity: Number.NEGATIVE_INFINITY,
  hasIdentity: false,
};
const minimumOf: Reduction = {
  name: "numpy.min",
  reduce: reduceMin,
  combine: laxMin,
  identity: Number.POSITIVE_INFINITY,
  hasIdentity: false,
};

/** Dtype that sums and products of small integers have: no narrower than 32 bits. */
export function accumulatorDtype(dtype: DType): DType {
  if (dtype === "bool" || dtype === "int8" || dtype === "int16") return "int32";
  return dtype === "uint8" || dtype === "uint16" ? "uint32" : dtype;
}

/** Dtype in which narrow floats are accumulated. */
export function wideDtype(dtype: DType): DType {
  return dtype === "float16" || dtype === "bfloat16" ? "float32" : dtype;
}

/** Put reduced axes back with extent 1. */
export function keepAxes(
  reduced: NDArray,
  shape: readonly number[],
  axes: readonly number[],
): NDArray {
  return reshape(
    reduced,
    shape.map((n, i) => (axes.includes(i) ? 1 : n)),
  );
}

/** Number of elements along `axes`. */
export function countAlong(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((n, axis) => n * (shape[axis] as number), 1); // axes of this shape
}

const sorted = (axes: number[]): number[] => axes.sort((a, b) => a - b);

/** Distinct axes of `x` in ascending order. */
export function axesOf(where: string, x: NDArray, axis: Axes | undefined): number[] {
  return sorted(normalizeAxes(axis, x.ndim, where));
}

function reduceWith(
  { name, reduce, combine, identity, hasIdentity }: Reduction,
  x: NDArray,
  dtype: DType,
  options: ReductionOptions | undefined,
): NDArray {
  const { axis, keepdims = false, initial, where } = options ?? {};
  const axes = axesOf(name, x, axis);
  if (!hasIdentity && initial === undefined) {
    if (where !== undefined) {
      throw new ArgumentError(
        `${name}: initial is required beside where, got none; pass what an empty selection gives`,
      );
    }
    if (axes.some((i) => x.shape[i] === 0)) {
      throw new ShapeError(
        `${name}: elements to reduce are required, got ${x.aval} over axes [${axes}]; pass initial`,
      );
    }
  }
  const wide = convertElementType(x, wideDtype(dtype));
  const kept = where === undefined ? wide : masked(name, wide, where, identity);
  let out = reduce(kept, axes);
  if (initial !== undefined) {
    const start = convertTo(initial, { dtype: out.dtype, weakType: false });
    out = combine(stretch(start, out.shape), out);
  }
  const result = convertElementType(out, dtype);
  return keepdims ? keepAxes(result, x.shape, axes) : result;
}

function masked(name: string, x: NDArray, where: ArrayLike, identity: number): NDArray {
  const mask = truth(toArray(name, where));
  const [m, a] = broadcastTogether(name, [mask, x]) as [NDArray, NDArray]; // as many as given
  return select(m, a, constantFor(a, identity));
}

/** `value` like `x`; infinities stand for the ends of the range of integers and bools. */
function constantFor(x: NDArray, value: number): NDArray {
  if (isFloat(x.dtype) || Number.isFinite(value)) return constantLike(x, value);
  const [least, greatest] = integerRange(x.dtype);
  return constantLike(x, value > 0 ? greatest : least);
}

/**
 * Sum over axes; integers wrap, small ones are summed in 32 bits, float16 in float32.
 *
 * The sum of nothing is 0.
 */
export function sum(x: ArrayLike, options?: SumOptions): NDArray {
  checkOptions("numpy.sum", options, sumNames);
  const a = toArray("numpy.sum", x);
  return reduceWith(sumOf, a, dtypeFor("numpy.sum", a, options), options);
}

/** Product over axes, dtypes as in `sum`; the product of nothing is 1. */
export function prod(x: ArrayLike, options?: SumOptions): NDArray {
  checkOptions("numpy.prod", options, sumNames);
  const a = toArray("numpy.prod", x);
  return reduceWith(productOf, a, dtypeFor("numpy.prod", a, options), options);
}

function dtypeFor(name: string, x: NDArray, options: SumOptions | undefined): DType {
  return options?.dtype === undefined ? accumulatorDtype(x.dtype) : checkDtype(options.dtype, name);
}

/**
 * Largest element over axes; NaN wins. The gradient is shared equally among ties.
 *
 * @throws ShapeError if there is nothing to reduce and no `initial`.
 */
export function max(x: ArrayLike, options?: ReductionOptions): NDArray {
  checkOptions("numpy.max", options, reductionNames);
  const a = toArray("numpy.max", x);
  return reduceWith(maximumOf, a, a.dtype, options);
}

/**
 * Smallest element over axes; NaN wins. The gradient is shared equally among ties.
 *
 * @throws ShapeError if there is nothing to reduce and no `initial`.
 */
export function min(x: ArrayLike, options?: ReductionOptions): NDArray {
  checkOptions("numpy.min", options, reductionNames);
  const a = toArray("numpy.min", x);
  return reduceWith(minimumOf, a, a.dtype, options);
}

/** Largest minus smallest element over axes. */
export function ptp(x: ArrayLike, options?: Pick<ReductionOptions, "axis" | "keepdims">): NDArray {
  checkOptions("numpy.ptp", options, ["axis", "keepdims"]);
  return sub(max(x, options), min(x, options));
}

const logicalNames = ["axis", "keepdims", "where"];

/** Options of `all` and `any`. */
export type LogicalOptions = Omit<ReductionOptions, "initial">;

/** Whether all elements over axes are true, that is not 0; of nothing, true. */
export function all(x: ArrayLike, options?: LogicalOptions): NDArray {
  checkOptions("numpy.all", options, logicalNames);
  const reduction = { ...maximumOf, name: "numpy.all", reduce: reduceAnd, combine: bitwiseAnd };
  return logical({ ...reduction, identity: 1, hasIdentity: true }, x, options);
}

/** Whether any element over axes is true, that is not 0; of nothing, false. */
export function any(x: ArrayLike, options?: LogicalOptions): NDArray {
  checkOptions("numpy.any", options, logicalNames);
  const reduction = { ...maximumOf, name: "numpy.any", reduce: reduceOr, combine: bitwiseOr };
  return logical({ ...reduction, identity: 0, hasIdentity: true }, x, options);
}

function logical(reduction: Reduction, x: ArrayLike, options: LogicalOptions | undefined): NDArray {
  return reduceWith(reduction, truth(toArray(reduction.name, x)), "bool", options);
}

/** How many elements over axes are not 0, as int32. */
export function countNonzero(
  x: ArrayLike,
  options?: Pick<ReductionOptions, "axis" | "keepdims">,
): NDArray {
  checkOptions("numpy.countNonzero", options, ["axis", "keepdims"]);
  return sum(truth(toArray("numpy.countNonzero", x)), { ...options, dtype: "int32" });
}

/** Options of `mean`. */
export interface MeanOptions {
  axis?: Axes | undefined;
  keepdims?: boolean | undefined;
  dtype?: DType | undefined;
  /** Bools that broadcast with the array: elements to take into account. */
  where?: ArrayLike | undefined;
}

/** Names of `MeanOptions`. */
export const meanNames: readonly string[] = ["axis", "keepdims", "dtype", "where"];

/** Mean over axes: of integers in float32, of float16 accumulated in float32. NaN of nothing. */
export function mean(x: ArrayLike, options?: MeanOptions): NDArray {
  checkOptions("numpy.mean", options, meanNames);
  const a = toArray("numpy.mean", x);
  const { axis, where } = options ?? {};
  const dtype = meanDtype("numpy.mean", a, options?.dtype);
  const total = sum(a, { ...options, dtype: wideDtype(dtype) });
  const count = elementCount("numpy.mean", a, axis, where, options?.keepdims);
  const divisor =
    typeof count === "number"
      ? count
      : stretch(convertElementType(count, total.dtype), total.shape);
  return convertElementType(div(total, divisor), dtype);
}

/** Dtype of a mean or variance: that asked for, or the float that belongs to the array. */
export function meanDtype(name: string, x: NDArray, dtype: DType | undefined): DType {
  if (dtype !== undefined) return checkDtype(dtype, name);
  return isFloat(x.dtype) ? x.dtype : "float32";
}

/** How many elements a reduction takes into account: a number, or one for each result. */
export function elementCount(
  name: string,
  x: NDArray,
  axis: Axes | undefined,
  where: ArrayLike | undefined,
  keepdims: boolean | undefined,
): number | NDArray {
  if (where === undefined) return countAlong(x.shape, axesOf(name, x, axis));
  const mask = stretch(truth(toArray(name, where)), x.shape);
  return sum(mask, { axis, keepdims, dtype: "int32" });
}
