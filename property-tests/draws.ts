import fc from "fast-check";
import type { NDArray } from "udiff";
import { operand } from "./arbitraries/inputs.ts";
import type { Use } from "./uses.ts";

/** How often a law is tried on each use: there are hundreds of uses. */
export const runs: number = process.env.UDIFF_LAWS === "long" ? 12 : 1;

/** Operands of a use, drawn at random. */
export function operandsOf(use: Use): fc.Arbitrary<NDArray[]> {
  return fc.tuple(...use.inputs.map((i) => operand(i)));
}

/** Check that a law holds for operands of a use; the law throws where it does not. */
export function holds(use: Use, law: (xs: NDArray[], seed: number) => void): void {
  fc.assert(
    fc.property(operandsOf(use), fc.integer({ min: 1, max: 1_000_000 }), (xs, seed) => {
      law(xs, seed);
    }),
    { numRuns: runs },
  );
}
