import type { RoutineEmitters } from "../routine.ts";
import { assemble } from "./assemble.ts";
import { dynamicSlice } from "./dynamic-slice.ts";
import { dynamicUpdateSlice } from "./dynamic-update-slice.ts";

/** Copies of boxes: padding, concatenation, and boxes at computed places. */
export const sliceRoutines = {
  assemble,
  dynamicSlice,
  dynamicUpdateSlice,
} satisfies RoutineEmitters;
