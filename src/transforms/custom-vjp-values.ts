import { asArray } from "../core/array.ts";
import { flatten, unflatten } from "../core/pytree.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { SymbolicZero } from "./custom-jvp.ts";
import { CustomVjpPrimal } from "./custom-vjp.ts";
import { zerosOf } from "./pushforward.ts";

/** The values of a tree as `fwd` gets it with `symbolicZeros`: each leaf without `perturbed`. */
export function customVjpPrimalTreeValues(tree: unknown): unknown {
  const { leaves, treeDef } = flatten(tree);
  return unflatten(
    treeDef,
    leaves.map((leaf): unknown => (leaf instanceof CustomVjpPrimal ? leaf.value : leaf)),
  );
}

/**
 * The zero cotangent of a value: of its shape, float0 for integers; with `symbolicZeros` one that
 * is known to be zero.
 */
export function zeroFromPrimal(
  x: ArrayLike,
  options: { readonly symbolicZeros: true },
): SymbolicZero;
export function zeroFromPrimal(
  x: ArrayLike,
  options?: { readonly symbolicZeros?: false | undefined },
): NDArray;
export function zeroFromPrimal(
  x: ArrayLike,
  { symbolicZeros = false }: { readonly symbolicZeros?: boolean | undefined } = {},
): NDArray | SymbolicZero {
  const aval = asArray(x).aval.tangent();
  return symbolicZeros ? new SymbolicZero(aval) : zerosOf(aval);
}
