import { flatten, type LeafTest } from "./pytree.ts";
import { isIdentifier, type TreeDef } from "./pytree-def.ts";
import type { PathKey } from "./pytree-registry.ts";

/** Way from the root of a tree to one of its nodes. */
export type KeyPath = readonly PathKey[];

/** Path as JavaScript would write it after a variable: `.layers[1].b`, and nothing for the root. */
export function keystr(path: KeyPath): string {
  return path.map((key) => (isIdentifier(key) ? `.${key}` : `[${JSON.stringify(key)}]`)).join("");
}

/** Name of the child at position `i` of a node: the position, where children have no names. */
export function childKey(def: TreeDef, i: number): PathKey {
  return def.keys[i] ?? i;
}

/** Paths of all leaves of a structure, in their order. */
export function leafPaths(treeDef: TreeDef): KeyPath[] {
  const paths: KeyPath[] = [];
  collect(treeDef, [], paths);
  return paths;
}

function collect(def: TreeDef, path: PathKey[], paths: KeyPath[]): void {
  if (def.kind === "leaf") {
    paths.push([...path]);
    return;
  }
  def.children.forEach((child, i) => {
    path.push(childKey(def, i));
    collect(child, path, paths);
    path.pop();
  });
}

/**
 * Leaves of a tree, each with its path.
 *
 * @throws TreeError as `flatten` does.
 */
export function leavesWithPath(
  tree: unknown,
  isLeaf?: LeafTest | undefined,
): [path: KeyPath, leaf: unknown][] {
  const { leaves, treeDef } = flatten(tree, isLeaf);
  const paths = leafPaths(treeDef);
  return leaves.map((leaf, i) => [paths[i] ?? [], leaf]);
}
