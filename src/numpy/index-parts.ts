import { isInteger } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError, DTypeError, ShapeError } from "../core/errors.ts";
import { type Shape, sameShape } from "../core/shape.ts";
import { NDArray } from "../core/value.ts";
import { asIndices } from "../lax/ops/indices.ts";
import { fromNumbers } from "./creation.ts";
import { positionsOfTrue } from "./nonzero-positions.ts";

/** A range of an axis as `[start, stop, step]`; null or missing means up to the end. */
export type IndexRange = readonly (number | null | undefined)[];

/**
 * One part of an index: an integer; `":"`, `"1:-1:2"` or `[start, stop, step]` for a range;
 * `"..."` for all axes not named; null or `"newaxis"` for a new axis; or an array of integers or
 * bools.
 */
export type IndexPart = number | string | IndexRange | NDArray | null;

/** Every `step`-th element, `count` of them, from `start`; the step may be negative. */
export interface RangePart {
  readonly kind: "range";
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** What a part of an index does, the axes of the array in order; an array part has int32 indices. */
export type ParsedPart =
  | RangePart
  | { readonly kind: "point"; readonly index: number }
  | { readonly kind: "array"; readonly indices: NDArray }
  | { readonly kind: "new" };

const advice =
  'use an integer, ":", "1:5:2", [start, stop, step], "...", null, or an array of integers or bools';

/**
 * Check the parts of an index against a shape, and bring them to one form: one part for each axis
 * besides new ones.
 *
 * @throws ShapeError for an integer out of range or too many parts; ArgumentError for a part of no
 * known form; ConcretizationError for a traced mask.
 */
export function parseIndex(where: string, shape: Shape, parts: readonly IndexPart[]): ParsedPart[] {
  const consumed = parts.map((part) => axesOf(part));
  const named = consumed.reduce((n, m) => n + m, 0);
  const dots = parts.filter((part) => part === "...").length;
  if (dots > 1) {
    throw new ArgumentError(
      `${where}: at most one "..." is allowed, got ${dots}; write ":" instead`,
    );
  }
  if (named > shape.length) {
    throw new ShapeError(
      `${where}: at most one part for each axis is allowed, got ${named} for ${shape.length} axes; drop some`,
    );
  }
  const rest = shape.length - named;
  const out: ParsedPart[] = [];
  let axis = 0;
  const takeWhole = (count: number): void => {
    for (let i = 0; i < count; i++) out.push(wholeRange(shape[axis++] as number)); // counted above
  };
  parts.forEach((part, i) => {
    if (part === "...") {
      takeWhole(rest);
    } else if (part === null || part === "newaxis") {
      out.push({ kind: "new" });
    } else {
      const count = consumed[i] as number; // one count for each part
      out.push(...parsePart(where, part, shape.slice(axis, axis + count), axis));
      axis += count;
    }
  });
  if (dots === 0) takeWhole(rest);
  return out;
}

/** How many axes of the array a part takes up. */
function axesOf(part: IndexPart): number {
  if (part === null || part === "..." || part === "newaxis") return 0;
  return part instanceof NDArray && part.dtype === "bool" ? part.ndim : 1;
}

function wholeRange(extent: number): RangePart {
  return { kind: "range", start: 0, count: extent, step: 1 };
}

function parsePart(
  where: string,
  part: Exclude<IndexPart, null>,
  extents: Shape,
  axis: number,
): ParsedPart[] {
  if (part instanceof NDArray) {
    if (part.dtype === "bool") return maskParts(where, part, extents);
    return [{ kind: "array", indices: integerIndices(where, part) }];
  }
  const extent = extents[0] as number; // these parts take up one axis
  if (typeof part === "number") return [pointPart(where, part, extent, axis)];
  if (typeof part === "string") return [parseText(where, part, extent, axis)];
  if (Array.isArray(part)) return [rangePart(where, part, extent)];
  throw new ArgumentError(
    `${where}: parts of an index are required, got ${String(part)}; ${advice}`,
  );
}

function integerIndices(where: string, part: NDArray): NDArray {
  if (isInteger(part.dtype)) return asIndices("gather", part);
  throw new DTypeError(
    `${where}: integer or bool indices are required, got ${part.aval}; pass np.int32(3) for a number, or declare the argument static`,
  );
}

function pointPart(where: string, index: number, extent: number, axis: number): ParsedPart {
  if (!Number.isSafeInteger(index)) {
    throw new ArgumentError(`${where}: an index must be an integer, got ${index}; round it`);
  }
  if (index < -extent || index >= extent) {
    throw new ShapeError(
      `${where}: index must be within the extent ${extent} of axis ${axis}, got ${index}; use one from ${-extent} to ${extent - 1}`,
    );
  }
  return { kind: "point", index: index < 0 ? index + extent : index };
}

const rangeText = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;

function parseText(where: string, text: string, extent: number, axis: number): ParsedPart {
  if (/^\s*-?\d+\s*$/.test(text)) return pointPart(where, Number(text), extent, axis);
  const match = rangeText.exec(text);
  if (match === null) {
    throw new ArgumentError(
      `${where}: parts of an index are required, got ${JSON.stringify(text)}; ${advice}`,
    );
  }
  return rangePart(
    where,
    match.slice(1, 4).map((bound) => (bound === undefined ? null : Number(bound))),
    extent,
  );
}

/** A range of an axis, bounds clamped to it as in NumPy. */
function rangePart(where: string, range: IndexRange, extent: number): RangePart {
  const [first = null, last = null, given = null] = range;
  const step = given ?? 1;
  const bounds = [first, last, step].filter((n) => n !== null);
  if (range.length > 3 || step === 0 || !bounds.every(Number.isSafeInteger)) {
    throw new ArgumentError(
      `${where}: a range must be [start, stop, step] of integers with a step other than 0, got [${range}]; ${advice}`,
    );
  }
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const clamp = (bound: number): number =>
    Math.min(Math.max(bound < 0 ? bound + extent : bound, low), high);
  const start = first === null ? (step > 0 ? low : high) : clamp(first);
  const stop = last === null ? (step > 0 ? high : low) : clamp(last);
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return { kind: "range", start: count === 0 ? 0 : start, count, step };
}

/** The positions where a mask holds, an index array for each of its axes. */
function maskParts(where: string, mask: NDArray, extents: Shape): ParsedPart[] {
  if (mask.ndim === 0 || !sameShape(mask.shape, extents)) {
    throw new ShapeError(
      `${where}: a mask must have the extents of the axes that it indexes, got ${mask.aval} for [${extents.join(",")}]; broadcast it first`,
    );
  }
  const known = mask.concrete();
  if (known === null) {
    throw new ConcretizationError(
      `${where}: a mask must be concrete, since it decides the shape, got a traced ${mask.aval}; use numpy.where(mask, x, y), or numpy.nonzero(mask, { size })`,
    );
  }
  return positionsOfTrue(known.dataSync(), mask.shape).map((positions) => ({
    kind: "array",
    indices: fromNumbers(positions, [positions.length], "int32", mask),
  }));
}
