import type { DType } from "../index.ts";

/** Relative and absolute tolerance of a comparison. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Distance from 1 to the next number of a float dtype; 0 for all others. */
export function unitRoundoff(dtype: DType): number {
  switch (dtype) {
    case "float64":
      return 2 ** -52;
    case "float32":
      return 2 ** -23;
    case "float16":
      return 2 ** -10;
    case "bfloat16":
      return 2 ** -7;
    default:
      return 0;
  }
}

/**
 * Tolerance for values that took `length` roundings each, such as sums of that many terms: 8 units
 * in the last place for each doubling of the length.
 */
export function valueTolerance(dtype: DType, length = 1): Tolerance {
  const unit = 8 * unitRoundoff(dtype) * (1 + Math.log2(Math.max(1, length)));
  return { rtol: unit, atol: unit };
}

/** Tolerance for derivatives against central differences, as JAX has it. */
export function gradientTolerance(dtype: DType): Tolerance {
  const tolerance =
    { float64: 1e-5, float32: 2e-3, float16: 1e-2, bfloat16: 1e-1 }[dtype as string] ?? 0;
  return { rtol: tolerance, atol: tolerance };
}
