import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { flatten, unflatten } from "../core/pytree.ts";
import { flattenUpTo } from "../core/pytree-prefix.ts";
import type { LeavesOf, ReplaceLeaves } from "../core/pytree-types.ts";
import { checkLeafTest, leafTestOf, type TreeOptions } from "./structure.ts";

/** Options of `reduce`. */
export interface ReduceOptions<A> extends TreeOptions {
  /** What comes before the first leaf; without it, the first leaf itself does. */
  readonly initializer?: A | undefined;
}

/**
 * Result of `f` over the leaves one after another: `f(f(first, second), third)` and so on.
 *
 * @throws ArgumentError if there are no leaves and no `initializer`.
 */
export function reduce<T, A = LeavesOf<T>>(
  f: (accumulated: A, leaf: LeavesOf<T>) => A,
  tree: T,
  options?: ReduceOptions<A>,
): A {
  checkOptions("tree.reduce", options, ["initializer", "isLeaf"]);
  const isLeaf = checkLeafTest("tree.reduce", options?.isLeaf);
  const leaves = flatten(tree, isLeaf).leaves as LeavesOf<T>[]; // the leaves of a T
  const hasInitializer = options !== undefined && Object.hasOwn(options, "initializer");
  let at = 0;
  if (!hasInitializer && leaves.length === 0) throw nothingToReduce("reduce", "initializer");
  // Without an initializer the first leaf is an A; its type is that unless the caller says so.
  let result = (hasInitializer ? options.initializer : leaves[at++]) as A;
  for (; at < leaves.length; at++) result = f(result, leaves[at] as LeavesOf<T>); // at is in range
  return result;
}

function nothingToReduce(name: string, option: string): ArgumentError {
  return new ArgumentError(
    `tree.${name}: a tree without leaves needs a value to start from, got none; ` +
      `pass { ${option} }`,
  );
}

/** Options of `reduceAssociative`. */
export interface ReduceAssociativeOptions<L> extends TreeOptions {
  /** The result for a tree without leaves. */
  readonly identity?: L | undefined;
}

/**
 * Result of an associative `f` over the leaves in order, taken by halves: a chain of results is
 * as long as the logarithm of their number.
 *
 * @throws ArgumentError if there are no leaves and no `identity`.
 */
export function reduceAssociative<T, L = LeavesOf<T>>(
  f: (left: L, right: L) => L,
  tree: T,
  options?: ReduceAssociativeOptions<L>,
): L {
  checkOptions("tree.reduceAssociative", options, ["identity", "isLeaf"]);
  const isLeaf = checkLeafTest("tree.reduceAssociative", options?.isLeaf);
  const leaves = flatten(tree, isLeaf).leaves as L[]; // the leaves of a T
  if (leaves.length > 0) return reduceHalves(f, leaves, 0, leaves.length);
  if (options === undefined || !Object.hasOwn(options, "identity")) {
    throw nothingToReduce("reduceAssociative", "identity");
  }
  return options.identity as L; // present, so an L
}

function reduceHalves<L>(f: (a: L, b: L) => L, xs: readonly L[], from: number, to: number): L {
  if (to - from === 1) return xs[from] as L; // from is in range, as the ends are the caller's
  const middle = from + ((to - from) >> 1);
  return f(reduceHalves(f, xs, from, middle), reduceHalves(f, xs, middle, to));
}

/** Whether all leaves are true; an array of one element by its value. True for no leaves. */
export function all(tree: unknown, options?: TreeOptions): boolean {
  return flatten(tree, leafTestOf("tree.all", options)).leaves.every(isTrue);
}

/** Whether some leaf is true; an array of one element by its value. False for no leaves. */
export function any(tree: unknown, options?: TreeOptions): boolean {
  return flatten(tree, leafTestOf("tree.any", options)).leaves.some(isTrue);
}

/** JavaScript takes every object for true; an array has to become its number first. */
function isTrue(leaf: unknown): boolean {
  const isArray = typeof leaf === "object" && leaf !== null && "dtype" in leaf;
  return Boolean(isArray ? Number(leaf) : leaf);
}

/**
 * Tree of the structure of `full` with the leaves of `prefix`, each at every place below its
 * own.
 *
 * @throws TreeError if `prefix` has a container that `full` has not, which names the path.
 */
export function broadcast<P, T>(
  prefix: P,
  full: T,
  options?: TreeOptions,
): ReplaceLeaves<T, LeavesOf<P>> {
  const isLeaf = leafTestOf("tree.broadcast", options);
  const { leaves, treeDef } = flatten(prefix, isLeaf);
  const parts = flattenUpTo(treeDef, full, "tree.broadcast: the full tree");
  const spread = parts.map((part, i) => {
    const { treeDef: partDef } = flatten(part, isLeaf);
    const copies = new Array<unknown>(partDef.numLeaves).fill(leaves[i]);
    return unflatten(partDef, copies);
  });
  // The prefix with every leaf replaced by a tree like the part of `full` in its place.
  return unflatten(treeDef, spread) as ReplaceLeaves<T, LeavesOf<P>>;
}
