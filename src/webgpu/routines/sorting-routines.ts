import type { RoutineEmitters } from "../routine.ts";
import { sort } from "./sort.ts";
import { topK } from "./top-k.ts";

/** Sorting and selection. */
export const sortingRoutines = { sort, topK } satisfies RoutineEmitters;
