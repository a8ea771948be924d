import { expect, test } from "vitest";
import { all, any, broadcast, reduce, reduceAssociative } from "../../src/tree/reduce.ts";

const isArray = (x: unknown) => Array.isArray(x);

test("reduce goes from the first leaf to the last", () => {
  const tree = { a: "1", b: ["2", "3"] };
  expect(reduce((x, y) => `(${x}${y})`, tree)).toBe("((12)3)");
  expect(reduce((x, y) => `(${x}${y})`, tree, { initializer: "0" })).toBe("(((01)2)3)");
  expect(reduce((n: number) => n + 1, tree, { initializer: 0, isLeaf: isArray })).toBe(2);
});

test("reduce of no leaves is the initializer, even an undefined one", () => {
  expect(reduce((x) => x, [], { initializer: 7 })).toBe(7);
  expect(reduce<never[], undefined>((x) => x, [], { initializer: undefined })).toBeUndefined();
  expect(() => reduce((x) => x, { a: null })).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tree.reduce: a tree without leaves needs a value to start from, got none; pass { initializer }]`,
  );
});

test("reduceAssociative goes by halves and keeps the order", () => {
  const pair = (x: string, y: string) => `(${x}${y})`;
  expect(reduceAssociative(pair, ["1", "2", "3", "4", "5"])).toBe("((12)(3(45)))");
  expect(reduceAssociative(pair, { b: "2", a: "1" })).toBe("(12)");
  expect(reduceAssociative(pair, "1")).toBe("1");
  expect(reduceAssociative((x: number) => x, null, { identity: 0 })).toBe(0);
  expect(() => reduceAssociative(pair, [])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tree.reduceAssociative: a tree without leaves needs a value to start from, got none; pass { identity }]`,
  );
});

test("all and any ask each leaf", () => {
  expect(all({ a: true, b: [1, "x"] })).toBe(true);
  expect(all([true, 0])).toBe(false);
  expect(all([])).toBe(true);
  expect(all(null)).toBe(true);
  expect(any([false, [1]])).toBe(true);
  expect(any([false, [0, Number.NaN]])).toBe(false);
  expect(any([])).toBe(false);
  expect(all([[], 1], { isLeaf: isArray })).toBe(true);
});

test("all and any take an array by its value, since JavaScript takes every object for true", () => {
  class Scalar {
    readonly dtype = "bool";
    readonly value: boolean;
    constructor(value: boolean) {
      this.value = value;
    }
    valueOf(): boolean {
      return this.value;
    }
  }
  expect(all([new Scalar(true), new Scalar(false)])).toBe(false);
  expect(any([new Scalar(false)])).toBe(false);
  expect(any([new Scalar(true)])).toBe(true);
  expect(all([new Map()])).toBe(true);
});

test("broadcast puts each leaf of a prefix at every place below its own", () => {
  const full = { w: [1, [2, 3]], b: null, c: 4 };
  expect(broadcast({ w: 0, b: null, c: 9 }, full)).toEqual({ w: [0, [0, 0]], b: null, c: 9 });
  expect(broadcast(7, full)).toEqual({ w: [7, [7, 7]], b: null, c: 7 });
  expect(broadcast([5, 6], [[1, 2], 3], { isLeaf: isArray })).toEqual([5, 6]);
});

test("broadcast refuses a prefix that has a container of its own", () => {
  expect(() => broadcast([0, 1], { w: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.broadcast: the full tree must begin with the structure [*, *], got {w: *}; pass the same kind of container there]`,
  );
  expect(() => broadcast({ w: [0] }, { w: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.broadcast: the full tree must begin with the structure [*] at .w, got *; pass a container there instead of a leaf]`,
  );
});
