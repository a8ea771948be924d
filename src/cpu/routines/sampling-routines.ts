import type { RoutineParams } from "../../core/routines.ts";
import { randomGamma as gammaOf } from "../functions/random-gamma.ts";
import { randomPoisson as poissonOf } from "../functions/random-poisson.ts";
import type { SamplerDtype } from "../functions/random-stream.ts";
import { type CpuRoutine, type CpuRoutines, rowMajor } from "../routine.ts";

// Operands and results of both are arrays of one shape, so positions below are within all of them.

const randomGamma: CpuRoutine<RoutineParams["randomGamma"]> = (operands, [out], { logSpace }) => {
  const [k0, k1, alpha] = operands.map(rowMajor);
  if (out === undefined || k0 === undefined || k1 === undefined || alpha === undefined) return;
  const dtype = out.aval.dtype as SamplerDtype; // the primitive takes floats alone
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = gammaOf(k0[i] as number, k1[i] as number, alpha[i] as number, dtype, logSpace);
  }
};

const randomPoisson: CpuRoutine<RoutineParams["randomPoisson"]> = (operands, [out]) => {
  const [k0, k1, index, rate] = operands.map(rowMajor);
  if (out === undefined || k0 === undefined || k1 === undefined) return;
  if (index === undefined || rate === undefined) return;
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = poissonOf(
      k0[i] as number,
      k1[i] as number,
      index[i] as number,
      rate[i] as number,
    );
  }
};

/** Samplers that reject: how many rounds they take depends on what they draw. */
export const samplingRoutines = { randomGamma, randomPoisson } satisfies CpuRoutines;
