import { type NDArray, numpy as np, tree } from "udiff";

/** Options of arrays of doubles. */
export const f64 = { dtype: "float64" } as const;
/** Tolerances beside which rounding counts for little. */
export const tight = { rtol: 1e-9, atol: 1e-9 };
/** Both ways to differentiate. */
export const ways = {
  backward: tight,
  direct: { ...tight, mxstep: 40, adjoint: "direct" },
} as const;
/** Error of differences with this step, and of the solver. */
export const differences = { eps: 2 ** -9, rtol: 1e-5, atol: 1e-5 };

/** Two numbers: a state, or constants. */
export type Pair = readonly [NDArray, NDArray];

/** A swing with friction under a force that depends on time. */
export const swing = ([angle, speed]: Pair, t: NDArray, [g, friction]: Pair): Pair => {
  const force = np.sin(t.mul(2)).sub(g.mul(np.sin(angle)));
  return [speed, force.sub(friction.mul(speed))];
};
/** A pair of doubles. */
export const pair = (a: number, b: number): Pair => [np.float64(a), np.float64(b)];
/** Where the swing starts. */
export const start = pair(0.5, -0.25);
/** Gravity and friction. */
export const constants = pair(2, 0.25);
/** When it is looked at. */
export const times = np.array([0.25, 0.5, 1.25], f64);

/** All numbers of a tree, in order. */
export const numbers = (x: unknown): number[] =>
  tree.leaves(x).flatMap((leaf) => Array.from((leaf as NDArray).dataSync(), Number));
