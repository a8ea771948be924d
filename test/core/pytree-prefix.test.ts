import { expect, test } from "vitest";
import { TreeError } from "../../src/core/errors.ts";
import { flatten } from "../../src/core/pytree.ts";
import { keystr } from "../../src/core/pytree-path.ts";
import {
  checkStructure,
  firstDifference,
  flattenPrefix,
  flattenUpTo,
} from "../../src/core/pytree-prefix.ts";

const structure = (tree: unknown) => flatten(tree).treeDef;
const axes = (prefix: unknown, tree: unknown) =>
  flattenPrefix(prefix, structure(tree), null, "vmap: inAxes");

test("a leaf of a prefix counts for every leaf below its place", () => {
  expect(axes(0, { w: [1, 2], b: 3 })).toEqual([0, 0, 0]);
  expect(axes({ w: 1, b: 0 }, { w: [1, 2], b: 3 })).toEqual([0, 1, 1]);
  expect(axes([{ w: [-1, 2], b: 0 }, 5], [{ w: [1, 2], b: 3 }, [4]])).toEqual([0, -1, 2, 5]);
});

test("null and undefined are leaves of a prefix", () => {
  expect(axes(null, [1, 2])).toEqual([null, null]);
  expect(axes({ w: null, b: undefined }, { w: [1, 2], b: 3 })).toEqual([undefined, null, null]);
});

test("where the structure has null, a leaf of a prefix counts for nothing", () => {
  expect(axes([0, 1], [null, 5])).toEqual([1]);
  expect(axes([null, 1], [undefined, 5])).toEqual([1]);
  expect(axes(0, null)).toEqual([]);
  expect(axes(0, [])).toEqual([]);
});

test("isLeaf makes leaves of containers in a prefix", () => {
  const isPair = (x: unknown) => Array.isArray(x) && x.length === 2;
  const tree = { a: [1, 2, 3], b: 4 };
  expect(flattenPrefix({ a: [0, 1], b: 2 }, structure(tree), isPair, "f")).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
    2,
  ]);
});

test("a prefix that goes too deep or beside is refused with its path", () => {
  expect(() => axes({ w: 0, b: 0 }, { w: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: vmap: inAxes must be a prefix of the structure {w: *}, got {b: 0, w: 0}; drop b]`,
  );
  expect(() => axes([0, 1], [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: vmap: inAxes must be a prefix of the structure [*, *, *], got [0, 1]; pass 3 entries instead of 2]`,
  );
  expect(() =>
    axes({ layers: [{ w: [0, null] }] }, { layers: [{ w: 1 }] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: vmap: inAxes must be a prefix of the structure * at .layers[0].w, got [0, null]; pass a single leaf there]`,
  );
  expect(() => axes({ 0: 1 }, [1])).toThrow(TreeError);
  expect(() => axes([[0]], [null])).toThrow(TreeError);
});

test("flattenUpTo gives the subtrees at the places of the leaves", () => {
  const tree = { a: 1, b: [2, null] };
  const other = { b: [{ c: 1 }, undefined], a: [1, 2] };
  expect(flattenUpTo(structure(tree), other, "f: it")).toEqual([[1, 2], { c: 1 }]);
  expect(flattenUpTo(structure(5), null, "f: it")).toEqual([null]);
});

test("flattenUpTo refuses a tree that lacks a container, and says where", () => {
  const treeDef = structure({ a: { x: 1, y: 2 }, b: [1, 2] });
  const up = (tree: unknown) => () => flattenUpTo(treeDef, tree, "tree.map: tree 2");
  expect(up({ a: { x: 1, z: 2 }, b: [1, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 2 must begin with the structure {x: *, y: *} at .a, got {x: *, z: *}; add y and drop z]`,
  );
  expect(up({ a: { x: 1, y: 2 }, b: [1] })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 2 must begin with the structure [*, *] at .b, got [*]; pass 2 entries instead of 1]`,
  );
  expect(up({ a: 1, b: [1, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 2 must begin with the structure {x: *, y: *} at .a, got *; pass a container there instead of a leaf]`,
  );
  expect(up(null)).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.map: tree 2 must begin with the structure {a: {x: *, y: *}, b: [*, *]}, got null; pass the same kind of container there]`,
  );
  expect(() => flattenUpTo(structure([null]), [1], "f: it")).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: f: it must begin with the structure null at [0], got *; pass null there]`,
  );
});

test("the first difference of two structures is found, null and undefined being alike", () => {
  const expected = structure({ a: [1, { b: 2 }], c: null });
  expect(firstDifference(expected, structure({ a: [1, { b: 2 }], c: undefined }))).toBeNull();
  const difference = firstDifference(expected, structure({ a: [1, { b: [2] }], c: 3 }));
  expect(difference && keystr(difference.path)).toBe(".a[1].b");
  expect(String(difference?.expected)).toBe("*");
  expect(String(difference?.got)).toBe("[*]");
});

test("checkStructure names the place", () => {
  const expected = structure({ w: [1, 2] });
  expect(() => checkStructure(expected, structure({ w: [3, 4] }), "jvp: tangents")).not.toThrow();
  expect(() =>
    checkStructure(expected, structure({ w: [3, [4]] }), "jvp: tangents"),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: jvp: tangents must have the structure * at .w[1], got [*]; pass a single leaf there]`,
  );
  expect(() =>
    checkStructure(expected, structure([1]), "jvp: tangents"),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: jvp: tangents must have the structure {w: [*, *]}, got [*]; pass the same kind of container there]`,
  );
});
