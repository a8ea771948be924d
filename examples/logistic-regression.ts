/**
 * Logistic regression: two clouds of points told apart by a line, found with `grad` and a loop.
 */
import { pathToFileURL } from "node:url";
import { type NDArray, nn, numpy as np, random, tree, valueAndGrad } from "udiff";

/** A line between two classes: how far a point is to one side of it is `x w + b`. */
export interface Line {
  readonly w: NDArray;
  readonly b: NDArray;
}

/** Points, one a row, and their classes: -1 or 1. */
export interface Points {
  readonly x: NDArray;
  readonly y: NDArray;
}

/** `count` points of each of two classes that overlap a little. */
export function makePoints(count: number): Points {
  const keys = random.split(random.key(3));
  const draw = (i: number): NDArray => random.normal(keys.slice(i), [count, 2]);
  const centre = np.array([1.5, 1]);
  const x = np.concatenate([draw(0).add(centre), draw(1).sub(centre)]);
  return { x, y: np.concatenate([np.ones([count]), np.ones([count]).neg()]) };
}

/** Mean of log(1 + exp(-y (x w + b))), and a little for the size of `w`, which bounds it. */
export function loss({ w, b }: Line, { x, y }: Points): NDArray {
  const margin = np.matmul(x, w).add(b).mul(y);
  return np.mean(nn.softplus(margin.neg())).add(np.sum(w.mul(w)).mul(0.005));
}

/** How many of the points are on their side of the line, from 0 to 1. */
export function accuracy({ w, b }: Line, { x, y }: Points): number {
  return Number(np.mean(np.matmul(x, w).add(b).mul(y).greater(0)).item());
}

/** What a fit gave. */
export interface Fit {
  readonly line: Line;
  /** The loss before each step. */
  readonly losses: readonly number[];
}

/** Gradient descent from zero. */
export function fitLine(points: Points, steps: number, rate = 1): Fit {
  const slope = valueAndGrad(loss);
  const losses: number[] = [];
  let line: Line = { w: np.zeros([2]), b: np.array(0) };
  for (let i = 0; i < steps; i++) {
    const [value, gradient] = slope(line, points);
    losses.push(Number(value.item()));
    line = tree.map((p: NDArray, g: NDArray) => p.sub(g.mul(rate)), line, gradient) as Line;
  }
  return { line, losses };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const points = makePoints(500);
  const { line, losses } = fitLine(points, 100);
  console.log(`loss ${losses[0]?.toFixed(4)} -> ${losses.at(-1)?.toFixed(4)}`);
  console.log(`${(100 * accuracy(line, points)).toFixed(1)} % of the points are on their side`);
}
