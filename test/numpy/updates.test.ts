import { ArgumentError, grad, jit, type NDArray, numpy as np, ShapeError, vjp, vmap } from "udiff";
import { expect, test } from "vitest";

const base = np.arange(12).astype("float32").reshape([3, 4]);

/** Index array of int32. */
function ints(...values: number[]): NDArray {
  return np.array(values, { dtype: "int32" });
}

type Places = ReturnType<NDArray["at"]>;
type Case = [
  string,
  (x: NDArray, i: typeof ints) => Places,
  NDArray | number,
  Record<string, number[]>,
];

/** What NumPy holds after the update of `arange(12.).reshape(3, 4)` in place, for each operation. */
const cases: Case[] = [
  [
    "1, 2",
    (x) => x.at(1, 2),
    9.0,
    {
      set: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      add: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 15.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      mul: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 54.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '":", 1',
    (x) => x.at(":", 1),
    np.array([5.0, 6.0, 7.0]),
    {
      set: [0.0, 5.0, 2.0, 3.0, 4.0, 6.0, 6.0, 7.0, 8.0, 7.0, 10.0, 11.0],
      add: [0.0, 6.0, 2.0, 3.0, 4.0, 11.0, 6.0, 7.0, 8.0, 16.0, 10.0, 11.0],
      mul: [0.0, 5.0, 2.0, 3.0, 4.0, 30.0, 6.0, 7.0, 8.0, 63.0, 10.0, 11.0],
      max: [0.0, 5.0, 2.0, 3.0, 4.0, 6.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"::2"',
    (x) => x.at("::2"),
    -1.0,
    {
      set: [-1.0, -1.0, -1.0, -1.0, 4.0, 5.0, 6.0, 7.0, -1.0, -1.0, -1.0, -1.0],
      add: [-1.0, 0.0, 1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 7.0, 8.0, 9.0, 10.0],
      mul: [-0.0, -1.0, -2.0, -3.0, 4.0, 5.0, 6.0, 7.0, -8.0, -9.0, -10.0, -11.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"::-1", "::-2"',
    (x) => x.at("::-1", "::-2"),
    np.array([
      [1.0, 2.0],
      [3.0, 4.0],
      [5.0, 6.0],
    ]),
    {
      set: [0.0, 6.0, 2.0, 5.0, 4.0, 4.0, 6.0, 3.0, 8.0, 2.0, 10.0, 1.0],
      add: [0.0, 7.0, 2.0, 8.0, 4.0, 9.0, 6.0, 10.0, 8.0, 11.0, 10.0, 12.0],
      mul: [0.0, 6.0, 2.0, 15.0, 4.0, 20.0, 6.0, 21.0, 8.0, 18.0, 10.0, 11.0],
      max: [0.0, 6.0, 2.0, 5.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    "i(0, 2)",
    (x, i) => x.at(i(0, 2)),
    np.array([
      [1.0, 2.0, 3.0, 4.0],
      [5.0, 6.0, 7.0, 8.0],
    ]),
    {
      set: [1.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0, 5.0, 6.0, 7.0, 8.0],
      add: [1.0, 3.0, 5.0, 7.0, 4.0, 5.0, 6.0, 7.0, 13.0, 15.0, 17.0, 19.0],
      mul: [0.0, 2.0, 6.0, 12.0, 4.0, 5.0, 6.0, 7.0, 40.0, 54.0, 70.0, 88.0],
      max: [1.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    "i(0, 2), i(1, 3)",
    (x, i) => x.at(i(0, 2), i(1, 3)),
    np.array([10.0, 20.0]),
    {
      set: [0.0, 10.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 20.0],
      add: [0.0, 11.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 31.0],
      mul: [0.0, 10.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 220.0],
      max: [0.0, 10.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 20.0],
    },
  ],
  [
    '":", i(3, 0)',
    (x, i) => x.at(":", i(3, 0)),
    np.array([10.0, 20.0]),
    {
      set: [20.0, 1.0, 2.0, 10.0, 20.0, 5.0, 6.0, 10.0, 20.0, 9.0, 10.0, 10.0],
      add: [20.0, 1.0, 2.0, 13.0, 24.0, 5.0, 6.0, 17.0, 28.0, 9.0, 10.0, 21.0],
      mul: [0.0, 1.0, 2.0, 30.0, 80.0, 5.0, 6.0, 70.0, 160.0, 9.0, 10.0, 110.0],
      max: [20.0, 1.0, 2.0, 10.0, 20.0, 5.0, 6.0, 10.0, 20.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"1:", i(0, 2)',
    (x, i) => x.at("1:", i(0, 2)),
    np.array([
      [1.0, 2.0],
      [3.0, 4.0],
    ]),
    {
      set: [0.0, 1.0, 2.0, 3.0, 1.0, 5.0, 2.0, 7.0, 3.0, 9.0, 4.0, 11.0],
      add: [0.0, 1.0, 2.0, 3.0, 5.0, 5.0, 8.0, 7.0, 11.0, 9.0, 14.0, 11.0],
      mul: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 12.0, 7.0, 24.0, 9.0, 40.0, 11.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"::2", i(0, 2)',
    (x, i) => x.at("::2", i(0, 2)),
    np.array([
      [1.0, 2.0],
      [3.0, 4.0],
    ]),
    {
      set: [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 3.0, 9.0, 4.0, 11.0],
      add: [1.0, 1.0, 4.0, 3.0, 4.0, 5.0, 6.0, 7.0, 11.0, 9.0, 14.0, 11.0],
      mul: [0.0, 1.0, 4.0, 3.0, 4.0, 5.0, 6.0, 7.0, 24.0, 9.0, 40.0, 11.0],
      max: [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"::-1", i(0, 2)',
    (x, i) => x.at("::-1", i(0, 2)),
    np.array([
      [1.0, 2.0],
      [3.0, 4.0],
      [5.0, 6.0],
    ]),
    {
      set: [5.0, 1.0, 6.0, 3.0, 3.0, 5.0, 4.0, 7.0, 1.0, 9.0, 2.0, 11.0],
      add: [5.0, 1.0, 8.0, 3.0, 7.0, 5.0, 10.0, 7.0, 9.0, 9.0, 12.0, 11.0],
      mul: [0.0, 1.0, 12.0, 3.0, 12.0, 5.0, 24.0, 7.0, 8.0, 9.0, 20.0, 11.0],
      max: [5.0, 1.0, 6.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    "0, i(0, 2)",
    (x, i) => x.at(0, i(0, 2)),
    np.array([7.0, 8.0]),
    {
      set: [7.0, 1.0, 8.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      add: [7.0, 1.0, 10.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      mul: [0.0, 1.0, 16.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      max: [7.0, 1.0, 8.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    "null, 1",
    (x) => x.at(null, 1),
    np.array([[1.0, 2.0, 3.0, 4.0]]),
    {
      set: [0.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0, 8.0, 9.0, 10.0, 11.0],
      add: [0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 9.0, 11.0, 8.0, 9.0, 10.0, 11.0],
      mul: [0.0, 1.0, 2.0, 3.0, 4.0, 10.0, 18.0, 28.0, 8.0, 9.0, 10.0, 11.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"3:"',
    (x) => x.at("3:"),
    5.0,
    {
      set: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      add: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      mul: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    'i(1), "1:3", null',
    (x, i) => x.at(i(1), "1:3", null),
    np.array([[[1.0], [2.0]]]),
    {
      set: [0.0, 1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      add: [0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      mul: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 12.0, 7.0, 8.0, 9.0, 10.0, 11.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
  [
    '"-2:", "1:4:2"',
    (x) => x.at("-2:", "1:4:2"),
    np.array([
      [1.0, 2.0],
      [3.0, 4.0],
    ]),
    {
      set: [0.0, 1.0, 2.0, 3.0, 4.0, 1.0, 6.0, 2.0, 8.0, 3.0, 10.0, 4.0],
      add: [0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 6.0, 9.0, 8.0, 12.0, 10.0, 15.0],
      mul: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 14.0, 8.0, 27.0, 10.0, 44.0],
      max: [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0],
    },
  ],
];

test.each(cases)("x.at(%s) updates what NumPy updates", (_text, places, values, expected) => {
  for (const [name, elements] of Object.entries(expected)) {
    const update = places(base, ints);
    const out = update[name as "set" | "add" | "mul" | "max"](values);
    expect(Array.from(out.dataSync()), name).toEqual(elements);
    expect(out.shape, name).toEqual([3, 4]);
  }
  expect(base.slice(0).js()).toEqual([0, 1, 2, 3]);
});

test.each(cases)("updates of x.at(%s) follow from one another", (_text, places, values) => {
  const at = (x: NDArray): Places => places(x, ints);
  const read = at(base).get();
  const v = np.broadcastTo(values, read.shape);
  const pairs: [NDArray, NDArray][] = [
    [at(base).sub(v), at(base).set(read.sub(v))],
    [at(base).div(v), at(base).set(read.div(v))],
    [at(base).pow(2), at(base).set(read.pow(2))],
    [at(base).min(v), at(base).set(np.minimum(read, v))],
    [at(base).apply(np.negative), at(base).set(read.neg())],
  ];
  for (const [got, wanted] of pairs) expect(got.js()).toEqual(wanted.js());
});

test.each(cases)("the gradient of x.at(%s).set goes to what stays, and to the values", (...row) => {
  const [, places, values] = row;
  const shape = places(base, ints).get().shape;
  const v = np.broadcastTo(values, shape);
  const weights = np.arange(12).astype("float32").reshape([3, 4]);
  const loss = (x: NDArray, y: NDArray): NDArray => np.sum(places(x, ints).set(y).mul(weights));
  const [dx, dv] = grad(loss, { argnums: [0, 1] })(base, v);
  expect(dx.js()).toEqual(places(weights, ints).set(0).js());
  expect(dv.js()).toEqual(places(weights, ints).get().js());
});

test.each(cases)(
  "x.at(%s).add is the same under jit and vmap",
  (_text, places, values, expected) => {
    const add = (x: NDArray): NDArray => places(x, ints).add(values);
    expect(Array.from(jit(add)(base).dataSync())).toEqual(expected.add);
    const twice = vmap(add)(np.stack([base, base]));
    expect(Array.from(twice.slice(1).dataSync())).toEqual(expected.add);
  },
);

test("of updates of one place all are combined, and set keeps the last", () => {
  const at = np.zeros([2]).at(ints(0, 0, 1));
  expect(at.add(np.array([1, 2, 4])).js()).toEqual([3, 4]);
  expect(at.set(np.array([1, 2, 4])).js()).toEqual([2, 4]);
  expect(at.max(np.array([3, 2, -4])).js()).toEqual([3, 0]);
  expect(
    np
      .ones([2])
      .at(ints(0, 0, 1))
      .mul(np.array([2, 3, 4]))
      .js(),
  ).toEqual([6, 4]);
});

test("places outside are dropped on writing, clamped with the mode clip", () => {
  const x = np.array([1, 2, 3]);
  expect(x.at(ints(1, 7)).set(9).js()).toEqual([1, 9, 3]);
  expect(x.at(ints(-7)).add(9).js()).toEqual([1, 2, 3]);
  expect(x.at(ints(7)).set(9, { mode: "clip" }).js()).toEqual([1, 2, 9]);
  expect(jit((i: NDArray) => x.at(i).set(9))(np.int32(7)).js()).toEqual([1, 2, 3]);
  expect(jit((i: NDArray) => x.at(i).set(9))(np.int32(-1)).js()).toEqual([1, 2, 9]);
});

test("reading outside gives the nearest element, or a fill value", () => {
  const x = np.array([1, 2, 3]);
  expect(x.at(ints(1, 7)).get().js()).toEqual([2, 3]);
  expect(x.at(ints(1, 7)).get({ mode: "fill", fillValue: -1 }).js()).toEqual([2, -1]);
  expect(x.at(np.int32(7)).get({ mode: "fill" }).item()).toBeNaN();
});

test("the gradient of set with one place twice goes to the value kept", () => {
  const [, pull] = vjp((v: NDArray) => np.zeros([2]).at(ints(0, 0)).set(v), np.array([5, 6]));
  expect(pull(np.array([3, 7]))[0].js()).toEqual([0, 3]);
});

test("the dtype of the array stays, computed in that of both", () => {
  const x = np.arange(3);
  expect(x.at(0).set(2).dtype).toBe("int32");
  expect(x.at(1).add(0.5).js()).toEqual([0, 1, 2]);
  expect(np.array([true, false]).at(1).set(true).js()).toEqual([true, true]);
});

test("values that do not fit, and unknown options, are refused", () => {
  expect(() => base.at(0).set(np.zeros([3]))).toThrow(ShapeError);
  expect(() => base.at(0).set(1, { modus: "clip" } as object)).toThrow(ArgumentError);
  expect(() => base.at(0).set(1, { modus: "clip" } as object)).toThrow("mode, fillValue");
  expect(() => base.at(3).set(1)).toThrow("index must be within the extent 3");
});
