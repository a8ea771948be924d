import type { NDArray } from "../core/value.ts";
import { bitcastWordsP } from "../lax/ops/convert.ts";
import { randomUnwrapP, randomWrapP } from "../lax/ops/keys.ts";
import { randomBinomialP, randomGammaP, randomPoissonP } from "../lax/ops/sampling.ts";
import { binomialDraws } from "./own-binomial.ts";
import { gammaDraws, poissonDraws } from "./own-samplers.ts";
import { onlyOut, operand, writer, writerOfKeys } from "./writer.ts";

/** The operands of a sampler of four. */
type Four = [NDArray, NDArray, NDArray, NDArray];

/** Keys, and draws that are rejected: loops until the last lane accepts. */
export const random = {
  randomWrap: writerOfKeys(randomWrapP, (_, { operands }) => operands),
  randomUnwrap: writerOfKeys(randomUnwrapP, (_, { operands }) => operands),
  bitcastWords: writer(bitcastWordsP, (e, { operands, outs }) => [
    e.typed("stablehlo.bitcast_convert", [operand(operands, 0)], "", onlyOut(outs)),
  ]),
  randomGamma: writer(randomGammaP, (e, { params, operands }) =>
    e.compose(operands, (xs) => {
      const [k0, k1, alpha] = xs as [NDArray, NDArray, NDArray]; // three operands
      return [gammaDraws(k0, k1, alpha, params.logSpace)];
    }),
  ),
  randomPoisson: writer(randomPoissonP, (e, { operands }) =>
    e.compose(operands, (xs) => [poissonDraws(...(xs as unknown as Four))]),
  ),
  randomBinomial: writer(randomBinomialP, (e, { operands }) =>
    e.compose(operands, (xs) => [binomialDraws(...(xs as unknown as Four))]),
  ),
};
