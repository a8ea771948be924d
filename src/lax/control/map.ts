import { ArgumentError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { unflatten } from "../../core/pytree.ts";
import type { NDArray } from "../../core/value.ts";
import {
  type AnyFunction,
  checkFunction,
  describe,
  flattenArrays,
} from "../../transforms/flatten.ts";
import type { Given } from "../../transforms/signatures.ts";
import { vmap } from "../../transforms/vmap.ts";
import { reshape } from "../ops/layout.ts";
import { concatenate, slice } from "../ops/slice.ts";
import { scan, scanLength } from "./scan.ts";

/** Options of `map`. */
export interface MapOptions {
  /** How many slices are computed at once, by `vmap`; one by default. */
  readonly batchSize?: number | undefined;
}

/**
 * Results of `f` on the slices of `xs` along the leading axis, stacked: a `scan` without a carry.
 *
 * Computes as `vmap(f)(xs)` does, in less memory: one slice after the other, or `batchSize` of
 * them at a time.
 */
export function map<X, Y>(f: (x: Given<X>) => Y, xs: X, options: MapOptions = {}): Given<Y> {
  const where = "lax.map";
  checkFunction(f, where);
  checkOptions(where, options, ["batchSize"]);
  const { batchSize } = options;
  if (batchSize === undefined) {
    return scan((_: null, x): [null, Y] => [null, f(x as Given<X>)], null, xs)[1]; // a slice of `xs`
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new ArgumentError(
      `${where}: batchSize must be an integer from 1, got ${describe(batchSize)}; leave it out for one at a time`,
    );
  }
  const flat = flattenArrays(xs, where, "xs");
  const length = scanLength(where, flat, undefined);
  const blocks = Math.floor(length / batchSize);
  const whole = blocks * batchSize;
  const part = (change: (x: NDArray) => NDArray): Given<X> =>
    unflatten(flat.treeDef, flat.arrays.map(change)) as Given<X>; // of the structure of `xs`
  const cut = (x: NDArray, from: number, to: number): NDArray =>
    slice(
      x,
      x.shape.map((_, i) => (i === 0 ? from : 0)),
      x.shape.with(0, to),
    );
  const batched = vmap(f as AnyFunction) as (x: Given<X>) => Given<Y>; // one argument in and out
  const pieces: Given<Y>[] = [];
  if (blocks > 0 || length === 0) {
    const folded = part((x) => reshape(cut(x, 0, whole), [blocks, batchSize, ...x.shape.slice(1)]));
    const ys = map(batched as (x: unknown) => unknown, folded);
    pieces.push(
      mapArrays(ys, (y) => reshape(y, [whole, ...y.shape.slice(2)])) as Given<Y>, // same structure
    );
  }
  if (whole < length) pieces.push(batched(part((x) => cut(x, whole, length))));
  const [first, rest] = pieces;
  if (rest === undefined) return first as Given<Y>; // one piece at least
  const left = flattenArrays(rest, where, "the result").arrays;
  let next = 0;
  // Both pieces are what `f` gives, mapped.
  return mapArrays(first, (y) => concatenate([y, left[next++] as NDArray], 0)) as Given<Y>;
}

function mapArrays(tree: unknown, change: (x: NDArray) => NDArray): unknown {
  const { arrays, treeDef } = flattenArrays(tree, "lax.map", "the result");
  return unflatten(treeDef, arrays.map(change));
}
