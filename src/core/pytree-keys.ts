import type { PathKey } from "./pytree-registry.ts";

/**
 * Names of the children of a node, in order. Interned for life: one object for each list, so
 * identity is equality.
 */
export interface KeySet {
  /** Small integer, different for each list. */
  readonly id: number;
  readonly keys: readonly PathKey[];
}

interface KeyNode {
  readonly next: Map<PathKey, KeyNode>;
  /** The list that ends here. */
  asGiven: KeySet | null;
  /** The same names, sorted. */
  sorted: KeySet | null;
}

const newNode = (): KeyNode => ({ next: new Map(), asGiven: null, sorted: null });
const root = newNode();
let nextId = 0;

function nodeAt(keys: readonly PathKey[]): KeyNode {
  let node = root;
  for (const key of keys) {
    let next = node.next.get(key);
    if (next === undefined) {
      next = newNode();
      node.next.set(key, next);
    }
    node = next;
  }
  return node;
}

/** The interned list of these names in the order given. */
export function keySet(keys: readonly PathKey[]): KeySet {
  const node = nodeAt(keys);
  node.asGiven ??= { id: nextId++, keys: Object.freeze([...keys]) };
  return node.asGiven;
}

/** The interned list of these names, sorted by UTF-16 code units. */
export function sortedKeySet(names: readonly string[]): KeySet {
  const node = nodeAt(names);
  node.sorted ??= keySet([...names].sort());
  return node.sorted;
}

/** The list without names: of leaves, of arrays and of nodes that name none. */
export const emptyKeySet = keySet([]);
