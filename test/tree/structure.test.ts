import { expect, test } from "vitest";
import * as tree from "../../src/tree/index.ts";

const isArray = (x: unknown) => Array.isArray(x);

test("flatten gives a pair that unflatten takes back", () => {
  const params = { w: [1, 2], b: 3 };
  const [leaves, treeDef] = tree.flatten(params);
  expect(leaves).toEqual([3, 1, 2]);
  expect(tree.unflatten(treeDef, leaves)).toEqual(params);
  expect(tree.structure(params)).toBe(treeDef);
  expect(tree.leaves(params)).toEqual(leaves);
});

test("isLeaf is an option, and other names are refused", () => {
  const params = { w: [1, 2], b: 3 };
  expect(tree.leaves(params, { isLeaf: isArray })).toEqual([3, [1, 2]]);
  expect(tree.flatten(params, { isLeaf: isArray })[0]).toEqual([3, [1, 2]]);
  expect(String(tree.structure(params, { isLeaf: isArray }))).toBe("{b: *, w: *}");
  const misspelt = { isleaf: isArray } as unknown as tree.TreeOptions;
  const notCallable = { isLeaf: true } as unknown as tree.TreeOptions;
  expect(() => tree.leaves(params, notCallable)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tree.leaves: isLeaf must be a function, got a value of type boolean; write isLeaf: (x) => ...]`,
  );
  expect(() => tree.leaves(params, misspelt)).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tree.leaves: unknown option "isleaf"; the names allowed are isLeaf]`,
  );
});

test("leaves come with their paths", () => {
  const params = { layers: [{ w: 1, b: 2 }], "a.b": 3 };
  const found = tree.leavesWithPath(params);
  expect(found.map(([path, leaf]) => [tree.keystr(path), leaf])).toEqual([
    ['["a.b"]', 3],
    [".layers[0].b", 2],
    [".layers[0].w", 1],
  ]);
  expect(tree.flattenWithPath(params)).toEqual([found, tree.structure(params)]);
  expect(tree.leavesWithPath(5)).toEqual([[[], 5]]);
});

test("a path prints as JavaScript would write it", () => {
  expect(tree.keystr([])).toBe("");
  expect(tree.keystr(["params", "layers", 1, "b"])).toBe(".params.layers[1].b");
  expect(tree.keystr(["1", "größe", "a-b", "$x"])).toBe('["1"].größe["a-b"].$x');
});

test("structures can be built and looked into", () => {
  const pair = tree.treedefTuple([tree.structure({ a: 1 }), tree.structure(0)]);
  expect(pair).toBe(tree.structure([{ a: 1 }, 0]));
  expect(tree.treedefChildren(pair).map(String)).toEqual(["{a: *}", "*"]);
  expect(tree.treedefChildren(tree.structure(0))).toEqual([]);
  expect(tree.treedefIsLeaf(tree.structure(0))).toBe(true);
  expect(tree.treedefIsLeaf(tree.structure([0]))).toBe(false);
  expect(tree.treedefIsLeaf(tree.structure(null))).toBe(false);
});

test("a structure is asked for where one is needed", () => {
  const wrong = {} as tree.TreeDef;
  expect(() => tree.unflatten(wrong, [])).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: tree.unflatten: a TreeDef is required, got a value of type object; take one from tree.structure]`,
  );
  expect(() => tree.treedefTuple([wrong])).toThrow("tree.treedefTuple: a TreeDef is required");
  expect(() => tree.treedefChildren(wrong)).toThrow("tree.treedefChildren");
  expect(() => tree.treedefIsLeaf(wrong)).toThrow("tree.treedefIsLeaf");
});

test("allLeaves looks at the entries of a list", () => {
  expect(tree.allLeaves([1, "a", new Date(0)])).toBe(true);
  expect(tree.allLeaves([1, null])).toBe(false);
  expect(tree.allLeaves([1, [2]])).toBe(false);
  expect(tree.allLeaves([1, [2]], { isLeaf: isArray })).toBe(true);
  expect(tree.allLeaves([])).toBe(true);
});

test("transpose turns a tree of trees inside out", () => {
  const outer = tree.structure([0, 0, 0]);
  const inner = tree.structure({ a: 0, b: 0 });
  const rows = [
    { a: 1, b: 2 },
    { a: 3, b: 4 },
    { a: 5, b: 6 },
  ];
  const columns = { a: [1, 3, 5], b: [2, 4, 6] };
  expect(tree.transpose(outer, inner, rows)).toEqual(columns);
  expect(tree.transpose(outer, null, rows)).toEqual(columns);
  expect(tree.transpose(inner, outer, columns)).toEqual(rows);
  expect(tree.transpose(tree.structure([]), inner, [])).toEqual({ a: [], b: [] });
});

test("transpose refuses what is no tree of trees", () => {
  const outer = tree.structure([0, 0]);
  const inner = tree.structure({ a: 0 });
  expect(() => tree.transpose(outer, inner, [{ a: 1 }])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.transpose: the tree must begin with the structure [*, *], got [{a: *}]; pass 2 entries instead of 1]`,
  );
  expect(() =>
    tree.transpose(outer, inner, [{ a: 1 }, { b: 1 }]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.transpose: the part at tree[1] must have the structure {a: *}, got {b: *}; add a and drop b]`,
  );
  expect(() => tree.transpose(tree.structure([]), null, [])).toThrowErrorMatchingInlineSnapshot(
    `[TreeError: tree.transpose: an inner structure is required where the outer one has no leaves, got null; pass it]`,
  );
});
