import { checkDtype, type DType } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { eq } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { toArray } from "../numpy/promote.ts";
import { broadcastTo, expandDims } from "../numpy/shape.ts";

/** Options of `oneHot`. */
export interface OneHotOptions {
  /** Dtype of the result; float32. */
  dtype?: DType | undefined;
  /** Where the new axis stands; last. */
  axis?: number | undefined;
}

/**
 * A new axis of `numClasses` elements for each index: 1 at the index, 0 elsewhere. An index
 * outside gives zeros.
 *
 * @throws ArgumentError unless `numClasses` is an integer from 0.
 */
export function oneHot(
  indices: ArrayLike,
  numClasses: number,
  options: OneHotOptions = {},
): NDArray {
  const where = "nn.oneHot";
  checkOptions(where, options, ["dtype", "axis"]);
  if (!Number.isSafeInteger(numClasses) || numClasses < 0) {
    throw new ArgumentError(
      `${where}: numClasses must be an integer from 0, got ${String(numClasses)}; count the classes`,
    );
  }
  const dtype = checkDtype(options.dtype ?? "float32", where);
  const x = toArray(where, indices);
  const axis = normalizeAxis(options.axis ?? -1, x.ndim + 1, where);
  const shape = x.shape.toSpliced(axis, 0, numClasses);
  const classes = iota(x.dtype === "bool" ? "int32" : x.dtype, shape, axis);
  const given = convertElementType(expandDims(x, axis), classes.dtype);
  return convertElementType(eq(broadcastTo(given, shape), classes), dtype);
}
