import { jacfwd, jacrev, jit, type NDArray, numpy as np, vmap } from "udiff";
import { expect, test } from "vitest";

const modes = [
  ["forward", jacfwd],
  ["reverse", jacrev],
] as const;
const range = (shape: readonly number[]): NDArray =>
  np
    .arange(shape.reduce((n, extent) => n * extent, 1))
    .astype("float64")
    .reshape(shape);

test.each(modes)("the %s Jacobian of a sum over axis 1 of a 2x3x2 array", (_, jacobian) => {
  const x = range([2, 3, 2]);
  const j = jacobian((v: NDArray) => np.sum(v, { axis: 1 }))(x);
  expect(j.shape).toEqual([2, 2, 2, 3, 2]);
  const row = (k: number): number[][] => Array.from({ length: 3 }, () => [1 - k, k]);
  const nothing = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  expect(j.js()).toEqual([
    [
      [row(0), nothing],
      [row(1), nothing],
    ],
    [
      [nothing, row(0)],
      [nothing, row(1)],
    ],
  ]);
});

test.each(modes)("the %s Jacobian of the identity", (_, jacobian) => {
  const j = jacobian((v: NDArray) => v)(range([2, 2]));
  expect(j.js()).toEqual([
    [
      [
        [1, 0],
        [0, 0],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    ],
    [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ],
  ]);
});

test.each(modes)("the %s Jacobians of a batched product by either factor", (_, jacobian) => {
  const [u, v] = [range([1, 2, 1]), range([1, 1, 2])];
  const f = (a: NDArray, b: NDArray): NDArray => np.matmul(a, b);
  const byU = jacobian(f)(u, v);
  const byV = jacobian(f, { argnums: 1 })(u, v);
  expect(byU.shape).toEqual([1, 2, 2, 1, 2, 1]);
  expect(byU.js()).toEqual([
    [
      [[[[0], [0]]], [[[1], [0]]]],
      [[[[0], [0]]], [[[0], [1]]]],
    ],
  ]);
  expect(byV.shape).toEqual([1, 2, 2, 1, 1, 2]);
  expect(byV.js()).toEqual([
    [
      [[[[0, 0]]], [[[0, 0]]]],
      [[[[1, 0]]], [[[0, 1]]]],
    ],
  ]);
  const [both0, both1] = jacobian(f, { argnums: [0, 1] })(u, v);
  expect([both0.js(), both1.js()]).toEqual([byU.js(), byV.js()]);
});

test("Jacobians are the same in both modes, compiled and batched", () => {
  const f = (x: NDArray): NDArray => np.outer(np.sin(x), np.cumsum(x));
  const xs = range([4, 3]).div(7);
  const [a, b] = [vmap(jacfwd(f))(xs), jit(vmap(jacrev(f)))(xs)];
  expect(a.shape).toEqual([4, 3, 3, 3]);
  expect(np.allclose(a, b, { rtol: 1e-14, atol: 1e-14 }).item()).toBe(true);
});
