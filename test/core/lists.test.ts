import { expect, test } from "vitest";
import { InternalError } from "../../src/core/errors.ts";
import { partition, unpartition, unzip, zip, zipWith } from "../../src/core/lists.ts";

test("zip pairs two lists and unzip takes the pairs apart", () => {
  const pairs = zip([1, 2], ["a", "b"]);
  expect(pairs).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  expect(unzip(pairs)).toEqual([
    [1, 2],
    ["a", "b"],
  ]);
  expect(unzip([])).toEqual([[], []]);
});

test("zipWith goes through two lists in step", () => {
  expect(zipWith([1, 2], [10, 20], (a, b, i) => a + b + i)).toEqual([11, 23]);
});

test("partition puts what is marked first and unpartition undoes it", () => {
  const flags = [false, true, true, false];
  const [marked, others] = partition(flags, ["a", "b", "c", "d"]);
  expect(marked).toEqual(["b", "c"]);
  expect(others).toEqual(["a", "d"]);
  expect(unpartition(flags, marked, others)).toEqual(["a", "b", "c", "d"]);
});

test("lists of different lengths are our own mistake", () => {
  expect(() => zip([1], [])).toThrowErrorMatchingInlineSnapshot(
    `[InternalError: zip: lists must have one length, got 1 and 0; this is a fault of udiff, please report it]`,
  );
  expect(() => zipWith([], [1], () => 0)).toThrow(InternalError);
  expect(() => partition([true], [1, 2])).toThrow(InternalError);
  expect(() => unpartition([true, false], [1, 2], [])).toThrow(InternalError);
  expect(() => unpartition([true], [1], [2])).toThrow(InternalError);
});
