import { ShapeError } from "../../core/errors.ts";
import type { NDArray } from "../../core/value.ts";
import { reshape, rev } from "./layout.ts";
import { concatenate, slice } from "./slice.ts";

/** Associative operation on tuples of arrays, applied to many pairs of elements at once. */
export type Combine = (left: readonly NDArray[], right: readonly NDArray[]) => readonly NDArray[];

/**
 * Running results of an associative operation along `axis` of several arrays together.
 *
 * Element `k` of the results combines elements 0 to `k` (in reverse: `k` to the last, the later
 * one on the left) in a tree of depth 2 log2(n), which is what differentiation wants: the
 * results are a function of primitives alone. The arrays must have one extent along `axis`.
 *
 * @throws ShapeError if they have not.
 * Source: G. Blelloch, Prefix sums and their applications, 1990.
 */
export function associativeScan(
  combine: Combine,
  elems: readonly NDArray[],
  axis: number,
  reverse: boolean,
): readonly NDArray[] {
  const count = elems[0]?.shape[axis];
  if (count === undefined || elems.some((x) => x.shape[axis] !== count)) {
    throw new ShapeError(
      `lax.associativeScan: arrays of one extent along axis ${axis} are required, got ${elems
        .map((x) => x.aval)
        .join(" and ")}; slice or pad them`,
    );
  }
  const forward = reverse ? elems.map((x) => rev(x, [axis])) : elems;
  const results = scan(combine, forward, axis, count);
  return reverse ? results.map((x) => rev(x, [axis])) : results;
}

/**
 * Combine neighbours, scan the half as many pairs, which are the results at odd positions, and
 * combine each with the element after it for the even ones.
 */
function scan(
  combine: Combine,
  elems: readonly NDArray[],
  axis: number,
  count: number,
): readonly NDArray[] {
  if (count < 2) return elems;
  const half = count >> 1;
  const pairs = combine(
    elems.map((x) => every2nd(x, axis, 0, 2 * half)),
    elems.map((x) => every2nd(x, axis, 1, 2 * half)),
  );
  const odd = scan(combine, pairs, axis, half);
  const first = elems.map((x) => part(x, axis, 0, 1));
  const evens = count - half - 1; // even positions from 2 on
  if (evens === 0) return first.map((x, i) => concatenate([x, odd[i] as NDArray], axis)); // as many
  const rest = combine(
    odd.map((x) => part(x, axis, 0, evens)),
    elems.map((x) => every2nd(x, axis, 2, count)),
  );
  return first.map((x, i) => {
    // combine gives as many arrays as it gets
    const even = concatenate([x, rest[i] as NDArray], axis);
    return interleave(even, odd[i] as NDArray, axis);
  });
}

/** Elements of `even` and `odd` in turn; `even` has as many, or one more. */
function interleave(even: NDArray, odd: NDArray, axis: number): NDArray {
  const count = odd.shape[axis] as number; // an axis of both
  const shape = odd.shape;
  const column = shape.toSpliced(axis + 1, 0, 1);
  const columns = [part(even, axis, 0, count), odd].map((x) => reshape(x, column));
  const woven = reshape(concatenate(columns, axis + 1), shape.with(axis, 2 * count));
  if (even.shape[axis] === count) return woven;
  return concatenate([woven, part(even, axis, count, count + 1)], axis);
}

function part(x: NDArray, axis: number, start: number, limit: number): NDArray {
  if (start === 0 && limit === x.shape[axis]) return x;
  return slice(x, zeros(x).with(axis, start), x.shape.with(axis, limit));
}

function every2nd(x: NDArray, axis: number, start: number, limit: number): NDArray {
  const strides = x.shape.map((_, i) => (i === axis ? 2 : 1));
  return slice(x, zeros(x).with(axis, start), x.shape.with(axis, limit), strides);
}

function zeros(x: NDArray): number[] {
  return x.shape.map(() => 0);
}
