import type { NDArray } from "../core/value.ts";
import { cond } from "../lax/control/cond.ts";
import { scan } from "../lax/control/scan.ts";
import { full } from "../lax/ops/broadcast.ts";
import { greater } from "../numpy/elementwise-comparison.ts";
import { checkpoint } from "../transforms/checkpoint.ts";
import { stopGradient } from "../transforms/stop-gradient.ts";
import { takeStep } from "./dormand-prince.ts";
import {
  type Front,
  firstFront,
  firstSearch,
  flowOf,
  frontAfter,
  goesOn,
  type Search,
  searchOn,
  solutionAt,
  stackedAfter,
  stretches,
} from "./solve.ts";
import { type Derivative, type Point, type Problem, rowAt, type StepControl } from "./system.ts";

/**
 * As `solve`, to be differentiated step by step, in every mode: the steps that it takes are taken
 * once more, their lengths as constants, in loops of mxstep turns of which the surplus do nothing.
 *
 * A loop that decides by itself when to end has no reverse. Steps that were refused are not
 * repeated, so that what overflowed in them does not reach the derivative. For each step the way
 * back keeps where it began.
 */
export function solveByReplay(
  derivative: Derivative,
  problem: Problem,
  control: StepControl,
): Point {
  const { y0, ts, params } = problem;
  const lengths = stepLengths(derivative, stopGradient(problem) as Problem, control);
  const flow = flowOf(derivative, params);
  const turn = checkpoint(
    (front: Front, dt: NDArray): Front =>
      cond(
        greater(dt, 0),
        (from: Front) => frontAfter(takeStep(flow, from.y, from.f, from.t, dt), from, dt),
        (from: Front) => from,
        front,
      ),
    { preventCse: false },
  );
  const [before, after] = stretches(ts);
  const t0 = rowAt(ts, 0);
  const [, rest] = scan(
    (
      front: Front,
      x: { before: NDArray; after: NDArray; lengths: NDArray },
    ): [Front, NDArray[]] => {
      const [next] = scan(
        (from: Front, dt: NDArray): [Front, null] => [turn(from, dt), null],
        front,
        x.lengths,
      );
      return [next, solutionAt(next, x.after, x.before)];
    },
    firstFront(y0, flow(y0, t0), t0),
    { before, after, lengths },
  );
  return stackedAfter(y0, rest);
}

/** Lengths of the steps towards each time, a row of mxstep for each, with 0 for what is no step. */
function stepLengths(derivative: Derivative, problem: Problem, control: StepControl): NDArray {
  const { ts, params } = problem;
  const flow = flowOf(derivative, params);
  const none = full([], 0, ts.dtype);
  const towards = (target: NDArray) => (search: Search, _: null) =>
    cond(
      goesOn(search, target),
      (from: Search): readonly [Search, NDArray] => searchOn(flow, from, control),
      (from: Search): readonly [Search, NDArray] => [from, none],
      search,
    );
  const [, lengths] = scan(
    (search: Search, target: NDArray): readonly [Search, NDArray] =>
      scan(towards(target), search, null, { length: control.mxstep }),
    firstSearch(flow, problem, control),
    stretches(ts)[1],
  );
  return lengths;
}
