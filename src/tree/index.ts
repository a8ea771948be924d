/** Public names of "udiff/tree": work on nested arrays and objects of leaves. */

export type { LeafTest, TreeDef } from "../core/pytree.ts";
export { type KeyPath, keystr } from "../core/pytree-path.ts";
export {
  type ClassOf,
  type DataclassFields,
  type PathKey,
  type PytreeNodeRules,
  type PytreeWithKeysRules,
  registerDataclass,
  registerPytreeNode,
  registerPytreeWithKeys,
  registerStatic,
  type StaticOptions,
} from "../core/pytree-registry.ts";
export type { LeavesOf, MapLeaves, ReplaceLeaves, Tree } from "../core/pytree-types.ts";
export { map, mapWithPath, type TreeMap, type TreeMapWithPath } from "./map.ts";
export { Partial } from "./partial.ts";
export {
  all,
  any,
  broadcast,
  type ReduceAssociativeOptions,
  type ReduceOptions,
  reduce,
  reduceAssociative,
} from "./reduce.ts";
export {
  allLeaves,
  flatten,
  flattenWithPath,
  leaves,
  leavesWithPath,
  structure,
  type TreeOptions,
  transpose,
  treedefChildren,
  treedefIsLeaf,
  treedefTuple,
  unflatten,
} from "./structure.ts";
