import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { contiguousStrides, type Shape, size } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, mul } from "../lax/ops/arith.ts";
import { clamp } from "../lax/ops/extrema.ts";
import { asIndices } from "../lax/ops/indices.ts";
import { shapeOf } from "./creation.ts";
import { floorDivide, remainder } from "./elementwise-arithmetic.ts";
import { broadcastTogether, toArray } from "./promote.ts";

/**
 * Indices into a flattened array as indices along each axis of a shape. Negative ones count from
 * the end; those outside end at the first or last element.
 */
export function unravelIndex(indices: ArrayLike, shape: number | Shape): NDArray[] {
  const extents = shapeOf(shape, "numpy.unravelIndex");
  const count = size(extents);
  if (count === 0) {
    throw new ShapeError("numpy.unravelIndex: a shape with elements is required; check it first");
  }
  const given = asIndices("gather", toArray("numpy.unravelIndex", indices));
  const inside = clamp(-count, given, count - 1);
  const strides = contiguousStrides(extents);
  return extents.map((extent, axis) =>
    // one stride for each axis; negative indices wrap in the remainder
    remainder(floorDivide(inside, strides[axis] as number), extent),
  );
}

/** Options of `ravelMultiIndex`. */
export interface RavelOptions {
  /** What an index outside does: "clip" (default) or "wrap". */
  mode?: "clip" | "wrap" | undefined;
}

/** Indices along each axis of a shape as indices into the flattened array. */
export function ravelMultiIndex(
  indices: readonly ArrayLike[],
  shape: number | Shape,
  options?: RavelOptions,
): NDArray {
  checkOptions("numpy.ravelMultiIndex", options, ["mode"]);
  const extents = shapeOf(shape, "numpy.ravelMultiIndex");
  if (indices.length !== extents.length) {
    throw new ShapeError(
      `numpy.ravelMultiIndex: one index array for each axis is required, got ${indices.length} for ${extents.length}; add or drop some`,
    );
  }
  const given = broadcastTogether(
    "numpy.ravelMultiIndex",
    indices.map((index) => asIndices("gather", toArray("numpy.ravelMultiIndex", index))),
  );
  const strides = contiguousStrides(extents);
  return given
    .map((index, axis) => {
      const extent = extents[axis] as number; // as many as index arrays, here and below
      const inside =
        options?.mode === "wrap" ? remainder(index, extent) : clamp(0, index, extent - 1);
      return mul(inside, strides[axis] as number);
    })
    .reduce((a, b) => add(a, b));
}
