import type { RoutineEmitters } from "../routine.ts";
import { argReduce } from "./arg-reduce.ts";
import { cumulative } from "./cumulative.ts";

/** Reductions along one axis that are not one fold. */
export const reductionRoutines = { argReduce, cumulative } satisfies RoutineEmitters;
