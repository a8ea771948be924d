import { asArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { ArgumentError, DTypeError, TreeError } from "../core/errors.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import { leafDef } from "../core/pytree-def.ts";
import { keystr, leafPaths } from "../core/pytree-path.ts";
import { NDArray } from "../core/value.ts";

/** Arrays that are the leaves of a tree, and its structure. */
export interface FlatArrays {
  readonly arrays: NDArray[];
  readonly treeDef: TreeDef;
}

/** A user's function, of which nothing is known. */
export type AnyFunction = (...args: never[]) => unknown;

/**
 * The leaves of a tree as arrays; numbers and booleans become scalars.
 *
 * @throws DTypeError if a leaf is anything else, naming its place by `what` and `index`:
 * `where: argument 0.w ...`.
 */
export function flattenArrays(
  tree: unknown,
  where: string,
  what: string,
  index: number | "" = "",
): FlatArrays {
  if (tree instanceof NDArray) return { arrays: [tree], treeDef: leafDef };
  const { leaves, treeDef } = flatten(tree);
  for (let i = 0; i < leaves.length; i++) {
    const leaf = leaves[i];
    if (!(leaf instanceof NDArray))
      leaves[i] = toArray(leaf, () => `${where}: ${what}${index}${pathOf(treeDef, i)}`);
  }
  return { arrays: leaves as NDArray[], treeDef }; // each was checked or replaced
}

function toArray(leaf: unknown, place: () => string): NDArray {
  if (typeof leaf === "number" || typeof leaf === "boolean") return asArray(leaf);
  const got = describe(leaf);
  const advice = ArrayBuffer.isView(leaf)
    ? "wrap it with np.array"
    : "pass other things as static arguments or close over them";
  throw new DTypeError(`${place()} must be an array, a number or a boolean, got ${got}; ${advice}`);
}

/** What a value is, for messages. */
export function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (x instanceof NDArray) return String(x.aval);
  if (typeof x === "string") return `the string ${JSON.stringify(x)}`;
  if (typeof x === "function") return `the function ${x.name || "(anonymous)"}`;
  if (typeof x === "object") return `an instance of ${x.constructor?.name ?? "Object"}`;
  return `${typeof x} ${String(x)}`;
}

/** Path of leaf `i` in its tree, as messages name it: `.w[0]`. */
export function pathOf(treeDef: TreeDef, i: number): string {
  return keystr(leafPaths(treeDef)[i] ?? []);
}

/** What came beside a result: any tree, whose arrays may have to be taken out of a trace. */
export class Aux {
  readonly arrays: readonly NDArray[];
  private readonly leaves: readonly unknown[];
  private readonly treeDef: TreeDef;

  constructor(tree: unknown) {
    const { leaves, treeDef } = flatten(tree);
    this.leaves = leaves;
    this.treeDef = treeDef;
    this.arrays = leaves.filter((leaf): leaf is NDArray => leaf instanceof NDArray);
  }

  /** The tree with other arrays, as many as `arrays`. */
  rebuild(arrays: readonly NDArray[]): unknown {
    let next = 0;
    const leaves = this.leaves.map((leaf) => (leaf instanceof NDArray ? arrays[next++] : leaf));
    return unflatten(this.treeDef, leaves);
  }
}

/** Of a function that gives nothing beside its result. */
export const noAux: Aux = new Aux(null);

/** Result of a user's function in parts. */
export interface FlatResult extends FlatArrays {
  readonly aux: Aux;
}

/** How to take the result of a user's function. */
export interface ResultForm {
  readonly where: string;
  /** Whether it is `[out, aux]`. */
  readonly hasAux?: boolean | undefined;
}

/** Call `f` with arguments built from leaves, and take its result apart. */
export function callFlat(
  f: AnyFunction,
  treeDef: TreeDef,
  leaves: readonly NDArray[],
  form: ResultForm,
): FlatResult {
  const args = unflatten(treeDef, leaves) as never[]; // flattened from a list of arguments
  return flattenResult(f(...args), form);
}

/**
 * The result of a user's function in parts.
 *
 * @throws ArgumentError if it is a promise; TreeError if it should be `[out, aux]` and is not;
 * DTypeError if a leaf is not an array.
 */
export function flattenResult(result: unknown, { where, hasAux = false }: ResultForm): FlatResult {
  checkSynchronous(result, where);
  const pair = hasAux ? splitAux(result, where) : null;
  const { arrays, treeDef } = flattenArrays(pair === null ? result : pair[0], where, "the result");
  return { arrays, treeDef, aux: pair === null ? noAux : new Aux(pair[1]) };
}

/** @throws ArgumentError if a traced function was asynchronous. */
export function checkSynchronous(result: unknown, where: string): void {
  if (result instanceof NDArray || typeof result !== "object" || result === null) return;
  if (!("then" in result)) return;
  if (typeof result.then !== "function") return;
  throw new ArgumentError(
    `${where}: a synchronous function is required, got one that returns a promise; await data before the call and pass it as an argument`,
  );
}

/** @throws TreeError unless the result is a list of two. */
export function splitAux(result: unknown, where: string): readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  throw new TreeError(
    `${where}: with hasAux the function must return [out, aux], got ${describe(result)}; return exactly two values`,
  );
}

/** @throws ArgumentError unless `f` is a function. */
export function checkFunction(f: unknown, where: string): void {
  if (typeof f === "function") return;
  throw new ArgumentError(
    `${where}: a function is required, got ${describe(f)}; pass the function itself, not its result`,
  );
}

/** Types of arrays. */
export function avalsOf(arrays: readonly NDArray[]): ShapedArray[] {
  return arrays.map((x) => x.aval);
}
