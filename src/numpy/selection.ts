import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair } from "../core/shape.ts";
import { type ArrayLike, NDArray } from "../core/value.ts";
import { select as laxSelect } from "../lax/ops/compare.ts";
import { maximum, minimum, remainder } from "./elementwise-arithmetic.ts";
import { greaterEqual, truth } from "./elementwise-comparison.ts";
import { commonType, convertTo, pair, stretch, toArray } from "./promote.ts";

/**
 * `x` where `condition` holds (is not 0), `y` elsewhere; all three are broadcast.
 *
 * The case not chosen gets a zero gradient, which an infinite derivative further up still turns
 * into NaN: make its argument safe as well.
 */
export function whereOf(condition: ArrayLike, x: ArrayLike, y: ArrayLike): NDArray {
  const which = truth(toArray("numpy.where", condition));
  const [a, b] = pair("numpy.where", x, y);
  const shape = broadcastPair(which.shape, a.shape, "numpy.where");
  return laxSelect(stretch(which, shape), stretch(a, shape), stretch(b, shape));
}

/** Bounds of `clip`. */
export interface ClipOptions {
  min?: ArrayLike | null | undefined;
  max?: ArrayLike | null | undefined;
}

/**
 * Elements brought up to `lo` and then down to `hi`, where these are given (not null).
 *
 * `hi` wins where `lo` is above it; the gradient at a bound is halved.
 */
export function clip(
  x: ArrayLike,
  lo?: ArrayLike | ClipOptions | null,
  hi?: ArrayLike | null,
): NDArray {
  const [low, high] = bounds(lo, hi);
  let out = toArray("numpy.clip", x);
  if (low !== null) out = maximum(out, low);
  return high === null ? out : minimum(out, high);
}

function bounds(
  lo: ArrayLike | ClipOptions | null | undefined,
  hi: ArrayLike | null | undefined,
): readonly [ArrayLike | null, ArrayLike | null] {
  if (!isBounds(lo)) return [lo ?? null, hi ?? null];
  checkOptions("numpy.clip", lo, ["min", "max"]);
  return [lo.min ?? null, lo.max ?? null];
}

/** Arrays are no plain objects. */
function isBounds(x: ArrayLike | ClipOptions | null | undefined): x is ClipOptions {
  if (typeof x !== "object" || x === null) return false;
  return Object.getPrototypeOf(x) === Object.prototype;
}

/** Options of `select`. */
export interface SelectOptions {
  /** Where no condition holds; 0. */
  default?: ArrayLike | undefined;
}

/**
 * For each element, the choice of the first condition that holds there, or what is given for the
 * rest.
 *
 * @throws ArgumentError unless there are as many choices as conditions, and at least one.
 */
export function select(
  conditions: readonly ArrayLike[],
  choices: readonly ArrayLike[],
  otherwise?: ArrayLike | SelectOptions,
): NDArray {
  const fallback = fallbackOf(otherwise);
  if (conditions.length !== choices.length || conditions.length === 0) {
    throw new ArgumentError(
      `numpy.select: one choice for each condition is required, got ${choices.length} for ${conditions.length}; add or drop some`,
    );
  }
  const type = commonType("numpy.select", [...choices, fallback]);
  return conditions.reduceRight<NDArray>(
    // There is a choice for every condition.
    (rest, condition, i) => whereOf(condition, convertTo(choices[i] as ArrayLike, type), rest),
    convertTo(fallback, type),
  );
}

function fallbackOf(otherwise: ArrayLike | SelectOptions | undefined): ArrayLike {
  if (typeof otherwise !== "object" || otherwise instanceof NDArray) return otherwise ?? 0;
  checkOptions("numpy.select", otherwise, ["default"]);
  return otherwise.default ?? 0;
}

/** How `choose` treats indices outside the list. */
export interface ChooseOptions {
  /** "clip" (default here), or "wrap": modulo. */
  mode?: "clip" | "wrap" | undefined;
}

/** For each element of `index`, the element there of the choice that it numbers. */
export function choose(
  index: ArrayLike,
  choices: readonly ArrayLike[],
  options?: ChooseOptions,
): NDArray {
  checkOptions("numpy.choose", options, ["mode"]);
  const [first, ...rest] = choices;
  if (first === undefined) {
    throw new ShapeError("numpy.choose: at least one choice is required, got none; add one");
  }
  const type = commonType("numpy.choose", choices);
  const which = toArray("numpy.choose", index);
  const number = options?.mode === "wrap" ? remainder(which, choices.length) : which;
  return rest.reduce<NDArray>(
    (out, choice, i) => whereOf(greaterEqual(number, i + 1), convertTo(choice, type), out),
    convertTo(first, type),
  );
}
