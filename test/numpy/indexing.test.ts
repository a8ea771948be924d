import {
  ConcretizationError,
  DTypeError,
  grad,
  jit,
  type NDArray,
  numpy as np,
  vjp,
  vmap,
} from "udiff";
import { expect, test } from "vitest";

const cube = np.arange(24).reshape([2, 3, 4]);

/** Index array of int32. */
function ints(...values: (number | number[][] | number[])[]): NDArray {
  const [first] = values;
  return np.array(Array.isArray(first) ? first : (values as number[]), { dtype: "int32" });
}

type Case = [string, (x: NDArray, i: typeof ints) => NDArray, number[], number[]];

/** Shapes and elements as NumPy gives them for `arange(24).reshape(2, 3, 4)`. */
const cases: Case[] = [
  ["1", (x) => x.slice(1), [3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]],
  ["-1", (x) => x.slice(-1), [3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]],
  ['":", 1', (x) => x.slice(":", 1), [2, 4], [4, 5, 6, 7, 16, 17, 18, 19]],
  ['"...", 0', (x) => x.slice("...", 0), [2, 3], [0, 4, 8, 12, 16, 20]],
  ['0, "...", "1:3"', (x) => x.slice(0, "...", "1:3"), [3, 2], [1, 2, 5, 6, 9, 10]],
  [
    '":", "::-1"',
    (x) => x.slice(":", "::-1"),
    [2, 3, 4],
    [8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3, 20, 21, 22, 23, 16, 17, 18, 19, 12, 13, 14, 15],
  ],
  [
    '":", ":", "-1:0:-2"',
    (x) => x.slice(":", ":", "-1:0:-2"),
    [2, 3, 2],
    [3, 1, 7, 5, 11, 9, 15, 13, 19, 17, 23, 21],
  ],
  [
    '":", [0, null, 2]',
    (x) => x.slice(":", [0, null, 2]),
    [2, 2, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23],
  ],
  ["[5, 9], 1", (x) => x.slice([5, 9], 1), [0, 4], []],
  [
    'null, 1, "newaxis", ":2"',
    (x) => x.slice(null, 1, "newaxis", ":2"),
    [1, 1, 2, 4],
    [12, 13, 14, 15, 16, 17, 18, 19],
  ],
  [
    '"...", null',
    (x) => x.slice("...", null),
    [2, 3, 4, 1],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  ],
  [
    '":", i(0, 2)',
    (x, i) => x.slice(":", i(0, 2)),
    [2, 2, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23],
  ],
  ["i(1, 0), i(2, 1)", (x, i) => x.slice(i(1, 0), i(2, 1)), [2, 4], [20, 21, 22, 23, 4, 5, 6, 7]],
  [
    'i(1, 0), ":", i(3, 1)',
    (x, i) => x.slice(i(1, 0), ":", i(3, 1)),
    [2, 3],
    [15, 19, 23, 1, 5, 9],
  ],
  ['0, ":", i(3, 1)', (x, i) => x.slice(0, ":", i(3, 1)), [2, 3], [3, 7, 11, 1, 5, 9]],
  ['":", i(0, 2), 1', (x, i) => x.slice(":", i(0, 2), 1), [2, 2], [1, 9, 13, 21]],
  [
    '":", i(-1, -3)',
    (x, i) => x.slice(":", i(-1, -3)),
    [2, 2, 4],
    [8, 9, 10, 11, 0, 1, 2, 3, 20, 21, 22, 23, 12, 13, 14, 15],
  ],
  ['i(0), "1:", "::2"', (x, i) => x.slice(i(0), "1:", "::2"), [1, 2, 2], [4, 6, 8, 10]],
  [
    '":", i(0, 2), null, i(3, 3)',
    (x, i) => x.slice(":", i(0, 2), null, i(3, 3)),
    [2, 2, 1],
    [3, 15, 11, 23],
  ],
  [
    '":", i([[0, 1], [2, 0]]), "1:3"',
    (x, i) =>
      x.slice(
        ":",
        i([
          [0, 1],
          [2, 0],
        ]),
        "1:3",
      ),
    [2, 2, 2, 2],
    [1, 2, 5, 6, 9, 10, 1, 2, 13, 14, 17, 18, 21, 22, 13, 14],
  ],
  [
    "i([[0], [1]]), i([0, 2])",
    (x, i) => x.slice(i([[0], [1]]), i([0, 2])),
    [2, 2, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23],
  ],
  ["np.array([true, false]), 1", (x) => x.slice(np.array([true, false]), 1), [1, 4], [4, 5, 6, 7]],
  [
    '":", np.array([true, false, true])',
    (x) => x.slice(":", np.array([true, false, true])),
    [2, 2, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23],
  ],
  [
    '":", np.array([true, false, true]), i(0, 3)',
    (x, i) => x.slice(":", np.array([true, false, true]), i(0, 3)),
    [2, 2],
    [0, 11, 12, 23],
  ],
  ["x.greater(20)", (x) => x.slice(x.greater(20)), [3], [21, 22, 23]],
  [
    'x.slice(":", ":", 0).greater(7)',
    (x) => x.slice(x.slice(":", ":", 0).greater(7)),
    [4, 4],
    [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  ],
  ["i()", (x, i) => x.slice(i()), [0, 3, 4], []],
  ['"2:1"', (x) => x.slice("2:1"), [0, 3, 4], []],
];

test.each(cases)("x.slice(%s) is what NumPy gives", (_text, index, shape, elements) => {
  const out = index(cube, ints);
  expect(out.shape).toEqual(shape);
  expect(Array.from(out.dataSync())).toEqual(elements);
  expect(out.dtype).toBe("int32");
});

test.each(cases)("the gradient of x.slice(%s) counts how often each element is read", (...row) => {
  const [, index, , elements] = row;
  const counts = Array.from({ length: 24 }, (_, i) => elements.filter((e) => e === i).length);
  const total = (x: NDArray): NDArray => np.sum(index(x, ints));
  expect(Array.from(grad(total)(cube.astype("float32")).dataSync())).toEqual(counts);
});

test.each(cases)("x.slice(%s) is the same under jit", (text, index, _shape, elements) => {
  if (text.includes("greater")) return;
  expect(Array.from(jit((x: NDArray) => index(x, ints))(cube).dataSync())).toEqual(elements);
});

test("a traced scalar reads like a number, and clamps", () => {
  const x = np.array([10, 20, 30, 40, 50]);
  const at = jit((i: NDArray) => x.slice(i));
  expect([0, -1, 7, -7].map((i) => at(np.int32(i)).item())).toEqual([10, 50, 50, 10]);
  expect(vmap((i: NDArray) => x.slice(i))(ints(1, -1, 9)).js()).toEqual([20, 50, 50]);
});

test("the gradient of a read outside goes to the clamped element for a scalar, nowhere for an array", () => {
  const ct = (index: NDArray) => {
    const [, pull] = vjp((x: NDArray) => x.slice(index), np.zeros([3]));
    return pull(np.ones(index.shape))[0]?.js();
  };
  expect(ct(np.int32(7))).toEqual([0, 0, 1]);
  expect(ct(ints(7, 1))).toEqual([0, 1, 0]);
});

test.each([
  [
    "an integer out of range",
    () => cube.slice(2),
    "index must be within the extent 2 of axis 0, got 2",
  ],
  ["a fraction", () => cube.slice(0.5), "an index must be an integer, got 0.5"],
  [
    "too many parts",
    () => cube.slice(0, 0, 0, 0),
    "at most one part for each axis is allowed, got 4 for 3 axes",
  ],
  ["two ellipses", () => cube.slice("...", "..."), 'at most one "..." is allowed, got 2'],
  ["text of no known form", () => cube.slice("1;2"), 'parts of an index are required, got "1;2"'],
  ["a step of 0", () => cube.slice("::0"), "with a step other than 0"],
  [
    "a mask of another shape",
    () => cube.slice(np.array([true, false, true])),
    "a mask must have the extents",
  ],
])("%s is refused by name", (_what, read, message) => {
  expect(read).toThrow(message);
});

test("an index of floats is refused, traced ones too", () => {
  expect(() => cube.slice(np.array([0, 1]))).toThrow(DTypeError);
  expect(() => jit((i: NDArray) => cube.slice(i))(1)).toThrow("pass np.int32(3)");
});

test("a traced mask says what to use instead", () => {
  const masked = jit((x: NDArray) => x.slice(x.greater(1)));
  expect(() => masked(np.arange(3))).toThrow(ConcretizationError);
  expect(() => masked(np.arange(3))).toThrow("size");
});
