import { asArray } from "../core/array.ts";
import { ArgumentError, InternalError } from "../core/errors.ts";
import { batchRule, definePrimitive, type PrimitiveOf, transposeRule } from "../core/primitive.ts";
import { unflatten } from "../core/pytree.ts";
import { bind } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { describe, flattenArrays } from "./flatten.ts";
import type { Given } from "./signatures.ts";

/** Parameters of a name. */
export interface NameParams {
  readonly name: string;
}

/** Identity under a name, by which policies of `checkpoint` know a value. */
export const checkpointNameP: PrimitiveOf<1, NameParams> = definePrimitive<1, NameParams>("name", {
  abstractEval: ([x]) => x,
  // The tangent has no name: names are those of values.
  jvp: { kind: "partials", terms: [(t) => t] },
  transpose: transposeRule((ct) => [ct]),
  batch: batchRule(([x], [d], { name }) => [bind(checkpointNameP, [x], { name }), d]),
  lower: {
    kind: "compose",
    apply([x]) {
      if (x === undefined) throw new InternalError("name: an operand is missing");
      return [x];
    },
  },
});

/**
 * `x`, each array of it under a name that policies of `checkpoint` ask for, such as
 * `checkpointPolicies.saveOnlyTheseNames`. Of no effect elsewhere.
 */
export function checkpointName<T>(x: T, name: string): Given<T> {
  if (typeof name !== "string") {
    throw new ArgumentError(
      `checkpointName: a name must be a string, got ${describe(name)}; pass checkpointName(x, "name")`,
    );
  }
  const { arrays, treeDef } = flattenArrays(x, "checkpointName", "the value");
  const named = arrays.map((leaf): NDArray => bind(checkpointNameP, [asArray(leaf)], { name }));
  return unflatten(treeDef, named) as Given<T>; // of the structure of `x`
}
