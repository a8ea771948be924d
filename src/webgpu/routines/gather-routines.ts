import type { RoutineEmitters } from "../routine.ts";
import { gather } from "./gather.ts";
import { scatter } from "./scatter.ts";

/** Reads and writes of windows at computed places. */
export const gatherRoutines = { gather, scatter } satisfies RoutineEmitters;
