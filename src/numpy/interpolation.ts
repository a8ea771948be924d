import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { gt, le, lt, select } from "../lax/ops/compare.ts";
import { abs, clamp } from "../lax/ops/extrema.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { sortKeyVal } from "../lax/ops/sort.ts";
import { finfo } from "./dtype-info.ts";
import { remainder } from "./elementwise-arithmetic.ts";
import { readIndex } from "./index-read.ts";
import { convertTo, promoteInexact, stretch } from "./promote.ts";
import { searchsorted } from "./searching.ts";
import { sliceAlong } from "./stacking.ts";

/** Options of `interp`. */
export interface InterpOptions {
  /** Value below the first point; by default that of the first, or "extrapolate". */
  left?: ArrayLike | "extrapolate" | undefined;
  /** Value above the last point; by default that of the last, or "extrapolate". */
  right?: ArrayLike | "extrapolate" | undefined;
  /** Period of the abscissas, which need no order then. */
  period?: number | undefined;
}

/**
 * The polygon through points (`xp`, `fp`), abscissas ascending, at the positions `x`.
 *
 * @throws ShapeError unless `xp` and `fp` are vectors of one size, not empty.
 */
export function interp(
  x: ArrayLike,
  xp: ArrayLike,
  fp: ArrayLike,
  options?: InterpOptions,
): NDArray {
  checkOptions("numpy.interp", options, ["left", "right", "period"]);
  const { left, right, period } = options ?? {};
  const [given, abscissas, ordinates] = promoteInexact("numpy.interp", [x, xp, fp]) as [
    NDArray,
    NDArray,
    NDArray,
  ]; // as given
  if (abscissas.ndim !== 1 || ordinates.ndim !== 1 || abscissas.size !== ordinates.size) {
    throw new ShapeError(
      `numpy.interp: points as two vectors of one size are required, got ${abscissas.aval} and ${ordinates.aval}; ravel them`,
    );
  }
  let [a, p, f] = [given, abscissas, ordinates];
  if (period !== undefined) {
    a = remainder(a, Math.abs(period));
    [p, f] = wrapPoints(p, f, Math.abs(period));
  }
  const n = p.size;
  const at = (y: NDArray, index: NDArray): NDArray => readIndex("numpy.interp", y, [index]);
  const upper = clamp(1, searchsorted(p, a, { side: "right" }), n - 1);
  const lower = sub(upper, 1);
  const [x0, f0] = [at(p, lower), at(f, lower)];
  const step = sub(at(p, upper), x0);
  // Points that coincide would make the gradient NaN.
  const flat = le(abs(step), finfo(p.dtype).eps ** 2);
  const slope = div(sub(a, x0), select(flat, 1, step));
  const inside = select(flat, f0, add(f0, mul(slope, sub(at(f, upper), f0))));
  if (period !== undefined) return inside;
  const end = (i: number, given: ArrayLike | undefined): NDArray => {
    if (given !== undefined) return stretch(convertTo(given, f.aval), a.shape);
    return stretch(readIndex("numpy.interp", f, [i]), a.shape);
  };
  const bound = (i: number): NDArray => stretch(readIndex("numpy.interp", p, [i]), a.shape);
  const above = right === "extrapolate" ? inside : select(gt(a, bound(-1)), end(-1, right), inside);
  return left === "extrapolate" ? above : select(lt(a, bound(0)), end(0, left), above);
}

/** Points of one period in order, and the nearest ones of its neighbours. */
function wrapPoints(xp: NDArray, fp: NDArray, period: number): [NDArray, NDArray] {
  const [p, f] = sortKeyVal(remainder(xp, period), fp);
  const n = p.size;
  const ends = (y: NDArray): readonly [NDArray, NDArray] => [
    sliceAlong(y, 0, n - 1, n),
    sliceAlong(y, 0, 0, 1),
  ];
  const [lastP, firstP] = ends(p);
  const [lastF, firstF] = ends(f);
  return [
    concatenate([sub(lastP, period), p, add(firstP, period)], 0),
    concatenate([lastF, f, firstF], 0),
  ];
}
