import type { CpuRoutines } from "../routine.ts";
import { reduceWindow } from "./reduce-window.ts";
import { selectAndGatherAdd, selectAndScatterAdd } from "./select-windows.ts";

/** Reductions of windows, and where their extremes are. */
export const windowRoutines = {
  reduceWindow,
  selectAndScatterAdd,
  selectAndGatherAdd,
} satisfies CpuRoutines;
