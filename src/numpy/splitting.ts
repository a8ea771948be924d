import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { type AxisOptions, axisNames } from "./options.ts";
import { toArray } from "./promote.ts";
import { sliceAlong } from "./stacking.ts";

/** A number of parts, or the indices where parts begin. */
export type Sections = number | readonly number[];

/**
 * Parts of `x` along an axis: that many equal ones, or those between the indices given.
 *
 * @throws ShapeError if the parts would not be equal.
 */
export function split(x: ArrayLike, sections: Sections, options?: AxisOptions): NDArray[] {
  checkOptions("numpy.split", options, axisNames);
  return splitAlong("numpy.split", x, sections, options?.axis ?? 0, true);
}

/** As `split`, but the first parts are longer by one where the extent is no multiple. */
export function arraySplit(x: ArrayLike, sections: Sections, options?: AxisOptions): NDArray[] {
  checkOptions("numpy.arraySplit", options, axisNames);
  return splitAlong("numpy.arraySplit", x, sections, options?.axis ?? 0, false);
}

/** Parts along the second axis, of a vector along the first. */
export function hsplit(x: ArrayLike, sections: Sections): NDArray[] {
  const a = toArray("numpy.hsplit", x);
  return splitAlong("numpy.hsplit", a, sections, a.ndim === 1 ? 0 : 1, true);
}

/** Parts along the first axis. */
export function vsplit(x: ArrayLike, sections: Sections): NDArray[] {
  return splitAlong("numpy.vsplit", x, sections, 0, true);
}

/** Parts along the third axis. */
export function dsplit(x: ArrayLike, sections: Sections): NDArray[] {
  return splitAlong("numpy.dsplit", x, sections, 2, true);
}

function splitAlong(
  where: string,
  x: ArrayLike,
  sections: Sections,
  axis: number,
  equal: boolean,
): NDArray[] {
  const a = toArray(where, x);
  const dim = normalizeAxis(axis, a.ndim, where);
  const extent = a.shape[dim] as number; // an axis of a
  const bounds =
    typeof sections === "number"
      ? evenBounds(where, extent, sections, equal)
      : [0, ...sections.map((i) => clampIndex(i, extent)), extent];
  return bounds.slice(1).map((limit, i) => {
    const start = bounds[i] as number; // one bound before each of these
    return sliceAlong(a, dim, start, Math.max(start, limit));
  });
}

function clampIndex(index: number, extent: number): number {
  return Math.min(Math.max(index < 0 ? index + extent : index, 0), extent);
}

function evenBounds(where: string, extent: number, parts: number, equal: boolean): number[] {
  if (!Number.isSafeInteger(parts) || parts < 1 || (equal && extent % parts !== 0)) {
    throw new ShapeError(
      `${where}: a number of parts that divides the extent is required, got ${parts} for ${extent}; use arraySplit, or give the indices`,
    );
  }
  const small = Math.floor(extent / parts);
  const longer = extent % parts;
  return Array.from({ length: parts + 1 }, (_, i) => i * small + Math.min(i, longer));
}
