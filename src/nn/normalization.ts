import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { select } from "../lax/ops/compare.ts";
import { stopGradient } from "../lax/ops/convert.ts";
import { rsqrt } from "../lax/ops/transcendental.ts";
import { astype } from "../numpy/creation.ts";
import { add, divide, multiply, subtract } from "../numpy/elementwise-arithmetic.ts";
import { isfinite, less, notEqual } from "../numpy/elementwise-comparison.ts";
import { abs, exp, log, sign, square } from "../numpy/elementwise-math.ts";
import type { Axes } from "../numpy/options.ts";
import { inexact, pairInexact } from "../numpy/promote.ts";
import { countNonzero, max, mean, sum } from "../numpy/reductions.ts";
import { clip, whereOf } from "../numpy/selection.ts";
import { broadcastTo } from "../numpy/shape.ts";
import { customJvp } from "../transforms/custom-jvp.ts";

/** Options of `softmax` and `logSoftmax`. */
export interface SoftmaxOptions {
  /** Axis or axes that sum to 1; the last. */
  axis?: Axes | undefined;
  /** Bools that broadcast with the array: elements to take into account. */
  where?: ArrayLike | undefined;
}

const softmaxNames = ["axis", "where"];

/**
 * Exponentials divided by their sum along an axis, without overflow.
 *
 * Elements that `where` leaves out are 0. A slice of minus infinities, or one with an infinity,
 * gives NaN; an empty one is empty.
 */
export function softmax(x: ArrayLike, options: SoftmaxOptions = {}): NDArray {
  checkOptions("nn.softmax", options, softmaxNames);
  const { axis = -1, where } = options;
  const array = inexact("nn.softmax", x);
  const value = (v: NDArray): NDArray => {
    const peak = max(v, { axis, where, initial: -Infinity, keepdims: true });
    const safe = where === undefined ? v : whereOf(where, v, -Infinity);
    const powers = exp(subtract(safe, peak));
    const result = divide(powers, sum(powers, { axis, where, keepdims: true }));
    return where === undefined ? result : whereOf(where, result, 0);
  };
  const rule = customJvp(value).defJvp(([v]: [NDArray], [t]: [NDArray]) => {
    const y = rule(v);
    const along = sum(multiply(y, t), { axis, where, keepdims: true });
    return [y, multiply(y, subtract(t, along))];
  });
  return rule(array);
}

/** Logarithm of `softmax`, exact to the last digits; minus infinity where `where` leaves out. */
export function logSoftmax(x: ArrayLike, options: SoftmaxOptions = {}): NDArray {
  checkOptions("nn.logSoftmax", options, softmaxNames);
  const { axis = -1, where } = options;
  const array = inexact("nn.logSoftmax", x);
  const peak = max(array, { axis, where, initial: -Infinity, keepdims: true });
  const safe = where === undefined ? array : whereOf(where, array, -Infinity);
  const shifted = subtract(safe, stopGradient(peak));
  const result = subtract(shifted, log(sum(exp(shifted), { axis, where, keepdims: true })));
  return where === undefined ? result : whereOf(where, result, -Infinity);
}

/** Options of `logsumexp`. */
export interface LogsumexpOptions extends SoftmaxOptions {
  /** Whether reduced axes stay, with extent 1; false. */
  keepdims?: boolean | undefined;
  /** Factors of the exponentials. */
  b?: ArrayLike | undefined;
  /** Whether to give `[log |sum|, sign of the sum]`; false. */
  returnSign?: boolean | undefined;
}

/**
 * Logarithm of the sum of exponentials along an axis (all by default), without overflow.
 *
 * Minus infinity for an empty sum. With factors `b` a negative sum gives NaN, or, with
 * `returnSign`, the logarithm of its size and -1.
 */
export function logsumexp(
  x: ArrayLike,
  options: LogsumexpOptions & { returnSign: true },
): [NDArray, NDArray];
export function logsumexp(
  x: ArrayLike,
  options?: LogsumexpOptions & { returnSign?: false | undefined },
): NDArray;
export function logsumexp(
  x: ArrayLike,
  options: LogsumexpOptions = {},
): NDArray | [NDArray, NDArray] {
  checkOptions("nn.logsumexp", options, [...softmaxNames, "keepdims", "b", "returnSign"]);
  const { axis = null, keepdims = false, where, b } = options;
  const [array, factors] = withFactors(x, b);
  const axes = normalizeAxes(axis, array.ndim, "nn.logsumexp");
  const peak = max(array, { axis: axes, where, initial: -Infinity, keepdims: true });
  const shift = stopGradient(select(isfinite(peak), peak, fullLike(peak, 0)));
  const powers = exp(subtract(array, shift));
  const scaled = factors === null ? powers : multiply(powers, factors);
  const total = sum(scaled, { axis: axes, where, keepdims });
  const back = keepdims ? shift : sum(shift, { axis: axes });
  const out = add(log(abs(total)), back);
  if (options.returnSign) return [out, sign(total)];
  return b === undefined ? out : whereOf(less(total, 0), Number.NaN, out);
}

/** Argument and factors in one shape; where a factor is 0, whatever it multiplies is left out. */
function withFactors(x: ArrayLike, b: ArrayLike | undefined): readonly [NDArray, NDArray | null] {
  if (b === undefined) return [inexact("nn.logsumexp", x), null];
  const [array, factors] = pairInexact("nn.logsumexp", x, b);
  return [whereOf(notEqual(factors, 0), array, -Infinity), factors];
}

/** Logarithm of the mean of exponentials along an axis (all by default). */
export function logmeanexp(
  x: ArrayLike,
  options: Omit<LogsumexpOptions, "b" | "returnSign"> = {},
): NDArray {
  checkOptions("nn.logmeanexp", options, [...softmaxNames, "keepdims"]);
  const { axis = null, keepdims = false, where = true } = options;
  const array = inexact("nn.logmeanexp", x);
  const counted = broadcastTo(where, array.shape);
  const count = countNonzero(counted, { axis, keepdims });
  return subtract(
    logsumexp(array, { axis, keepdims, where: options.where }),
    log(astype(count, array.dtype)),
  );
}

/** Options of `standardize`. */
export interface StandardizeOptions extends SoftmaxOptions {
  /** Mean to take off; that of the array if not given. */
  mean?: ArrayLike | undefined;
  /** Variance to divide by the root of; that of the array if not given. */
  variance?: ArrayLike | undefined;
  /** Added to the variance; 1e-5. */
  epsilon?: ArrayLike | undefined;
  /** How to compute the variance: mean of squares less square of mean, or of centred squares. */
  algorithm?: "fast" | "stable" | undefined;
}

/** Elements less their mean along an axis, over the root of their variance. */
export function standardize(x: ArrayLike, options: StandardizeOptions = {}): NDArray {
  checkOptions("nn.standardize", options, [
    ...softmaxNames,
    "mean",
    "variance",
    "epsilon",
    "algorithm",
  ]);
  const { axis = -1, where, epsilon = 1e-5, algorithm = "fast" } = options;
  const array = inexact("nn.standardize", x);
  const form = { axis, where, keepdims: true };
  const center = options.mean ?? mean(array, form);
  const spread = options.variance ?? varianceOf(array, center, form, algorithm);
  return multiply(subtract(array, center), rsqrt(add(spread, epsilon)));
}

function varianceOf(
  x: NDArray,
  center: ArrayLike,
  form: { axis: Axes; where: ArrayLike | undefined; keepdims: boolean },
  algorithm: string,
): NDArray {
  if (algorithm === "stable") return mean(square(subtract(x, center)), form);
  if (algorithm === "fast") {
    return clip(subtract(mean(square(x), form), square(center)), 0, null);
  }
  throw new ArgumentError(
    `nn.standardize: algorithm must be "fast" or "stable", got ${JSON.stringify(algorithm)}; choose one`,
  );
}
