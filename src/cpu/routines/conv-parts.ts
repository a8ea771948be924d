import type { TypedArray } from "../../core/dtype.ts";
import type { ConvParams } from "../../core/routines.ts";
import { contiguousStrides } from "../../core/shape.ts";

/** Results of a convolution whose windows meet elements of the input with the same taps. */
export interface ConvPart {
  /** Positions among the results in ascending order; null for all of them. */
  readonly places: Int32Array | null;
  /** Positions in the window, ascending. */
  readonly taps: readonly number[];
}

/**
 * The results in parts. Between neighbours of an input dilated by d lie d - 1 gaps, so that of a
 * window only each d-th tap meets an element; which ones they are repeats along the results. There
 * is one part where nothing is dilated, and none for results without any tap, which are 0.
 */
export function convParts(
  window: readonly number[],
  results: readonly number[],
  { windowStrides, padding, lhsDilation, rhsDilation }: ConvParams,
): ConvPart[] {
  const taps = window.reduce((product, extent) => product * extent, 1);
  if (lhsDilation.every((d) => d === 1)) {
    return [{ places: null, taps: Array.from({ length: taps }, (_, tap) => tap) }];
  }
  let parts = [{ places: [0], taps: [0] }];
  const steps = contiguousStrides(results);
  const windowSteps = contiguousStrides(window);
  // Every list has one entry for each spatial axis.
  results.forEach((extent, axis) => {
    const stride = windowStrides[axis] as number;
    const d = lhsDilation[axis] as number;
    const low = (padding[axis] as readonly [number, number])[0];
    const period = d / gcd(stride, d);
    const along = Array.from({ length: Math.min(period, extent) }, (_, phase) => ({
      places: range(phase, extent, period),
      taps: range(0, window[axis] as number, 1).filter(
        (k) => (phase * stride + k * (rhsDilation[axis] as number) - low) % d === 0,
      ),
    }));
    const outer = (a: readonly number[], b: readonly number[], step: number): number[] =>
      a.flatMap((i) => b.map((j) => i + j * step));
    parts = parts.flatMap((part) =>
      along.map(({ places, taps: own }) => ({
        places: outer(part.places, places, steps[axis] as number),
        taps: outer(part.taps, own, windowSteps[axis] as number),
      })),
    );
  });
  return parts
    .filter((part) => part.taps.length > 0)
    .map((part) => ({ places: Int32Array.from(part.places), taps: part.taps }));
}

/** Weights of some taps only, in the order in which they lie: rows of `all` elements each. */
export function selectTaps(weights: TypedArray, taps: readonly number[], all: number): TypedArray {
  const rows = all === 0 ? 0 : weights.length / all;
  const chosen = scratch(rows * taps.length, weights);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    for (const tap of taps) chosen[next++] = weights[row * all + tap] as number; // inside its row
  }
  return chosen;
}

/** Memory of the same kind as some other. */
export function scratch(length: number, like: TypedArray): TypedArray {
  const Kind = like.constructor as new (length: number) => TypedArray; // what made `like`
  return new Kind(length);
}

/** Put rows of `columns` results at the places of a part, from its entry `first` on. */
export function spread(
  found: TypedArray,
  rows: number,
  columns: number,
  out: TypedArray,
  outAt: number,
  rowStep: number,
  places: Int32Array,
  first: number,
): void {
  for (let row = 0; row < rows; row++) {
    const to = outAt + row * rowStep;
    for (let j = 0; j < columns; j++) {
      out[to + (places[first + j] as number)] = found[row * columns + j] as number; // as many
    }
  }
}

function range(from: number, to: number, step: number): number[] {
  const list: number[] = [];
  for (let i = from; i < to; i += step) list.push(i);
  return list;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
