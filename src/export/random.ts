import { bitcastWordsP } from "../lax/ops/convert.ts";
import { randomUnwrapP, randomWrapP } from "../lax/ops/keys.ts";
import { onlyOut, operand, refused, writer, writerOfKeys } from "./writer.ts";

const rejection =
  "its sampler draws again until it accepts, lane by lane, which has no portable form here; draw it before the program and pass it as an argument";

/** Keys, and what is drawn by other means than arithmetic on words. */
export const random = {
  randomWrap: writerOfKeys(randomWrapP, (_, { operands }) => operands),
  randomUnwrap: writerOfKeys(randomUnwrapP, (_, { operands }) => operands),
  bitcastWords: writer(bitcastWordsP, (e, { operands, outs }) => [
    e.typed("stablehlo.bitcast_convert", [operand(operands, 0)], "", onlyOut(outs)),
  ]),
  randomGamma: refused(rejection),
  randomPoisson: refused(rejection),
  randomBinomial: refused(rejection),
};
