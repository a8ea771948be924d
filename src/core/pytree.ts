import { InternalError, TreeError } from "./errors.ts";
import {
  arrayDef,
  customDef,
  leafDef,
  nullDef,
  objectDef,
  sameAux,
  TreeDef,
  undefinedDef,
} from "./pytree-def.ts";
import { sortedKeySet } from "./pytree-keys.ts";
import { classify, openNode } from "./pytree-registry.ts";

export { TreeDef };

/** Whether a value is to be taken as a leaf, whatever it holds. */
export type LeafTest = (x: unknown) => boolean;

/** A tree in two parts. */
export interface Flattened {
  readonly leaves: unknown[];
  readonly treeDef: TreeDef;
}

/** How deep containers may be nested; a tree that holds itself ends here too. */
const maxDepth = 1000;

/**
 * Leaves of a tree in order, and its structure.
 *
 * Arrays, plain objects and instances of registered classes are containers, null and undefined
 * are containers of nothing, everything else is a leaf: numbers, strings, functions, typed
 * arrays, Maps, other instances. Objects are taken in the order of their sorted keys; only their
 * own enumerable string keys count.
 *
 * @throws TreeError if containers are nested more than 1000 deep, as they are where one holds
 * itself.
 */
export function flatten(tree: unknown, isLeaf?: LeafTest | undefined): Flattened {
  const leaves: unknown[] = [];
  const treeDef = walk(tree, { leaves, isLeaf, ancestors: [] }, 0);
  return { leaves, treeDef };
}

interface Walk {
  readonly leaves: unknown[];
  readonly isLeaf: LeafTest | undefined;
  /** Containers around the current one, outermost first. */
  readonly ancestors: unknown[];
}

function walk(x: unknown, state: Walk, depth: number): TreeDef {
  if (state.isLeaf?.(x)) {
    state.leaves.push(x);
    return leafDef;
  }
  const kind = classify(x);
  if (kind === "leaf") {
    state.leaves.push(x);
    return leafDef;
  }
  if (kind === "null") return x === null ? nullDef : undefinedDef;
  if (depth >= maxDepth) throw tooDeep(state.ancestors);
  state.ancestors[depth] = x;
  // classify told arrays and objects apart.
  if (kind === "array") return arrayDef(walkAll(x as unknown[], state, depth + 1));
  if (kind === "object") return walkObject(x as Record<string, unknown>, state, depth + 1);
  const { type, children, aux, keys } = openNode(x as object);
  return customDef(type, aux, keys, walkAll(children, state, depth + 1));
}

function walkAll(children: readonly unknown[], state: Walk, depth: number): TreeDef[] {
  const defs = new Array<TreeDef>(children.length);
  for (let i = 0; i < children.length; i++) defs[i] = walk(children[i], state, depth);
  return defs;
}

function walkObject(x: Readonly<Record<string, unknown>>, state: Walk, depth: number): TreeDef {
  const names = Object.keys(x);
  const { keys } = sortedKeySet(names);
  const defs = new Array<TreeDef>(keys.length);
  for (let i = 0; i < keys.length; i++) {
    defs[i] = walk(x[keys[i] as string], state, depth); // the sorted names are strings
  }
  const def = objectDef(names, defs);
  def.enumeration = names;
  return def;
}

function tooDeep(ancestors: readonly unknown[]): TreeError {
  const paths = new Map<unknown, string>();
  let path = "";
  for (const [depth, node] of ancestors.entries()) {
    const first = paths.get(node);
    if (first !== undefined) {
      return new TreeError(
        `pytree: a container must not hold itself, got the tree${first} again at tree${path}; ` +
          "leave the reference out, or register its class with registerPytreeNode",
      );
    }
    paths.set(node, path);
    path += stepTo(node, ancestors[depth + 1]);
  }
  return new TreeError(
    `pytree: containers may be nested ${maxDepth} deep, got more; hold the parts in one array`,
  );
}

/** The step from a container to a child of it; for the parents named in a message. */
function stepTo(parent: unknown, child: unknown): string {
  const isPlain = Array.isArray(parent) || classify(parent) === "object";
  const entries = isPlain ? Object.entries(parent as object) : [];
  const key = entries.find(([, value]) => value === child)?.[0] ?? "*";
  return Array.isArray(parent) ? `[${key}]` : `.${key}`;
}

/**
 * Tree with the structure `treeDef` and these leaves: what `flatten` took apart.
 *
 * Null and undefined come back as each was. Objects get the prototype of `{}`, and their keys in
 * sorted order.
 *
 * @throws TreeError if there is not one leaf for each place.
 */
export function unflatten(treeDef: TreeDef, leaves: readonly unknown[]): unknown {
  if (leaves.length !== treeDef.numLeaves) {
    throw new TreeError(
      `unflatten: ${treeDef} takes ${treeDef.numLeaves} leaves, got ${leaves.length}; ` +
        "pass one for each *",
    );
  }
  return build(treeDef, leaves, 0);
}

/** The subtree whose first leaf is at `start`. */
function build(def: TreeDef, leaves: readonly unknown[], start: number): unknown {
  if (def.kind === "leaf") return leaves[start];
  if (def.kind === "null") return def === undefinedDef ? undefined : null;
  if (def.kind === "object") return buildObject(def, leaves, start);
  const children = new Array<unknown>(def.children.length);
  let at = start;
  for (let i = 0; i < children.length; i++) {
    const child = def.children[i] as TreeDef; // one child for each position
    children[i] = build(child, leaves, at);
    at += child.numLeaves;
  }
  if (def.kind === "array") return children;
  if (def.type === null) throw new InternalError("unflatten: a custom node without its type");
  return def.type.unflatten(def.aux, children);
}

function buildObject(def: TreeDef, leaves: readonly unknown[], start: number): unknown {
  const { keys, children } = def;
  const out: Record<string, unknown> = {};
  let at = start;
  for (let i = 0; i < keys.length; i++) {
    // Objects have one string key for each child.
    const key = keys[i] as string;
    const child = children[i] as TreeDef;
    const value = build(child, leaves, at);
    at += child.numLeaves;
    if (key === "__proto__") {
      // Assigning would set the prototype instead.
      const own = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(out, key, own);
    } else {
      out[key] = value;
    }
  }
  return out;
}

/**
 * Collect the leaves of `tree` in `out` if its structure is `treeDef`; say whether it is.
 *
 * The fast way through a tree whose structure is known from the last call: nothing is allocated
 * but by the rules of registered classes. Null and undefined differ here. `out` is cut to the
 * number of leaves; where the answer is false, what it holds is not to be used.
 */
export function flattenLike(treeDef: TreeDef, tree: unknown, out: unknown[]): boolean {
  if (replay(treeDef, tree, out, 0) < 0) return false;
  if (out.length !== treeDef.numLeaves) out.length = treeDef.numLeaves;
  return true;
}

/** Position after the leaves of `x`, whose first goes to `at`; -1 if `x` is no `def`. */
function replay(def: TreeDef, x: unknown, out: unknown[], at: number): number {
  if (classify(x) !== def.kind) return -1; // which is why the casts below hold
  switch (def.kind) {
    case "leaf":
      out[at] = x;
      return at + 1;
    case "null":
      return x === (def === nullDef ? null : undefined) ? at : -1;
    case "array":
      return replayAll(def, x as unknown[], out, at);
    case "object":
      return replayObject(def, x as Record<string, unknown>, out, at);
    case "custom":
      return replayCustom(def, x as object, out, at);
    default:
      def.kind satisfies never;
      return -1;
  }
}

function replayAll(def: TreeDef, xs: readonly unknown[], out: unknown[], start: number): number {
  const { children } = def;
  if (xs.length !== children.length) return -1;
  let at = start;
  for (let i = 0; i < children.length && at >= 0; i++) {
    at = replay(children[i] as TreeDef, xs[i], out, at); // i is a position of children
  }
  return at;
}

function replayObject(
  def: TreeDef,
  x: Readonly<Record<string, unknown>>,
  out: unknown[],
  start: number,
): number {
  const { keySet, children, enumeration } = def;
  let count = 0;
  let inOrder = true;
  for (const key in x) {
    if (key !== enumeration[count++]) {
      inOrder = false;
      break;
    }
  }
  if (!inOrder || count !== keySet.keys.length) {
    const names = Object.keys(x);
    if (sortedKeySet(names) !== keySet) return -1;
    def.enumeration = names;
  }
  let at = start;
  for (let i = 0; i < children.length && at >= 0; i++) {
    // Objects have one string key for each child.
    at = replay(children[i] as TreeDef, x[keySet.keys[i] as string], out, at);
  }
  return at;
}

function replayCustom(def: TreeDef, x: object, out: unknown[], at: number): number {
  const { type, children, aux, keys } = openNode(x);
  if (type !== def.type || !sameAux(def, aux) || keys.length !== def.keys.length) return -1;
  for (let i = 0; i < keys.length; i++) if (keys[i] !== def.keys[i]) return -1;
  return replayAll(def, children, out, at);
}
