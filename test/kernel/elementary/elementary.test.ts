import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as float32 from "../../../src/kernel/elementary/float32.ts";
import { elementary } from "../../../src/kernel/elementary/table.ts";
import { bounded, onNumbers, worstError } from "./errors.ts";
import { float32Source } from "./text-lanes.ts";

const { fround } = Math;

test("the functions of numbers are what the texts give; else run scripts/float32-functions.ts", () => {
  const file = new URL("../../../src/kernel/elementary/float32.ts", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(float32Source());
});

test("every function has a bound", () => {
  expect(bounded.map(({ name }) => name).sort()).toEqual(Object.keys(elementary).sort());
});

test.each(bounded)("$name of float32 stays within $ulp ulp", (one) => {
  const { ulp, at } = worstError(one, 100_003);
  expect(ulp, String(at)).toBeLessThanOrEqual(one.ulp);
});

test.each(bounded)("$name has the exact ends, signs of zero and NaN", (one) => {
  const f = onNumbers(one);
  const tiny = 2 ** -149;
  for (const x of [0, -0, Infinity, -Infinity, NaN, 200, -200, tiny, -tiny].map(fround)) {
    const [got, exact] = [f(x), fround(one.exact(x))];
    if (!Number.isFinite(exact)) expect(got, String(x)).toBe(exact);
    else expect(Math.abs(got - exact), String(x)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -22);
    if (exact === 0) expect(Object.is(got, exact), String(x)).toBe(true);
  }
});

test("exp gives subnormal numbers and overflows where it must", () => {
  const exp = (x: number): number => float32.exp(fround(x));
  expect(exp(-103.9)).toBe(2 ** -149);
  expect(exp(-104)).toBe(0);
  expect(exp(88.72)).toBeLessThan(Infinity);
  expect(exp(88.73)).toBe(Infinity);
});

test("sin and cos of large numbers are those of Math", () => {
  for (const x of [1e6, 1.5e7, 1e22, 3e38].map(fround)) {
    expect(float32.sin(x)).toBe(fround(Math.sin(x)));
    expect(float32.cos(-x)).toBe(fround(Math.cos(x)));
  }
});
