import {
  ArgumentError,
  ConcretizationError,
  DTypeError,
  grad,
  jit,
  type NDArray,
  numpy as np,
  ShapeError,
} from "udiff";
import { expect, test } from "vitest";

test.each([
  [3, "float32", true],
  [true, "bool", false],
  [[1, 2], "float32", false],
  [[true, false], "bool", false],
  [[1, 2.5, true], "float32", false],
  [new Int32Array([1]), "int32", false],
  [new Uint8Array([1]), "uint8", false],
  [new Float64Array([1]), "float64", false],
  [[], "float32", false],
] as const)("np.array(%o) has dtype %s, weak: %s", (data, dtype, weak) => {
  const x = np.array(data as Parameters<typeof np.array>[0]);
  expect([x.dtype, x.weakType]).toEqual([dtype, weak]);
});

test("nested lists give their shape, empty ones too", () => {
  expect(
    np.array([
      [1, 2, 3],
      [4, 5, 6],
    ]).shape,
  ).toEqual([2, 3]);
  expect(np.array([[], []]).shape).toEqual([2, 0]);
  expect(np.array([[[1]]]).js()).toEqual([[[1]]]);
});

test.each([
  [[[1, 2], [3]], "got 1 entries at [1] where [0] has 2"],
  [[[1, 2], 3], "got a single value at [1] where [0] has a list"],
  [[1, [2]], "got a list at [1] where [0] has a single value"],
  [
    [
      [[1], [2]],
      [[3], [4, 5]],
    ],
    "got 2 entries at [1][1] where [0][0] has 1",
  ],
])("ragged lists are refused by place: %j", (data, message) => {
  expect(() => np.array(data as never)).toThrow(ShapeError);
  expect(() => np.array(data as never)).toThrow(message);
});

test("a leaf that is no number is refused by place", () => {
  expect(() => np.array([1, "2"] as never)).toThrow(ArgumentError);
  expect(() => np.array([[1], [null]] as never)).toThrow("got null at [1][0]");
});

test("typed arrays are copied", () => {
  const data = new Float32Array([1, 2]);
  const x = np.array(data);
  data[0] = 9;
  expect(x.js()).toEqual([1, 2]);
  const own = x.dataSync();
  own[0] = 9;
  expect(x.js()).toEqual([1, 2]);
});

test("64-bit integers are refused by name", () => {
  expect(() => np.array(new BigInt64Array(1) as never)).toThrow(DTypeError);
  expect(() => np.zeros([1], { dtype: "int64" as never })).toThrow(
    "the nearest supported one is int32",
  );
});

test("lists may hold arrays, traced ones too", () => {
  const x = np.array([np.float32(1), 2, np.int32(3)]);
  expect([x.dtype, x.js()]).toEqual(["float32", [1, 2, 3]]);
  expect(np.array([np.arange(2), np.arange(2)]).dtype).toBe("int32");
  const f = (u: NDArray, v: NDArray): NDArray =>
    np.sum(
      np
        .array([
          [u, v],
          [v, 1],
        ])
        .mul(
          np.array([
            [1, 2],
            [3, 4],
          ]),
        ),
    );
  const [du, dv] = grad(f, { argnums: [0, 1] })(1, 1);
  expect([du.item(), dv.item()]).toEqual([1, 5]);
});

test("a dtype converts as elements do; numbers wrap into integers", () => {
  expect(np.array([300, -1], { dtype: "uint8" }).js()).toEqual([44, 255]);
  expect(np.array(new Float32Array([3e9, Number.NaN]), { dtype: "int32" }).js()).toEqual([
    2147483647, 0,
  ]);
  expect(np.array([0, 2, Number.NaN], { dtype: "bool" }).js()).toEqual([false, true, true]);
  expect(np.float64([0.1]).js()).toEqual([0.1]);
  expect(np.int32(3).weakType).toBe(false);
});

test("unknown options are refused with the names allowed", () => {
  expect(() => np.array([1], { type: "int32" } as never)).toThrow(
    'numpy.array: unknown option "type"; the names allowed are dtype, device',
  );
  expect(() => np.zeros([1], "int32" as never)).toThrow(
    'options must be a plain object, got "int32"',
  );
});

test("a shape must be integers from 0", () => {
  expect(() => np.zeros([-1])).toThrow(ArgumentError);
  expect(() => np.ones([1.5])).toThrow(ArgumentError);
  expect(np.zeros(2).shape).toEqual([2]);
  expect(np.zeros([]).item()).toBe(0);
});

test.each([
  [[5], "int32", [0, 1, 2, 3, 4]],
  [[2, 5], "int32", [2, 3, 4]],
  [[5, 0, -2], "int32", [5, 3, 1]],
  [[1.5], "float32", [0, 1]],
  [[0, 1, 0.25], "float32", [0, 0.25, 0.5, 0.75]],
  [[3, 0], "int32", []],
] as const)("np.arange(%j) is %s", (bounds, dtype, elements) => {
  const x = np.arange(...(bounds as unknown as [number]));
  expect([x.dtype, x.js()]).toEqual([dtype, elements]);
});

test("np.arange takes a dtype, refuses a step of 0 and traced bounds", () => {
  expect(np.arange(3, { dtype: "float32" }).dtype).toBe("float32");
  expect(() => np.arange(0, 1, 0)).toThrow(ArgumentError);
  expect(() => jit((n: NDArray) => np.arange(n))(np.int32(3))).toThrow(ConcretizationError);
});

test("np.linspace ends exactly at its ends, and rounds integers down", () => {
  const x = np.linspace(0.1, 0.7, 7).dataSync();
  expect([x[0], x[6]]).toEqual([Math.fround(0.1), Math.fround(0.7)]);
  expect(np.linspace(0, 3, 4, { dtype: "int32" }).js()).toEqual([0, 1, 2, 3]);
  expect(np.linspace(0, 1, 4, { endpoint: false }).js()).toEqual([0, 0.25, 0.5, 0.75]);
  expect(np.linspace(2, 3, 1).js()).toEqual([2]);
  const [, step] = np.linspace(0, 1, 5, { retstep: true });
  expect(step.item()).toBe(0.25);
});

test("a large array of one value is stored once", () => {
  const x = np.zeros([1000, 1000, 1000, 10]);
  expect(x.size).toBe(1e10);
  expect(x.slice(0, 0, 0, 0).item()).toBe(0);
});

test("functions that make an array like another take its dtype and shape", () => {
  const x = np.int8([1, 2]);
  expect(np.zerosLike(x).dtype).toBe("int8");
  expect(np.fullLike(x, 300).js()).toEqual([44, 44]);
  expect(np.onesLike(x, { dtype: "float32", shape: [1] }).shape).toEqual([1]);
});
