import type { RoutineEmitters } from "../routine.ts";
import { cholesky } from "./cholesky.ts";
import { triangularSolve } from "./triangular-solve.ts";

/** Triangular factors and solves. */
export const triangularRoutines = { cholesky, triangularSolve } satisfies RoutineEmitters;
