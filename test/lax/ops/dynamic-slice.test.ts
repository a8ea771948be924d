import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { grad, jit, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";

const x = np.array([0, 1, 2, 3, 4]);
const int = (value: number) => np.array(Int32Array.of(value)).reshape([]);
const slice3 = (start: typeof x | number) => lax.dynamicSlice(x, [start], [3]).js();

test("a slice that would reach outside is moved inside, literal and traced starts alike", () => {
  const traced = jit((start: typeof x) => lax.dynamicSlice(x, [start], [3]));
  for (const [start, expected] of [
    [1, [1, 2, 3]],
    [4, [2, 3, 4]],
    [99, [2, 3, 4]],
    [-1, [2, 3, 4]],
    [-4, [1, 2, 3]],
    [-9, [0, 1, 2]],
  ] as const) {
    expect(slice3(start)).toEqual(expected);
    expect(slice3(int(start))).toEqual(expected);
    expect(traced(int(start)).js()).toEqual(expected);
  }
});

test("starts may be integers of any width, and beyond 32 bits as numbers", () => {
  expect(slice3(np.array(Uint8Array.of(1)).reshape([]))).toEqual([1, 2, 3]);
  expect(slice3(np.array(Int8Array.of(-3)).reshape([]))).toEqual([2, 3, 4]);
  expect(slice3(np.array(Uint32Array.of(2 ** 32 - 1)).reshape([]))).toEqual([2, 3, 4]);
  expect(slice3(2 ** 40)).toEqual([2, 3, 4]);
  expect(slice3(-(2 ** 40))).toEqual([0, 1, 2]);
});

test("an update moves inside in the same way", () => {
  const update = np.array([7, 8, 9]);
  expect(lax.dynamicUpdateSlice(x, update, [4]).js()).toEqual([0, 1, 7, 8, 9]);
  expect(lax.dynamicUpdateSlice(x, update, [int(-9)]).js()).toEqual([7, 8, 9, 3, 4]);
});

test("scalars have no starts", () => {
  expect(lax.dynamicSlice(np.array(3), [], []).js()).toBe(3);
  expect(lax.dynamicUpdateSlice(np.array(3), 4, []).js()).toBe(4);
});

test("what does not fit is refused", () => {
  expect(() => lax.dynamicSlice(x, [0], [6])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.dynamicSlice: sizes must be from 0 to the extents of the operand, got [6] for float32[5]; name every axis]`,
  );
  expect(() => lax.dynamicSlice(x, [], [3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.dynamicSlice: one start is required for each of the 1 axes, got 0 for float32[5]; write 0 for an axis that is taken whole]`,
  );
  expect(() => lax.dynamicSlice(x, [0.5], [3])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.dynamicSlice: starts must be integers, got 0.5 for axis 0 of float32[5]; round it]`,
  );
  expect(() => lax.dynamicSlice(x, [np.array(1)], [3])).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.dynamicSlice: integer indices are required, got float32[]; pass np.int32(3) for a number, or declare the argument static]`,
  );
  expect(() =>
    lax.dynamicSlice(x, [np.array(Int32Array.of(1))], [3]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.dynamicSlice: one scalar start is required for each of the 1 axes, got [int32[1]] for float32[5]; write 0 for an axis that is taken whole]`,
  );
  expect(() => lax.dynamicUpdateSlice(np.array([1]), x, [0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.dynamicUpdateSlice: the update must have the rank of the operand and fit into it, got float32[1] and float32[5]; slice or reshape it]`,
  );
  expect(() => lax.dynamicUpdateSlice(x, np.array([true]), [0])).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.dynamicUpdateSlice: operand and update must share a dtype, got float32[5] and bool[1]; convert one with lax.convertElementType]`,
  );
});

test("the gradient goes to the elements that were read, and past those written over", () => {
  const read = (y: typeof x) => lax.reduceSum(lax.dynamicSlice(y, [int(9)], [2]), [0]);
  expect(grad(read)(x).js()).toEqual([0, 0, 0, 1, 1]);
  const weights = np.array([1, 2, 3, 4, 5]);
  const written = (y: typeof x, u: typeof x) =>
    lax.reduceSum(lax.mul(lax.dynamicUpdateSlice(y, u, [int(1)]), weights), [0]);
  const update = np.array([8, 9]);
  expect(grad(written)(x, update).js()).toEqual([1, 0, 0, 4, 5]);
  expect(grad((u: typeof x) => written(x, u))(update).js()).toEqual([2, 3]);
});

test("under vmap starts clamp one by one, and so does the gradient", () => {
  const starts = np.array(Int32Array.of(0, 9, -1));
  const f = (y: typeof x, start: typeof x) => lax.reduceSum(lax.dynamicSlice(y, [start], [2]), [0]);
  expect(vmap(f, { inAxes: [null, 0] })(x, starts).js()).toEqual([1, 7, 7]);
  expect(vmap(grad(f), { inAxes: [null, 0] })(x, starts).js()).toEqual([
    [1, 1, 0, 0, 0],
    [0, 0, 0, 1, 1],
    [0, 0, 0, 1, 1],
  ]);
});

test("random keys are sliced and updated as whole elements", () => {
  const keys = wrapKeyData(np.array(Uint32Array.of(1, 2, 3, 4, 5, 6)).reshape([3, 2]));
  const last = lax.dynamicSlice(keys, [2], [1]);
  expect(keyData(lax.dynamicUpdateSlice(keys, last, [0])).js()).toEqual([
    [5, 6],
    [3, 4],
    [5, 6],
  ]);
  const each = vmap((start: typeof x) => lax.dynamicSlice(keys, [start], [1]))(
    np.array(Int32Array.of(1, 0)),
  );
  expect(keyData(each).js()).toEqual([[[3, 4]], [[1, 2]]]);
});
