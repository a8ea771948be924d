import { ArgumentError, TreeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import {
  flatten as flattenTree,
  type LeafTest,
  TreeDef,
  unflatten as unflattenTree,
} from "../core/pytree.ts";
import { arrayDef, leafDef } from "../core/pytree-def.ts";
import { type KeyPath, keystr, leafPaths } from "../core/pytree-path.ts";
import { checkStructure, flattenUpTo } from "../core/pytree-prefix.ts";
import type { LeavesOf } from "../core/pytree-types.ts";

/** What may be said about a tree that is taken apart. */
export interface TreeOptions {
  /** Values to be taken as leaves, whatever they hold. */
  readonly isLeaf?: LeafTest | undefined;
}

/** The leaf test among the options of `where`, which are checked. */
export function leafTestOf(where: string, options: TreeOptions | undefined): LeafTest | undefined {
  checkOptions(where, options, ["isLeaf"]);
  return options === undefined ? undefined : checkLeafTest(where, options.isLeaf);
}

/**
 * The leaf test itself, if it is a function or left out.
 *
 * @throws ArgumentError in the name of `where` if it is anything else.
 */
export function checkLeafTest(where: string, isLeaf: LeafTest | undefined): LeafTest | undefined {
  if (isLeaf === undefined || typeof isLeaf === "function") return isLeaf;
  throw new ArgumentError(
    `${where}: isLeaf must be a function, got a value of type ${typeof isLeaf}; ` +
      "write isLeaf: (x) => ...",
  );
}

/** Leaves of a tree, in order. */
export function leaves<T>(tree: T, options?: TreeOptions): LeavesOf<T>[] {
  const found = flattenTree(tree, leafTestOf("tree.leaves", options)).leaves;
  return found as LeavesOf<T>[]; // the leaves of a T, unless isLeaf says otherwise
}

/**
 * Leaves of a tree, in order, and its structure.
 *
 * Arrays, plain objects in the order of their sorted keys, and instances of registered classes
 * are containers; null and undefined hold nothing; everything else is a leaf.
 *
 * @throws TreeError if a container holds itself.
 */
export function flatten<T>(
  tree: T,
  options?: TreeOptions,
): [leaves: LeavesOf<T>[], treeDef: TreeDef] {
  const parts = flattenTree(tree, leafTestOf("tree.flatten", options));
  return [parts.leaves as LeavesOf<T>[], parts.treeDef]; // as in leaves
}

/** Leaves of a tree, each with its path, and its structure. */
export function flattenWithPath<T>(
  tree: T,
  options?: TreeOptions,
): [leaves: [path: KeyPath, leaf: LeavesOf<T>][], treeDef: TreeDef] {
  const parts = flattenTree(tree, leafTestOf("tree.flattenWithPath", options));
  const paths = leafPaths(parts.treeDef);
  const found = parts.leaves as LeavesOf<T>[]; // as in leaves
  return [found.map((leaf, i) => [paths[i] ?? [], leaf]), parts.treeDef];
}

/** Leaves of a tree, each with its path; `keystr` prints one. */
export function leavesWithPath<T>(
  tree: T,
  options?: TreeOptions,
): [path: KeyPath, leaf: LeavesOf<T>][] {
  leafTestOf("tree.leavesWithPath", options);
  return flattenWithPath(tree, options)[0];
}

/**
 * Tree of a structure with these leaves: what `flatten` took apart.
 *
 * @throws TreeError if there is not one leaf for each place.
 */
export function unflatten(treeDef: TreeDef, leaves: readonly unknown[]): unknown {
  requireTreeDef("tree.unflatten", treeDef);
  return unflattenTree(treeDef, leaves);
}

/** Structure of a tree. Equal structures are the same object. */
export function structure(tree: unknown, options?: TreeOptions): TreeDef {
  return flattenTree(tree, leafTestOf("tree.structure", options)).treeDef;
}

/** Whether every entry of a list is a leaf. */
export function allLeaves(list: readonly unknown[], options?: TreeOptions): boolean {
  const isLeaf = leafTestOf("tree.allLeaves", options);
  return list.every((x) => flattenTree(x, isLeaf).treeDef === leafDef);
}

/** Structure of an array of trees of these structures. */
export function treedefTuple(treeDefs: readonly TreeDef[]): TreeDef {
  for (const treeDef of treeDefs) requireTreeDef("tree.treedefTuple", treeDef);
  return arrayDef(treeDefs);
}

/** Structures of the children of the outermost container; none for a leaf. */
export function treedefChildren(treeDef: TreeDef): readonly TreeDef[] {
  requireTreeDef("tree.treedefChildren", treeDef);
  return treeDef.children;
}

/** Whether a structure is that of a single leaf. */
export function treedefIsLeaf(treeDef: TreeDef): boolean {
  requireTreeDef("tree.treedefIsLeaf", treeDef);
  return treeDef === leafDef;
}

function requireTreeDef(where: string, treeDef: unknown): void {
  if (treeDef instanceof TreeDef) return;
  throw new ArgumentError(
    `${where}: a TreeDef is required, got a value of type ${typeof treeDef}; take one from tree.structure`,
  );
}

/**
 * Tree of the inner structure, with trees of the outer one for leaves, from a tree of the outer
 * structure with trees of the inner one for leaves. A null for `inner` takes the structure of
 * the first of those.
 *
 * @throws TreeError if the tree is not of that form.
 */
export function transpose(outer: TreeDef, inner: TreeDef | null, tree: unknown): unknown {
  requireTreeDef("tree.transpose", outer);
  const parts = flattenUpTo(outer, tree, "tree.transpose: the tree").map((part) =>
    flattenTree(part),
  );
  const treeDef = inner ?? parts[0]?.treeDef;
  if (treeDef === undefined) {
    throw new TreeError(
      "tree.transpose: an inner structure is required where the outer one has no leaves, " +
        "got null; pass it",
    );
  }
  requireTreeDef("tree.transpose", treeDef);
  const paths = leafPaths(outer);
  parts.forEach((part, i) => {
    const at = keystr(paths[i] ?? []);
    checkStructure(treeDef, part.treeDef, `tree.transpose: the part at tree${at}`);
  });
  const transposed = Array.from({ length: treeDef.numLeaves }, (_, j) =>
    unflattenTree(
      outer,
      parts.map((part) => part.leaves[j]),
    ),
  );
  return unflattenTree(treeDef, transposed);
}
