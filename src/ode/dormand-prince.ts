import type { NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { divide, maximum, minimum } from "../numpy/elementwise-arithmetic.ts";
import { logicalAnd, logicalOr } from "../numpy/elementwise-comparison.ts";
import { abs, sqrt } from "../numpy/elementwise-math.ts";
import { power } from "../numpy/elementwise-power.ts";
import { sum } from "../numpy/reductions.ts";
import { where } from "../numpy/searching.ts";
import { clip } from "../numpy/selection.ts";
import { inDtype, inDtypeOf, type Point, type StepControl } from "./system.ts";

/** Time derivative of a system whose parameters are given. */
export type Flow = (y: Point, t: NDArray) => Point;

/** When each stage of a step is, in steps from its start. */
const nodes = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];

/** Weights of earlier stages in the point of each stage; those of the last give the step itself. */
const weights = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];

/** Weights of the stages in the difference between the orders 5 and 4. */
const errorWeights = [
  35 / 384 - 1951 / 21600,
  0,
  500 / 1113 - 22642 / 50085,
  125 / 192 - 451 / 720,
  -2187 / 6784 - -12231 / 42400,
  11 / 84 - 649 / 6300,
  -1 / 60,
];

/** Weights of the stages in the middle of a step, to order 4. */
const middleWeights = [
  6025192743 / 30085553152 / 2,
  0,
  51252292925 / 65400821598 / 2,
  -2691868925 / 45128329728 / 2,
  187940372067 / 1594534317056 / 2,
  -1776094331 / 19743644256 / 2,
  11237099 / 235043384 / 2,
];

/** A step of the method: derivatives at its seven stages, and where it ends. */
export interface Step {
  readonly stages: readonly Point[];
  readonly end: Point;
}

/** One step of length `dt` from `y`, where the derivative is `f`. The last stage is at its end. */
export function takeStep(flow: Flow, y: Point, f: Point, t: NDArray, dt: NDArray): Step {
  const stages: Point[] = [f];
  let end = y;
  nodes.forEach((node, i) => {
    end = along(y, dt, weights[i] as readonly number[], stages); // a row for each node
    stages.push(flow(end, t.add(dt.mul(node))));
  });
  return { stages, end };
}

/** The middle of a step from `y`. */
export function middleOf(stages: readonly Point[], y: Point, dt: NDArray): Point {
  return along(y, dt, middleWeights, stages);
}

/** `y` plus `dt` times a combination of stages. */
function along(
  y: Point,
  dt: NDArray,
  coefficients: readonly number[],
  stages: readonly Point[],
): Point {
  return combine(coefficients, stages).map((slope, k) => {
    const start = y[k] as NDArray; // stages have the leaves of the state
    return start.add(inDtypeOf(dt, start).mul(slope));
  });
}

/** The sum of the points, each times its coefficient; what has the coefficient 0 is left out. */
function combine(coefficients: readonly number[], points: readonly Point[]): Point {
  const [first = []] = points;
  return first.map((leaf, k) =>
    coefficients.reduce(
      (total, c, i) => {
        if (c === 0 || i === 0) return total;
        const term = points[i]?.[k] as NDArray; // a point for each coefficient, leaves alike
        return total.add(term.mul(c));
      },
      leaf.mul(coefficients[0] ?? 0),
    ),
  );
}

/** The error of a step from `y` by its estimate, as a multiple of what is allowed: its root mean square. */
export function errorRatio(
  { stages, end }: Step,
  y: Point,
  dt: NDArray,
  { rtol, atol }: StepControl,
): NDArray {
  let count = 0;
  const squares = combine(errorWeights, stages).map((slope, k) => {
    const [from, to] = [y[k], end[k]] as [NDArray, NDArray]; // stages have the leaves of the state
    const allowed = maximum(abs(from), abs(to)).mul(rtol).add(atol);
    const ratio = inDtypeOf(dt, from).mul(slope).div(allowed);
    count += ratio.size;
    return total(ratio.mul(ratio), dt);
  });
  return sqrt(squares.reduce((a, b) => a.add(b), constant(0, dt)).div(count));
}

/** The length that the next step should have. */
export function nextLength(dt: NDArray, ratio: NDArray): NDArray {
  const [safety, most, least] = [0.9, 10, 0.2];
  const lower = where(ratio.less(1), 1, constant(least, dt));
  const factor = minimum(most, maximum(power(ratio, -1 / 5).mul(safety), lower));
  return where(ratio.equal(0), dt.mul(most), dt.mul(factor));
}

/**
 * Length of the first step, by trying one.
 *
 * Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, section II.4.
 */
export function firstLength(
  flow: Flow,
  y0: Point,
  f0: Point,
  t0: NDArray,
  { rtol, atol, hmax }: StepControl,
): NDArray {
  const order = 4;
  const scale = y0.map((y) => abs(y).mul(rtol).add(atol));
  const size = (x: Point): NDArray =>
    sqrt(
      x
        .map((leaf, k) => leaf.div(scale[k] as NDArray)) // leaves alike
        .map((leaf) => total(leaf.mul(leaf), t0))
        .reduce((a, b) => a.add(b), constant(0, t0)),
    );
  const d0 = size(y0);
  const d1 = size(f0);
  const h0 = where(logicalOr(d0.less(1e-5), d1.less(1e-5)), 1e-6, d0.mul(0.01).div(d1));
  const y1 = along(y0, h0, [1], [f0]);
  const f1 = flow(y1, t0.add(h0));
  const d2 = size(f1.map((f, k) => f.sub(f0[k] as NDArray))).div(h0); // leaves alike
  const isFlat = logicalAnd(d1.lessEqual(1e-15), d2.lessEqual(1e-15));
  const h1 = where(
    isFlat,
    maximum(1e-6, h0.mul(1e-3)),
    power(divide(0.01, maximum(d1, d2)), 1 / (order + 1)),
  );
  return clip(minimum(h0.mul(100), h1), 0, hmax);
}

/** A scalar in the dtype of another. */
function constant(value: number, { dtype }: NDArray): NDArray {
  return full([], value, dtype);
}

/** Sum of a leaf, in the dtype of time. */
function total(leaf: NDArray, like: NDArray): NDArray {
  return inDtype(sum(leaf), like.dtype);
}
