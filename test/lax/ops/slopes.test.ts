import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { reduceSum } from "../../../src/lax/ops/broadcast.ts";
import * as extrema from "../../../src/lax/ops/extrema.ts";
import * as power from "../../../src/lax/ops/power.ts";
import * as rounding from "../../../src/lax/ops/rounding.ts";
import * as special from "../../../src/lax/ops/special.ts";
import * as transcendental from "../../../src/lax/ops/transcendental.ts";
import { grad, vjp } from "../../../src/transforms/vjp.ts";
import { floats, slope, values } from "./arrays.ts";

type Encoded = number | "nan" | "inf" | "-inf" | "-0";

interface Row {
  readonly fn: string;
  readonly args: readonly (readonly Encoded[])[];
  readonly wrt: number;
  readonly slope: readonly Encoded[];
  readonly curvature?: readonly Encoded[];
}

const rows = JSON.parse(
  readFileSync(new URL("jax-slopes.json", import.meta.url), "utf8"),
) as readonly Row[];

const library = { ...transcendental, ...extrema, ...power, ...rounding, ...special } as unknown as {
  readonly [name: string]: (...xs: NDArray[]) => NDArray;
};

function decode(x: Encoded): number {
  return typeof x === "number" ? x : { nan: NaN, inf: Infinity, "-inf": -Infinity, "-0": -0 }[x];
}

function functionOf(name: string): (...xs: NDArray[]) => NDArray {
  const [fn, exponent] = name.split(" ") as [string, string?];
  if (exponent !== undefined) return (x) => power.integerPow(x as NDArray, Number(exponent));
  return library[fn] as (...xs: NDArray[]) => NDArray;
}

/** What JAX gives as NaN where the limit, which is zero, is known. */
const known: readonly string[] = ["lgamma curvature at Infinity"];

function differences(
  label: string,
  args: readonly number[][],
  got: NDArray,
  want: readonly Encoded[],
) {
  return values(got).flatMap((actual, i) => {
    const expected = decode(want[i] as Encoded);
    const at = `${label} at ${args.map((arg) => arg[i]).join(", ")}`;
    const isClose = Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected));
    const same = Object.is(actual, expected) || (Number.isFinite(expected) && isClose);
    return same || known.includes(at) ? [] : [`${at}: JAX gives ${expected}, got ${actual}`];
  });
}

describe("derivatives at kinks, poles and ends are those of JAX", () => {
  for (const row of rows) {
    it(`${row.fn} by operand ${row.wrt}`, () => {
      const f = functionOf(row.fn);
      const numbers = row.args.map((arg) => arg.map(decode));
      const args = numbers.map((arg) => floats(...arg));
      const first = slope(f, args, row.wrt);
      const problems = differences(`${row.fn} slope`, numbers, first, row.slope);
      if (row.curvature !== undefined) {
        const second = slope((x) => slope(f, [x as NDArray]), args);
        problems.push(...differences(`${row.fn} curvature`, numbers, second, row.curvature));
      }
      expect(problems).toEqual([]);
    });
  }

  it("and backward the same as forward", () => {
    for (const row of rows) {
      const f = functionOf(row.fn);
      const args = row.args.map((arg) => floats(...arg.map(decode)));
      const inner = (x: NDArray) => f(...args.map((arg, i) => (i === row.wrt ? x : arg)));
      const sum = (x: NDArray) => reduceSum(inner(x), [0]);
      const forward = values(slope(f, args, row.wrt));
      expect(values(grad(sum)(args[row.wrt] as NDArray)), row.fn).toEqual(forward);
    }
  });

  it("of max and min add up to 1 unless an operand is NaN", () => {
    const x = floats(1, 2, 2, -0, NaN, Infinity);
    const y = floats(2, 1, 2, 0, 1, Infinity);
    for (const f of [extrema.max, extrema.min]) {
      const [, pull] = vjp((a: NDArray, b: NDArray) => f(a, b), x, y);
      const [a, b] = pull(floats(1, 1, 1, 1, 1, 1)) as [NDArray, NDArray];
      expect(values(a).map((s, i) => s + (values(b)[i] as number))).toEqual([1, 1, 1, 1, 0, 1]);
    }
  });
});
