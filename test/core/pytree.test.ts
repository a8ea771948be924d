import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { TreeError } from "../../src/core/errors.ts";
import { flatten, flattenLike, unflatten } from "../../src/core/pytree.ts";
import { leafDef, sameStructure } from "../../src/core/pytree-def.ts";

const structure = (tree: unknown) => flatten(tree).treeDef;

test("arrays keep their order and objects are taken in sorted order", () => {
  const { leaves, treeDef } = flatten({ w: [1, 2], b: 3, 10: 4, 9: 5 });
  expect(leaves).toEqual([4, 5, 3, 1, 2]);
  expect(String(treeDef)).toBe('{"10": *, "9": *, b: *, w: [*, *]}');
  expect(treeDef.numLeaves).toBe(5);
  expect(treeDef.numNodes).toBe(7);
});

test("a lone leaf is a tree, and the only kind of leaf structure", () => {
  const f = () => 0;
  const leaves = [1, "text", true, f, Symbol.iterator, 3n, new Map(), new Set(), new Date(0)];
  for (const leaf of [...leaves, new Float32Array(2), /x/, Promise.resolve()]) {
    expect(flatten(leaf)).toEqual({ leaves: [leaf], treeDef: leafDef });
  }
});

test("instances of classes that nobody registered are leaves, subclasses of Array too", () => {
  class Point {
    x = 1;
  }
  class List extends Array<number> {}
  const values = [new Point(), new List(3), Object.create({}), Object.create(Array.prototype)];
  expect(flatten(values).leaves).toEqual(values);
  expect(flatten(values).leaves[1]).toBe(values[1]);
});

test("equal structures are one object, whatever the leaves and the order of keys", () => {
  expect(structure({ a: 1, b: [2, null] })).toBe(structure({ b: ["x", null], a: {}.toString }));
  expect(structure([])).toBe(structure([]));
  expect(structure({})).toBe(structure({}));
  expect(structure([])).not.toBe(structure({}));
  expect(structure([1])).not.toBe(structure({ 0: 1 }));
  expect(structure([1, [2]])).not.toBe(structure([[1], 2]));
  expect(structure({ a: 1 })).not.toBe(structure({ b: 1 }));
});

test("null and undefined are empty, come back as they were, and compare alike", () => {
  const tree = { a: null, b: undefined, c: 1 };
  const { leaves, treeDef } = flatten(tree);
  expect(leaves).toEqual([1]);
  expect(String(treeDef)).toBe("{a: null, b: undefined, c: *}");
  expect(unflatten(treeDef, [2])).toStrictEqual({ a: null, b: undefined, c: 2 });
  const swapped = structure({ a: undefined, b: null, c: 0 });
  expect(swapped).not.toBe(treeDef);
  expect(sameStructure(swapped, treeDef)).toBe(true);
  expect(sameStructure(structure({ a: 1, b: null, c: 0 }), treeDef)).toBe(false);
});

test("a missing key and an undefined one are two structures", () => {
  expect(sameStructure(structure({ a: 1 }), structure({ a: 1, b: undefined }))).toBe(false);
});

test("a hole in an array is undefined", () => {
  const holes = new Array<unknown>(2);
  expect(structure(holes)).toBe(structure([undefined, undefined]));
});

test("isLeaf stops the walk where it says so, at null and the root as well", () => {
  const tree = { a: [1, 2], b: null };
  expect(flatten(tree, Array.isArray).leaves).toEqual([[1, 2]]);
  expect(flatten(tree, (x) => x === null).leaves).toEqual([1, 2, null]);
  expect(flatten(tree, () => true)).toEqual({ leaves: [tree], treeDef: leafDef });
});

test("an exception of isLeaf comes out as it is", () => {
  const error = new Error("mine");
  const isLeaf = () => {
    throw error;
  };
  expect(() => flatten([1], isLeaf)).toThrow(error);
});

test("plain objects and arrays of another realm are containers, and so are null prototypes", () => {
  const foreign: unknown = runInNewContext("({ a: [1, { b: 2 }] })");
  expect(structure(foreign)).toBe(structure({ a: [1, { b: 2 }] }));
  const bare = Object.assign(Object.create(null), { a: 1 });
  expect(structure(bare)).toBe(structure({ a: 1 }));
  expect(flatten([bare, new Date(0), bare]).leaves).toHaveLength(3);
});

test("keys that Object.prototype has are keys like others", () => {
  const tree = JSON.parse('{"__proto__": [1], "toString": 2, "constructor": 3}');
  const { leaves, treeDef } = flatten(tree);
  expect(leaves).toEqual([1, 3, 2]);
  const back = unflatten(treeDef, leaves) as object;
  expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  expect(Object.keys(back).sort()).toEqual(["__proto__", "constructor", "toString"]);
  expect(JSON.stringify(back)).toBe('{"__proto__":[1],"constructor":3,"toString":2}');
  expect(flattenLike(treeDef, tree, [])).toBe(true);
  expect(flattenLike(treeDef, { a: 1, b: 2, c: 3 }, [])).toBe(false);
});

test("unflatten refuses too few and too many leaves", () => {
  const { treeDef } = flatten({ w: [1, 2] });
  expect(() => unflatten(treeDef, [1])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: unflatten: {w: [*, *]} takes 2 leaves, got 1; pass one for each *]`,
  );
  expect(() => unflatten(treeDef, [1, 2, 3])).toThrow(TreeError);
});

test("unflatten makes new containers", () => {
  const tree = { a: [1] };
  const { leaves, treeDef } = flatten(tree);
  const back = unflatten(treeDef, leaves) as typeof tree;
  expect(back).toEqual(tree);
  expect(back.a).not.toBe(tree.a);
});

test("a container that holds itself is refused, and where is said", () => {
  interface Node {
    next: Node | null;
    also: unknown;
  }
  const node: Node = { next: null, also: 1 };
  node.next = { next: node, also: [2] };
  expect(() => flatten([0, node])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: pytree: a container must not hold itself, got the tree[1] again at tree[1].next.next; leave the reference out, or register its class with registerPytreeNode]`,
  );
  const list: unknown[] = [];
  list.push(list);
  expect(() => flatten(list)).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: pytree: a container must not hold itself, got the tree again at tree[0]; leave the reference out, or register its class with registerPytreeNode]`,
  );
  expect(flatten([1]).leaves).toEqual([1]);
});

test("the same object twice is no cycle", () => {
  const shared = { a: 1 };
  expect(flatten([shared, shared, [shared]]).leaves).toEqual([1, 1, 1]);
});

function nested(depth: number): unknown {
  let tree: unknown = 7;
  for (let i = 0; i < depth; i++) tree = [tree];
  return tree;
}

test("1000 levels are fine, 1001 an error", () => {
  const { leaves, treeDef } = flatten(nested(1000));
  expect(leaves).toEqual([7]);
  expect(unflatten(treeDef, [7])).toEqual(nested(1000));
  expect(flattenLike(treeDef, nested(1000), [])).toBe(true);
  expect(() => flatten(nested(1001))).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: pytree: containers may be nested 1000 deep, got more; hold the parts in one array]`,
  );
});

test("a wide tree is no matter of depth", () => {
  const tree = Array.from({ length: 200_000 }, (_, i) => i);
  const { leaves, treeDef } = flatten(tree);
  expect(leaves).toEqual(tree);
  expect(unflatten(treeDef, leaves)).toEqual(tree);
});

test("flattenLike replays a structure into the array it is given", () => {
  const { treeDef } = flatten({ w: [1, 2], b: null, c: undefined });
  const out: unknown[] = ["old", "old", "old", "old"];
  expect(flattenLike(treeDef, { w: ["x", "y"], b: null, c: undefined }, out)).toBe(true);
  expect(out).toEqual(["x", "y"]);
});

test("flattenLike takes keys in every order, again and again", () => {
  const { treeDef } = flatten({ a: 1, b: 2, c: 3 });
  const out: unknown[] = [];
  for (const tree of [
    { c: 3, a: 1, b: 2 },
    { b: 2, c: 3, a: 1 },
    { a: 1, b: 2, c: 3 },
  ]) {
    expect(flattenLike(treeDef, tree, out)).toBe(true);
    expect(out).toEqual([1, 2, 3]);
  }
});

const others: [string, unknown][] = [
  ["a missing key", { w: [1, 2] }],
  ["an extra key", { w: [1, 2], b: null, x: 1 }],
  ["another key", { w: [1, 2], a: null }],
  ["a longer array", { w: [1, 2, 3], b: null }],
  ["a shorter array", { w: [1], b: null }],
  ["a container for a leaf", { w: [1, [2]], b: null }],
  ["null for a leaf", { w: [1, null], b: null }],
  ["a leaf for null", { w: [1, 2], b: 3 }],
  ["undefined for null", { w: [1, 2], b: undefined }],
  ["an object for an array", { w: { 0: 1, 1: 2 }, b: null }],
  ["an array for an object", [[1, 2], null]],
  ["a leaf for everything", 1],
  ["null for everything", null],
];

test.each(others)("flattenLike refuses %s", (_name, tree) => {
  const { treeDef } = flatten({ w: [1, 2], b: null });
  expect(flattenLike(treeDef, tree, [])).toBe(false);
});

test("flattenLike tells a missing key from an undefined one", () => {
  const { treeDef } = flatten({ a: 1, b: undefined });
  expect(flattenLike(treeDef, { a: 1 }, [])).toBe(false);
  expect(flattenLike(treeDef, { a: 1, c: undefined }, [])).toBe(false);
  expect(flattenLike(treeDef, { b: undefined, a: 1 }, [])).toBe(true);
});

test("a key that is only inherited is none", () => {
  const { treeDef } = flatten({ toString: 1, a: 2 });
  expect(flattenLike(treeDef, { a: 2, b: 3 }, [])).toBe(false);
  expect(flattenLike(treeDef, { a: 2 }, [])).toBe(false);
});
