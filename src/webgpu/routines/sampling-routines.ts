import type { RoutineEmitters } from "../routine.ts";
import { randomBinomial } from "./random-binomial.ts";
import { randomGamma } from "./random-gamma.ts";
import { randomPoisson } from "./random-poisson.ts";

/** Samplers that reject: how many rounds they take depends on what they draw. */
export const samplingRoutines = {
  randomBinomial,
  randomGamma,
  randomPoisson,
} satisfies RoutineEmitters;
