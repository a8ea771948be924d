import { emptyKeySet, type KeySet, keySet, sortedKeySet } from "./pytree-keys.ts";
import type { NodeKind, NodeType, PathKey } from "./pytree-registry.ts";

/**
 * Structure of a pytree: everything about it but its leaves.
 *
 * Interned: equal structures are one object, so identity is equality and `id` is a small integer
 * to key tables with. A structure with objects in the aux of its nodes is interned only as long
 * as someone holds it, so whoever keys a table by its `id` has to keep the structure too; `id`s are
 * never given again. `null` and `undefined` are different objects but count as one structure
 * where trees are compared, see `sameStructure`.
 */
export class TreeDef {
  readonly tag = "TreeDef";
  readonly id: number;
  readonly kind: NodeKind;
  readonly children: readonly TreeDef[];
  /** Interned names of the children: sorted for objects, as registered for custom nodes. */
  readonly keySet: KeySet;
  /** Rules of a custom node. */
  readonly type: NodeType | null;
  /** What a custom node holds besides its children. */
  readonly aux: unknown;
  readonly numLeaves: number;
  /** How many leaves, containers and nulls there are, this one included. */
  readonly numNodes: number;
  /** The same structure with null for every undefined. */
  readonly canonical: TreeDef;
  /** Order in which an object last listed its keys: the first guess for the next one. */
  enumeration: readonly string[] = [];

  /** Only for this module, which interns. */
  constructor(id: number, parts: Parts) {
    this.id = id;
    this.kind = parts.kind;
    this.children = parts.children;
    this.keySet = parts.keySet;
    this.type = parts.type;
    this.aux = parts.aux;
    let numLeaves = parts.kind === "leaf" ? 1 : 0;
    let numNodes = 1;
    for (const child of parts.children) {
      numLeaves += child.numLeaves;
      numNodes += child.numNodes;
    }
    this.numLeaves = numLeaves;
    this.numNodes = numNodes;
    this.canonical = parts.canonical ?? this;
  }

  /** Names of the children; empty for arrays, and for custom nodes that name none. */
  get keys(): readonly PathKey[] {
    return this.keySet.keys;
  }

  /** `{b: *, w: [*, *]}`, with a `*` for each leaf. */
  toString(): string {
    return printTree(this, () => "*");
  }

  /** How Node's console shows it. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `TreeDef(${this})`;
  }
}

interface Parts {
  readonly kind: NodeKind;
  readonly children: readonly TreeDef[];
  readonly keySet: KeySet;
  readonly type: NodeType | null;
  readonly aux: unknown;
  /** Null if it is the structure itself. */
  readonly canonical: TreeDef | null;
}

/** Text of a structure as `toString` gives it, with `leaf()` for each leaf in its turn. */
export function printTree(def: TreeDef, leaf: () => string): string {
  switch (def.kind) {
    case "leaf":
      return leaf();
    case "null":
      return def === undefinedDef ? "undefined" : "null";
    case "array":
      return `[${printChildren(def, leaf)}]`;
    case "object":
      return `{${printChildren(def, leaf)}}`;
    case "custom":
      return `${def.type?.name ?? ""}${printAux(def.aux)}(${printChildren(def, leaf)})`;
    default:
      def.kind satisfies never;
      return "";
  }
}

function printChildren({ keys, children }: TreeDef, leaf: () => string): string {
  const name = (i: number) => (i in keys ? `${printKey(keys[i] ?? i)}: ` : "");
  return children.map((child, i) => name(i) + printTree(child, leaf)).join(", ");
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether a key can stand after a dot. */
export function isIdentifier(key: PathKey): key is string {
  return typeof key === "string" && identifier.test(key);
}

function printKey(key: PathKey): string {
  return isIdentifier(key) ? key : JSON.stringify(key);
}

/** Aux that is short text or a number is shown, an object only as `#` and its number. */
function printAux(aux: unknown): string {
  if (aux === undefined || aux === null) return "";
  if (isObject(aux)) return `<#${auxId(aux)}>`;
  const text = typeof aux === "string" ? JSON.stringify(aux) : String(aux);
  return `<${text.length > 40 ? `${text.slice(0, 37)}...` : text}>`;
}

let nextId = 0;

function singleton(kind: "leaf" | "null", canonical: TreeDef | null): TreeDef {
  const parts = { kind, children: [], keySet: emptyKeySet, type: null, aux: undefined, canonical };
  return new TreeDef(nextId++, parts);
}

/** Structure of a single leaf. */
export const leafDef: TreeDef = singleton("leaf", null);
/** Structure of null, which has no leaves. */
export const nullDef: TreeDef = singleton("null", null);
/** Structure of undefined, which has no leaves and counts as null where trees are compared. */
export const undefinedDef: TreeDef = singleton("null", nullDef);

/** Whether two structures are alike, null and undefined being the same. */
export function sameStructure(a: TreeDef, b: TreeDef): boolean {
  return a.canonical === b.canonical;
}

/** Structure of an array of trees. */
export function arrayDef(children: readonly TreeDef[]): TreeDef {
  return intern("array", children, emptyKeySet, null, undefined);
}

/**
 * Structure of a plain object whose properties are `names`, in any order; `children` are in
 * the order of the sorted names.
 */
export function objectDef(names: readonly string[], children: readonly TreeDef[]): TreeDef {
  return intern("object", children, sortedKeySet(names), null, undefined);
}

/** Structure of an instance of a registered class. */
export function customDef(
  type: NodeType,
  aux: unknown,
  keys: readonly PathKey[],
  children: readonly TreeDef[],
): TreeDef {
  const named = keys.length === 0 ? emptyKeySet : keySet(keys);
  return intern("custom", children, named, type, aux);
}

const auxIdsOfObjects = new WeakMap<object, number>();
const auxIdsOfOthers = new Map<unknown, number>();
let nextAuxId = 1;

/** Small integer that stands for a value; 0 and -0 share one, which `sameAux` tells apart. */
function auxId(aux: unknown): number {
  return isObject(aux) ? idIn(auxIdsOfObjects, aux) : idIn(auxIdsOfOthers, aux);
}

function isObject(x: unknown): x is object {
  return (typeof x === "object" && x !== null) || typeof x === "function";
}

interface Ids<K> {
  get(key: K): number | undefined;
  set(key: K, id: number): unknown;
}

function idIn<K>(ids: Ids<K>, key: K): number {
  let id = ids.get(key);
  if (id === undefined) {
    id = nextAuxId++;
    ids.set(key, id);
  }
  return id;
}

/** Whether `aux` makes the same structure as that of the custom node `def`. */
export function sameAux(def: TreeDef, aux: unknown): boolean {
  if (Object.is(def.aux, aux)) return true;
  return def.type?.equals?.(def.aux, aux) ?? false;
}

/** Structures by hash; those that keep a user's objects alive are held weakly. */
const interned = new Map<number, (TreeDef | WeakRef<TreeDef>)[]>();
const dropped = new FinalizationRegistry<number>((hash) => {
  const alive = interned.get(hash)?.filter((entry) => deref(entry) !== undefined) ?? [];
  if (alive.length === 0) interned.delete(hash);
  else interned.set(hash, alive);
});

function deref(entry: TreeDef | WeakRef<TreeDef>): TreeDef | undefined {
  return entry instanceof WeakRef ? entry.deref() : entry;
}

function intern(
  kind: "array" | "object" | "custom",
  children: readonly TreeDef[],
  names: KeySet,
  type: NodeType | null,
  aux: unknown,
): TreeDef {
  const hash = hashOf(kind, children, names, type, aux);
  const bucket = interned.get(hash);
  if (bucket !== undefined) {
    for (const entry of bucket) {
      const def = deref(entry);
      if (def !== undefined && matches(def, kind, children, names, type, aux)) return def;
    }
  }
  const isCanonical = children.every((child) => child.canonical === child);
  const canonical = isCanonical
    ? null
    : intern(
        kind,
        children.map((child) => child.canonical),
        names,
        type,
        aux,
      );
  const parts = {
    kind,
    children: Object.freeze([...children]),
    keySet: names,
    type,
    aux,
    canonical,
  };
  const def = new TreeDef(nextId++, parts);
  const entry = keepsObjects(def) ? new WeakRef(def) : def;
  if (entry !== def) dropped.register(def, hash);
  const now = interned.get(hash); // the canonical form may have come in meanwhile
  if (now === undefined) interned.set(hash, [entry]);
  else now.push(entry);
  return def;
}

function hashOf(
  kind: string,
  children: readonly TreeDef[],
  names: KeySet,
  type: NodeType | null,
  aux: unknown,
): number {
  let hash = Math.imul(kind.length, 31) + names.id; // "array", "object", "custom" with type below
  if (type !== null) {
    hash = Math.imul(hash, 31) + type.id;
    // Aux compared by a user's function has no hash, so all of it is in one bucket.
    if (type.equals === null) hash = Math.imul(hash, 31) + auxId(aux);
  }
  for (const child of children) hash = Math.imul(hash, 0x01000193) ^ child.id;
  return hash | 0;
}

function matches(
  def: TreeDef,
  kind: NodeKind,
  children: readonly TreeDef[],
  names: KeySet,
  type: NodeType | null,
  aux: unknown,
): boolean {
  if (def.kind !== kind || def.keySet !== names || def.type !== type) return false;
  if (def.children.length !== children.length) return false;
  for (let i = 0; i < children.length; i++) if (def.children[i] !== children[i]) return false;
  return type === null || sameAux(def, aux);
}

const weaklyHeld = new WeakSet<TreeDef>();

/** Whether a user's object is in the aux of this node or of one below it; remembers those. */
function keepsObjects(def: TreeDef): boolean {
  if (!isObject(def.aux) && !def.children.some((child) => weaklyHeld.has(child))) return false;
  weaklyHeld.add(def);
  return true;
}
