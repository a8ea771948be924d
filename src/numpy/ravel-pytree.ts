import { DTypeError, ShapeError } from "../core/errors.ts";
import { resultType } from "../core/promotion.ts";
import { flatten, unflatten } from "../core/pytree.ts";
import type { MapLeaves } from "../core/pytree-types.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate, slice } from "../lax/ops/slice.ts";
import { toArray } from "./promote.ts";

/** The inverse of `ravelPytree`: a vector to a tree of arrays. */
export type Unravel<T> = (vector: NDArray) => MapLeaves<T, ArrayLike, NDArray>;

/**
 * All leaves of a tree in one vector, and the function that makes such a tree of a vector again.
 *
 * Leaves go in order, each row-major, in the dtype that all promote to; the function gives each
 * leaf its own shape and dtype back. A tree without leaves gives an empty float32 vector. Both
 * directions can be differentiated, mapped and compiled.
 *
 * The function throws ShapeError or DTypeError for a vector unlike the one given here.
 */
export function ravelPytree<T>(tree: T): [vector: NDArray, unravel: Unravel<T>] {
  const { leaves, treeDef } = flatten(tree);
  const arrays = leaves.map((leaf) => toArray("numpy.ravelPytree", leaf as ArrayLike)); // checked there
  const avals = arrays.map((x) => x.aval);
  const dtype = avals.length === 0 ? "float32" : resultType(avals, "numpy.ravelPytree").dtype;
  const parts = arrays.map((x) => reshape(convertElementType(x, dtype), [x.size]));
  const vector = parts.length === 0 ? full([0], 0, dtype) : concatenate(parts, 0);
  // The function below keeps types and a size, so that it holds no arrays alive.
  const size = vector.size;

  const unravel = (given: NDArray): unknown => {
    const x = toArray("numpy.ravelPytree", given);
    if (x.ndim !== 1 || x.size !== size) {
      throw new ShapeError(
        `unravel: a vector of shape [${size}] is required, got ${x.aval}; pass one like that of ravelPytree`,
      );
    }
    if (x.dtype !== dtype) {
      throw new DTypeError(
        `unravel: a vector of ${dtype} is required, got ${x.aval}; convert it with astype`,
      );
    }
    let start = 0;
    const pieces = avals.map((aval) => {
      const piece = slice(x, [start], [start + aval.size]);
      start += aval.size;
      return convertElementType(reshape(piece, aval.shape), aval.dtype, aval.weakType);
    });
    return unflatten(treeDef, pieces);
  };
  return [vector, unravel as Unravel<T>]; // the tree has the leaves of `tree`, as arrays
}
