import { isFloat } from "../core/dtype.ts";
import type { NDArray } from "../core/value.ts";
import { scan } from "../lax/control/scan.ts";
import { full, fullLike } from "../lax/ops/broadcast.ts";
import { expandDims } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { add, negative, subtract } from "../numpy/elementwise-arithmetic.ts";
import { vdot } from "../numpy/products.ts";
import { stack } from "../numpy/stacking.ts";
import { customVjp } from "../transforms/custom-vjp.ts";
import { vjp } from "../transforms/vjp.ts";
import { solve, stretches } from "./solve.ts";
import {
  type Derivative,
  inDtypeOf,
  type Point,
  type Problem,
  rowAt,
  rows,
  type StepControl,
} from "./system.ts";

/**
 * As `solve`, differentiated in reverse by solving the adjoint equation backwards in time, from
 * each time asked for to the one before: memory does not grow with the number of steps.
 *
 * Chen et al., Neural Ordinary Differential Equations, appendix C (arXiv 1806.07366).
 */
export function solveWithAdjoint(
  derivative: Derivative,
  problem: Problem,
  control: StepControl,
): Point {
  const solution = customVjp((y0: NDArray[], ts: NDArray, params: NDArray[]): NDArray[] =>
    solve(derivative, { y0, ts, params }, control),
  ).defVjp(
    (y0: NDArray[], ts: NDArray, params: NDArray[]) => {
      // With the rule again, for the derivative of what is kept.
      const ys: Point = solution(y0, ts, params);
      return [ys, { ys, ts, params }];
    },
    (kept: Solution, cts: Point) => pullBack(derivative, kept, cts, control),
  );
  return solution([...problem.y0], problem.ts, [...problem.params]);
}

interface Solution {
  readonly ys: Point;
  readonly ts: NDArray;
  readonly params: Point;
}

/** Cotangents of the state, of the time it is at, and of the parameters that are floats. */
interface Adjoint {
  readonly y: NDArray[];
  readonly t: NDArray;
  readonly params: NDArray[];
}

type Cotangents = [y0: Point, ts: NDArray, params: (NDArray | null)[]];

function pullBack(
  derivative: Derivative,
  { ys, ts, params }: Solution,
  cts: Point,
  control: StepControl,
): Cotangents {
  const isFree = params.map((p) => isFloat(p.dtype));
  const backwards = reversed(derivative, ys.length, isFree);
  // Without the rule, programs are equal from call to call. It matters only to further derivatives,
  // and those are of values that belong to a trace.
  const isTraced = [...ys, ts, ...params, ...cts].some((x) => x.owner !== null);
  const solveBack = isTraced ? solveWithAdjoint : solve;
  const [n, last] = [ys.length, ts.size - 1];
  const [before, after] = stretches(ts);
  const start: Adjoint = {
    y: cts.map((ct) => rowAt(ct, last)),
    t: full([], 0, ts.dtype),
    params: params.filter((_, i) => isFree[i]).map((p) => fullLike(p, 0)),
  };
  const slices = {
    before,
    after,
    y: ys.map((y) => rows(y, 1, last + 1)),
    ct: cts.map((ct) => rows(ct, 1, last + 1)),
    ctBefore: cts.map((ct) => rows(ct, 0, last)),
  };
  const [end, timeCts] = scan(
    (adjoint: Adjoint, x: typeof slices): [Adjoint, NDArray] => {
      // What the observation changes by if it is made later.
      const ofTime = inner(derivative(x.y, x.after, params), x.ct, ts);
      const y0 = [...x.y, ...adjoint.y, subtract(adjoint.t, ofTime), ...adjoint.params];
      const times = stack([negative(x.after), negative(x.before)]);
      const path = solveBack(backwards, { y0, ts: times, params }, control);
      const ends = path.map((leaf) => rowAt(leaf, 1));
      // Leaves are those of `y0`, in its order.
      const y = ends.slice(n, 2 * n).map((ct, k) => add(ct, x.ctBefore[k] as NDArray));
      return [{ y, t: ends[2 * n] as NDArray, params: ends.slice(2 * n + 1) }, ofTime];
    },
    start,
    slices,
    { reverse: true },
  );
  let next = 0;
  return [
    end.y,
    concatenate([expandDims(end.t, [0]), timeCts], 0),
    isFree.map((flag) => (flag ? (end.params[next++] as NDArray) : null)), // one for each
  ];
}

/**
 * A system backwards in time, together with its adjoint: leaves of the state, their cotangents,
 * that of time, those of the parameters that are free.
 */
function reversed(derivative: Derivative, n: number, isFree: readonly boolean[]): Derivative {
  return (state, s, params) => {
    const [y, cts] = [state.slice(0, n), state.slice(n, 2 * n)];
    const free = params.filter((_, i) => isFree[i]);
    const [slope, pull] = vjp(
      (at: NDArray[], t: NDArray, given: NDArray[]): NDArray[] => {
        let next = 0;
        const all = params.map((p, i) => (isFree[i] ? (given[next++] as NDArray) : p)); // one for each
        return [...derivative(at, t, all)];
      },
      y,
      negative(s),
      free,
    );
    const [ofY, ofTime, ofFree] = pull(cts);
    return [...slope.map((leaf) => negative(leaf)), ...ofY, ofTime, ...ofFree];
  };
}

/** Inner product of two points, in the dtype of time. */
function inner(x: Point, y: Point, ts: NDArray): NDArray {
  return x.reduce(
    (total, leaf, k) => add(total, inDtypeOf(vdot(leaf, y[k] as NDArray), ts)), // leaves alike
    full([], 0, ts.dtype),
  );
}
