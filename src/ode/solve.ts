import type { NDArray } from "../core/value.ts";
import { scan } from "../lax/control/scan.ts";
import { whileLoop } from "../lax/control/while.ts";
import { full } from "../lax/ops/broadcast.ts";
import { expandDims } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { greater, less, logicalAnd } from "../numpy/elementwise-comparison.ts";
import { where } from "../numpy/searching.ts";
import { clip } from "../numpy/selection.ts";
import {
  errorRatio,
  type Flow,
  firstLength,
  middleOf,
  nextLength,
  type Step,
  takeStep,
} from "./dormand-prince.ts";
import {
  type Derivative,
  inDtypeOf,
  type Point,
  type Problem,
  rowAt,
  rows,
  type StepControl,
} from "./system.ts";

/** Where a solution has come to, and the step that led there. */
export interface Front {
  readonly y: NDArray[];
  /** The derivative at `y`. */
  readonly f: NDArray[];
  readonly t: NDArray;
  /** The step before: where it began, its middle, the derivative at its start, its start and length. */
  readonly from: NDArray[];
  readonly middle: NDArray[];
  readonly slope: NDArray[];
  readonly since: NDArray;
  readonly length: NDArray;
}

/** The front before the first step. */
export function firstFront(y0: Point, f0: Point, t0: NDArray): Front {
  const [y, f] = [[...y0], [...f0]];
  const length = full([], 0, t0.dtype);
  return { y, f, t: t0, from: y, middle: y, slope: f, since: t0, length };
}

/** The front after a step of length `dt`. */
export function frontAfter({ stages, end }: Step, { y, f, t }: Front, dt: NDArray): Front {
  const middle = middleOf(stages, y, dt);
  const last = stages.at(-1) ?? f;
  return {
    y: [...end],
    f: [...last],
    t: t.add(dt),
    from: y,
    middle: [...middle],
    slope: f,
    since: t,
    length: dt,
  };
}

/**
 * The solution at `target` by the polynomial of order 4 through the last step. NaN unless the step
 * has got that far, and `before`, the time asked for earlier, is not later.
 */
export function solutionAt(front: Front, target: NDArray, before: NDArray): NDArray[] {
  const { y, f, t, from, middle, slope, since, length } = front;
  const isReached = logicalAnd(before.lessEqual(target), target.lessEqual(t));
  const valid = where(isReached, 1, full([], Number.NaN, t.dtype));
  // Before the first step there is no polynomial, but the starting point in all of its places.
  const span = t.sub(since);
  const at = target.sub(since).div(where(span.equal(0), 1, span));
  return y.map((y1, k) => {
    // Leaves alike.
    const [y0, mid, dy0, dy1] = [from[k], middle[k], slope[k], f[k]] as Quadruple;
    const [h, x] = [inDtypeOf(length, y1), inDtypeOf(at, y1)];
    const [h0, h1] = [h.mul(dy0), h.mul(dy1)];
    const a = h0.mul(-2).add(h1.mul(2)).sub(y0.mul(8)).sub(y1.mul(8)).add(mid.mul(16));
    const b = h0.mul(5).sub(h1.mul(3)).add(y0.mul(18)).add(y1.mul(14)).sub(mid.mul(32));
    const c = h0.mul(-4).add(h1).sub(y0.mul(11)).sub(y1.mul(5)).add(mid.mul(16));
    const value = a.mul(x).add(b).mul(x).add(c).mul(x).add(h0).mul(x).add(y0);
    return value.mul(inDtypeOf(valid, y1));
  });
}

type Quadruple = [NDArray, NDArray, NDArray, NDArray];

/** A front, and the length of the step to try next. */
export interface Search {
  readonly front: Front;
  /** Zero where there is no length with which the solution goes on. */
  readonly dt: NDArray;
}

/** A system without its parameters. */
export function flowOf(derivative: Derivative, params: Point): Flow {
  return (y, t) => derivative(y, t, params);
}

/** The start of an adaptive solution. */
export function firstSearch(flow: Flow, { y0, ts }: Problem, control: StepControl): Search {
  const t0 = rowAt(ts, 0);
  const f0 = flow(y0, t0);
  return { front: firstFront(y0, f0, t0), dt: firstLength(flow, y0, f0, t0, control) };
}

/** A search after one more step, and the length of that step: 0 if it was refused. */
export function searchOn(
  flow: Flow,
  { front, dt }: Search,
  control: StepControl,
): readonly [Search, NDArray] {
  const step = takeStep(flow, front.y, front.f, front.t, dt);
  const ratio = errorRatio(step, front.y, dt, control);
  const isTaken = ratio.lessEqual(1);
  const next = choose(isTaken, frontAfter(step, front, dt), front);
  const length = clip(nextLength(dt, ratio), 0, control.hmax);
  // A length that moves time no more, and is not growing, would be tried for ever.
  const isStuck = logicalAnd(next.t.add(length).lessEqual(next.t), length.lessEqual(dt));
  return [{ front: next, dt: where(isStuck, 0, length) }, where(isTaken, dt, 0)];
}

/** Whether a search has not come to `target`, and can. */
export function goesOn({ front, dt }: Search, target: NDArray): NDArray {
  // No number of steps leads to a time that is infinite.
  const isAhead = logicalAnd(less(front.t, target), less(target, Number.POSITIVE_INFINITY));
  return logicalAnd(isAhead, greater(dt, 0));
}

/** Steps while the search goes on towards `target`, up to mxstep of them. */
function advance(flow: Flow, start: Search, target: NDArray, control: StepControl): Search {
  const { mxstep } = control;
  return whileLoop(
    ({ count, search }) => {
      const test = goesOn(search, target);
      return mxstep === Number.POSITIVE_INFINITY ? test : logicalAnd(test, less(count, mxstep));
    },
    ({ count, search }) => ({
      count: count.add(1),
      search: searchOn(flow, search, control)[0],
    }),
    { count: full([], 0, "int32"), search: start },
  ).search;
}

/** One front or the other. */
function choose(isFirst: NDArray, first: Front, second: Front): Front {
  const pick = (x: NDArray, y: NDArray): NDArray => where(isFirst, x, y);
  const each = (xs: Point, ys: Point): NDArray[] => xs.map((x, k) => pick(x, ys[k] as NDArray)); // leaves alike
  return {
    y: each(first.y, second.y),
    f: each(first.f, second.f),
    t: pick(first.t, second.t),
    from: each(first.from, second.from),
    middle: each(first.middle, second.middle),
    slope: each(first.slope, second.slope),
    since: pick(first.since, second.since),
    length: pick(first.length, second.length),
  };
}

/** All times but the last, and all but the first: what lies before and after each stretch. */
export function stretches(ts: NDArray): [before: NDArray, after: NDArray] {
  const count = ts.size;
  return [rows(ts, 0, count - 1), rows(ts, 1, count)];
}

/** The starting point, and what is stacked after it. */
export function stackedAfter(y0: Point, rest: Point): NDArray[] {
  return y0.map((y, k) => concatenate([expandDims(y, [0]), rest[k] as NDArray], 0)); // leaves alike
}

/** The solution at each time, stacked, with as many steps as it takes. */
export function solve(derivative: Derivative, problem: Problem, control: StepControl): NDArray[] {
  const { y0, ts, params } = problem;
  const flow = flowOf(derivative, params);
  const [, rest] = scan(
    (search: Search, [before, target]: [NDArray, NDArray]): [Search, NDArray[]] => {
      const next = advance(flow, search, target, control);
      return [next, solutionAt(next.front, target, before)];
    },
    firstSearch(flow, problem, control),
    stretches(ts),
  );
  return stackedAfter(y0, rest);
}
