/** Faults of the Python library, each with the answer that is right. */
import { grad, jacfwd, jacrev, jvp, type NDArray, numpy as np, vjp } from "udiff";
import { checkGrads } from "udiff/testing";
import { expect, test } from "vitest";

const close = (actual: NDArray, expected: readonly number[]): void => {
  (np.ravel(actual).js() as number[]).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 12);
  });
  expect(actual.size).toBe(expected.length);
};
const vector = (...values: number[]): NDArray => np.array(Float64Array.from(values));

test("variance and deviation are taken about the mean", () => {
  const x = vector(1, 2, 4, 9);
  const centred = [-3, -2, 0, 5];
  close(
    grad((v: NDArray) => np.var(v))(x),
    centred.map((d) => (2 * d) / 4),
  );
  close(
    grad((v: NDArray) => np.var(v, { ddof: 1 }))(x),
    centred.map((d) => (2 * d) / 3),
  );
  const deviation = Math.sqrt(38 / 4);
  close(
    grad((v: NDArray) => np.std(v))(x),
    centred.map((d) => d / (4 * deviation)),
  );
  const matrix = np.array(Float64Array.from([1, 5, 2, 7, 4, 0])).reshape([2, 3]);
  checkGrads((v: NDArray) => np.var(v, { axis: 0, keepdims: true }), [matrix], { order: 2 });
});

test("sort and partition work along any axis of any rank, in both modes", () => {
  const x = np.array(Float64Array.of(3, 1, 2, 6, 5, 4, 9, 7, 8, 12, 10, 11)).reshape([2, 3, 2]);
  const weights = np.arange(12).astype("float64").reshape([2, 3, 2]);
  for (const axis of [0, 1, 2, -1]) {
    for (const f of [
      (v: NDArray) => np.sort(v, { axis }),
      (v: NDArray) => np.partition(v, 1, { axis }),
    ]) {
      const order = np.argsort(x, { axis });
      const pushed = jvp(f, [x], [weights])[1];
      expect(pushed.js()).toEqual(np.takeAlongAxis(weights, order, { axis }).js());
      const back = vjp(f, x)[1](weights)[0];
      expect(np.takeAlongAxis(back, order, { axis }).js()).toEqual(weights.js());
    }
  }
});

test("the gradient of a product is right where a factor is zero", () => {
  close(grad((v: NDArray) => np.prod(v))(vector(0, 2, 3)), [6, 0, 0]);
  close(grad((v: NDArray) => np.prod(v))(vector(0, 2, 0)), [0, 0, 0]);
  close(jvp((v: NDArray) => np.prod(v), [vector(4, 0, 3)], [vector(0, 1, 0)])[1], [12]);
  close(
    grad((v: NDArray) => np.sum(np.prod(v, { axis: 1 })))(vector(0, 2, 3, 5).reshape([2, 2])),
    [2, 0, 5, 3],
  );
});

test("a constant before the argument does not move its rule", () => {
  const c = vector(3);
  close(grad((v: NDArray) => np.sum(np.subtract(c, v)))(vector(1)), [-1]);
  close(grad((v: NDArray) => np.sum(np.divide(c, v)))(vector(2)), [-0.75]);
  close(grad((v: NDArray) => np.sum(np.power(c, v)))(vector(2)), [9 * Math.log(3)]);
  close(grad((v: NDArray) => np.sum(np.arctan2(c, v)))(vector(4)), [-3 / 25]);
  close(jvp((v: NDArray) => np.sum(np.mod(c, v)), [vector(2)], [vector(1)])[1], [-1]);
  close(grad((v: NDArray) => np.sum(np.where(np.array([true]), c, v)))(vector(2)), [0]);
  close(grad((v: NDArray) => np.sum(np.matmul(vector(1, 2), v)))(vector(3, 4)), [1, 2]);
});

test("max and min are those of the values, and ties share", () => {
  const x = vector(1, 3, 3, 2);
  close(grad((v: NDArray) => np.max(v))(x), [0, 0.5, 0.5, 0]);
  close(jvp((v: NDArray) => np.max(v), [x], [vector(1, 2, 4, 8)])[1], [3]);
  close(grad((v: NDArray) => np.min(v))(x), [1, 0, 0, 0]);
  const m = x.reshape([2, 2]);
  close(
    jvp((v: NDArray) => np.max(v, { axis: 0 }), [m], [vector(1, 2, 4, 8).reshape([2, 2])])[1],
    [4, 2],
  );
  close(jacfwd((v: NDArray) => np.max(v))(x), [0, 0.5, 0.5, 0]);
  close(grad((v: NDArray) => np.sum(np.maximum(v, 3)))(x), [0, 0.5, 0.5, 0]);
});

test("what had no rule has one: dot, einsum, concatenate, mean", () => {
  const [a, b] = [vector(1, 2, 3, 4).reshape([2, 2]), vector(0, 1, -1, 2).reshape([2, 2])];
  for (const f of [
    (x: NDArray, y: NDArray) => np.dot(x, y),
    (x: NDArray, y: NDArray) => np.einsum("ij,jk->ki", x, y),
    (x: NDArray, y: NDArray) => np.concatenate([x.mul(y), y], { axis: 1 }),
    (x: NDArray, y: NDArray) => np.mean(x.mul(x).mul(y), { axis: 0 }),
  ])
    checkGrads(f, [a, b], { order: 2 });
});

test("broadcast operands get cotangents of their own shape", () => {
  const [, pull] = vjp(
    np.multiply,
    vector(1, 2, 3),
    np.array(Float64Array.of(2, 5)).reshape([2, 1]),
  );
  const [first, second] = pull(np.ones([2, 3], { dtype: "float64" }));
  expect([first.js(), second.js()]).toEqual([
    [7, 7, 7],
    [[6], [6]],
  ]);
});

test("the derivative of abs at zero is finite in both modes", () => {
  close(grad((v: NDArray) => np.sum(np.abs(v)))(vector(0, -2)), [1, -1]);
  close(jacrev((v: NDArray) => np.abs(v))(vector(0)), [1]);
  close(jvp(np.abs, [vector(0)], [vector(5)])[1], [5]);
});
