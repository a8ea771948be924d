import { ArgumentError } from "../core/errors.ts";
import { unflatten } from "../core/pytree.ts";
import { stopGradient as stopArray } from "../lax/ops/convert.ts";
import { flattenArrays } from "./flatten.ts";
import type { Given } from "./signatures.ts";

/**
 * The arrays of a tree as constants: the derivative of the result is zero, at every order.
 *
 * @throws ArgumentError for a function; stop the gradient of what it returns.
 */
export function stopGradient<T>(tree: T): Given<T> {
  if (typeof tree === "function") {
    throw new ArgumentError(
      "stopGradient: arrays are required, got a function; stop the gradient of what it returns",
    );
  }
  const { arrays, treeDef } = flattenArrays(tree, "stopGradient", "leaf");
  return unflatten(treeDef, arrays.map(stopArray)) as Given<T>; // the same structure
}
