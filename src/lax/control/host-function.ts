import { sameParams } from "../../core/params.ts";
import { type TreeDef, unflatten } from "../../core/pytree.ts";
import { evalTrace, withTrace } from "../../core/trace.ts";
import { NDArray } from "../../core/value.ts";
import type { AnyFunction } from "../../transforms/flatten.ts";

/** A user's function on lists of arrays that have values. */
export type HostFunction = (operands: readonly NDArray[]) => unknown;

/** Which arguments a function is called with, apart from the arrays among them. */
interface Form {
  readonly treeDef: TreeDef;
  /** Every leaf that is no array; null where one is. */
  readonly statics: readonly unknown[];
}

interface Known extends Form {
  readonly run: HostFunction;
}

const known = new WeakMap<AnyFunction, Known[]>();

/**
 * `f` on the arrays among its arguments, whose other leaves are `statics`: it runs outside of every
 * transformation. One object for equal forms, so that programs with the same callback are equal.
 */
export function hostFunction(
  f: AnyFunction,
  treeDef: TreeDef,
  statics: readonly unknown[],
): HostFunction {
  const list = known.get(f) ?? [];
  const same = list.find(
    (other) => other.treeDef === treeDef && sameParams(other.statics, statics),
  );
  if (same !== undefined) return same.run;
  const run = (operands: readonly NDArray[]): unknown => {
    let next = 0;
    const leaves = statics.map((leaf) => (leaf === array ? operands[next++] : leaf));
    const args = unflatten(treeDef, leaves) as never[]; // flattened from a list of arguments
    return withTrace(evalTrace, () => f(...args));
  };
  Object.defineProperty(run, "name", { value: f.name || "callback" });
  list.push({ treeDef, statics, run });
  known.set(f, list);
  return run;
}

/** Stands among `statics` for an array. */
export const array: unique symbol = Symbol("array");

/** Whether a leaf of arguments is handed over as an array. */
export function isArrayLike(leaf: unknown): leaf is NDArray | number | boolean {
  return leaf instanceof NDArray || typeof leaf === "number" || typeof leaf === "boolean";
}
