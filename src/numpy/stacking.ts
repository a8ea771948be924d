import { checkDtype, type DType } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxis, sameShape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { expandDims, reshape, squeeze } from "../lax/ops/layout.ts";
import { concatenate as laxConcatenate, slice as laxSlice } from "../lax/ops/slice.ts";
import { promote, toArray } from "./promote.ts";
import { atleast1d, atleast2d, atleast3d, ravel } from "./shape.ts";

/** Options of functions that join arrays. */
export interface JoinOptions {
  /** Axis to join along; 0. */
  axis?: number | null | undefined;
  /** Dtype of the result; otherwise arrays are promoted. */
  dtype?: DType | undefined;
}

const joinNames = ["axis", "dtype"];

function joined(where: string, arrays: readonly ArrayLike[], dtype: DType | undefined): NDArray[] {
  if (!Array.isArray(arrays) || arrays.length === 0) {
    throw new ArgumentError(
      `${where}: a list of at least one array is required, got none; pass [x, ...]`,
    );
  }
  if (dtype === undefined) return promote(where, arrays);
  const wanted = checkDtype(dtype, where);
  return arrays.map((x: ArrayLike) => convertElementType(toArray(where, x), wanted));
}

/**
 * Arrays joined along an existing axis; null flattens them first.
 *
 * @throws ShapeError if they differ elsewhere, or have no axis.
 */
export function concatenate(arrays: readonly ArrayLike[], options?: JoinOptions): NDArray {
  checkOptions("numpy.concatenate", options, joinNames);
  const parts = joined("numpy.concatenate", arrays, options?.dtype);
  if (options?.axis === null) return laxConcatenate(parts.map(ravel), 0);
  return joinAlong("numpy.concatenate", parts, options?.axis ?? 0);
}

function joinAlong(where: string, parts: readonly NDArray[], axis: number): NDArray {
  const [first] = parts;
  if (first === undefined || first.ndim === 0) {
    throw new ShapeError(`${where}: arrays with an axis are required, got scalars; use stack`);
  }
  const dim = normalizeAxis(axis, first.ndim, where);
  for (const part of parts) {
    const fits =
      part.ndim === first.ndim && part.shape.every((n, i) => i === dim || n === first.shape[i]);
    if (fits) continue;
    throw new ShapeError(
      `${where}: arrays must agree but along axis ${axis}, got ${first.aval} and ${part.aval}; reshape or pad one`,
    );
  }
  return laxConcatenate(parts, dim);
}

/** Arrays of one shape joined along a new axis. @throws ShapeError if their shapes differ. */
export function stack(arrays: readonly ArrayLike[], options?: JoinOptions): NDArray {
  checkOptions("numpy.stack", options, joinNames);
  const parts = joined("numpy.stack", arrays, options?.dtype);
  const [first] = parts as [NDArray, ...NDArray[]]; // there is at least one
  const other = parts.find((x) => !sameShape(x.shape, first.shape));
  if (other !== undefined) {
    throw new ShapeError(
      `numpy.stack: arrays must share a shape, got ${first.aval} and ${other.aval}; use concatenate`,
    );
  }
  const dim = normalizeAxis(options?.axis ?? 0, first.ndim + 1, "numpy.stack");
  return laxConcatenate(
    parts.map((x) => expandDims(x, [dim])),
    dim,
  );
}

/** Slices of `x` along an axis, which they lose. */
export function unstack(x: ArrayLike, options?: { axis?: number | undefined }): NDArray[] {
  checkOptions("numpy.unstack", options, ["axis"]);
  const a = toArray("numpy.unstack", x);
  const dim = normalizeAxis(options?.axis ?? 0, a.ndim, "numpy.unstack");
  const extent = a.shape[dim] as number; // an axis of a
  return Array.from({ length: extent }, (_, i) => squeeze(sliceAlong(a, dim, i, i + 1), [dim]));
}

/** Elements `start` to `limit - 1` along one axis. */
export function sliceAlong(x: NDArray, dim: number, start: number, limit: number): NDArray {
  return laxSlice(
    x,
    x.shape.map((_, i) => (i === dim ? start : 0)),
    x.shape.map((n, i) => (i === dim ? limit : n)),
  );
}

/** Arrays stacked downwards: vectors are rows. */
export function vstack(arrays: readonly ArrayLike[]): NDArray {
  const parts = joined("numpy.vstack", arrays, undefined).map((x) => atleast2d(x));
  return joinAlong("numpy.vstack", parts, 0);
}

/** Arrays side by side: along the second axis, vectors along the first. */
export function hstack(arrays: readonly ArrayLike[]): NDArray {
  const parts = joined("numpy.hstack", arrays, undefined).map((x) => atleast1d(x));
  return joinAlong("numpy.hstack", parts, parts[0]?.ndim === 1 ? 0 : 1);
}

/** Arrays stacked along the third axis. */
export function dstack(arrays: readonly ArrayLike[]): NDArray {
  const parts = joined("numpy.dstack", arrays, undefined).map((x) => atleast3d(x));
  return joinAlong("numpy.dstack", parts, 2);
}

/** Vectors as columns, matrices side by side. */
export function columnStack(arrays: readonly ArrayLike[]): NDArray {
  const parts = joined("numpy.columnStack", arrays, undefined).map((x) =>
    x.ndim < 2 ? reshape(x, [x.size, 1]) : x,
  );
  return joinAlong("numpy.columnStack", parts, 1);
}

/** `values` joined to the end of `x`; both are flattened unless an axis is given. */
export function append(
  x: ArrayLike,
  values: ArrayLike,
  options?: { axis?: number | null | undefined },
): NDArray {
  checkOptions("numpy.append", options, ["axis"]);
  return concatenate(
    [x, values].map((a) => (options?.axis == null ? ravel(a) : a)),
    {
      axis: options?.axis ?? 0,
    },
  );
}

/** Nested lists of arrays for `block`. */
export type Blocks = ArrayLike | readonly Blocks[];

/** Array put together from blocks: the innermost lists join along the last axis, and so on out. */
export function block(blocks: Blocks): NDArray {
  const depthOf = (b: Blocks): number => (isList(b) ? 1 + Math.max(0, ...b.map(depthOf)) : 0);
  const depth = depthOf(blocks);
  const rankOf = (b: Blocks): number =>
    isList(b) ? Math.max(...b.map(rankOf)) : toArray("numpy.block", b).ndim;
  const rank = Math.max(depth, rankOf(blocks));
  const build = (b: Blocks, level: number): NDArray => {
    if (!isList(b)) {
      const a = toArray("numpy.block", b);
      return reshape(a, [...Array<number>(rank - a.ndim).fill(1), ...a.shape]);
    }
    const parts = b.map((inner) => build(inner, level + 1));
    return joinAlong("numpy.block", joined("numpy.block", parts, undefined), rank - depth + level);
  };
  return build(blocks, 0);
}

function isList(b: Blocks): b is readonly Blocks[] {
  return Array.isArray(b);
}
