import { checkDtype, type DType, isInteger } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { toBfloat16, toFloat16 } from "../core/number.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, normalizeAxis, type Shape } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { expandDims, moveAxis, reshape } from "../lax/ops/layout.ts";
import { pow } from "../lax/ops/power.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { type CreationOptions, creationNames, fromNumbers, full, placed } from "./creation.ts";
import { log10, sign as signOf } from "./elementwise-math.ts";
import { floor } from "./elementwise-rounding.ts";
import { staticInteger, staticNumber } from "./options.ts";
import { promoteInexact, stretch } from "./promote.ts";
import { sliceAlong } from "./stacking.ts";

/** Rounding of arithmetic in each narrow float. */
const roundTo: Partial<Record<DType, (x: number) => number>> = {
  float32: Math.fround,
  float16: toFloat16,
  bfloat16: toBfloat16,
};

/**
 * Numbers from `start` (0) up to, not including, `stop`, `step` (1) apart.
 *
 * Dtype: int32 if all three are integers, else float32. There are `ceil((stop - start) / step)`
 * of them, none if that is negative.
 *
 * @throws ArgumentError if the step is 0, or a bound is NaN; ConcretizationError if one is traced.
 */
export function arange(
  ...args:
    | [stop: ArrayLike, options?: CreationOptions]
    | [start: ArrayLike, stop: ArrayLike, options?: CreationOptions]
    | [start: ArrayLike, stop: ArrayLike, step: ArrayLike, options?: CreationOptions]
): NDArray {
  const bounds = args.filter(isBound);
  const options = args.find((x): x is CreationOptions => x !== undefined && !isBound(x));
  checkOptions("numpy.arange", options, creationNames);
  const numbers = bounds.map((x) => staticNumber("numpy.arange", "a bound", x));
  const [first = 0, second, step = 1] = numbers;
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const length = Math.ceil((stop - start) / step);
  if (step === 0 || !Number.isFinite(length)) {
    throw new ArgumentError(
      `numpy.arange: finite bounds and a step other than 0 are required, got ${start}, ${stop}, ${step}; use linspace for a given number`,
    );
  }
  const natural = bounds.every(isWhole) ? "int32" : "float32";
  const dtype = checkDtype(options?.dtype ?? natural, "numpy.arange");
  const count = Math.max(0, length);
  const out =
    start === 0 && step === 1
      ? iota(dtype, [count], 0)
      : fromNumbers(sequence(start, step, count, dtype), [count], dtype);
  return placed(out, options?.device, "numpy.arange");
}

function isBound(x: unknown): x is ArrayLike {
  return typeof x === "number" || typeof x === "boolean" || x instanceof NDArray;
}

function isWhole(x: ArrayLike): boolean {
  if (x instanceof NDArray) return isInteger(x.dtype) || x.dtype === "bool";
  return typeof x === "boolean" || Number.isInteger(x);
}

/** `start + i * step`, with the step as the difference of the first two elements in the dtype. */
function sequence(start: number, step: number, count: number, dtype: DType): number[] {
  const round = roundTo[dtype];
  if (round === undefined) return Array.from({ length: count }, (_, i) => start + i * step);
  const first = round(start);
  const delta = round(round(start + step) - first);
  return Array.from({ length: count }, (_, i) => round(first + round(i * delta)));
}

/** Options of `linspace` and its relatives. */
export interface SpaceOptions {
  /** Whether `stop` is the last element; true. */
  endpoint?: boolean | undefined;
  /** Dtype of the result; integers are rounded down. */
  dtype?: DType | undefined;
  /** Where the new axis stands; 0. */
  axis?: number | undefined;
}

const spaceNames = ["endpoint", "dtype", "axis"];

/** `count` (50) numbers from `start` to `stop` at equal distances; both may be arrays. */
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  count?: number,
  options?: SpaceOptions & { retstep?: false | undefined },
): NDArray;
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  count: number,
  options: SpaceOptions & { retstep: true },
): [NDArray, NDArray];
export function linspace(
  start: ArrayLike,
  stop: ArrayLike,
  count = 50,
  options?: SpaceOptions & { retstep?: boolean | undefined },
): NDArray | [NDArray, NDArray] {
  checkOptions("numpy.linspace", options, [...spaceNames, "retstep"]);
  const [values, step] = spaced("numpy.linspace", start, stop, count, options);
  return options?.retstep === true ? [values, step] : values;
}

function spaced(
  where: string,
  start: ArrayLike,
  stop: ArrayLike,
  count: number,
  options: SpaceOptions | undefined,
): [NDArray, NDArray] {
  const n = staticInteger(where, "the number of elements", count);
  if (n < 0) {
    throw new ArgumentError(`${where}: a number from 0 is required, got ${n}; raise it`);
  }
  const { endpoint = true, dtype, axis = 0 } = options ?? {};
  const [p, q] = promoteInexact(where, [start, stop]) as [NDArray, NDArray]; // as many as given
  const shape: Shape = broadcastPair(p.shape, q.shape, where);
  const real = p.dtype;
  const wanted = checkDtype(dtype ?? real, where);
  const a = stretch(p, shape);
  const b = stretch(q, shape);
  const intervals = endpoint ? n - 1 : n;
  const step = intervals > 0 ? div(sub(b, a), intervals) : full(shape, Number.NaN, { dtype: real });
  let out = row(a, Math.min(n, 1));
  if (n > 1) {
    // Weights of both ends give them back exactly.
    const weight = div(iota(real, [intervals], 0), intervals);
    const toEnd = stretch(reshape(weight, [intervals, ...shape.map(() => 1)]), [
      intervals,
      ...shape,
    ]);
    const inner = add(mul(row(a, intervals), sub(1, toEnd)), mul(row(b, intervals), toEnd));
    out = endpoint ? concatenate([inner, row(b, 1)], 0) : inner;
  }
  const whole = isInteger(wanted) ? floor(out) : out;
  const dim = normalizeAxis(axis, out.ndim, where);
  return [convertElementType(moveAxis(whole, 0, dim), wanted), step];
}

/** `x` repeated along a new first axis. */
function row(x: NDArray, count: number): NDArray {
  return stretch(expandDims(x, [0]), [count, ...x.shape]);
}

/** `base` (10) to the powers of `linspace(start, stop, count)`. */
export function logspace(
  start: ArrayLike,
  stop: ArrayLike,
  count = 50,
  options?: SpaceOptions & { base?: ArrayLike | undefined },
): NDArray {
  checkOptions("numpy.logspace", options, [...spaceNames, "base"]);
  const { base = 10, dtype, ...rest } = options ?? {};
  const [exponents] = spaced("numpy.logspace", start, stop, count, rest);
  const [b, e] = promoteInexact("numpy.logspace", [base, exponents]) as [NDArray, NDArray]; // as given
  const out = pow(stretch(b, e.shape), e);
  return dtype === undefined ? out : convertElementType(out, checkDtype(dtype, "numpy.logspace"));
}

/** `count` (50) numbers from `start` to `stop` at equal ratios; both of one sign. */
export function geomspace(
  start: ArrayLike,
  stop: ArrayLike,
  count = 50,
  options?: SpaceOptions,
): NDArray {
  checkOptions("numpy.geomspace", options, spaceNames);
  const { dtype, axis = 0, endpoint = true } = options ?? {};
  const [p, q] = promoteInexact("numpy.geomspace", [start, stop]) as [NDArray, NDArray]; // as given
  const shape = broadcastPair(p.shape, q.shape, "numpy.geomspace");
  const sign = stretch(signOf(p), shape);
  const [a, b] = [mul(sign, stretch(p, shape)), mul(sign, stretch(q, shape))];
  let out = logspace(log10(a), log10(b), count, { endpoint });
  // The ends are known better than through logarithms.
  if (count > 1) {
    const inner = sliceAlong(out, 0, 1, endpoint ? count - 1 : count);
    out = concatenate([row(a, 1), inner, ...(endpoint ? [row(b, 1)] : [])], 0);
  } else if (count === 1) {
    out = row(a, 1);
  }
  out = mul(stretch(sign, out.shape), out);
  const dim = normalizeAxis(axis, out.ndim, "numpy.geomspace");
  const moved = moveAxis(out, 0, dim);
  return dtype === undefined
    ? moved
    : convertElementType(moved, checkDtype(dtype, "numpy.geomspace"));
}
