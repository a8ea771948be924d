/**
 * Newton's method: logistic regression once more, with second derivatives by `hessian`, which is
 * forward mode over reverse mode, and a Cholesky solve.
 */
import { pathToFileURL } from "node:url";
import { grad, hessian, jit, linalg, type NDArray, numpy as np } from "udiff";
import { accuracy, type Line, loss, makePoints, type Points } from "./logistic-regression.ts";

/** A line as one vector, its offset last. */
function lineOf(v: NDArray): Line {
  return { w: v.slice(":-1"), b: v.slice(-1) };
}

const cost = (v: NDArray, points: Points): NDArray => loss(lineOf(v), points);

/** The vector moved by minus the inverse Hessian times the gradient, and the gradient's length. */
const step = jit((v: NDArray, points: Points): [NDArray, NDArray] => {
  const g = grad(cost)(v, points);
  const lower = linalg.cholesky(hessian(cost)(v, points));
  const half = linalg.solveTriangular(lower, g, { lower: true });
  const move = linalg.solveTriangular(lower, half, { lower: true, trans: true });
  return [v.sub(move), linalg.norm(g)];
});

/** What a fit gave. */
export interface NewtonFit {
  readonly line: Line;
  /** The length of the gradient before each step. */
  readonly slopes: readonly number[];
}

/** Newton's method from zero. */
export function fitNewton(points: Points, steps: number): NewtonFit {
  let v = np.zeros([3]);
  const slopes: number[] = [];
  for (let i = 0; i < steps; i++) {
    const [next, slope] = step(v, points);
    slopes.push(Number(slope.item()));
    v = next;
  }
  return { line: lineOf(v), slopes };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const points = makePoints(500);
  const { line, slopes } = fitNewton(points, 7);
  slopes.forEach((slope, i) => {
    console.log(`step ${i}: the gradient is ${slope.toExponential(1)} long`);
  });
  console.log(`${(100 * accuracy(line, points)).toFixed(1)} % of the points are on their side`);
}
