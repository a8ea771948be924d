import { TreeError } from "./errors.ts";
import { flatten, type LeafTest, type TreeDef } from "./pytree.ts";
import { printTree, sameAux } from "./pytree-def.ts";
import { sortedKeySet } from "./pytree-keys.ts";
import { childKey, type KeyPath, keystr } from "./pytree-path.ts";
import { classify, openNode, type PathKey } from "./pytree-registry.ts";

/** Place where two structures part. */
export interface Difference {
  readonly path: KeyPath;
  readonly expected: TreeDef;
  readonly got: TreeDef;
}

/** First place where two structures differ, null and undefined being alike; null if none. */
export function firstDifference(expected: TreeDef, got: TreeDef): Difference | null {
  return differenceAt(expected, got, []);
}

function differenceAt(expected: TreeDef, got: TreeDef, path: PathKey[]): Difference | null {
  if (expected === got) return null;
  const isNodeAlike =
    expected.kind === got.kind &&
    expected.keySet === got.keySet &&
    expected.type === got.type &&
    expected.children.length === got.children.length &&
    sameAux(expected, got.aux);
  if (!isNodeAlike) return { path: [...path], expected, got };
  for (const [i, child] of expected.children.entries()) {
    path.push(childKey(expected, i));
    const found = differenceAt(child, got.children[i] as TreeDef, path); // as many children
    if (found !== null) return found;
    path.pop();
  }
  return null;
}

/**
 * Check that a tree has the structure it must have, null and undefined being alike.
 *
 * @throws TreeError if it has not, which says where. `where` ends in what the tree is, as in
 * `jvp: tangents`.
 */
export function checkStructure(expected: TreeDef, got: TreeDef, where: string): void {
  const difference = firstDifference(expected, got);
  if (difference !== null) throw mismatch(where, "have the structure", difference);
}

function mismatch(
  where: string,
  must: string,
  { path, expected, got }: Difference,
  leafTexts: readonly string[] = [],
): TreeError {
  const at = path.length === 0 ? "" : ` at ${keystr(path)}`;
  let leaf = 0;
  const wanted = String(expected);
  const given = printTree(got, () => leafTexts[leaf++] ?? "*");
  const what = wanted === given ? `${given} with other aux data` : given;
  return new TreeError(
    `${where} must ${must} ${wanted}${at}, got ${what}; ${adviceFor(expected, got)}`,
  );
}

function adviceFor(expected: TreeDef, got: TreeDef): string {
  if (expected.kind === "object" && got.kind === "object") {
    const missing = expected.keys.filter((key) => !got.keys.includes(key));
    const extra = got.keys.filter((key) => !expected.keys.includes(key));
    const parts = [
      missing.length > 0 ? `add ${missing.join(", ")}` : "",
      extra.length > 0 ? `drop ${extra.join(", ")}` : "",
    ];
    return parts.filter((part) => part !== "").join(" and ");
  }
  if (expected.kind === "array" && got.kind === "array") {
    return `pass ${expected.children.length} entries instead of ${got.children.length}`;
  }
  if (expected.kind === "null") return "pass null there";
  if (expected.kind === "leaf") return "pass a single leaf there";
  if (got.kind === "leaf") return "pass a container there instead of a leaf";
  return "pass the same kind of container there";
}

/**
 * Subtrees of `tree` at the places of the leaves of `treeDef`, of which `tree` must have all
 * containers, and may have more of them below.
 *
 * @throws TreeError if it lacks one, which says where. `where` ends in what the tree is, as in
 * `tree.map: the second tree`.
 */
export function flattenUpTo(treeDef: TreeDef, tree: unknown, where: string): unknown[] {
  const out: unknown[] = [];
  descend(treeDef, tree, [], (subtree) => out.push(subtree), where);
  return out;
}

function descend(
  def: TreeDef,
  x: unknown,
  path: PathKey[],
  meet: (subtree: unknown) => void,
  where: string,
): void {
  if (def.kind === "leaf") {
    meet(x);
    return;
  }
  const children = childrenLike(def, x);
  if (children === null) {
    const got = flatten(x).treeDef;
    throw mismatch(where, "begin with the structure", { path, expected: def, got });
  }
  def.children.forEach((child, i) => {
    path.push(childKey(def, i));
    descend(child, children[i], path, meet, where);
    path.pop();
  });
}

/** Children of `x` if it is a node like `def`, in the order of those of `def`; else null. */
function childrenLike(def: TreeDef, x: unknown): readonly unknown[] | null {
  if (classify(x) !== def.kind) return null; // which is why the casts below hold
  switch (def.kind) {
    case "leaf":
      return null;
    case "null":
      return [];
    case "array": {
      const children = x as readonly unknown[];
      return children.length === def.children.length ? children : null;
    }
    case "object": {
      const object = x as Readonly<Record<string, unknown>>;
      if (sortedKeySet(Object.keys(object)) !== def.keySet) return null;
      return def.keys.map((key) => object[key]);
    }
    case "custom": {
      const { type, children, aux, keys } = openNode(x as object);
      const isAlike =
        type === def.type &&
        sameAux(def, aux) &&
        children.length === def.children.length &&
        keys.length === def.keys.length &&
        keys.every((key, i) => key === def.keys[i]);
      return isAlike ? children : null;
    }
    default:
      def.kind satisfies never;
      return null;
  }
}

/**
 * One entry of `prefix` for each leaf of `treeDef`, in order: a leaf of the prefix counts for
 * every leaf below its place.
 *
 * In the prefix null and undefined are leaves, as are numbers and all that `isLeaf` takes for
 * one: `{ w: 0, b: null }` maps the leaves under `w` and not those under `b`. Where `treeDef`
 * itself has null, anything without containers may stand.
 *
 * @throws TreeError in the name of `where`, such as `vmap: inAxes`, if the prefix has a container
 * that the structure has not; it names the path.
 */
export function flattenPrefix(
  prefix: unknown,
  treeDef: TreeDef,
  isLeaf: LeafTest | null | undefined,
  where: string,
): unknown[] {
  const out: unknown[] = [];
  spread(prefix, treeDef, [], out, isLeaf, where);
  return out;
}

function spread(
  prefix: unknown,
  def: TreeDef,
  path: PathKey[],
  out: unknown[],
  isLeaf: LeafTest | null | undefined,
  where: string,
): void {
  const kind = classify(prefix);
  if (kind === "leaf" || kind === "null" || isLeaf?.(prefix)) {
    for (let i = 0; i < def.numLeaves; i++) out.push(prefix);
    return;
  }
  const children = childrenLike(def, prefix);
  if (children === null) {
    const { leaves, treeDef: got } = flatten(prefix, isLeafOfPrefix(isLeaf));
    const texts = leaves.map((x) => (typeof x === "object" && x !== null ? "*" : String(x)));
    const difference = { path, expected: def, got };
    throw mismatch(where, "be a prefix of the structure", difference, texts);
  }
  def.children.forEach((child, i) => {
    path.push(childKey(def, i));
    spread(children[i], child, path, out, isLeaf, where);
    path.pop();
  });
}

function isLeafOfPrefix(isLeaf: LeafTest | null | undefined): LeafTest {
  return (x) => x === null || x === undefined || (isLeaf?.(x) ?? false);
}
