import { ArgumentError } from "../core/errors.ts";
import { flatten, type LeafTest, unflatten } from "../core/pytree.ts";
import { type KeyPath, leafPaths } from "../core/pytree-path.ts";
import { flattenUpTo } from "../core/pytree-prefix.ts";
import type { LeavesOf, PlacesOf, ReplaceLeaves } from "../core/pytree-types.ts";
import { checkLeafTest } from "./structure.ts";

/** Form of `map`: a function, then the trees. */
export interface TreeMap {
  <T, R>(f: (leaf: LeavesOf<T>) => R, tree: T): ReplaceLeaves<T, R>;
  <T, U, R>(
    f: (leaf: LeavesOf<T>, second: PlacesOf<T, U>) => R,
    tree: T,
    second: U,
  ): ReplaceLeaves<T, R>;
  <T, U, V, R>(
    f: (leaf: LeavesOf<T>, second: PlacesOf<T, U>, third: PlacesOf<T, V>) => R,
    tree: T,
    second: U,
    third: V,
  ): ReplaceLeaves<T, R>;
  <T, L, R>(
    f: (leaf: LeavesOf<T>, ...others: L[]) => R,
    tree: T,
    ...others: readonly unknown[]
  ): ReplaceLeaves<T, R>;
  /** The same where `isLeaf` says what counts as a leaf of the first tree; types cannot follow it. */
  readonly withIsLeaf: <L extends readonly unknown[]>(
    isLeaf: LeafTest,
    f: (...leaves: L) => unknown,
    tree: unknown,
    ...others: readonly unknown[]
  ) => unknown;
}

/** Form of `mapWithPath`: a function that takes a path first, then the trees. */
export interface TreeMapWithPath {
  <T, R>(f: (path: KeyPath, leaf: LeavesOf<T>) => R, tree: T): ReplaceLeaves<T, R>;
  <T, U, R>(
    f: (path: KeyPath, leaf: LeavesOf<T>, second: PlacesOf<T, U>) => R,
    tree: T,
    second: U,
  ): ReplaceLeaves<T, R>;
  <T, L, R>(
    f: (path: KeyPath, leaf: LeavesOf<T>, ...others: L[]) => R,
    tree: T,
    ...others: readonly unknown[]
  ): ReplaceLeaves<T, R>;
  /** The same where `isLeaf` says what counts as a leaf of the first tree; types cannot follow it. */
  readonly withIsLeaf: <L extends readonly unknown[]>(
    isLeaf: LeafTest,
    f: (path: KeyPath, ...leaves: L) => unknown,
    tree: unknown,
    ...others: readonly unknown[]
  ) => unknown;
}

/** A function of leaves as this file calls it. What is called here was typed by the overloads above. */
type Call = (...leaves: readonly unknown[]) => unknown;

/** Leaves of the first tree, the subtrees of the others in their places, and the structure. */
function align(where: string, f: unknown, trees: readonly unknown[], isLeaf?: LeafTest) {
  if (typeof f !== "function") {
    throw new ArgumentError(
      `${where}: a function is required first, got a value of type ${typeof f}; the trees come after it`,
    );
  }
  const { leaves, treeDef } = flatten(trees[0], checkLeafTest(where, isLeaf));
  const others = trees
    .slice(1)
    .map((tree, i) => flattenUpTo(treeDef, tree, `${where}: tree ${i + 2}`));
  const rows = leaves.map((leaf, i) => [leaf, ...others.map((column) => column[i])]);
  return { rows, treeDef };
}

function mapTrees(f: Call, trees: readonly unknown[], isLeaf?: LeafTest): unknown {
  const { rows, treeDef } = align("tree.map", f, trees, isLeaf);
  return unflatten(
    treeDef,
    rows.map((row) => f(...row)),
  );
}

function mapTreesWithPath(f: Call, trees: readonly unknown[], isLeaf?: LeafTest): unknown {
  const { rows, treeDef } = align("tree.mapWithPath", f, trees, isLeaf);
  const paths = leafPaths(treeDef);
  return unflatten(
    treeDef,
    rows.map((row, i) => f(paths[i], ...row)),
  );
}

/**
 * Tree of the results of `f` over the leaves of `tree`, and over what the other trees have in
 * the same places: they must have all of its containers, and may have more below its leaves.
 *
 * `map.withIsLeaf(isLeaf, f, ...trees)` says what is a leaf.
 *
 * @throws TreeError if another tree does not fit, which names the path.
 */
export const map: TreeMap = /* @__PURE__ */ Object.assign(
  ((f: Call, ...trees: unknown[]) => mapTrees(f, trees)) as TreeMap,
  {
    withIsLeaf: (isLeaf: LeafTest, f: Call, ...trees: readonly unknown[]) =>
      mapTrees(f, trees, isLeaf),
  },
);

/**
 * Tree of the results of `f` over the path and the leaf at each place of `tree`, and what the
 * other trees have there, as `map` does.
 *
 * @throws TreeError if another tree does not fit, which names the path.
 */
export const mapWithPath: TreeMapWithPath = /* @__PURE__ */ Object.assign(
  ((f: Call, ...trees: unknown[]) => mapTreesWithPath(f, trees)) as TreeMapWithPath,
  {
    withIsLeaf: (isLeaf: LeafTest, f: Call, ...trees: readonly unknown[]) =>
      mapTreesWithPath(f, trees, isLeaf),
  },
);
