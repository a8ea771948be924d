import { readFileSync } from "node:fs";

type Table = Record<string, number[][]>;

/** Rows [argument, ..., value] of each function; see make-references.py. */
export const references = JSON.parse(
  readFileSync(new URL("references.json", import.meta.url), "utf8"),
) as Table;

/** Answers of JAX; see make-jax-samples.py. */
export const jaxSamples = JSON.parse(
  readFileSync(new URL("jax-samples.json", import.meta.url), "utf8"),
) as JaxSamples;

export interface JaxSamples {
  reducePrecision: Record<
    "float32" | "float16" | "bfloat16",
    { exponentBits: number; mantissaBits: number; x: string[]; y: string[] }[]
  >;
  integers: Record<string, Record<string, number[]>>;
  nextAfter: Record<string, { x: string[]; y: string[]; next: string[] }>;
  erfInv32: { x: string[]; y: string[] };
  power: { x: string[]; y: string[]; z: string[] };
  mulhi: { x: number[]; y: number[]; unsigned: number[]; signed: number[] };
}

const doubles = new Float64Array(1);
const bits = new BigInt64Array(doubles.buffer);

/** Distance from a double to the next greater one in size. */
export function ulp(x: number): number {
  doubles[0] = Math.abs(x);
  bits[0] = bits[0]! + 1n;
  return doubles[0] - Math.abs(x);
}

/** How `f` misses its table at worst, and where; `unit` turns a value into the size of one step. */
export function worst(
  name: string,
  f: (...xs: number[]) => number,
  unit: (value: number) => number = ulp,
): { error: number; row: number[] } {
  const rows = references[name]!;
  let result = { error: 0, row: rows[0]! };
  for (const row of rows) {
    const value = row.at(-1)!;
    const error = Math.abs(f(...row.slice(0, -1)) - value) / unit(value);
    // a NaN counts as the worst of all
    if (!(error <= result.error)) result = { error: Number.isNaN(error) ? Infinity : error, row };
  }
  return result;
}

/** Steps that grow with the logarithm of the value, where a power or an exponential sets the condition. */
export function conditioned(value: number): number {
  return ulp(value) * (1 + Math.abs(Math.log(Math.abs(value))));
}

/** Steps for functions with zeros that the arguments cannot resolve. */
export function besideZeros(value: number): number {
  return ulp(1 + Math.abs(value));
}
