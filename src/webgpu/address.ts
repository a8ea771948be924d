import { isContiguous, type View } from "../core/view.ts";

/**
 * Texts of addresses. Everything is u32 and wraps: a negative stride subtracts, and what is below
 * zero on the way comes back before the end, since every address is inside its buffer.
 */

/** An axis of a loop, and how far its neighbours are apart in some array. */
export interface Run {
  readonly extent: number;
  readonly stride: number;
}

/**
 * The same addresses with as few axes as possible: neighbours joined, extents of 1 left out; none
 * where there is nothing to address.
 */
export function joinRuns(runs: readonly Run[]): Run[] {
  if (runs.some(({ extent }) => extent === 0)) return [];
  const joined: Run[] = [];
  for (const run of runs) {
    if (run.extent === 1) continue;
    const last = joined.at(-1);
    if (last !== undefined && last.stride === run.stride * run.extent) {
      joined[joined.length - 1] = { extent: last.extent * run.extent, stride: run.stride };
    } else joined.push(run);
  }
  return joined;
}

/**
 * What position `index`, text of a u32 that counts through the axes in row-major order, adds to an
 * address: pieces for `sumText`.
 */
export function runTerms(index: string, runs: readonly Run[]): string[] {
  const joined = joinRuns(runs);
  const terms: string[] = [];
  let step = 1;
  for (let axis = joined.length - 1; axis >= 0; axis--) {
    const { extent, stride } = joined[axis] as Run; // axis runs over the list
    if (stride !== 0) {
      const quotient = step === 1 ? index : `${index} / ${step}u`;
      // The first axis takes what is left: no index is above the product of the extents.
      const place = axis === 0 ? quotient : `${quotient} % ${extent}u`;
      terms.push(scaled(place, stride));
    }
    step *= extent;
  }
  return terms;
}

/** Piece for `sumText`: `place`, text of a u32, times a stride. */
export function scaled(place: string, stride: number): string {
  const size = Math.abs(stride);
  const sign = stride < 0 ? "-" : "+";
  return size === 1 ? `${sign} ${place}` : `${sign} ${place} * ${size}u`;
}

/** Text of the u32 sum of an integer and of pieces that each start with their sign. */
export function sumText(offset: number, terms: readonly string[]): string {
  const [first] = terms;
  if (first === undefined) return `${offset >>> 0}u`;
  const sum = terms.join(" ");
  if (offset !== 0) return `${offset >>> 0}u ${sum}`;
  return first.startsWith("+") ? sum.slice(2) : `0u ${sum}`;
}

/** Address of the element at `index`, text of a u32, in row-major order of a view. */
export function addressText({ shape, strides, offset }: View, index: string): string {
  if (isContiguous({ shape, strides, offset })) {
    return offset === 0 ? index : `${index} + ${offset}u`;
  }
  // A view has one stride for each extent.
  const runs = shape.map((extent, axis) => ({ extent, stride: strides[axis] as number }));
  return sumText(offset, runTerms(index, runs));
}
