import { expect, test } from "vitest";
import { ArgumentError } from "../../src/core/errors.ts";
import { keystr } from "../../src/core/pytree-path.ts";
import { map, mapWithPath } from "../../src/tree/map.ts";

test("map keeps the structure and changes the leaves", () => {
  const tree = { w: [1, 2], b: null, c: { d: 3 } };
  expect(map((x) => x * 10, tree)).toStrictEqual({ b: null, c: { d: 30 }, w: [10, 20] });
  expect(tree.w).toEqual([1, 2]);
  expect(map((x) => -x, 5)).toBe(-5);
  expect(map((x) => x, null)).toBeNull();
});

test("map visits the leaves once each, in order", () => {
  const seen: number[] = [];
  map((x) => seen.push(x), { b: [3, 4], a: 1 });
  expect(seen).toEqual([1, 3, 4]);
});

test("map takes two, three and more trees in step", () => {
  const tree = { a: 1, b: [2] };
  expect(map((x, y) => `${x}${y}`, tree, { b: ["q"], a: "p" })).toEqual({ a: "1p", b: ["2q"] });
  expect(map((x, y, z) => x + y + z, tree, tree, tree)).toEqual({ a: 3, b: [6] });
  expect(map((x, ...rest: number[]) => x + rest.length, tree, tree, tree, tree)).toEqual({
    a: 4,
    b: [5],
  });
});

test("other trees may have more below the leaves of the first", () => {
  expect(map((x, y) => [x, y], { a: 1, b: 2 }, { a: [5, 6], b: null })).toEqual({
    a: [1, [5, 6]],
    b: [2, null],
  });
});

test("another tree that does not fit is refused with its number and the path", () => {
  const tree = { w: [1, 2] };
  const add = (...xs: number[]) => xs.length;
  expect(() => map(add, tree, { w: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 2 must begin with the structure [*, *] at .w, got [*]; pass 2 entries instead of 1]`,
  );
  expect(() => map(add, tree, tree, { w: { 0: 1 } })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 3 must begin with the structure [*, *] at .w, got {"0": *}; pass the same kind of container there]`,
  );
  expect(() => map(add, tree, { w: [1, 2], b: 3 })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 2 must begin with the structure {w: [*, *]}, got {b: *, w: [*, *]}; drop b]`,
  );
});

test("f is not called where another tree does not fit", () => {
  let calls = 0;
  const count = () => {
    calls++;
  };
  expect(() => map(count, [1, 2], [1] as unknown)).toThrow();
  expect(calls).toBe(0);
});

test("what is no function is refused", () => {
  expect(() => map([1] as unknown as () => 0, [1])).toThrow(ArgumentError);
  expect(() => mapWithPath(null as unknown as () => 0, [1])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tree.mapWithPath: a function is required first, got a value of type object; the trees come after it]`,
  );
});

test("withIsLeaf says what a leaf of the first tree is", () => {
  const sum = (xs: number[]) => xs.reduce((a, b) => a + b, 0);
  expect(map.withIsLeaf(Array.isArray, sum, { a: [1, 2], b: [3] })).toEqual({ a: 3, b: 3 });
  const isNull = (x: unknown) => x === null;
  expect(map.withIsLeaf(isNull, (x, y) => x ?? y, [null, 1], [2, 3])).toEqual([2, 1]);
});

test("mapWithPath tells each leaf where it is", () => {
  const tree = { w: [1, 2], "a b": 3 };
  expect(mapWithPath((path, x) => `${keystr(path)}=${x}`, tree)).toEqual({
    "a b": '["a b"]=3',
    w: [".w[0]=1", ".w[1]=2"],
  });
  expect(mapWithPath((path, x, y) => [path.length, x, y], [1], [2])).toEqual([[1, 1, 2]]);
  expect(mapWithPath.withIsLeaf(Array.isArray, (path) => keystr(path), { a: [1] })).toEqual({
    a: ".a",
  });
});
