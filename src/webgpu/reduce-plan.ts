import type { Kernel } from "../kernel/kernel.ts";
import type { Features } from "./step.ts";

/**
 * How the points of a reduction are shared out. A workgroup has `rows` totals with `lanes`
 * invocations each, which take turns along the reduced axes. Where there are few totals with much
 * to add, each is cut in `parts`, which are workgroups of their own.
 */
export interface ReducePlan {
  readonly rows: number;
  readonly lanes: number;
  /** Whether neighbours in a workgroup have different totals, not different points of one. */
  readonly across: boolean;
  readonly parts: number;
}

/** Invocations of a workgroup. */
const workgroup = 64;

/** The same on a processor, whose threads take whole workgroups. */
const processorGroup = 32;

/** Points that one workgroup takes of a total that is cut. */
const pointsOfPart = 4096;

/** Totals from which on each may be one invocation's. */
const manyTotals = 1024;

/** Most parts of a total: what one workgroup adds up again. */
const mostParts = 1024;

/** Totals that keep a processor busy with one invocation each: for it, barriers are dear. */
const fewTotals = 128;

/** The plan for so many totals of so many points. */
export function planReduce(
  totals: number,
  points: number,
  across: boolean,
  features: Features,
): ReducePlan {
  if (points > 4 * pointsOfPart && totals * workgroup < manyTotals * 16) {
    const parts = Math.min(mostParts, Math.ceil(points / pointsOfPart));
    return { rows: 1, lanes: workgroup, across: false, parts };
  }
  return wholeRows(totals, points, across, features);
}

/** The plan that cuts no total in parts. */
export function wholeRows(
  totals: number,
  points: number,
  across: boolean,
  { processor }: Features,
): ReducePlan {
  if (processor && totals >= fewTotals) return { rows: processorGroup, lanes: 1, across, parts: 1 };
  const most = across ? (totals >= manyTotals ? 1 : 16) : workgroup;
  const lanes = Math.min(most, 2 ** Math.floor(Math.log2(Math.max(1, points / 8))));
  return { rows: workgroup / lanes, lanes, across, parts: 1 };
}

/** Stages in runs of neighbours that do not read one another: each run is one loop. */
export function batchesOf({ stages }: Kernel, reads: (stage: number) => number[]): number[][] {
  const batches: number[][] = [];
  stages.forEach((_, stage) => {
    const last = batches.at(-1);
    if (last === undefined || reads(stage).some((read) => last.includes(read))) {
      batches.push([stage]);
    } else last.push(stage);
  });
  return batches;
}
