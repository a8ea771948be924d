import type { ShapedArray } from "../../core/aval.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import type { AssembleParams } from "../../core/routines.ts";

/** Parameters of a slice, one entry for each axis; null stands for strides of 1. */
export interface SliceParams {
  readonly startIndices: readonly number[];
  readonly limitIndices: readonly number[];
  readonly strides: readonly number[] | null;
}

/** Padding of one axis: elements before, after, and between neighbours; negative ones crop. */
export type PaddingConfig = readonly (readonly [low: number, high: number, interior: number])[];

/** Parameters of a padding. */
export interface PadParams {
  readonly paddingConfig: PaddingConfig;
}

/** Parameters of a concatenation. */
export interface ConcatenateParams {
  readonly dimension: number;
}

/** Parameters of a split: extents of the results along `axis`. */
export interface SplitParams {
  readonly sizes: readonly number[];
  readonly axis: number;
}

/** Starts, limits and steps of a slice. */
export function bounds({
  startIndices,
  limitIndices,
  strides,
}: SliceParams): [readonly number[], readonly number[], readonly number[]] {
  return [startIndices, limitIndices, strides ?? startIndices.map(() => 1)];
}

/** @throws ShapeError unless 0 <= start <= limit <= extent and step >= 1; ArgumentError if one is no integer. */
export function checkSlice(x: ShapedArray, params: SliceParams): void {
  const [starts, limits, steps] = bounds(params);
  const got = `[${starts}] to [${limits}]${params.strides === null ? "" : ` by [${steps}]`} of ${x}`;
  const lists = [starts, limits, steps];
  if (lists.some((list) => list.length !== x.ndim)) {
    throw new ShapeError(
      `lax.slice: starts, limits and strides must have one entry for each of the ${x.ndim} axes, got ${got}; name every axis`,
    );
  }
  if (lists.some((list) => !list.every(Number.isSafeInteger))) {
    throw new ArgumentError(
      `lax.slice: starts, limits and strides must be integers, got ${got}; round them, or call lax.dynamicSlice with traced starts`,
    );
  }
  x.shape.forEach((extent, i) => {
    // The lists have one entry for each axis.
    const start = starts[i] as number;
    const limit = limits[i] as number;
    if (start < 0 || start > limit || limit > extent) {
      throw new ShapeError(
        `lax.slice: 0 <= start <= limit <= ${extent} is required on axis ${i}, got ${got}; negative and late bounds are for numpy`,
      );
    }
    if ((steps[i] as number) < 1) {
      throw new ShapeError(
        `lax.slice: strides must be at least 1, got ${got}; reverse with lax.rev`,
      );
    }
  });
}

/** @throws ShapeError, DTypeError or ArgumentError unless `config` and `value` fit `x`. */
export function checkPad(x: ShapedArray, value: ShapedArray, config: PaddingConfig): void {
  if (x.dtype !== value.dtype) {
    throw new DTypeError(
      `lax.pad: operand and value must share a dtype, got ${x} and ${value}; convert one with lax.convertElementType`,
    );
  }
  if (value.ndim !== 0) {
    throw new ShapeError(
      `lax.pad: the value must be a scalar, got ${value}; pad with one value, or concatenate`,
    );
  }
  if (config.length !== x.ndim) {
    throw new ShapeError(
      `lax.pad: one [low, high, interior] is required for each of the ${x.ndim} axes, got ${config.length} for ${x}; write [0, 0, 0] where nothing is added`,
    );
  }
  for (const entry of config) {
    if (entry.length !== 3 || !entry.every(Number.isSafeInteger) || entry[2] < 0) {
      throw new ArgumentError(
        `lax.pad: padding must be integers [low, high, interior] with interior from 0, got [${entry}]; crop with negative low and high`,
      );
    }
  }
}

/** The first operand. @throws ArgumentError, ShapeError or DTypeError unless the operands fit. */
export function checkConcatenate(xs: readonly ShapedArray[], dimension: number): ShapedArray {
  const [first] = xs;
  if (first === undefined) {
    throw new ArgumentError("lax.concatenate: at least one array is required, got none; pass one");
  }
  if (!Number.isInteger(dimension) || dimension < 0 || dimension >= first.ndim) {
    throw new ShapeError(
      `lax.concatenate: dimension must be an axis of the operands, got ${dimension} for ${first}; negative axes are for numpy`,
    );
  }
  for (const x of xs) {
    if (x.dtype !== first.dtype) {
      throw new DTypeError(
        `lax.concatenate: operands must share a dtype, got ${first} and ${x}; convert one with lax.convertElementType`,
      );
    }
    const fits =
      x.ndim === first.ndim &&
      x.shape.every((extent, i) => i === dimension || extent === first.shape[i]);
    if (!fits) {
      throw new ShapeError(
        `lax.concatenate: operands must agree on all axes but ${dimension}, got ${first} and ${x}; pad or slice one of them`,
      );
    }
  }
  return first;
}

/** Extent of a padded axis; negative if more is cropped than there is. */
export function paddedExtent(extent: number, entry: PaddingConfig[number] | undefined): number {
  const [low, high, interior] = entry ?? [0, 0, 0]; // as many entries as axes
  return low + high + extent + Math.max(extent - 1, 0) * interior;
}

/** The one part that a padding copies, cut to what is not cropped. */
export function padAssembly(shape: readonly number[], config: PaddingConfig): AssembleParams {
  const starts: number[] = [];
  const counts: number[] = [];
  const to: number[] = [];
  const toSteps: number[] = [];
  shape.forEach((extent, i) => {
    const [low, , interior] = config[i] as PaddingConfig[number]; // an entry for each axis
    const step = interior + 1;
    const end = paddedExtent(extent, config[i]);
    const first = low < 0 ? Math.ceil(-low / step) : 0;
    // Elements k with low + k*step below the end of the result.
    const limit = Math.min(extent, Math.ceil((end - low) / step));
    starts.push(first);
    counts.push(Math.max(limit - first, 0));
    to.push(low + first * step);
    toSteps.push(step);
  });
  const steps = shape.map(() => 1);
  return { fill: 1, parts: [{ operand: 0, starts, counts, steps, to, toSteps }] };
}
