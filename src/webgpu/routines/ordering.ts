import { Shader } from "../shader.ts";
import { orderLocally } from "./bitonic.ts";
import { orderByCounting } from "./counting.ts";
import type { OrderingKey, OrderingPass } from "./ordering-pass.ts";
import { orderByDigits } from "./radix.ts";
import type { Sequence } from "./sequence.ts";

/**
 * Positions of `count` columns of `extent` elements in the order of keys, the first of which counts
 * most; where all are equal, as they come. Gives the number of scratch that holds them, u32, column
 * after column.
 *
 * Each key is one stable pass, the last key first.
 */
export function orderedPositions(
  sequence: Sequence,
  count: number,
  extent: number,
  keys: readonly OrderingKey[],
): number {
  let before: number | null = null;
  for (const key of [...keys].reverse()) {
    const pass: OrderingPass = { count, extent, key, before };
    before = orderOf(extent)(sequence, pass);
  }
  return before ?? unordered(sequence, count, extent);
}

/** Longest columns in which each element may look at all the others. */
const longestCounted = 16;

/** Longest columns whose keys and positions a workgroup holds, padded to a power of two. */
const longestLocal = 512;

/** The way to order columns of some length. */
function orderOf(extent: number): (sequence: Sequence, pass: OrderingPass) => number {
  if (extent <= longestCounted) return orderByCounting;
  return extent <= longestLocal ? orderLocally : orderByDigits;
}

function unordered(sequence: Sequence, count: number, extent: number): number {
  const to = sequence.memory(count * extent);
  const shader = new Shader(sequence.context);
  const name = shader.scratch(to, "u32", "read_write");
  sequence.each("positions", shader, count * extent, [`${name}[e] = e % ${extent}u;`]);
  return to;
}
