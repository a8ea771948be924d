import * as lax from "udiff/lax";
import * as np from "udiff/numpy";
import { grad, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";

const x = np.array([10, 11, 12, 13, 14]);
const matrix = lax.reshape(np.arange(6), [3, 2]);
const at = (...places: number[]) => np.array(Int32Array.from(places)).reshape([places.length, 1]);
const elements = { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] };
const windows = { offsetDims: [1], collapsedSliceDims: [], startIndexMap: [0] };
const rows = { offsetDims: [1], collapsedSliceDims: [0], startIndexMap: [0] };
const outside = at(-1, 0, 4, 7);

test("clip moves a window inside as a whole", () => {
  const f = (size: number, dimensionNumbers: Record<keyof typeof windows, number[]> = windows) =>
    lax.gather(x, outside, { dimensionNumbers, sliceSizes: [size], mode: "clip" }).js();
  expect(f(2)).toEqual([
    [10, 11],
    [10, 11],
    [13, 14],
    [13, 14],
  ]);
  expect(f(1, elements)).toEqual([10, 10, 14, 14]);
});

test("fill replaces all of a window of which any part is outside", () => {
  const options = { dimensionNumbers: windows, sliceSizes: [2], fillValue: 0 };
  for (const mode of ["fill", "drop", "fillOrDrop"] as const) {
    expect(lax.gather(x, outside, { ...options, mode }).js()).toEqual([
      [0, 0],
      [10, 11],
      [0, 0],
      [0, 0],
    ]);
  }
});

test("without a mode nothing outside is read", () => {
  const options = { dimensionNumbers: elements, sliceSizes: [1] };
  expect(lax.gather(x, outside, options).js()).toEqual([10, 10, 14, 14]);
});

test("the fill by default is a value no computation is likely to give", () => {
  const options = { dimensionNumbers: elements, sliceSizes: [1], mode: "fill" } as const;
  const fillOf = (data: Parameters<typeof np.array>[0], dtype?: "float16" | "bfloat16") =>
    lax.gather(np.array(data, dtype === undefined ? {} : { dtype }), at(9), options).js();
  expect(fillOf([1])).toEqual([Number.NaN]);
  expect(fillOf([1], "bfloat16")).toEqual([Number.NaN]);
  expect(fillOf(Int32Array.of(1))).toEqual([-(2 ** 31)]);
  expect(fillOf(Int8Array.of(1))).toEqual([-128]);
  expect(fillOf(Uint16Array.of(1))).toEqual([65535]);
  expect(fillOf([false])).toEqual([true]);
  const keys = wrapKeyData(np.array(Uint32Array.of(1, 2)).reshape([1, 2]));
  expect(keyData(lax.gather(keys, at(0, 9), options)).js()).toEqual([
    [1, 2],
    [2 ** 32 - 1, 2 ** 32 - 1],
  ]);
});

test("a fill value is converted to the dtype", () => {
  const options = { dimensionNumbers: elements, sliceSizes: [1], mode: "fill" } as const;
  expect(lax.gather(np.arange(2), at(5), { ...options, fillValue: 2.7 }).js()).toEqual([2]);
  expect(lax.gather(np.array([true]), at(5), { ...options, fillValue: false }).js()).toEqual([
    false,
  ]);
});

test("indices may be integers of any width; uint32 ones never turn negative", () => {
  const options = { dimensionNumbers: elements, sliceSizes: [1], mode: "clip" } as const;
  for (const places of [Uint8Array.of(255), Uint32Array.of(2 ** 32 - 1), Int16Array.of(300)]) {
    expect(lax.gather(x, np.array(places).reshape([1, 1]), options).js()).toEqual([14]);
  }
});

test("rows keep dtype and weak type of the operand", () => {
  const out = lax.gather(matrix, at(2, 0), { dimensionNumbers: rows, sliceSizes: [1, 2] });
  expect([out.dtype, out.js()]).toEqual([
    "int32",
    [
      [4, 5],
      [0, 1],
    ],
  ]);
  const weak = lax.reshape(np.array(1), [1]);
  expect(lax.gather(weak, at(0), { dimensionNumbers: elements, sliceSizes: [1] }).weakType).toBe(
    true,
  );
});

test("the gradient adds up what was read, and drops what was filled", () => {
  const total = (mode: "clip" | "fill") => (y: typeof x) => {
    const options = { dimensionNumbers: windows, sliceSizes: [2], mode, fillValue: 5 };
    const weights = np.array([
      [1, 10],
      [100, 1000],
    ]);
    return lax.reduceSum(lax.mul(lax.gather(y, at(1, 9), options), weights), [0, 1]);
  };
  expect(grad(total("clip"))(x).js()).toEqual([0, 1, 10, 100, 1000]);
  expect(grad(total("fill"))(x).js()).toEqual([0, 1, 10, 0, 0]);
});

test("a NaN fill does not reach the gradient", () => {
  const f = (y: typeof x) => {
    const read = lax.gather(y, at(0, 9), {
      dimensionNumbers: elements,
      sliceSizes: [1],
      mode: "fill",
    });
    return lax.reduceSum(lax.mul(read, read), [0]);
  };
  expect(grad(f)(x).js()).toEqual([20, 0, 0, 0, 0]);
});

test("under vmap each example reads its own place of its own operand", () => {
  const options = {
    dimensionNumbers: rows,
    sliceSizes: [1, 2],
    mode: "fill",
    fillValue: -1,
  } as const;
  const operand = lax.stack([matrix, lax.add(matrix, 10)], { axis: 2 });
  const places = np.array(Int32Array.of(0, 2, 9, 1)).reshape([2, 2, 1]);
  const out = vmap((y: typeof x, i: typeof x) => lax.gather(y, i, options), { inAxes: [2, 1] })(
    operand,
    places,
  );
  expect(out.js()).toEqual([
    [
      [0, 1],
      [-1, -1],
    ],
    [
      [14, 15],
      [12, 13],
    ],
  ]);
});

test("indexTake wraps its indices around", () => {
  const places = (...list: number[]) => np.array(Int32Array.from(list));
  expect(lax.indexTake(matrix, [places(-1, 3)], [0]).js()).toEqual([
    [4, 5],
    [0, 1],
  ]);
  expect(lax.indexTake(matrix, [places(2, 1), places(-1, 0)], [0, 1]).js()).toEqual([5, 2]);
  expect(lax.indexTake(matrix, [places(-1, 0), places(2, 1)], [1, 0]).js()).toEqual([5, 2]);
});

test("what does not fit is refused by name", () => {
  const read = (dimensionNumbers: Partial<typeof rows> & object, sliceSizes: number[], i = at(0)) =>
    lax.gather(matrix, i, { dimensionNumbers: { ...rows, ...dimensionNumbers }, sliceSizes });
  expect(() => read({}, [1, 3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: sliceSizes must be from 0 to the extents of the operand, got [1,3] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  expect(() => read({}, [2, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: collapsed axes must have a slice size of 1, got [2,2] with collapsedSliceDims [0] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  expect(() => read({}, [1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: sliceSizes must have one entry for each axis of the operand, each of them in the result, collapsed or batching, got [1] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  expect(() => read({ offsetDims: [2] }, [1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: offsetDims must be distinct and ascending axes below 2, got [2] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  expect(() => read({ startIndexMap: [0, 1] }, [1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: startIndexMap must name one operand axis for each entry of an index vector, got [0,1] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  expect(() => read({ collapsedSliceDims: [-1] }, [1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: collapsedSliceDims must be distinct and ascending axes below 2, got [-1] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  const batching = { operandBatchingDims: [0], startIndicesBatchingDims: [0] };
  expect(() => read(batching, [1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: operandBatchingDims must be neither in collapsedSliceDims nor indexed, got [0] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  const apart = { ...batching, collapsedSliceDims: [], startIndexMap: [1] };
  expect(() => read(apart, [1, 1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: operandBatchingDims and startIndicesBatchingDims must pair axes of equal extent, got [0] and [0] for int32[3,2], int32[1,1]; see XLA's Gather]`,
  );
  expect(() => read({}, [1, 2], np.array([[0.5]]))).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: lax.gather: integer indices are required, got float32[1,1]; pass np.int32(3) for a number, or declare the argument static]`,
  );
  expect(() =>
    read({}, [1, 2], np.array(Int32Array.of(0)).reshape([])),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: lax.gather: indices must have a last axis that holds index vectors, got a scalar for int32[3,2], int32[]; see XLA's Gather]`,
  );
  const wrap = { dimensionNumbers: rows, sliceSizes: [1, 2], mode: "wrap" } as never;
  expect(() => lax.gather(matrix, at(0), wrap)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: lax.gather: mode must be one of clip, fill, drop, fillOrDrop, promiseInBounds, got wrap; leave it out for the default]`,
  );
});
