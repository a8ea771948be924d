import fc from "fast-check";
import { expect, test } from "vitest";
import { flatten, flattenLike, unflatten } from "../src/core/pytree.ts";
import { sameStructure } from "../src/core/pytree-def.ts";
import { keystr, leafPaths } from "../src/core/pytree-path.ts";
import { firstDifference, flattenPrefix, flattenUpTo } from "../src/core/pytree-prefix.ts";
import { registerPytreeNode } from "../src/core/pytree-registry.ts";

class Box {
  readonly children: readonly unknown[];
  readonly label: string;
  constructor(children: readonly unknown[], label: string) {
    this.children = children;
    this.label = label;
  }
}

registerPytreeNode(Box, {
  flatten: ({ children, label }) => [children, label],
  unflatten: (label, children) => new Box(children, label),
});

const leaf = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constantFrom<unknown>(Number.NaN, -0, new Map(), new Float32Array(2), Math.sin),
);
/** Names that are easy to get wrong among ordinary ones, few enough for trees to share them. */
const name = fc.constantFrom("w", "b", "10", "9", "a b", "", "toString", "__proto__", "é");

function treeOf(node: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: "medium" },
      { weight: 3, arbitrary: node },
      { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
      { weight: 2, arbitrary: fc.array(tie("tree"), { maxLength: 4 }) },
      { weight: 3, arbitrary: objectOf(tie("tree")) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.array(tie("tree"), { maxLength: 3 }), fc.constantFrom("p", "q"))
          .map(([children, label]) => new Box(children, label)),
      },
    ),
  })).tree;
}

/** Plain objects with their keys in any order, and `__proto__` as a key of its own. */
function objectOf(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const entries = fc.uniqueArray(fc.tuple(name, value), { maxLength: 4, selector: ([k]) => k });
  return entries.map((pairs) => Object.fromEntries(pairs));
}

const tree = treeOf(leaf);

test("unflatten undoes flatten, nulls and undefineds included", () => {
  fc.assert(
    fc.property(tree, (x) => {
      const { leaves, treeDef } = flatten(x);
      const back = unflatten(treeDef, leaves);
      expect(back).toStrictEqual(x);
      expect(flatten(back).treeDef).toBe(treeDef);
    }),
  );
});

test("flatten undoes unflatten, whatever the leaves", () => {
  fc.assert(
    fc.property(tree, (x) => {
      const { treeDef } = flatten(x);
      const others = Array.from({ length: treeDef.numLeaves }, (_, i) => `leaf ${i}`);
      expect(flatten(unflatten(treeDef, others))).toEqual({ leaves: others, treeDef });
    }),
  );
});

test("flattenLike says that structures are identical, and then gives the same leaves", () => {
  fc.assert(
    fc.property(tree, tree, (x, y) => {
      const a = flatten(x);
      for (const other of [x, unflatten(a.treeDef, a.leaves), y]) {
        const b = flatten(other);
        const out: unknown[] = [];
        expect(flattenLike(a.treeDef, other, out)).toBe(a.treeDef === b.treeDef);
        if (a.treeDef === b.treeDef) expect(out).toEqual(b.leaves);
      }
    }),
    { numRuns: 200 },
  );
});

test("a change of one leaf into a container or nothing is seen by every comparison", () => {
  const change = fc.constantFrom<unknown>(null, [], {}, [1], { w: 1 }, new Box([1], "p"));
  fc.assert(
    fc.property(tree, fc.nat(), change, (x, at, replacement) => {
      const { leaves, treeDef } = flatten(x);
      fc.pre(leaves.length > 0);
      const position = at % leaves.length;
      const changed = unflatten(treeDef, leaves.with(position, replacement));
      const other = flatten(changed).treeDef;
      expect(other).not.toBe(treeDef);
      expect(sameStructure(other, treeDef)).toBe(false);
      expect(flattenLike(treeDef, changed, [])).toBe(false);
      const path = firstDifference(treeDef, other)?.path ?? [];
      expect(keystr(path)).toBe(keystr(leafPaths(treeDef)[position] ?? []));
    }),
    { numRuns: 100 },
  );
});

test("structures are alike if there is no difference between them", () => {
  fc.assert(
    fc.property(tree, tree, (x, y) => {
      const [a, b] = [flatten(x).treeDef, flatten(y).treeDef];
      expect(firstDifference(a, b) === null).toBe(sameStructure(a, b));
      expect(String(a) === String(b)).toBe(a === b);
    }),
    { numRuns: 200 },
  );
});

/** What is at the end of a path, read as a user would. */
function valueAt(x: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((node, key) => {
    const container = node instanceof Box ? node.children : node;
    return (container as Record<string | number, unknown>)[key];
  }, x);
}

test("the path of a leaf leads to it, and no two are the same", () => {
  fc.assert(
    fc.property(tree, (x) => {
      const { leaves, treeDef } = flatten(x);
      const paths = leafPaths(treeDef);
      expect(paths.map((path) => valueAt(x, path))).toEqual(leaves);
      expect(new Set(paths.map(keystr)).size).toBe(paths.length);
    }),
  );
});

test("a tree is cut at the leaves of its prefix, and the prefix spreads over the pieces", () => {
  fc.assert(
    fc.property(treeOf(fc.constant("cut")), fc.array(tree, { minLength: 1 }), (prefix, parts) => {
      const { treeDef } = flatten(prefix);
      const pieces = Array.from({ length: treeDef.numLeaves }, (_, i) => parts[i % parts.length]);
      const full = unflatten(treeDef, pieces);
      expect(flattenUpTo(treeDef, full, "cut")).toEqual(pieces);
      const marks = pieces.map((_, i) => i);
      const spread = flattenPrefix(unflatten(treeDef, marks), flatten(full).treeDef, null, "cut");
      const expected = pieces.flatMap((piece, i) => flatten(piece).leaves.map(() => i));
      expect(spread).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
