import type { NDArray } from "../core/value.ts";
import { add } from "../lax/ops/arith.ts";
import { lt, select } from "../lax/ops/compare.ts";
import { expandDims, rev, squeeze } from "../lax/ops/layout.ts";
import { concatenate, slice } from "../lax/ops/slice.ts";
import type { ParsedPart, RangePart } from "./index-parts.ts";
import { broadcastTogether } from "./promote.ts";

/** The part of an index that is known beforehand: a range of every axis. */
export interface Box {
  readonly ranges: readonly RangePart[];
  /** Axes that the index takes away: those of points. */
  readonly points: readonly number[];
}

/** The part of an index that arrays give, on what the box leaves. */
export interface ArrayIndex {
  /** Axes that the arrays index, counted after points are gone. */
  readonly axes: readonly number[];
  readonly arrays: readonly NDArray[];
  /** Where their axes stand in the result, new axes left out. */
  readonly position: number;
}

/** An index in two steps: a box, then arrays; new axes come last. */
export interface IndexPlan {
  readonly box: Box;
  readonly index: ArrayIndex | null;
  /** Positions of new axes in the result. */
  readonly fresh: readonly number[];
}

/** Plan of an index; see NumPy, "Combining advanced and basic indexing", for where axes go. */
export function planIndex(parts: readonly ParsedPart[], shape: readonly number[]): IndexPlan {
  const ranges: RangePart[] = [];
  const points: number[] = [];
  const axes: number[] = [];
  const arrays: NDArray[] = [];
  const advanced: number[] = []; // positions among the parts
  parts.forEach((part, i) => {
    const axis = ranges.length;
    if (part.kind === "new") return;
    if (part.kind === "range") {
      ranges.push(part);
      return;
    }
    advanced.push(i);
    if (part.kind === "point") {
      ranges.push({ kind: "range", start: part.index, count: 1, step: 1 });
      points.push(axis);
      return;
    }
    ranges.push({ kind: "range", start: 0, count: shape[axis] as number, step: 1 }); // an axis
    axes.push(axis - points.length);
    arrays.push(part.indices);
  });
  const box = { ranges, points };
  if (arrays.length === 0) return { box, index: null, fresh: freshAxes(parts, -1, 0) };
  const rank = Math.max(...arrays.map((x) => x.ndim));
  const [first = 0] = advanced;
  const together = advanced.every((at, i) => at === first + i);
  const front = together ? first : -1;
  const before = parts.slice(0, Math.max(front, 0)).filter((part) => part.kind === "range").length;
  return { box, index: { axes, arrays, position: before }, fresh: freshAxes(parts, front, rank) };
}

/** Where new axes stand in a result that has `rank` axes of arrays in place of part `front`. */
function freshAxes(parts: readonly ParsedPart[], front: number, rank: number): number[] {
  const fresh: number[] = [];
  let next = front < 0 ? rank : 0;
  parts.forEach((part, i) => {
    if (i === front) next += rank;
    if (part.kind === "new") fresh.push(next);
    if (part.kind === "new" || part.kind === "range") next += 1;
  });
  return fresh;
}

/** First and last element of a range, whichever way it runs. */
export function spanOf({ start, count, step }: RangePart): readonly [low: number, limit: number] {
  if (count === 0) return [0, 0];
  const end = start + step * (count - 1);
  return [Math.min(start, end), Math.max(start, end) + 1];
}

/** Axes of a box that run backwards. */
export function backwardAxes({ ranges }: Box): number[] {
  return ranges.flatMap(({ step, count }, axis) => (step < 0 && count > 1 ? [axis] : []));
}

/** Whether a box is the whole array. */
export function isWhole({ ranges }: Box, shape: readonly number[]): boolean {
  return ranges.every(({ count, step }, axis) => count === shape[axis] && (step > 0 || count < 2));
}

/** Elements of `x` in a box, axes of points included. */
export function readBox(x: NDArray, box: Box): NDArray {
  if (isWhole(box, x.shape)) return x;
  const spans = box.ranges.map(spanOf);
  const part = slice(
    x,
    spans.map(([low]) => low),
    spans.map(([, limit]) => limit),
    box.ranges.map(({ step }) => Math.abs(step)),
  );
  return rev(part, backwardAxes(box));
}

/** `x` without the axes of points. */
export function dropPoints(x: NDArray, box: Box): NDArray {
  return box.points.length === 0 ? x : squeeze(x, box.points);
}

/** Index arrays broadcast together, negative ones wrapped once, as vectors in a last axis. */
export function indexVectors(
  where: string,
  { axes, arrays }: ArrayIndex,
  shape: readonly number[],
): NDArray {
  const columns = broadcastTogether(where, arrays).map((indices, i) => {
    const extent = shape[axes[i] as number] as number; // one axis for each array
    const wrapped = select(lt(indices, 0), add(indices, extent), indices);
    return expandDims(wrapped, [indices.ndim]);
  });
  const [only] = columns as [NDArray, ...NDArray[]]; // there is at least one array
  return columns.length === 1 ? only : concatenate(columns, only.ndim - 1);
}

/** Axes of a result with `rank` axes of arrays at `position` that belong to the operand. */
export function windowAxes(count: number, rank: number, position: number): number[] {
  return Array.from({ length: count }, (_, i) => (i < position ? i : i + rank));
}
