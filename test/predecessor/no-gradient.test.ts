import { grad, jit, jvp, NDArray, numpy as np, vjp } from "udiff";
import { expect, test } from "vitest";

const x = np.array(Float64Array.of(-1.5, 0.25, 2.5, 0.75));
const table = np.array(Float64Array.of(-2, 0, 1, 3));

/** Functions whose derivative is zero wherever they have one, by the names they have in Python. */
const steps: Readonly<Record<string, (v: NDArray) => NDArray>> = {
  ones: (v) => np.ones(v.shape, { dtype: v.dtype }),
  zeros: (v) => np.zeros(v.shape, { dtype: v.dtype }),
  ones_like: np.onesLike,
  zeros_like: np.zerosLike,
  arange: (v) => np.arange(v.size).astype(v.dtype),
  floor: np.floor,
  ceil: np.ceil,
  rint: np.rint,
  trunc: np.trunc,
  around: (v) => np.around(v),
  sign: np.sign,
  floor_divide: (v) => np.floorDivide(v, 0.7),
  all: (v) => np.all(v),
  any: (v) => np.any(v),
  argmax: (v) => np.argmax(v),
  argmin: (v) => np.argmin(v),
  argpartition: (v) => np.argpartition(v, 1),
  argsort: (v) => np.argsort(v),
  argwhere: (v) => np.argwhere(v),
  nonzero: (v) => np.nonzero(v)[0] as NDArray,
  flatnonzero: (v) => np.flatnonzero(v),
  count_nonzero: (v) => np.countNonzero(v),
  searchsorted: (v) => np.searchsorted(table, v),
};

/** A float function that goes through a step. */
const through = (f: (v: NDArray) => NDArray) => (v: NDArray) => np.sum(f(v).astype("float64"));

test.each(Object.entries(steps))("%s: the derivative is zero in both modes", (name, f) => {
  const total = through(f);
  expect(grad(total)(x).js()).toEqual([0, 0, 0, 0]);
  expect(jvp(total, [x], [np.onesLike(x)])[1].js()).toBe(0);
  expect(vjp(total, x)[1](1)[0].js()).toEqual([0, 0, 0, 0]);
  expect(
    grad((v: NDArray) => total(v).mul(v.slice(0)))(x)
      .slice(0)
      .item(),
  ).toBe(total(x).item());
  // Under jit only what has a size that is known beforehand.
  if (!/nonzero|argwhere/.test(name) || name === "count_nonzero")
    expect(jit(grad(total))(x).js()).toEqual([0, 0, 0, 0]);
});

test("array and asarray make constants of numbers, and let the derivative of an array through", () => {
  const constant = (v: NDArray): NDArray =>
    np.sum(np.array([1, 2, 3]).add(np.asarray(4))).add(v.mul(0));
  expect(grad(constant)(2).item()).toBe(0);
  for (const same of [np.array, np.asarray]) {
    expect(grad((v: NDArray) => np.sum(same(v).mul(v)))(x).js()).toEqual([-3, 0.5, 5, 1.5]);
  }
});

/** Functions that say something about arrays, and give no arrays of floats. */
const y = np.array(Float64Array.of(-1.5, 1, Number.POSITIVE_INFINITY, Number.NaN));
const plain: readonly (readonly [name: string, f: (v: NDArray) => unknown, expected: unknown])[] = [
  ["instanceof", (v) => v instanceof NDArray, true],
  ["ndim", (v) => np.ndim(v), 1],
  ["shape", (v) => np.shape(v), [4]],
  ["dtype", (v) => v.dtype, "float64"],
  ["size", (v) => np.size(v), 4],
  ["iscomplexobj", (v) => np.iscomplexobj(v), false],
  ["isscalar", (v) => np.isscalar(v.slice(0)), true],
];
const tests: readonly (readonly [name: string, f: (v: NDArray) => NDArray, expected: unknown])[] = [
  ["isfinite", np.isfinite, [true, true, false, false]],
  ["isinf", np.isinf, [false, false, true, false]],
  ["isnan", np.isnan, [false, false, false, true]],
  ["isneginf", np.isneginf, [false, false, false, false]],
  ["isposinf", np.isposinf, [false, false, true, false]],
  ["equal", (v) => np.equal(v, 1), [false, true, false, false]],
  ["not_equal", (v) => np.notEqual(v, 1), [true, false, true, true]],
  ["greater", (v) => np.greater(v, 1), [false, false, true, false]],
  ["greater_equal", (v) => np.greaterEqual(v, 1), [false, true, true, false]],
  ["less", (v) => np.less(v, 1), [true, false, false, false]],
  ["less_equal", (v) => np.lessEqual(v, 1), [true, true, false, false]],
  ["logical_and", (v) => np.logicalAnd(v, v.sub(1)), [true, false, true, true]],
  ["logical_or", (v) => np.logicalOr(v, 0), [true, true, true, true]],
  ["logical_not", np.logicalNot, [false, false, false, false]],
  ["logical_xor", (v) => np.logicalXor(v, v.sub(1)), [false, true, false, false]],
  ["array_equiv", (v) => np.arrayEquiv(v, np.array([1])), false],
  ["allclose", (v) => np.allclose(v, v, { equalNan: true }), true],
  ["isclose", (v) => np.isclose(v, 1), [false, true, false, false]],
  ["iscomplex", np.iscomplex, [false, false, false, false]],
  ["isreal", np.isreal, [true, true, true, true]],
];

test("what is asked about arrays is answered alike for arrays and for what is differentiated", () => {
  expect(plain.length + tests.length).toBe(27);
  for (const [name, f, expected] of plain) {
    const seen: unknown[] = [];
    const look = (v: NDArray): NDArray => {
      seen.push(f(v));
      return np.sum(v);
    };
    look(y);
    grad(look)(y);
    jvp(look, [y], [y]);
    expect([name, seen]).toEqual([name, [expected, expected, expected]]);
  }
});

test.each(tests)(
  "%s is known while one differentiates, and has no derivative",
  (_, f, expected) => {
    const seen: unknown[] = [];
    const total = (v: NDArray): NDArray => {
      const answer = f(v);
      expect(answer.dtype).toBe("bool");
      seen.push(answer.js());
      return np.sum(answer.astype("float64"));
    };
    expect(grad(total)(y).js()).toEqual([0, 0, 0, 0]);
    expect(jvp(total, [y], [np.onesLike(y)])[1].js()).toBe(0);
    expect(seen).toEqual([expected, expected]);
  },
);
