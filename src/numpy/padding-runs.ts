import type { NDArray } from "../core/value.ts";
import { rev } from "../lax/ops/layout.ts";
import { stretch } from "./promote.ts";
import { sliceAlong } from "./stacking.ts";

/** Which element stands at position `i`, which may lie outside. */
export function placeOf(i: number, extent: number, mode: string): number {
  const modulo = (period: number): number => ((i % period) + period) % period;
  if (mode === "wrap") return modulo(extent);
  if (mode === "reflect" && extent > 1) {
    const place = modulo(2 * extent - 2);
    return place < extent ? place : 2 * extent - 2 - place;
  }
  if (mode === "symmetric") {
    const place = modulo(2 * extent);
    return place < extent ? place : 2 * extent - 1 - place;
  }
  return Math.min(Math.max(i, 0), extent - 1);
}

/** Neighbouring places at one distance: forwards, backwards, or one place again and again. */
export interface Run {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Places in order as runs, each as long as it can be. */
export function runsOf(places: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    const step = run === undefined ? 2 : place - (run.start + run.step * (run.count - 1));
    const continues =
      run !== undefined && Math.abs(step) < 2 && (run.count === 1 || step === run.step);
    if (continues) runs[runs.length - 1] = { start: run.start, step, count: run.count + 1 };
    else runs.push({ start: place, step: 0, count: 1 });
  }
  return runs;
}

/** The slices of `x` along an axis that a run names. */
export function readRun(x: NDArray, dim: number, { start, step, count }: Run): NDArray {
  if (step === 0) {
    return stretch(sliceAlong(x, dim, start, start + 1), x.shape.with(dim, count));
  }
  if (step > 0) return sliceAlong(x, dim, start, start + count);
  return rev(sliceAlong(x, dim, start - count + 1, start + 1), [dim]);
}

/** The slice at `index`, `count` times. */
export function edge(x: NDArray, dim: number, index: number, count: number): NDArray {
  return stretch(sliceAlong(x, dim, index, index + 1), x.shape.with(dim, count));
}
