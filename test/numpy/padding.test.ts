import { ArgumentError, grad, type NDArray, numpy as np, ShapeError } from "udiff";
import { expect, test } from "vitest";

const x = np.array([1, 2, 4]);

test("a function fills the ends of each vector", () => {
  const fill = (v: NDArray, [before, after]: readonly [number, number], axis: number): NDArray =>
    v
      .at([0, before])
      .set(10 + axis)
      .at([v.size - after, v.size])
      .set(20 + axis);
  expect(np.pad(np.ones([1, 1]), 1, { mode: fill }).js()).toEqual([
    [11, 10, 21],
    [11, 1, 21],
    [11, 20, 21],
  ]);
});

test.each([
  ["edge", [1, 2], [2, 1, 3]],
  ["reflect", [1, 2], [2, 3, 1]],
  ["symmetric", [2, 0], [2, 2, 1]],
  ["wrap", [1, 1], [2, 1, 2]],
  ["constant", [1, 2], [1, 1, 1]],
] as const)(
  "the gradient of the mode %s counts where each element stands",
  (mode, width, counts) => {
    const total = (y: NDArray): NDArray => np.sum(np.pad(y, width, { mode }));
    expect(grad(total)(x).js()).toEqual(counts);
  },
);

test("widths are one number, a pair, or a pair for each axis", () => {
  expect(np.pad(np.ones([2, 3]), 1).shape).toEqual([4, 5]);
  expect(np.pad(np.ones([2, 3]), [1, 2]).shape).toEqual([5, 6]);
  expect(
    np.pad(np.ones([2, 3]), [
      [1, 2],
      [0, 0],
    ]).shape,
  ).toEqual([5, 3]);
  expect(() =>
    np.pad(np.ones([2, 3]), [
      [1, 2],
      [0, 0],
      [0, 0],
    ]),
  ).toThrow(ArgumentError);
  expect(() => np.pad(x, -1)).toThrow("widths must be integers from 0, got -1");
  expect(() => np.pad(x, 1, { mode: "mirror" as never })).toThrow(
    "mode must be one of constant, edge",
  );
  expect(() => np.pad(np.zeros([0]), 1, { mode: "edge" })).toThrow(ShapeError);
  expect(np.pad(np.zeros([0]), 1).js()).toEqual([0, 0]);
});

test("the gradient of the padding value is the sum over the padding", () => {
  const total = (value: NDArray): NDArray => np.sum(np.pad(x, [1, 2], { constantValues: value }));
  expect(grad(total)(7).item()).toBe(3);
});
