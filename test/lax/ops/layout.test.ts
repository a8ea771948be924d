import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { grad, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";

const x = np.array([
  [0, 1, 2],
  [3, 4, 5],
]);
const keys = wrapKeyData(np.array(Uint32Array.of(1, 2, 3, 4, 5, 6)).reshape([3, 2]));

test("reshape keeps the row-major order, also of a transposed array", () => {
  expect(lax.reshape(x, [3, 2]).js()).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(lax.reshape(lax.transpose(x, [1, 0]), [6]).js()).toEqual([0, 3, 1, 4, 2, 5]);
  expect(lax.reshape(x, [6], { dimensions: [1, 0] }).js()).toEqual([0, 3, 1, 4, 2, 5]);
});

test("reshape to the same shape is the array itself", () => {
  expect(lax.reshape(x, [2, 3])).toBe(x);
});

test("arrays without elements change their shape", () => {
  const empty = lax.reshape(np.array(new Float32Array(0)), [0, 3]);
  expect(lax.reshape(empty, [3, 0, 2]).shape).toEqual([3, 0, 2]);
  expect(lax.transpose(empty, [1, 0]).js()).toEqual([[], [], []]);
  expect(lax.rev(empty, [0, 1]).shape).toEqual([0, 3]);
});

test("reshape refuses another number of elements, and extents that are none", () => {
  expect(() => lax.reshape(x, [4])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.reshape: the number of elements must stay 6, got float32[2,3] to [4]; choose extents with that product]`,
  );
  expect(() => lax.reshape(x, [-1, 6])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.reshape: extents must be integers from 0, got -1 on axis 0; round it, and pass a plain number rather than an array]`,
  );
  expect(() => lax.reshape(x, [1.5, 4])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.reshape: extents must be integers from 0, got 1.5 on axis 0; round it, and pass a plain number rather than an array]`,
  );
});

test("transpose wants each axis once", () => {
  expect(lax.transpose(x, [1, 0]).js()).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(() => lax.transpose(x, [0, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.transpose: a permutation of the 2 axes is required, got [0,0] for float32[2,3]; name each axis from 0 once]`,
  );
  expect(() => lax.transpose(x, [0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.transpose: a permutation of the 2 axes is required, got [0] for float32[2,3]; name each axis from 0 once]`,
  );
  expect(() => lax.transpose(x, [-1, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.transpose: a permutation of the 2 axes is required, got [-1,0] for float32[2,3]; name each axis from 0 once]`,
  );
});

test("rev reverses the named axes, each of them once", () => {
  expect(lax.rev(x, [1, 0]).js()).toEqual([
    [5, 4, 3],
    [2, 1, 0],
  ]);
  expect(() => lax.rev(x, [1, 1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.rev: distinct axes below 2 are required, got [1,1]; name each axis from 0 at most once]`,
  );
  expect(() => lax.rev(x, [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.rev: distinct axes below 2 are required, got [2]; name each axis from 0 at most once]`,
  );
});

test("squeeze takes out axes of extent 1, expandDims puts them back", () => {
  const y = lax.expandDims(x, [0, -1]);
  expect(y.shape).toEqual([1, 2, 3, 1]);
  expect(lax.squeeze(y, [-1, 0]).js()).toEqual(x.js());
  expect(() => lax.squeeze(y, [1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.squeeze: axes must have extent 1, got axes [1] of float32[1,2,3,1]; leave out the longer ones, or index them]`,
  );
  expect(() => lax.squeeze(y, [0, -4])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.squeeze: axes must be different, got [0,-4] for 4 axes; drop the repeated one]`,
  );
  expect(() => lax.expandDims(x, [4])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.expandDims: axis must be within the 3 axes of the array, got 4; use one from -3 to 2]`,
  );
});

test("movement keeps dtype and weak type", () => {
  const weak = np.array(2);
  expect([lax.reshape(weak, [1]).weakType, lax.expandDims(weak, [0]).weakType]).toEqual([
    true,
    true,
  ]);
  expect(lax.rev(np.array([true, false]), [0]).js()).toEqual([false, true]);
});

test("random keys move as whole elements", () => {
  expect(keyData(lax.rev(keys, [0])).js()).toEqual([
    [5, 6],
    [3, 4],
    [1, 2],
  ]);
  expect(keyData(lax.transpose(lax.reshape(keys, [1, 3]), [1, 0])).js()).toEqual([
    [[1, 2]],
    [[3, 4]],
    [[5, 6]],
  ]);
});

test("the gradient is moved back", () => {
  const weights = np.array([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const total = (y: typeof x) => lax.reduceSum(y, [0, 1]);
  const through = grad((y: typeof x) =>
    total(lax.mul(lax.transpose(lax.rev(y, [0]), [1, 0]), weights)),
  );
  expect(through(x).js()).toEqual([
    [2, 4, 6],
    [1, 3, 5],
  ]);
});

test("a mapped axis stays out of the way wherever it is", () => {
  for (const axis of [0, 1, 2]) {
    const stacked = lax.transpose(
      lax.stack([x, lax.mul(x, 10)]),
      axis === 0 ? [0, 1, 2] : axis === 1 ? [1, 0, 2] : [1, 2, 0],
    );
    const f = (y: typeof x) => lax.reshape(lax.rev(lax.transpose(y, [1, 0]), [0]), [6]);
    expect(vmap(f, { inAxes: axis })(stacked).js()).toEqual([
      [2, 5, 1, 4, 0, 3],
      [20, 50, 10, 40, 0, 30],
    ]);
  }
});
