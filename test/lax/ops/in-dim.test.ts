import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { grad, vmap } from "udiff/transforms";
import { expect, test } from "vitest";

const x = np.array([
  [0, 1, 2, 3],
  [4, 5, 6, 7],
]);

test("sliceInDim counts negative bounds from the end", () => {
  expect(lax.sliceInDim(x, 1, -1, { axis: 1 }).js()).toEqual([
    [1, 2],
    [5, 6],
  ]);
  expect(lax.sliceInDim(x, null, null, { axis: -1, stride: 3 }).js()).toEqual([
    [0, 3],
    [4, 7],
  ]);
  expect(() => lax.sliceInDim(x, 0, 3)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.slice: 0 <= start <= limit <= 2 is required on axis 0, got [0,0] to [3,4] of float32[2,4]; negative and late bounds are for numpy]`,
  );
});

test("indexInDim checks its index, and keeps the axis unless told otherwise", () => {
  expect(lax.indexInDim(x, -1).js()).toEqual([[4, 5, 6, 7]]);
  expect(lax.indexInDim(x, 2, { axis: 1, keepdims: false }).js()).toEqual([2, 6]);
  expect(() => lax.indexInDim(x, 2)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.indexInDim: the index must be within the 2 elements of axis 0, got 2 for float32[2,4]; lax.dynamicIndexInDim clamps]`,
  );
  expect(() => lax.indexInDim(x, 0.5)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.indexInDim: an integer index is required, got 0.5; call lax.dynamicIndexInDim with a traced one]`,
  );
});

test("dynamic forms clamp", () => {
  expect(lax.dynamicSliceInDim(x, 9, 2, { axis: 1 }).js()).toEqual([
    [2, 3],
    [6, 7],
  ]);
  expect(lax.dynamicIndexInDim(x, -2, { axis: 1, keepdims: false }).js()).toEqual([2, 6]);
  expect(lax.dynamicIndexInDim(x, -9, { axis: 1, keepdims: false }).js()).toEqual([0, 4]);
  expect(lax.dynamicUpdateSliceInDim(x, np.array([[8], [9]]), 7, 1).js()).toEqual([
    [0, 1, 2, 8],
    [4, 5, 6, 9],
  ]);
});

test("dynamicUpdateIndexInDim takes an update with or without the axis", () => {
  const row = [9, 9, 9, 9];
  expect(lax.dynamicUpdateIndexInDim(x, np.array(row), 1, 0).js()).toEqual([[0, 1, 2, 3], row]);
  expect(lax.dynamicUpdateIndexInDim(x, np.array([row]), 0, 0).js()).toEqual([row, [4, 5, 6, 7]]);
  expect(lax.dynamicUpdateIndexInDim(np.array([1, 2]), 5, -1, 0).js()).toEqual([1, 5]);
  expect(() => lax.dynamicUpdateIndexInDim(x, x, 0, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.dynamicUpdateIndexInDim: the update must have extent 1 along axis 0, got float32[2,4] for float32[2,4]; call lax.dynamicUpdateSliceInDim for more]`,
  );
});

test("unknown options are refused by name", () => {
  const options = { dim: 1 } as object;
  expect(() => lax.indexInDim(x, 0, options)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.indexInDim: unknown option "dim"; the names allowed are axis, keepdims]`,
  );
});

test("stack and unstack undo each other along every axis", () => {
  const y = lax.mul(x, 10);
  for (const axis of [0, 1, 2, -1]) {
    const parts = lax.unstack(lax.stack([x, y], { axis }), { axis });
    expect(parts.map((part) => part.js())).toEqual([x.js(), y.js()]);
  }
  expect(() => lax.stack([])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.stack: at least one array is required, got none; pass one]`,
  );
  expect(() => lax.stack([x, np.array([1])])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.stack: arrays must share a shape, got float32[2,4] and float32[1]; broadcast one of them]`,
  );
});

test("tile repeats whole axes, and its gradient adds up the repetitions", () => {
  const row = np.array([1, 2]);
  expect(lax.tile(row, [3]).js()).toEqual([1, 2, 1, 2, 1, 2]);
  expect(lax.tile(x, [1, 0]).shape).toEqual([2, 0]);
  const f = (y: typeof row) =>
    lax.reduceSum(lax.mul(lax.tile(y, [2]), np.array([1, 2, 3, 4])), [0]);
  expect(grad(f)(row).js()).toEqual([4, 6]);
  expect(() => lax.tile(x, [2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.tile: one number is required for each of the 2 axes, got [2] for float32[2,4]; write 1 for an axis that is kept, or call numpy.tile]`,
  );
});

test("collapse joins neighbouring axes, or makes one", () => {
  const y = lax.reshape(x, [2, 2, 2]);
  expect(lax.collapse(y, 1).shape).toEqual([2, 4]);
  expect(lax.collapse(y, -3, 2).shape).toEqual([4, 2]);
  expect(lax.collapse(y, 1, 1).shape).toEqual([2, 1, 2, 2]);
  expect(() => lax.collapse(y, 2, 1)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.collapse: the stop must not be before the start, got 2 to 1 of float32[2,2,2]; exchange them]`,
  );
});

test("broadcast adds leading axes", () => {
  expect(lax.broadcast(np.array([1, 2]), [2, 1]).js()).toEqual([[[1, 2]], [[1, 2]]]);
  expect(vmap((y: typeof x) => lax.broadcast(y, [1]), { inAxes: 1 })(x).shape).toEqual([4, 1, 2]);
});
