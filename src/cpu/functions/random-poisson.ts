import { lgamma } from "./gamma.ts";
import { Stream } from "./random-stream.ts";

const f = Math.fround;
const key = new Stream();
const spare = new Stream();
/** Rounds after which JAX gives up too. */
const maxRounds = 2 ** 31 - 1;

/**
 * Draw number `index` of the Poisson distribution of mean `rate`, in float32 arithmetic, from the
 * same bits as JAX: Knuth's product below 10, transformed rejection from there on.
 *
 * NaN for a NaN rate is the caller's business; a rate of 0 gives 0.
 * Source: Hörmann, The transformed rejection method for generating Poisson random variables (1993).
 */
export function randomPoisson(k0: number, k1: number, index: number, rate: number): number {
  if (rate === 0) return 0;
  key.from(k0, k1);
  return rate < 10 ? knuth(index, rate) : rejection(index, rate);
}

function knuth(index: number, rate: number): number {
  let count = 0;
  let log = 0;
  while (log > -rate && count < maxRounds) {
    count++;
    key.child(1, spare);
    log = f(log + f(Math.log(spare.uniform(index, "float32"))));
    key.child(0, key);
  }
  return count - 1;
}

function rejection(index: number, rate: number): number {
  const logRate = f(Math.log(rate));
  const b = f(f(0.931) + f(f(2.53) * f(Math.sqrt(rate))));
  const a = f(f(-0.059) + f(f(0.02483) * b));
  const inverse = f(f(1.1239) + f(f(1.1328) / f(b - f(3.4))));
  const limit = f(f(0.9277) - f(f(3.6224) / f(b - 2)));
  for (let round = 0; round < maxRounds; round++) {
    const u = f(key.child(1, spare).uniform(index, "float32") - 0.5);
    const v = key.child(2, spare).uniform(index, "float32");
    key.child(0, key);
    const shifted = f(0.5 - Math.abs(u));
    const slope = f(f(f(2 * a) / shifted) + b);
    const k = Math.floor(f(f(f(slope * u) + rate) + f(0.43)));
    if (shifted >= f(0.07) && v <= limit) return k;
    if (k < 0 || (shifted < f(0.013) && v > shifted)) continue;
    const s = f(Math.log(f(f(v * inverse) / f(f(a / f(shifted * shifted)) + b))));
    const t = f(f(-rate + f(k * logRate)) - f(lgamma(k + 1)));
    if (s <= t) return k;
  }
  return -1;
}
