import type { RoutineEmitters } from "../routine.ts";
import { conv } from "./conv.ts";
import { dot } from "./dot.ts";

/** Products over axes. */
export const productRoutines: RoutineEmitters = { dot, conv };
