import type { RoutineEmitters } from "../routine.ts";
import { words } from "./words.ts";

/** Reinterpretation of elements of two words. */
export const wordRoutines = { words } satisfies RoutineEmitters;
