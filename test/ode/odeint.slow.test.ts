import { experimental, grad, type NDArray, numpy as np, tree, vmap } from "udiff";
import { allclose, checkJvp } from "udiff/testing";
import { expect, test } from "vitest";
import {
  constants,
  differences,
  f64,
  numbers,
  type Pair,
  start,
  swing,
  times,
  ways,
} from "./swing.ts";

const { odeint } = experimental;

test("through the steps there are forward mode and second derivatives, like those of the adjoint", () => {
  const f = (y0: Pair, ts: NDArray, c: Pair): Pair => odeint(swing, y0, ts, [c], ways.direct);
  checkJvp(f, [start, times, constants], differences);
  const [forward, back] = Object.values(ways).map((options) => {
    const end = (k: NDArray): NDArray =>
      np.sum(odeint((y, t, k) => np.sin(y.mul(k)).add(t), 0.5, times, [k], options).slice(-1));
    return grad(grad(end))(np.float64(1.5)).item();
  });
  expect(forward).toBeCloseTo(Number(back), 6);
});

const sliced = (xs: unknown, i: number): unknown =>
  tree.map((x: NDArray) => x.slice(i), xs as Pair);

test.for(Object.entries(ways))(
  "vmap is a loop, each slice with steps of its own: %s",
  ([, options]) => {
    const f = (y0: Pair, c: Pair): Pair => odeint(swing, y0, times, [c], options);
    const slopes = grad((y0: Pair, c: Pair) => np.sum(np.sin(f(y0, c)[0])), { argnums: [0, 1] });
    const starts: Pair = [np.array([0.5, -0.25, 3], f64), np.array([0, 8, 1], f64)];
    const many: Pair = [np.array([2, 20, 1], f64), np.array([0.25, 0.5, 0], f64)];
    const [values, gradients] = [vmap(f)(starts, many), vmap(slopes)(starts, many)];
    for (let i = 0; i < 3; i++) {
      const args = [sliced(starts, i), sliced(many, i)] as [Pair, Pair];
      const slices = numbers([sliced(values, i), sliced(gradients, i)]);
      const alone = numbers([f(...args), slopes(...args)]);
      expect(
        allclose(np.array(slices, f64), np.array(alone, f64), { rtol: 1e-8, atol: 1e-8 }),
      ).toBe(true);
    }
  },
);
