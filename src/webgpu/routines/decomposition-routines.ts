import type { RoutineEmitters } from "../routine.ts";
import { eigh } from "./eigh.ts";
import { geqp3, geqrf, householderProduct } from "./householder.ts";
import { lu, pivotsToPermutation } from "./lu.ts";
import { svd } from "./svd.ts";
import { tridiagonalSolve } from "./tridiagonal.ts";

/** Decompositions of matrices. */
export const decompositionRoutines = {
  eigh,
  geqp3,
  geqrf,
  householderProduct,
  lu,
  pivotsToPermutation,
  svd,
  tridiagonalSolve,
} satisfies RoutineEmitters;
