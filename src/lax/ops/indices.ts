import { asArray } from "../../core/array.ts";
import { isInteger } from "../../core/dtype.ts";
import { ArgumentError, DTypeError } from "../../core/errors.ts";
import type { IndexMode } from "../../core/routines.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { convertElementType } from "./convert.ts";
import { min } from "./extrema.ts";

const largest = 2 ** 31 - 1;

/**
 * Indices of any integer dtype as int32; uint32 ones beyond its range become its largest value,
 * which is outside of every array.
 *
 * @throws DTypeError for all other dtypes.
 */
export function asIndices(op: string, indices: ArrayLike): NDArray {
  const array = asArray(indices, "lax.asIndices");
  if (array.dtype === "int32") return array;
  if (!isInteger(array.dtype)) {
    throw new DTypeError(
      `lax.${op}: integer indices are required, got ${array.aval}; pass np.int32(3) for a number, or declare the argument static`,
    );
  }
  const inRange = array.dtype === "uint32" ? min(array, largest) : array;
  return convertElementType(inRange, "int32", array.weakType);
}

/** Names that users have for what happens to an index outside; "fill" and "drop" are one mode. */
export type IndexModeName = IndexMode | "fill" | "drop";

const modes: Readonly<Record<IndexModeName, IndexMode>> = {
  clip: "clip",
  fill: "fillOrDrop",
  drop: "fillOrDrop",
  fillOrDrop: "fillOrDrop",
  promiseInBounds: "promiseInBounds",
};

/**
 * The mode behind a name that came from a user.
 *
 * @throws ArgumentError if there is none.
 */
export function indexMode(op: string, mode: string): IndexMode {
  if (Object.hasOwn(modes, mode)) return modes[mode as IndexModeName]; // a key of the table
  throw new ArgumentError(
    `lax.${op}: mode must be one of ${Object.keys(modes).join(", ")}, got ${String(mode)}; leave it out for the default`,
  );
}
