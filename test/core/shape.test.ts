import { expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/core/errors.ts";
import {
  broadcastPair,
  broadcastShapes,
  checkShape,
  contiguousStrides,
  formatShape,
  inferReshape,
  invertPermutation,
  isPermutation,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  size,
} from "../../src/core/shape.ts";

test("the size is the product of the extents, 1 for a scalar and 0 beside any extent", () => {
  expect(size([])).toBe(1);
  expect(size([2, 3, 4])).toBe(24);
  expect(size([2, 0, 4])).toBe(0);
  expect(size([...Array.from({ length: 30 }, () => 2 ** 52), 0])).toBe(0);
});

test("shapes are the same by rank and extents", () => {
  expect(sameShape([2, 3], [2, 3])).toBe(true);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
  expect(sameShape([2], [2, 1])).toBe(false);
  expect(sameShape([], [])).toBe(true);
});

test("shapes print without spaces", () => {
  expect(formatShape([])).toBe("[]");
  expect(formatShape([2, 3])).toBe("[2,3]");
});

test("checkShape passes what is a shape and refuses everything else", () => {
  const shape = [2, 0, 5];
  expect(checkShape(shape, "np.zeros")).toBe(shape);
  const refusal = (bad: unknown) => () => checkShape(bad, "np.zeros");
  expect(refusal(3)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: np.zeros: a shape must be an array of extents, got 3; write [n] for one axis]`,
  );
  expect(refusal([2, 1.5])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: np.zeros: extents must be integers from 0, got 1.5 on axis 1; round it, and pass a plain number rather than an array]`,
  );
  expect(refusal([-1])).toThrow(ArgumentError);
  expect(refusal([Number.NaN])).toThrow(ArgumentError);
  expect(refusal(["2"])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: np.zeros: extents must be integers from 0, got "2" on axis 0; round it, and pass a plain number rather than an array]`,
  );
  expect(refusal([[2]])).toThrow("got a list on axis 0");
  expect(refusal([2 ** 53])).toThrow(ArgumentError);
  expect(refusal([2 ** 30, 2 ** 30])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: np.zeros: the number of elements must be below 2^53, got shape [1073741824,1073741824]; use a smaller shape]`,
  );
  expect(refusal(null)).toThrow("got null");
});

test.each([
  [[], [], []],
  [[2, 3], [], [2, 3]],
  [[2, 3], [3], [2, 3]],
  [
    [2, 1],
    [1, 3],
    [2, 3],
  ],
  [
    [4, 1, 3],
    [2, 1],
    [4, 2, 3],
  ],
  [[0], [1], [0]],
  [
    [5, 0],
    [5, 1],
    [5, 0],
  ],
  [[1], [1, 1], [1, 1]],
])("%j and %j stretch to %j", (a, b, out) => {
  expect(broadcastShapes(a, b)).toEqual(out);
  expect(broadcastShapes(b, a)).toEqual(out);
});

test("any number of shapes stretch to one", () => {
  expect(broadcastShapes()).toEqual([]);
  expect(broadcastShapes([2, 1])).toEqual([2, 1]);
  expect(broadcastShapes([2, 1, 1], [3, 1], [4])).toEqual([2, 3, 4]);
});

test("an operand that already has the shape is given back itself", () => {
  const a = [2, 3];
  const b = [2, 1];
  expect(broadcastPair(a, b, "np.add")).toBe(a);
  expect(broadcastPair(b, a, "np.add")).toBe(a);
  expect(broadcastPair([3], a, "np.add")).toBe(a);
  expect(b).toEqual([2, 1]);
});

test("extents that differ are refused with both shapes in their order", () => {
  expect(() => broadcastPair([2, 3], [4], "np.add")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: np.add: shapes must agree from the last axis on, or be 1 where they differ, got [2,3] and [4]; reshape or slice one of them]`,
  );
  expect(() => broadcastPair([4], [2, 3], "np.add")).toThrow("got [4] and [2,3]");
  expect(() => broadcastShapes([0], [2])).toThrow(ShapeError);
  expect(() => broadcastShapes([2], [3], [1])).toThrow(ShapeError);
});

test("axes count from either end", () => {
  expect(normalizeAxis(0, 2, "np.sum")).toBe(0);
  expect(normalizeAxis(-1, 2, "np.sum")).toBe(1);
  expect(normalizeAxis(-2, 2, "np.sum")).toBe(0);
  expect(normalizeAxis(-0, 2, "np.sum")).toBe(0);
  expect(() => normalizeAxis(2, 2, "np.sum")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: np.sum: axis must be within the 2 axes of the array, got 2; use one from -2 to 1]`,
  );
  expect(() => normalizeAxis(-3, 2, "np.sum")).toThrow(ShapeError);
  expect(() => normalizeAxis(0, 0, "np.sum")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: np.sum: axis must be within the 0 axes of the array, got 0; a scalar has no axes]`,
  );
  expect(() => normalizeAxis(0.5, 2, "np.sum")).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: np.sum: an axis must be an integer, got 0.5; count axes from 0, or from the last with -1]`,
  );
  expect(() => normalizeAxis("0" as unknown as number, 2, "np.sum")).toThrow(ArgumentError);
});

test("several axes are kept in their order, and null is all of them", () => {
  expect(normalizeAxes(null, 3, "np.sum")).toEqual([0, 1, 2]);
  expect(normalizeAxes(undefined, 0, "np.sum")).toEqual([]);
  expect(normalizeAxes(-1, 3, "np.sum")).toEqual([2]);
  expect(normalizeAxes([2, -3], 3, "np.sum")).toEqual([2, 0]);
  expect(normalizeAxes([], 3, "np.sum")).toEqual([]);
  expect(() => normalizeAxes([0, -3], 3, "np.sum")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: np.sum: axes must be different, got [0,-3] for 3 axes; drop the repeated one]`,
  );
  expect(() => normalizeAxes("0" as unknown as number, 3, "np.sum")).toThrow(ArgumentError);
});

test("a permutation has each position once", () => {
  expect(isPermutation([2, 0, 1])).toBe(true);
  expect(isPermutation([])).toBe(true);
  expect(isPermutation([0, 0])).toBe(false);
  expect(isPermutation([0, 2])).toBe(false);
  expect(isPermutation([-1, 0])).toBe(false);
  expect(isPermutation([0.5, 0])).toBe(false);
  expect(isPermutation([0, 1], 3)).toBe(false);
});

test("the inverse of a permutation undoes it", () => {
  const perm = [2, 0, 3, 1];
  const inverse = invertPermutation(perm);
  expect(inverse).toEqual([1, 3, 0, 2]);
  expect(perm.map((i) => inverse[i])).toEqual([0, 1, 2, 3]);
});

test("strides of a row-major array step over what is inside", () => {
  expect(contiguousStrides([])).toEqual([]);
  expect(contiguousStrides([2, 3, 4])).toEqual([12, 4, 1]);
});

test("-1 in a reshape stands for what is left", () => {
  expect(inferReshape(12, [3, 4])).toEqual([3, 4]);
  expect(inferReshape(12, [3, -1])).toEqual([3, 4]);
  expect(inferReshape(12, [-1])).toEqual([12]);
  expect(inferReshape(1, [])).toEqual([]);
  expect(inferReshape(1, [-1, 1])).toEqual([1, 1]);
  expect(inferReshape(0, [-1, 3])).toEqual([0, 3]);
});

test("a reshape that changes the number of elements is refused", () => {
  expect(() => inferReshape(12, [5, 2])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: reshape: the number of elements must stay 12, got [5,2]; choose extents with that product, one of them -1 if you like]`,
  );
  expect(() => inferReshape(12, [5, -1])).toThrow(ShapeError);
  expect(() => inferReshape(12, [-1, -1])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: reshape: only one extent may be -1, got [-1,-1]; write out the others]`,
  );
  expect(() => inferReshape(0, [-1, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: reshape: -1 is ambiguous beside an extent of 0, got [-1,0]; write the extent out]`,
  );
  expect(() => inferReshape(12, [-2, -1])).toThrow(ArgumentError);
  expect(() => inferReshape(12, 12 as unknown as number[])).toThrow(ArgumentError);
});
