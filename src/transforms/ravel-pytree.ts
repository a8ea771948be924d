import { asArray } from "../core/array.ts";
import { DTypeError, ShapeError } from "../core/errors.ts";
import { resultType } from "../core/promotion.ts";
import { unflatten } from "../core/pytree.ts";
import type { MapLeaves } from "../core/pytree-types.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { full } from "../lax/ops/broadcast.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";
import { concatenate, slice } from "../lax/ops/slice.ts";
import { flattenArrays } from "./flatten.ts";

/** The inverse of `ravelPytree`: a vector to a tree of arrays. */
export type Unravel<T> = (vector: NDArray) => MapLeaves<T, ArrayLike, NDArray>;

/**
 * All leaves of a tree in one vector, and the function that makes such a tree of a vector again.
 *
 * Leaves go in order, each row-major, in the dtype that all promote to; the function gives each
 * leaf its own shape and dtype back. Where all leaves have one dtype, it takes vectors of any
 * dtype, which the leaves then have. A tree without leaves gives an empty float32 vector. Both
 * directions can be differentiated, mapped and compiled.
 *
 * The function throws ShapeError or DTypeError for a vector unlike the one given here.
 *
 * @throws DTypeError if a leaf is no array, or the leaves have no dtype in common.
 */
export function ravelPytree<T>(tree: T): [vector: NDArray, unravel: Unravel<T>] {
  const { arrays, treeDef } = flattenArrays(tree, "ravelPytree", "leaf ");
  const avals = arrays.map((x) => x.aval);
  const dtype = avals.length === 0 ? "float32" : resultType(avals, "ravelPytree").dtype;
  const isMixed = avals.some((aval) => aval.dtype !== dtype);
  const parts = arrays.map((x) => reshape(convertElementType(x, dtype), [x.size]));
  const vector = parts.length === 0 ? full([0], 0, dtype) : concatenate(parts, 0);
  // The function below keeps types and a size, so that it holds no arrays alive.
  const size = vector.size;

  const unravel = (given: NDArray): unknown => {
    const x = asArray(given);
    if (x.ndim !== 1 || x.size !== size) {
      throw new ShapeError(
        `unravel: a vector of shape [${size}] is required, got ${x.aval}; pass one like that of ravelPytree`,
      );
    }
    if (isMixed && x.dtype !== dtype) {
      throw new DTypeError(
        `unravel: a vector of ${dtype} is required, got ${x.aval}; convert it with astype`,
      );
    }
    let start = 0;
    const pieces = avals.map((aval) => {
      const piece = reshape(slice(x, [start], [start + aval.size]), aval.shape);
      start += aval.size;
      return isMixed ? convertElementType(piece, aval.dtype) : piece;
    });
    return unflatten(treeDef, pieces);
  };
  return [vector, unravel as Unravel<T>]; // the tree has the leaves of `tree`, as arrays
}
