import { ShapeError } from "../core/errors.ts";
import { broadcastPair, checkShape, formatShape, type Shape, sameShape } from "../core/shape.ts";
import type { NDArray } from "../core/value.ts";
import { stretch } from "../numpy/promote.ts";

/** Shape of draws: as given, or the one that all parameters stretch to. */
export function drawShape(
  where: string,
  shape: Shape | null | undefined,
  params: readonly NDArray[],
): Shape {
  if (shape != null) return checkShape(shape, where);
  return params.reduce<Shape>((common, x) => broadcastPair(common, x.shape, where), []);
}

/**
 * A parameter stretched to the shape of the draws.
 *
 * @throws ShapeError if it does not fit in that shape.
 */
export function spreadTo(x: NDArray, shape: Shape, where: string): NDArray {
  if (sameShape(broadcastPair(x.shape, shape, where), shape)) return stretch(x, shape);
  throw new ShapeError(
    `${where}: the shape must contain those of the parameters, got ${formatShape(shape)} for ${x.aval}; leave it out, or put the number of draws first`,
  );
}
