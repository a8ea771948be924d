import { rounding, type SamplerDtype, Stream } from "./random-stream.ts";

/** Rounds after which nothing more is tried. */
const maxRounds = 2 ** 31 - 1;

/** ln k! less Stirling's formula, for k from 0 to 9. */
const stirlingTails = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
  0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.010411265261972,
  0.00925546218271273, 0.00833056343336287,
];

/**
 * Binomial draws under one key: of `counts[i]` trials with chance `chances[i]`, in the arithmetic
 * of the dtype and from the bits of JAX.
 *
 * Draws of large mean are rejected together, as in JAX: all are drawn anew until each has been
 * accepted once, and the last accepted one counts. NaN where a parameter makes no sense.
 * Sources: Kachitvichyanukul and Schmeiser, Binomial random variate generation (1988); Hörmann, The
 * generation of binomial random variates (1993).
 */
export function randomBinomial(
  key: Stream,
  counts: ArrayLike<number>,
  chances: ArrayLike<number>,
  dtype: SamplerDtype,
): Float64Array {
  const f = rounding(dtype);
  const size = counts.length;
  const out = new Float64Array(size);
  const rarer = Float64Array.from(chances, (p) => (p < 0.5 ? p : f(1 - p)));
  const usable = rarer.map((q) => (q >= 0 ? q : f(0.01)));
  const whole = Float64Array.from(counts, Math.floor);
  const inverts = (i: number): boolean => {
    const count = counts[i] as number; // i is below the size here and in what follows
    return !(count >= 0 && count < Infinity) || f(count * (usable[i] as number)) <= 10;
  };
  const rejected: number[] = [];
  for (let i = 0; i < size; i++) {
    if (whole[i] === Infinity) continue; // no draws add up to more
    if (inverts(i)) out[i] = inversion(key, i, whole[i] as number, usable[i] as number, dtype);
    else rejected.push(i);
  }
  if (rejected.length > 0) {
    const drawn = rejection(
      key,
      whole.map((count, i) => (inverts(i) ? 1e4 : count)),
      usable.map((q, i) => (inverts(i) ? 0.5 : q)),
      dtype,
    );
    for (const i of rejected) out[i] = drawn[i] as number;
  }
  for (let i = 0; i < size; i++) {
    const count = counts[i] as number;
    if (!(count >= 0) || !((rarer[i] as number) >= 0)) out[i] = Number.NaN;
    else if (count === Number.POSITIVE_INFINITY) out[i] = count;
    else if (!((chances[i] as number) < 0.5)) out[i] = f((whole[i] as number) - (out[i] as number));
  }
  return out;
}

/** Add geometric draws until they exceed the number of trials. */
function inversion(
  start: Stream,
  i: number,
  count: number,
  q: number,
  dtype: SamplerDtype,
): number {
  const f = rounding(dtype);
  const logMiss = f(Math.log1p(-q));
  const key = new Stream().from(start.k0, start.k1);
  const spare = new Stream();
  let draws = 0;
  let sum = 0;
  for (let round = 0; sum <= count && round < maxRounds; round++) {
    const u = key.child(0, spare).uniform(i, dtype);
    key.child(1, key);
    draws++;
    sum = f(sum + Math.ceil(f(f(Math.log(u)) / logMiss)));
  }
  return draws - 1;
}

/** Transformed rejection for all elements together. */
function rejection(
  start: Stream,
  counts: Float64Array,
  chances: Float64Array,
  dtype: SamplerDtype,
): Float64Array {
  const out = new Float64Array(counts.length).fill(-1);
  const shapes = Array.from(counts, (count, i) => new Hat(count, chances[i] as number, dtype));
  const accepted = new Uint8Array(counts.length);
  let open = counts.length;
  const key = new Stream().from(start.k0, start.k1);
  const [forU, forV] = [new Stream(), new Stream()];
  for (let round = 0; open > 0 && round < maxRounds; round++) {
    key.child(1, forU);
    key.child(2, forV);
    key.child(0, key);
    shapes.forEach((hat, i) => {
      const k = hat.propose(forU.uniform(i, dtype), forV.uniform(i, dtype));
      if (k === null) return;
      out[i] = k;
      if (accepted[i] === 0) open--;
      accepted[i] = 1;
    });
  }
  return out;
}

/** The curve above the probabilities of one binomial distribution, under which points are drawn. */
class Hat {
  private readonly f: (x: number) => number;
  private readonly count: number;
  private readonly a: number;
  private readonly b: number;
  private readonly c: number;
  private readonly limit: number;
  private readonly odds: number;
  private readonly alpha: number;
  private readonly mode: number;

  constructor(count: number, p: number, dtype: SamplerDtype) {
    const f = rounding(dtype);
    const mean = f(count * p);
    const deviation = f(Math.sqrt(f(mean * f(1 - p))));
    const b = f(f(1.15) + f(f(2.53) * deviation));
    this.f = f;
    this.count = count;
    this.b = b;
    this.a = f(f(f(-0.0873) + f(f(0.0248) * b)) + f(f(0.01) * p));
    this.c = f(mean + 0.5);
    this.limit = f(f(0.92) - f(f(4.2) / b));
    this.odds = f(p / f(1 - p));
    this.alpha = f(f(f(2.83) + f(f(5.1) / b)) * deviation);
    this.mode = Math.floor(f(f(count + 1) * p));
  }

  /** The draw that two uniform numbers give, or null where it is rejected. */
  propose(uniform: number, v: number): number | null {
    const { f, a, b, c, count, mode } = this;
    const u = f(uniform - 0.5);
    const us = f(0.5 - Math.abs(u));
    const k = Math.floor(f(f(f(f(f(2 * a) / us) + b) * u) + c));
    if (us >= f(0.07) && v <= this.limit) return k;
    if (k < 0 || k > count) return null;
    const height = f(Math.log(f(f(v * this.alpha) / f(f(a / f(us * us)) + b))));
    const rest = f(f(count - mode) + 1);
    const left = f(f(count - k) + 1);
    const first = f(f(mode + 0.5) * f(Math.log(f(f(mode + 1) / f(this.odds * rest)))));
    const second = f(f(count + 1) * f(Math.log(f(rest / left))));
    const third = f(f(k + 0.5) * f(Math.log(f(f(this.odds * left) / f(k + 1)))));
    let bound = f(f(first + second) + third);
    bound = f(bound + tailOf(mode, f));
    bound = f(bound + tailOf(f(count - mode), f));
    bound = f(bound - tailOf(k, f));
    bound = f(bound - tailOf(f(count - k), f));
    return height <= bound ? k : null;
  }
}

/** ln k! less Stirling's formula. */
function tailOf(k: number, f: (x: number) => number): number {
  if (k <= 9) return f(stirlingTails[Math.max(0, Math.floor(k))] as number); // from 0 to 9
  const square = f(f(k + 1) * f(k + 1));
  const inner = f(f(1 / 360) - f(f(1 / 1260) / square));
  return f(f(f(1 / 12) - f(inner / square)) / f(k + 1));
}
