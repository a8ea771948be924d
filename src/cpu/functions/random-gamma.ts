import { rounding, type SamplerDtype, Stream } from "./random-stream.ts";

const key = new Stream();
const next = new Stream();
const spare = new Stream();

/**
 * One draw of the gamma distribution with exponent `alpha` and rate 1, or its logarithm.
 *
 * Rounded after each operation, from the same bits as JAX: a rejection loop of Marsaglia and Tsang,
 * with a boost for exponents below 1, whose logarithm stays exact where the draw itself underflows.
 * Source: Marsaglia and Tsang, A simple method for generating gamma variables (2000).
 */
export function randomGamma(
  k0: number,
  k1: number,
  alpha: number,
  dtype: SamplerDtype,
  logSpace: boolean,
): number {
  if (!(alpha > 0)) return alpha === 0 ? (logSpace ? -Infinity : 0) : Number.NaN;
  const r = rounding(dtype);
  const boosted = alpha >= 1 ? alpha : r(alpha + 1);
  const third = r(1 / 3);
  const d = r(boosted - third);
  const c = r(third / r(Math.sqrt(d)));
  key.from(k0, k1);
  key.child(1, spare);
  const [s0, s1] = [spare.k0, spare.k1];
  key.child(0, key);
  let v = 1;
  for (;;) {
    // Keys 0 to 2: the loop's next, the normal draws', the uniform draw's.
    key.child(2, spare);
    const u = spare.uniform(0, dtype);
    key.child(1, next);
    key.child(0, key);
    let x = 0;
    let cube = -1;
    while (cube <= 0) {
      next.child(1, spare);
      x = spare.normal(0, dtype);
      next.child(0, next);
      cube = r(1 + r(x * c));
    }
    const square = r(x * x);
    v = r(r(cube * cube) * cube);
    const squeeze = r(1 - r(r(0.0331) * r(square * square)));
    if (u < squeeze) break;
    const bound = r(r(square * 0.5) + r(d * r(r(1 - v) + r(Math.log(v)))));
    if (r(Math.log(u)) < bound) break;
  }
  const u = spare.from(s0, s1).uniform(0, dtype);
  if (logSpace) {
    const log = r(Math.log1p(-u));
    const boost = alpha >= 1 || log === 0 ? 0 : r(log * r(1 / alpha));
    return r(r(r(Math.log(d)) + r(Math.log(v))) + boost);
  }
  const boost = alpha >= 1 ? 1 : r(r(1 - u) ** r(1 / alpha));
  return r(r(d * v) * boost);
}
