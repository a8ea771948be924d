import { asArray } from "../../core/array.ts";
import type { Kind } from "../../core/dtype.ts";
import { InternalError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  batchRule,
  definePrimitive,
  type JvpRule,
  linear,
  nonlinear,
  type PrimitiveOf,
  type TransposeRule,
  transposeRule,
} from "../../core/primitive.ts";
import type { CumulativeParams } from "../../core/routines.ts";
import { bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, mul, mulP, neg, sub } from "./arith.ts";
import { associativeScan, type Combine } from "./associative-scan.ts";
import { checkAxes, fullLike, shiftAxis } from "./broadcast.ts";
import { eq, gt, ne, select } from "./compare.ts";
import { maxP, minP } from "./extrema.ts";
import { numeric, ordered, requireKind } from "./shared.ts";
import { exp, log1p, logistic } from "./transcendental.ts";

/** Axis of a running reduction, and whether it starts from the end. */
export interface CumulativeAxis {
  readonly axis: number;
  readonly reverse: boolean;
}

/** Options of the running reductions. */
export interface CumulativeOptions {
  /** Axis to run along, counted from 0; 0 by default. */
  readonly axis?: number | undefined;
  /** Whether to start from the last element; false by default. */
  readonly reverse?: boolean | undefined;
}

/** Running sums; see `cumsum`. Its transpose runs the other way. */
export const cumsumP: PrimitiveOf<1, CumulativeAxis> = running(
  "cumsum",
  "add",
  numeric,
  linear,
  transposeRule((ct, _x, { axis, reverse }) => [bind1(cumsumP, ct, { axis, reverse: !reverse })]),
);

/** Running products; see `cumprod`. */
export const cumprodP = running("cumprod", "mul", numeric, throughPairs(pairsOf(mulP)));

/** Running maxima; see `cummax`. */
export const cummaxP = running("cummax", "max", ordered, throughPairs(pairsOf(maxP)));

/** Running minima; see `cummin`. */
export const cumminP = running("cummin", "min", ordered, throughPairs(pairsOf(minP)));

/** Running logarithms of sums of exponentials; see `cumlogsumexp`. */
export const cumlogsumexpP = running(
  "cumlogsumexp",
  "logaddexp",
  ["float"],
  throughPairs(logAddExpPairs),
);

function running(
  name: string,
  op: CumulativeParams["op"],
  kinds: readonly Kind[],
  jvp: JvpRule<1, CumulativeAxis>,
  transposed: TransposeRule<1, CumulativeAxis> = nonlinear,
): PrimitiveOf<1, CumulativeAxis> {
  const prim: PrimitiveOf<1, CumulativeAxis> = definePrimitive<1, CumulativeAxis>(name, {
    abstractEval([x], { axis }) {
      requireKind(name, x, kinds);
      checkAxes(name, [axis], x.ndim);
      return x;
    },
    jvp,
    transpose: transposed,
    batch: batchRule(([x], [d], { axis, reverse }) =>
      d === null
        ? [bind1(prim, x, { axis, reverse }), null]
        : [bind1(prim, x, { axis: shiftAxis(axis, d), reverse }), d],
    ),
    lower: {
      kind: "routine",
      name: "cumulative",
      params: ({ axis, reverse }) => ({ op, axis, reverse }),
    },
  });
  return prim;
}

/** Jvp of a running reduction: a scan of the operation on pairs of element and tangent. */
function throughPairs(combine: Combine): JvpRule<1, CumulativeAxis> {
  return {
    kind: "partials",
    terms: [
      (t, [x], _out, { axis, reverse }) =>
        associativeScan(combine, [x, t], axis, reverse)[1] as NDArray, // a pair, as given
    ],
  };
}

/** A binary primitive on pairs of element and tangent, by its own jvp rule. */
function pairsOf(prim: PrimitiveOf<2, object>): Combine {
  const rule = prim.rules.jvp;
  const [left, right] = rule.kind === "partials" ? rule.terms : [];
  if (!left || !right) throw new InternalError(`${prim.name}: partials for both operands expected`);
  return ([x, tx], [y, ty]) => {
    // Both sides are pairs, as associativeScan was given.
    const [a, b] = [x as NDArray, y as NDArray];
    const out = bind2(prim, a, b, noParams);
    const tangents = [
      left(tx as NDArray, [a, b], out, noParams),
      right(ty as NDArray, [a, b], out, noParams),
    ] as const;
    return [out, add(...tangents)];
  };
}

/** log(exp(x) + exp(y)) on pairs of element and tangent, each weighted by exp(x - out). */
function logAddExpPairs(left: readonly NDArray[], right: readonly NDArray[]): readonly NDArray[] {
  const [x, tx, y, ty] = [...left, ...right] as [NDArray, NDArray, NDArray, NDArray]; // two pairs
  const difference = sub(x, y);
  // Chosen by comparison rather than by max and abs, which have kinks where x and y are equal.
  const isFirst = gt(difference, fullLike(difference, 0));
  const below = select(isFirst, neg(difference), difference);
  const regular = add(select(isFirst, x, y), log1p(exp(below)));
  const out = select(ne(difference, difference), add(x, y), regular);
  // exp(x - out) is logistic(x - y), whose own derivatives have no kink where x and y are equal.
  const weight = (a: NDArray, apart: NDArray): NDArray => {
    const atInfinity = exp(sub(infinityToZero(a), infinityToZero(out)));
    return select(ne(apart, apart), atInfinity, logistic(apart));
  };
  return [out, add(mul(tx, weight(x, difference)), mul(ty, weight(y, neg(difference))))];
}

function infinityToZero(x: NDArray): NDArray {
  return select(eq(x, fullLike(x, Infinity)), fullLike(x, 0), x);
}

function run(
  prim: PrimitiveOf<1, CumulativeAxis>,
  x: ArrayLike,
  options: CumulativeOptions,
): NDArray {
  checkOptions(`lax.${prim.name}`, options, ["axis", "reverse"]);
  const { axis = 0, reverse = false } = options;
  return bind1(prim, asArray(x, `lax.${prim.name}`), { axis, reverse });
}

/**
 * Sums of the elements up to and including each, along one axis; in reverse, from each to the last.
 *
 * Integers wrap. float16 and bfloat16 are summed in at least float32.
 *
 * @throws ShapeError if the axis is out of range; DTypeError on booleans.
 */
export function cumsum(x: ArrayLike, options: CumulativeOptions = {}): NDArray {
  return run(cumsumP, x, options);
}

/**
 * Products of the elements up to and including each, along one axis; in reverse, from each to the
 * last. Integers wrap; derivatives are right beside zeros.
 *
 * @throws ShapeError if the axis is out of range; DTypeError on booleans.
 */
export function cumprod(x: ArrayLike, options: CumulativeOptions = {}): NDArray {
  return run(cumprodP, x, options);
}

/**
 * Largest of the elements up to and including each, along one axis; in reverse, from each to the
 * last. NaN wins, 0 is above -0, and a tie halves the derivative as in `max`.
 *
 * @throws ShapeError if the axis is out of range.
 */
export function cummax(x: ArrayLike, options: CumulativeOptions = {}): NDArray {
  return run(cummaxP, x, options);
}

/**
 * Smallest of the elements up to and including each, along one axis; in reverse, from each to the
 * last. NaN wins, -0 is below 0, and a tie halves the derivative as in `min`.
 *
 * @throws ShapeError if the axis is out of range.
 */
export function cummin(x: ArrayLike, options: CumulativeOptions = {}): NDArray {
  return run(cumminP, x, options);
}

/**
 * log(exp(x0) + ... + exp(xk)) up to and including each element, along one axis; in reverse, from
 * each to the last. Nothing overflows on the way.
 *
 * @throws ShapeError if the axis is out of range; DTypeError unless the dtype is a float.
 */
export function cumlogsumexp(x: ArrayLike, options: CumulativeOptions = {}): NDArray {
  return run(cumlogsumexpP, x, options);
}
