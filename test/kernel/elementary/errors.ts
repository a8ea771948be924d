import { erf } from "../../../src/cpu/functions/erf.ts";
import * as functions from "../../../src/kernel/elementary/float32.ts";
import type { elementary } from "../../../src/kernel/elementary/table.ts";

/** A function of float32, what it approximates, and how far it may be off in ulp. */
export interface Bounded {
  readonly name: keyof typeof elementary;
  readonly exact: (x: number) => number;
  readonly ulp: number;
}

const logistic = (x: number): number =>
  x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

/** Every function that has one text for JavaScript and compiled code. */
export const bounded: readonly Bounded[] = [
  { name: "exp", exact: Math.exp, ulp: 1 },
  { name: "log", exact: Math.log, ulp: 1 },
  { name: "tanh", exact: Math.tanh, ulp: 1.5 },
  { name: "logistic", exact: logistic, ulp: 2.5 },
  { name: "sin", exact: Math.sin, ulp: 1.6 },
  { name: "cos", exact: Math.cos, ulp: 1.6 },
  { name: "tan", exact: Math.tan, ulp: 2 },
  { name: "exp2", exact: (x) => 2 ** x, ulp: 1 },
  { name: "expm1", exact: Math.expm1, ulp: 1.6 },
  { name: "log1p", exact: Math.log1p, ulp: 1 },
  { name: "erf", exact: erf, ulp: 1.5 },
  { name: "rsqrt", exact: (x) => 1 / Math.sqrt(x), ulp: 1.5 },
];

const float32: Readonly<Record<string, (x: number) => number>> = { ...functions };

/** The function on numbers. */
export function onNumbers({ name }: Bounded): (x: number) => number {
  return float32[name] as (x: number) => number; // it has every name of the table
}

/** The largest error over every `step`-th bit pattern of a float32, in ulp, and where it is. */
export function worstError(bounded: Bounded, step: number): { ulp: number; at: number } {
  const f = onNumbers(bounded);
  const bits = new Uint32Array(1);
  const value = new Float32Array(bits.buffer);
  let worst = { ulp: 0, at: 0 };
  for (let pattern = 0; pattern < 2 ** 32; pattern += step) {
    bits[0] = pattern;
    const x = value[0] as number;
    const got = f(x);
    const exact = bounded.exact(x);
    if (Object.is(got, Math.fround(exact))) continue;
    const ulp = Number.isFinite(got)
      ? Math.abs(got - exact) / lastPlace(exact)
      : overflow(got, exact);
    if (!(ulp <= worst.ulp)) worst = { ulp, at: x };
  }
  return worst;
}

/** An infinity is half a place off where the largest number is. */
function overflow(got: number, exact: number): number {
  return Math.abs(exact) > 3.4028233e38 && got === Math.sign(exact) * Infinity ? 0.5 : Infinity;
}

function lastPlace(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126))) - 23);
}
