import type { RoutineEmitters } from "../routine.ts";
import { reduceWindow } from "./reduce-window.ts";
import { selectAndGatherAdd, selectAndScatterAdd } from "./select-windows.ts";

/** Reductions over windows and what they select. */
export const windowRoutines: RoutineEmitters = {
  reduceWindow,
  selectAndScatterAdd,
  selectAndGatherAdd,
};
