import { isFloat } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { reshape, rev } from "../lax/ops/layout.ts";
import { concatenate, pad as laxPad } from "../lax/ops/slice.ts";
import { applyAlongAxis } from "./applying.ts";
import { floor, rint } from "./elementwise-rounding.ts";
import { checkChoice } from "./options.ts";
import { edge, placeOf, readRun, runsOf } from "./padding-runs.ts";
import { convertTo, stretch, toArray } from "./promote.ts";
import { median } from "./quantiles.ts";
import { max, mean, min } from "./reductions.ts";
import { sliceAlong } from "./stacking.ts";

/** A value for all ends, a pair for every axis, or a pair for each axis. */
export type PadValues<T> = T | readonly T[] | readonly (readonly T[])[];

/** What stands in the padding. */
export type PadMode =
  | "constant"
  | "edge"
  | "reflect"
  | "symmetric"
  | "wrap"
  | "linearRamp"
  | "maximum"
  | "mean"
  | "median"
  | "minimum"
  | "empty";

/** Fills a vector of an axis that was padded with zeros, given how many stand at each end. */
export type PadFunction = (
  vector: NDArray,
  width: readonly [before: number, after: number],
  axis: number,
) => NDArray;

/** Options of `pad`. */
export interface PadOptions {
  /** "constant" by default; "linear_ramp" is NumPy's name of "linearRamp". */
  mode?: PadMode | "linear_ramp" | PadFunction | undefined;
  /** For "constant"; 0. */
  constantValues?: PadValues<ArrayLike> | undefined;
  /** For "linearRamp": the values at the outer ends; 0. */
  endValues?: PadValues<ArrayLike> | undefined;
  /** For the statistics: how many elements at each end to take; all. */
  statLength?: PadValues<number> | undefined;
  /** For "reflect" and "symmetric": "odd" mirrors values about the edge too; "even". */
  reflectType?: "even" | "odd" | undefined;
}

const modes: readonly PadMode[] = [
  "constant",
  "edge",
  "reflect",
  "symmetric",
  "wrap",
  "linearRamp",
  "maximum",
  "mean",
  "median",
  "minimum",
  "empty",
];

/**
 * `x` with `width` more elements before and after along each axis.
 *
 * @throws ArgumentError if the widths do not fit the axes, or one is negative.
 */
export function pad(x: ArrayLike, width: PadValues<number>, options?: PadOptions): NDArray {
  const a = toArray("numpy.pad", x);
  checkOptions("numpy.pad", options, [
    "mode",
    "constantValues",
    "endValues",
    "statLength",
    "reflectType",
  ]);
  const widths = pairs("the width", width, a.ndim);
  for (const n of widths.flat()) {
    if (Number.isSafeInteger(n) && n >= 0) continue;
    throw new ArgumentError(`numpy.pad: widths must be integers from 0, got ${n}; slice instead`);
  }
  const asked = options?.mode ?? "constant";
  if (typeof asked === "function") {
    return widths.reduce(
      (out, width, axis) => applyAlongAxis((vector) => asked(vector, width, axis), axis, out),
      constantly(a, widths, undefined),
    );
  }
  const named = asked === "linear_ramp" ? "linearRamp" : asked;
  const mode = checkChoice("numpy.pad", "mode", named, modes);
  if (mode === "constant" || mode === "empty") return constantly(a, widths, options);
  return widths.reduce((out, [before, after], dim) => {
    if (before === 0 && after === 0) return out;
    if (out.shape[dim] === 0) {
      throw new ShapeError(
        `numpy.pad: elements to continue are required, got ${a.aval} along axis ${dim}; use the mode "constant"`,
      );
    }
    return padAxis(out, dim, before, after, mode, options ?? {});
  }, a);
}

/** One pair for each axis. */
function pairs<T>(what: string, values: PadValues<T>, rank: number): (readonly [T, T])[] {
  if (!Array.isArray(values)) {
    const one = values as T; // no list
    return Array.from({ length: rank }, () => [one, one]);
  }
  const list = values as readonly (T | readonly T[])[]; // a list
  const pairOf = (entry: T | readonly T[]): readonly [T, T] => {
    const both = (Array.isArray(entry) ? entry : [entry]) as readonly T[]; // a list or not
    const [first, second = first] = both;
    if (first === undefined || both.length > 2) throw misfit(what, rank);
    return [first, second as T]; // at least one is given
  };
  if (!list.some(Array.isArray)) {
    const one = pairOf(list as readonly T[]); // without lists inside
    return Array.from({ length: rank }, () => one);
  }
  if (list.length === rank) return list.map(pairOf);
  const [only] = list;
  if (list.length !== 1 || only === undefined) throw misfit(what, rank);
  return Array.from({ length: rank }, () => pairOf(only));
}

function misfit(what: string, rank: number): ArgumentError {
  return new ArgumentError(
    `numpy.pad: ${what} must be one value, [before, after], or such a pair for each of ${rank} axes; check the nesting`,
  );
}

function constantly(
  x: NDArray,
  widths: readonly (readonly [number, number])[],
  options: PadOptions | undefined,
): NDArray {
  const values = options?.constantValues ?? 0;
  const scalar = (value: ArrayLike): NDArray => {
    const one = convertTo(value, { dtype: x.dtype, weakType: x.weakType });
    return one.ndim === 0 ? one : reshape(one, []);
  };
  if (!Array.isArray(values)) {
    const config = widths.map(([before, after]) => [before, after, 0] as const);
    return laxPad(x, scalar(values as ArrayLike), config); // no list
  }
  const ends = pairs("constantValues", values as PadValues<ArrayLike>, x.ndim); // a list
  return widths.reduce((out, [before, after], dim) => {
    const [low, high] = ends[dim] as readonly [ArrayLike, ArrayLike]; // a pair for each axis
    const config = (b: number, c: number): (readonly [number, number, number])[] =>
      out.shape.map((_, i) => (i === dim ? [b, c, 0] : [0, 0, 0]));
    const padded = laxPad(out, scalar(low), config(before, 0));
    return laxPad(padded, scalar(high), config(0, after));
  }, x);
}

function padAxis(
  x: NDArray,
  dim: number,
  before: number,
  after: number,
  mode: PadMode,
  options: PadOptions,
): NDArray {
  const extent = x.shape[dim] as number; // an axis of x
  if (mode === "linearRamp") return ramps(x, dim, before, after, options);
  const statistic = statistics[mode];
  if (statistic !== undefined) {
    const [head, tail] = statisticsOf(x, dim, statistic, options);
    const wide = (y: NDArray, n: number): NDArray => stretch(y, x.shape.with(dim, n));
    return concatenate([wide(head, before), x, wide(tail, after)], dim);
  }
  if (options.reflectType === "odd" && (mode === "reflect" || mode === "symmetric")) {
    return oddly(x, dim, before, after, mode);
  }
  const places = Array.from({ length: before + extent + after }, (_, i) =>
    placeOf(i - before, extent, mode),
  );
  return concatenate(
    runsOf(places).map((run) => readRun(x, dim, run)),
    dim,
  );
}

/** Mirrored about the values at the edges, as often as the widths ask for. */
function oddly(
  x: NDArray,
  dim: number,
  before: number,
  after: number,
  mode: "reflect" | "symmetric",
): NDArray {
  let out = x;
  let [left, right] = [before, after];
  const skip = mode === "reflect" ? 1 : 0;
  while (left > 0 || right > 0) {
    const extent = out.shape[dim] as number; // an axis of x
    const most = extent - skip;
    if (most === 0)
      return concatenate([edge(out, dim, 0, left), out, edge(out, dim, 0, right)], dim);
    const [n, m] = [Math.min(left, most), Math.min(right, most)];
    const mirrored = (part: NDArray, at: number): NDArray =>
      sub(mul(edge(out, dim, at, part.shape[dim] as number), 2), rev(part, [dim])); // as above
    out = concatenate(
      [
        mirrored(sliceAlong(out, dim, skip, skip + n), 0),
        out,
        mirrored(sliceAlong(out, dim, extent - skip - m, extent - skip), extent - 1),
      ],
      dim,
    );
    [left, right] = [left - n, right - m];
  }
  return out;
}

type Statistic = (x: NDArray, options: { axis: number; keepdims: true }) => NDArray;

const statistics: Partial<Record<PadMode, Statistic>> = {
  maximum: max,
  minimum: min,
  mean,
  median,
};

function statisticsOf(
  x: NDArray,
  dim: number,
  statistic: Statistic,
  { statLength }: PadOptions,
): readonly [NDArray, NDArray] {
  const extent = x.shape[dim] as number; // an axis of x
  const lengths = statLength === undefined ? null : pairs("statLength", statLength, x.ndim)[dim];
  const [first, last] = (lengths ?? [extent, extent]).map((n) => Math.min(n, extent));
  const of = (start: number, limit: number): NDArray => {
    const value = statistic(sliceAlong(x, dim, start, limit), { axis: dim, keepdims: true });
    const whole = value.dtype === x.dtype ? value : rint(value); // a mean of integers
    return convertElementType(whole, x.dtype, x.weakType);
  };
  return [of(0, first ?? extent), of(extent - (last ?? extent), extent)];
}

/** From the edge values to `endValues` at equal distances. */
function ramps(
  x: NDArray,
  dim: number,
  before: number,
  after: number,
  { endValues = 0 }: PadOptions,
): NDArray {
  const [low, high] = pairs("endValues", endValues, x.ndim)[dim] as readonly [ArrayLike, ArrayLike]; // a pair for each axis
  const extent = x.shape[dim] as number; // an axis of x
  const real = { dtype: isFloat(x.dtype) ? x.dtype : "float32", weakType: false } as const;
  const ramp = (end: ArrayLike, at: number, n: number): NDArray => {
    const shape = x.shape.with(dim, n);
    const last = convertElementType(edge(x, dim, at, n), real.dtype);
    const first = stretch(convertTo(end, real), shape);
    const share = div(iota(real.dtype, shape, dim), n);
    const value = add(first, mul(sub(last, first), share));
    return convertElementType(x.dtype === real.dtype ? value : floor(value), x.dtype);
  };
  return concatenate([ramp(low, 0, before), x, rev(ramp(high, extent - 1, after), [dim])], dim);
}
