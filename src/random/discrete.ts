import { scalarArray } from "../core/array.ts";
import { checkDtype, type DType, integerRange, isInteger } from "../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastShapes, checkShape, normalizeAxis } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { broadcastInDim, fullLike } from "../lax/ops/broadcast.ts";
import { eq, le, select } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { cumsum } from "../lax/ops/cumulative.ts";
import { indexInDim, sliceInDim } from "../lax/ops/in-dim.ts";
import { argmax } from "../lax/ops/reduce.ts";
import { floor, rem } from "../lax/ops/rounding.ts";
import { sortKeyVal, topK } from "../lax/ops/sort.ts";
import { log, log1p } from "../lax/ops/transcendental.ts";
import { add as addBroadcast } from "../numpy/elementwise-arithmetic.ts";
import { inexact, toArray } from "../numpy/promote.ts";
import { searchsorted } from "../numpy/searching.ts";
import { moveaxis, reshape } from "../numpy/shape.ts";
import { take } from "../numpy/take.ts";
import { between, type DrawOptions, wordBits } from "./bits.ts";
import { gumbel } from "./continuous.ts";
import { drawShape, spreadTo } from "./draw-shape.ts";
import { splitInTwo as two } from "./key.ts";

/**
 * Uniform integers from `minval` up to, not including, `maxval`, which broadcast with the shape.
 *
 * Where `maxval` is not above `minval` the draw is `minval`.
 *
 * @throws DTypeError unless the dtype, int32 by default, is of integers.
 */
export function randint(
  k: NDArray,
  shape: readonly number[],
  minval: ArrayLike,
  maxval: ArrayLike,
  options: DrawOptions = {},
): NDArray {
  const where = "random.randint";
  checkOptions(where, options, ["dtype"]);
  const dtype = checkDtype(options.dtype ?? "int32", where);
  if (!isInteger(dtype)) {
    throw new DTypeError(`${where}: an integer dtype is required, got ${dtype}; use int32`);
  }
  const form = checkShape(shape, where);
  // Narrow integers are drawn as int32 and converted, as JAX does.
  const wide: DType = dtype === "uint32" ? "uint32" : "int32";
  const low = bound(minval, wide, form, where);
  const high = bound(maxval, wide, form, where);
  const [first, second] = two(k);
  const isEmpty = le(high, low);
  let span = convertElementType(sub(high, low), "uint32");
  span = select(isEmpty, fullLike(span, 1), span);
  if (typeof maxval === "number" && maxval > integerRange(wide)[1]) {
    // One more than the largest integer: the whole range wraps to 0, which divides nothing away.
    span = select(isEmpty, span, add(span, 1));
  }
  const half = rem(fullLike(span, 2 ** 16), span);
  const multiplier = rem(mul(half, half), span);
  const upper = rem(wordBits(first, form, "uint32", where), span);
  const lower = rem(wordBits(second, form, "uint32", where), span);
  const offset = rem(add(mul(upper, multiplier), lower), span);
  return convertElementType(add(low, convertElementType(offset, wide)), dtype);
}

/** A bound of integers, brought into the range of the dtype. */
function bound(x: ArrayLike, dtype: DType, shape: readonly number[], where: string): NDArray {
  if (typeof x === "number") {
    const [least, most] = integerRange(dtype);
    const value = Math.trunc(Math.min(Math.max(x, least), most));
    return broadcastInDim(scalarArray(value, dtype), shape, []);
  }
  const array = toArray(where, x);
  // Floats saturate when they become integers; narrower integers fit.
  return spreadTo(convertElementType(array, dtype), shape, where);
}

/** Numbers of trials up to the first success of probability `p`; int32. */
export function geometric(
  k: NDArray,
  p: ArrayLike,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const where = "random.geometric";
  checkOptions(where, options, ["dtype"]);
  const chance = inexact(where, p);
  const form = drawShape(where, shape, [chance]);
  const u = between(k, form, chance.dtype, 0, 1, where);
  const safe = select(eq(u, 0), fullLike(u, 1), u);
  const trials = div(log(safe), log1p(spreadTo(mul(chance, -1), form, where)));
  return convertElementType(add(floor(trials), 1), checkDtype(options.dtype ?? "int32", where));
}

/** Options of `categorical`. */
export interface CategoricalOptions {
  /** Axis of the categories; the last. */
  axis?: number | undefined;
  /** Shape of the draws: anything, then that of the logits without the axis. */
  shape?: readonly number[] | undefined;
  /** Whether draws along the leading axes of the shape may repeat; true. */
  replace?: boolean | undefined;
}

/**
 * Categories drawn with probabilities proportional to exp(logits); int32.
 *
 * @throws ShapeError if the shape does not end like that of the logits.
 */
export function categorical(
  k: NDArray,
  logits: ArrayLike,
  options: CategoricalOptions = {},
): NDArray {
  const where = "random.categorical";
  checkOptions(where, options, ["axis", "shape", "replace"]);
  const scores = inexact(where, logits);
  const axis = normalizeAxis(options.axis ?? -1, scores.ndim, where);
  const batch = scores.shape.toSpliced(axis, 1);
  const shape = checkShape(options.shape ?? batch, where);
  const prefix = shape.slice(0, shape.length - batch.length);
  const tail = shape.slice(prefix.length);
  if (shape.length < batch.length || broadcastShapes(tail, batch).some((n, i) => n !== tail[i])) {
    throw new ShapeError(
      `${where}: the shape must end in [${batch}], got [${shape}]; put the number of draws first`,
    );
  }
  const { dtype } = scores;
  if (options.replace === false) {
    const count = prefix.reduce((a, b) => a * b, 1);
    const noisy = add(scores, gumbel(k, scores.shape, { dtype }));
    const [, chosen] = topK(moveaxis(noisy, axis, -1), count);
    return reshape(moveaxis(chosen, -1, 0), shape);
  }
  const full = [...prefix, ...tail.toSpliced(axis, 0, scores.shape[axis] ?? 0)];
  const noise = gumbel(k, full, { dtype });
  return argmax(addBroadcast(noise, scores), axis + prefix.length);
}

/** Options of `permutation`. */
export interface PermutationOptions {
  /** The axis to shuffle; 0. */
  axis?: number | undefined;
  /** Whether each line along the axis is shuffled by itself; false. */
  independent?: boolean | undefined;
}

/** The integers from 0 to x - 1, or the slices of an array, in random order. */
export function permutation(
  k: NDArray,
  x: number | NDArray,
  options: PermutationOptions = {},
): NDArray {
  const where = "random.permutation";
  checkOptions(where, options, ["axis", "independent"]);
  if (typeof x === "number" || x.ndim === 0) {
    const count = checkShape([Number(x)], where);
    return shuffle(k, iota("int32", count, 0), 0);
  }
  const axis = normalizeAxis(options.axis ?? 0, x.ndim, where);
  if (options.independent || x.ndim === 1) return shuffle(k, x, axis);
  const order = shuffle(k, iota("int32", [x.shape[axis] ?? 0], 0), 0);
  return take(x, order, { axis });
}

/** Sort by random words, often enough that equal ones do not matter. */
function shuffle(k: NDArray, x: NDArray, axis: number): NDArray {
  const rounds = Math.ceil((3 * Math.log(Math.max(1, x.size))) / Math.log(2 ** 32 - 1));
  let current = x;
  let next = k;
  for (let i = 0; i < rounds; i++) {
    const [rest, use] = two(next);
    next = rest;
    const words = wordBits(use, x.shape, "uint32", "random.permutation");
    [, current] = sortKeyVal(words, current, { dimension: axis }) as [NDArray, NDArray]; // a pair
  }
  return current;
}

/** Options of `choice`. */
export interface ChoiceOptions {
  /** Whether one element may be drawn more than once; true. */
  replace?: boolean | undefined;
  /** Probability of each element; equal ones if not given. */
  p?: ArrayLike | undefined;
  /** The axis whose slices are drawn; 0. */
  axis?: number | undefined;
}

/**
 * Random elements of an array, or of the integers from 0 to a - 1.
 *
 * @throws ArgumentError if there is nothing to draw from, or too little without replacement.
 */
export function choice(
  k: NDArray,
  a: number | NDArray,
  shape: readonly number[] = [],
  options: ChoiceOptions = {},
): NDArray {
  const where = "random.choice";
  checkOptions(where, options, ["replace", "p", "axis"]);
  const form = checkShape(shape, where);
  const source = a instanceof NDArray && a.ndim > 0 ? a : null;
  const axis = source === null ? 0 : normalizeAxis(options.axis ?? 0, source.ndim, where);
  const count = source === null ? Number(a) : (source.shape[axis] ?? 0);
  const draws = form.reduce((x, y) => x * y, 1);
  const { replace = true, p } = options;
  if (!(count > 0) && draws > 0) {
    throw new ArgumentError(
      `${where}: something to draw from is required, got ${count} elements; pass more`,
    );
  }
  if (!replace && draws > count) {
    throw new ArgumentError(
      `${where}: ${draws} draws without replacement require as many elements, got ${count}; set replace`,
    );
  }
  const pick = (indices: NDArray): NDArray =>
    source === null ? indices : take(source, indices, { axis });
  const place = (drawn: NDArray): NDArray =>
    source === null
      ? reshape(drawn, form)
      : reshape(drawn, source.shape.toSpliced(axis, 1, ...form));
  if (p === undefined) {
    if (replace) return pick(randint(k, form, 0, count));
    const mixed = permutation(k, source ?? count, { axis });
    return place(sliceInDim(mixed, 0, draws, { axis }));
  }
  const chances = inexact(where, p);
  if (chances.ndim !== 1 || chances.size !== count) {
    throw new ShapeError(
      `${where}: p must have shape [${count}], got ${chances.aval}; give one probability for each element`,
    );
  }
  if (replace) {
    const cumulative = cumsum(chances);
    const total = indexInDim(cumulative, count - 1, { keepdims: false });
    const u = between(k, form, chances.dtype, 0, 1, where);
    const at = mul(spreadTo(total, form, where), sub(1, u));
    return pick(searchsorted(cumulative, at));
  }
  const noisy = add(gumbel(k, [count], { dtype: chances.dtype }), log(chances));
  const [, indices] = topK(noisy, draws);
  return place(pick(indices));
}
