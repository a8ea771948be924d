import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { grad, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";

const x = np.array([0, 1, 2, 3, 4]);
const matrix = np.array([
  [0, 1, 2],
  [3, 4, 5],
]);
const sum = (y: typeof x) =>
  lax.reduceSum(
    y,
    y.shape.map((_, i) => i),
  );
const keys = wrapKeyData(np.array(Uint32Array.of(1, 2, 3, 4)).reshape([2, 2]));

test("slice takes every stride-th element below the limit", () => {
  expect(lax.slice(x, [1], [5], [2]).js()).toEqual([1, 3]);
  expect(lax.slice(matrix, [1, 0], [2, 2]).js()).toEqual([[3, 4]]);
  expect(lax.slice(matrix, [1, 3], [1, 3]).shape).toEqual([0, 0]);
});

test("slice refuses bounds outside of the array instead of moving them", () => {
  expect(() => lax.slice(x, [1], [6])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.slice: 0 <= start <= limit <= 5 is required on axis 0, got [1] to [6] of float32[5]; negative and late bounds are for numpy]`,
  );
  expect(() => lax.slice(x, [-1], [3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.slice: 0 <= start <= limit <= 5 is required on axis 0, got [-1] to [3] of float32[5]; negative and late bounds are for numpy]`,
  );
  expect(() => lax.slice(x, [3], [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.slice: 0 <= start <= limit <= 5 is required on axis 0, got [3] to [2] of float32[5]; negative and late bounds are for numpy]`,
  );
  expect(() => lax.slice(x, [0], [5], [0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.slice: strides must be at least 1, got [0] to [5] by [0] of float32[5]; reverse with lax.rev]`,
  );
  expect(() => lax.slice(matrix, [0], [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.slice: starts, limits and strides must have one entry for each of the 2 axes, got [0] to [2] of float32[2,3]; name every axis]`,
  );
  expect(() => lax.slice(x, [0.5], [2])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.slice: starts, limits and strides must be integers, got [0.5] to [2] of float32[5]; round them, or call lax.dynamicSlice with traced starts]`,
  );
});

test("the gradient of a strided slice has zeros between", () => {
  expect(grad((y: typeof x) => sum(lax.slice(y, [1], [5], [2])))(x).js()).toEqual([0, 1, 0, 1, 0]);
});

test("pad fills before, between and after; what is negative crops afterwards", () => {
  expect(lax.pad(x, 9, [[1, 0, 1]]).js()).toEqual([9, 0, 9, 1, 9, 2, 9, 3, 9, 4]);
  expect(lax.pad(x, 9, [[-1, -2, 0]]).js()).toEqual([1, 2]);
  expect(lax.pad(x, 9, [[-1, -2, 1]]).js()).toEqual([9, 1, 9, 2, 9, 3]);
  expect(lax.pad(x, 9, [[-9, 6, 1]]).js()).toEqual([9, 9, 9, 9, 9, 9]);
});

test("an axis without elements has no interior", () => {
  const empty = np.array(new Float32Array(0));
  expect(lax.pad(empty, 9, [[1, 1, 2]]).js()).toEqual([9, 9]);
  expect(lax.pad(empty, 9, [[-1, 1, 2]]).js()).toEqual([]);
});

test("pad refuses what leaves less than nothing", () => {
  expect(() => lax.pad(x, 9, [[-3, -3, 0]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.pad: padding must leave an extent of at least 0, got -1 on axis 0 for float32[5] with [-3,-3,0]; crop less]`,
  );
  expect(() => lax.pad(x, 9, [[0, 0, -1]])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.pad: padding must be integers [low, high, interior] with interior from 0, got [0,0,-1]; crop with negative low and high]`,
  );
  expect(() => lax.pad(x, 9, [])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.pad: one [low, high, interior] is required for each of the 1 axes, got 0 for float32[5]; write [0, 0, 0] where nothing is added]`,
  );
  expect(() => lax.pad(x, np.array([9]), [[0, 0, 0]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.pad: the value must be a scalar, got float32[1]; pad with one value, or concatenate]`,
  );
  expect(() =>
    lax.pad(x, np.array(Int32Array.of(9)).reshape([]), [[0, 0, 0]]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.pad: operand and value must share a dtype, got float32[5] and int32[]; convert one with lax.convertElementType]`,
  );
});

test("the gradient of the padding value is the sum over the padding alone", () => {
  const f = (y: typeof x, v: typeof x) => lax.pad(y, v, [[1, -1, 1]]);
  const [out, pull] = vjp(f, x, np.array(9));
  expect(out.js()).toEqual([9, 0, 9, 1, 9, 2, 9, 3, 9]);
  // An infinite cotangent of an element must not reach the value.
  const [ofArray, ofValue] = pull(np.array([1, Infinity, 10, 2, 100, 3, 1000, 4, 10000]));
  expect(ofArray.js()).toEqual([Infinity, 2, 3, 4, 0]);
  expect(ofValue.js()).toBe(11111);
});

test("each example may be padded with its own value", () => {
  const f = (y: typeof x, v: typeof x) => lax.pad(y, v, [[1, 0, 0]]);
  const values = np.array([7, 8]);
  expect(vmap(f, { inAxes: [null, 0] })(np.array([1, 2]), values).js()).toEqual([
    [7, 1, 2],
    [8, 1, 2],
  ]);
  expect(vmap(f, { inAxes: [1, 0] })(matrix.reshape([3, 2]), values).js()).toEqual([
    [7, 0, 2, 4],
    [8, 1, 3, 5],
  ]);
  const keyed = vmap((k: typeof x, v: typeof x) => lax.pad(lax.reshape(k, [1]), v, [[1, 0, 0]]), {
    inAxes: [0, 0],
  })(keys, lax.rev(keys, [0]));
  expect(keyData(keyed).js()).toEqual([
    [
      [3, 4],
      [1, 2],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ]);
});

test("concatenate joins along one axis, empty arrays too", () => {
  expect(lax.concatenate([matrix, lax.rev(matrix, [1])], 1).js()).toEqual([
    [0, 1, 2, 2, 1, 0],
    [3, 4, 5, 5, 4, 3],
  ]);
  const empty = np.array(new Float32Array(0));
  expect(lax.concatenate([empty, x, empty], 0).js()).toEqual([0, 1, 2, 3, 4]);
  expect(lax.concatenate([x], 0)).toBe(x);
  expect(keyData(lax.concatenate([keys, keys], 0)).shape).toEqual([4, 2]);
});

test("concatenate refuses operands that do not fit", () => {
  expect(() => lax.concatenate([], 0)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.concatenate: at least one array is required, got none; pass one]`,
  );
  expect(() => lax.concatenate([x, matrix], 0)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.concatenate: operands must agree on all axes but 0, got float32[5] and float32[2,3]; pad or slice one of them]`,
  );
  expect(() => lax.concatenate([matrix, matrix], 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.concatenate: dimension must be an axis of the operands, got 2 for float32[2,3]; negative axes are for numpy]`,
  );
  expect(() => lax.concatenate([x], -1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.concatenate: dimension must be an axis of the operands, got -1 for float32[5]; negative axes are for numpy]`,
  );
  expect(() => lax.concatenate([x, np.array([true])], 0)).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.concatenate: operands must share a dtype, got float32[5] and bool[1]; convert one with lax.convertElementType]`,
  );
});

test("concatenate is weakly typed only if all operands are", () => {
  const weak = lax.reshape(np.array(1), [1]);
  expect(lax.concatenate([weak, weak], 0).weakType).toBe(true);
  expect(lax.concatenate([weak, x], 0).weakType).toBe(false);
});

test("split gives consecutive parts whose cotangents are joined", () => {
  const [none, first, rest] = lax.split(x, [0, 2, 3]);
  expect([none?.js(), first?.js(), rest?.js()]).toEqual([[], [0, 1], [2, 3, 4]]);
  const f = (y: typeof x) => sum(lax.mul(lax.split(y, [2, 3])[1]!, 2));
  expect(grad(f)(x).js()).toEqual([0, 0, 2, 2, 2]);
  expect(() => lax.split(x, [2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.split: sizes must be integers from 0 that add up to 5, got [2,2] for axis 0 of float32[5]; cover the whole axis]`,
  );
  expect(() => lax.split(x, [6, -1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.split: sizes must be integers from 0 that add up to 5, got [6,-1] for axis 0 of float32[5]; cover the whole axis]`,
  );
  expect(() => lax.split(x, [5], 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.split: axis must be within the 1 axes of the array, got 1; use one from -1 to 0]`,
  );
});
