import { ArgumentError, grad, jit, type NDArray, numpy as np, ShapeError } from "udiff";
import { expect, test } from "vitest";

const row = np.array([1, 2, 3]);
const column = np.array([[10], [20]]);

test("without a signature the function sees scalars, and its arguments broadcast", () => {
  const shapes: (readonly number[])[] = [];
  const f = np.vectorize((a, b) => {
    if (a !== undefined && b !== undefined) shapes.push(a.shape, b.shape);
    return np.add(a as NDArray, b as NDArray);
  });
  expect(f(row, column).js()).toEqual([
    [11, 12, 13],
    [21, 22, 23],
  ]);
  expect(shapes.every((shape) => shape.length === 0)).toBe(true);
  expect(f(1, 2).item()).toBe(3);
  expect(f(np.ones([1, 3]), np.ones([2, 1])).shape).toEqual([2, 3]);
});

test("with a signature it sees the axes that are named", () => {
  const matvec = np.vectorize((m, v) => np.dot(m as NDArray, v as NDArray), {
    signature: "(m,n),(n)->(m)",
  });
  const m = np.arange(24).reshape([2, 4, 3]);
  expect(matvec(m, row).js()).toEqual(np.matmul(m, row).js());
  expect(matvec(m.slice(0), np.ones([5, 3])).shape).toEqual([5, 4]);
});

test("several results come as a list", () => {
  const f = np.vectorize((a) => [np.max(a as NDArray), np.min(a as NDArray)], {
    signature: "(n)->(),()",
  });
  const [most, least] = f(
    np.array([
      [1, 5],
      [7, 3],
    ]),
  ) as NDArray[];
  expect([most?.js(), least?.js()]).toEqual([
    [5, 7],
    [1, 3],
  ]);
});

test("excluded arguments are passed on whole", () => {
  const f = np.vectorize((a, p) => np.polyval(p as NDArray, a as NDArray), { excluded: [1] });
  expect(f(row, np.array([1, 0, 1])).js()).toEqual([2, 5, 10]);
});

test("it composes with grad and jit", () => {
  const f = np.vectorize((a) => np.sin(a as NDArray).mul(a as NDArray));
  const slope = grad((x: NDArray) => np.sum(f(x)));
  const exact = np.sin(row).add(row.mul(np.cos(row)));
  expect(np.allclose(jit(slope)(row), exact).item()).toBe(true);
});

test("what does not fit is refused", () => {
  expect(() => np.vectorize((a) => a as NDArray, { signature: "(n" })).toThrow(ArgumentError);
  const f = np.vectorize((a, b) => np.dot(a as NDArray, b as NDArray), {
    signature: "(n),(n)->()",
  });
  expect(() => f(row)).toThrow("as many arguments as the signature has");
  expect(() => f(row, np.ones([4]))).toThrow("got 3 and 4 for n");
  expect(() => f(row, 1)).toThrow(ShapeError);
  expect(() => np.vectorize((a) => a as NDArray)(np.ones([2]))).not.toThrow();
});
