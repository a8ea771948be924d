import type { RoutineParams } from "../../core/routines.ts";
import { randomBinomial as binomialOf } from "../functions/random-binomial.ts";
import { randomGamma as gammaOf } from "../functions/random-gamma.ts";
import { randomPoisson as poissonOf } from "../functions/random-poisson.ts";
import { type SamplerDtype, Stream } from "../functions/random-stream.ts";
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

const randomBinomial: CpuRoutine<RoutineParams["randomBinomial"]> = (operands, [out]) => {
  const [k0, k1, counts, chances] = operands.map(rowMajor);
  if (out === undefined || k0 === undefined || k1 === undefined) return;
  if (counts === undefined || chances === undefined || k0.length === 0) return;
  const dtype = out.aval.dtype as SamplerDtype; // the primitive takes floats alone
  const size = counts.length / k0.length;
  const key = new Stream();
  for (let n = 0; n < k0.length; n++) {
    const [from, to] = [n * size, (n + 1) * size];
    key.from(k0[n] as number, k1[n] as number);
    out.data.set(
      binomialOf(key, counts.subarray(from, to), chances.subarray(from, to), dtype),
      from,
    );
  }
};

/** Samplers that reject: how many rounds they take depends on what they draw. */
export const samplingRoutines = {
  randomGamma,
  randomPoisson,
  randomBinomial,
} satisfies CpuRoutines;
