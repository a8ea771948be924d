import { expect, test } from "vitest";
import {
  broadcastView,
  contiguousView,
  isContiguous,
  permuteView,
  reshapeView,
  reverseView,
  rowMajorStrides,
  sameView,
  sliceView,
  type View,
} from "../../src/core/view.ts";

/** Positions of the elements that a view addresses, in row-major order. */
function positions({ shape, strides, offset }: View): number[] {
  let found = [offset];
  shape.forEach((extent, i) => {
    found = found.flatMap((p) =>
      Array.from({ length: extent }, (_, k) => p + k * (strides[i] as number)),
    );
  });
  return found;
}

test("a whole buffer is addressed in order", () => {
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(positions(contiguousView([2, 3]))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(positions(contiguousView([]))).toEqual([0]);
  expect(positions(contiguousView([2, 0]))).toEqual([]);
});

test("axes reorder, repeat, step and turn without moving anything", () => {
  const view = contiguousView([2, 3]);
  expect(positions(permuteView(view, [1, 0]))).toEqual([0, 3, 1, 4, 2, 5]);
  expect(positions(broadcastView(contiguousView([3]), [2, 3], [1]))).toEqual([0, 1, 2, 0, 1, 2]);
  expect(positions(broadcastView(contiguousView([1, 2]), [2, 2], [0, 1]))).toEqual([0, 1, 0, 1]);
  expect(positions(sliceView(view, [0, 0], [2, 3], [1, 2]))).toEqual([0, 2, 3, 5]);
  expect(positions(sliceView(view, [1, 2], [2, 2], [1, 1]))).toEqual([]);
  expect(positions(reverseView(view, [1]))).toEqual([2, 1, 0, 5, 4, 3]);
  expect(positions(reverseView(view, [0, 1]))).toEqual([5, 4, 3, 2, 1, 0]);
  expect(positions(reverseView(contiguousView([0]), [0]))).toEqual([]);
});

test("views of views address what doing one after the other gives", () => {
  const turned = reverseView(permuteView(contiguousView([2, 3, 4]), [2, 0, 1]), [0]);
  const part = sliceView(turned, [1, 0, 1], [4, 2, 3], [2, 1, 1]);
  const all = positions(turned);
  const want = [1, 3].flatMap((i) =>
    [0, 1].flatMap((j) => [1, 2].map((k) => all[i * 6 + j * 3 + k])),
  );
  expect(positions(part)).toEqual(want);
});

test("only a row-major run counts as contiguous, whatever the strides of single elements", () => {
  expect(isContiguous(contiguousView([2, 3]))).toBe(true);
  expect(isContiguous({ shape: [2, 1, 3], strides: [3, 77, 1], offset: 5 })).toBe(true);
  expect(isContiguous(permuteView(contiguousView([2, 3]), [1, 0]))).toBe(false);
  expect(isContiguous(reverseView(contiguousView([3]), [0]))).toBe(false);
});

test("a reshape keeps the order of elements, or says that only a copy can do it", () => {
  const views = [
    contiguousView([2, 3, 4]),
    permuteView(contiguousView([4, 2, 3]), [1, 2, 0]),
    sliceView(contiguousView([2, 3, 8]), [0, 0, 0], [2, 3, 8], [1, 1, 2]),
    broadcastView(contiguousView([3, 4]), [2, 3, 4], [1, 2]),
    reverseView(contiguousView([2, 3, 4]), [0, 2]),
  ];
  const shapes = [[24], [6, 4], [2, 12], [2, 3, 2, 2], [1, 2, 3, 1, 4], [3, 2, 4], [4, 6], [8, 3]];
  let done = 0;
  for (const view of views) {
    for (const shape of shapes) {
      const other = reshapeView(view, shape);
      if (other === null) continue;
      done++;
      expect(other.shape).toEqual(shape);
      expect(positions(other)).toEqual(positions(view));
    }
  }
  // Contiguous ones always reshape, others where groups of axes lie one after the other.
  expect(done).toBeGreaterThan(20);
  expect(reshapeView(permuteView(contiguousView([2, 3]), [1, 0]), [6])).toBe(null);
  expect(reshapeView(permuteView(contiguousView([2, 3]), [1, 0]), [3, 1, 2])).not.toBe(null);
});

test("views are the same by what they say, not by which they are", () => {
  expect(sameView(contiguousView([2, 3]), contiguousView([2, 3]))).toBe(true);
  expect(sameView(contiguousView([2, 3]), contiguousView([3, 2]))).toBe(false);
  expect(sameView(contiguousView([3]), { shape: [3], strides: [1], offset: 1 })).toBe(false);
});
