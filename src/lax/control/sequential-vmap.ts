import { flatten, unflatten } from "../../core/pytree.ts";
import type { NDArray } from "../../core/value.ts";
import { type CustomVmap, customVmap } from "../../transforms/custom-vmap.ts";
import { type AnyFunction, checkFunction, flattenArrays } from "../../transforms/flatten.ts";
import { map } from "./map.ts";

/**
 * Function that computes what `f` does, and that `vmap` applies to one slice after the other, by
 * `lax.map`, rather than to all at once.
 */
export function sequentialVmap<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
): CustomVmap<Args, Out> {
  checkFunction(f, "sequentialVmap");
  const rule = (_: number, inBatched: unknown, ...args: unknown[]): readonly [unknown, unknown] => {
    const { arrays, treeDef } = flattenArrays(args, "sequentialVmap", "argument ");
    const flags = flattenFlags(inBatched);
    const mapped = arrays.filter((_x, i) => flags[i]);
    const out = map((xs: readonly NDArray[]) => {
      let next = 0;
      const all = arrays.map((x, i) => (flags[i] ? (xs[next++] as NDArray) : x)); // one for each mapped
      return f(...(unflatten(treeDef, all) as unknown as Args)); // of the caller's own structure
    }, mapped);
    const result = flattenArrays(out, "sequentialVmap", "the result");
    return [
      out,
      unflatten(
        result.treeDef,
        result.arrays.map(() => true),
      ),
    ];
  };
  const named = Object.defineProperty((...args: Args): Out => f(...args), "name", {
    value: f.name,
  });
  return customVmap(named).defVmap(rule as AnyFunction); // called with the arguments that defVmap promises
}

function flattenFlags(tree: unknown): boolean[] {
  return flatten(tree).leaves as boolean[]; // what customVmap gives its rules
}
