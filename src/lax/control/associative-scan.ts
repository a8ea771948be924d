import { checkOptions } from "../../core/options.ts";
import { unflatten } from "../../core/pytree.ts";
import { normalizeAxis } from "../../core/shape.ts";
import type { NDArray } from "../../core/value.ts";
import { checkFunction, flattenArrays } from "../../transforms/flatten.ts";
import type { Given } from "../../transforms/signatures.ts";
import { associativeScan as scanArrays } from "../ops/associative-scan.ts";

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Whether to combine from the end on. */
  readonly reverse?: boolean | undefined;
  /** The axis to run along; 0 by default. */
  readonly axis?: number | undefined;
}

/**
 * Running combination of elements along an axis by an associative function, in a logarithmic
 * number of steps.
 *
 * `combine(a, b)` takes two trees like `elems`, of slices along the axis, and gives another;
 * element `i` of the result combines elements 0 to `i`, with `reverse` elements `i` to the last.
 *
 * @throws ShapeError if the leaves differ in the extent of the axis.
 */
export function associativeScan<T>(
  combine: (a: Given<T>, b: Given<T>) => T | Given<T>,
  elems: T,
  options: AssociativeScanOptions = {},
): Given<T> {
  const where = "lax.associativeScan";
  checkFunction(combine, where);
  checkOptions(where, options, ["reverse", "axis"]);
  const { arrays, treeDef } = flattenArrays(elems, where, "elements");
  const axis = normalizeAxis(options.axis ?? 0, arrays[0]?.ndim ?? 0, where);
  // Trees below are rebuilt from the structure of `elems`.
  const build = (xs: readonly NDArray[]): Given<T> => unflatten(treeDef, xs) as Given<T>;
  const onArrays = (a: readonly NDArray[], b: readonly NDArray[]): readonly NDArray[] =>
    flattenArrays(combine(build(a), build(b)), where, "the result").arrays;
  return build(scanArrays(onArrays, arrays, axis, options.reverse ?? false));
}
