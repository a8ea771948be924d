import { expect, test } from "vitest";
import { i0e, i1e } from "../../../src/cpu/functions/bessel.ts";
import { worst } from "./references.ts";

test.each([
  { name: "i0e", f: i0e, bound: 2 },
  { name: "i1e", f: i1e, bound: 3 },
])("$name stays within $bound ulp of its table", ({ name, f, bound }) => {
  const { error, row } = worst(name, f);
  expect(error, row.join(", ")).toBeLessThanOrEqual(bound);
});

test("the ends are those of JAX", () => {
  const xs = [0, -0, Infinity, -Infinity, NaN];
  expect(xs.map(i0e)).toEqual([1, 1, 0, 0, NaN]);
  expect(xs.map(i1e)).toEqual([0, -0, 0, -0, NaN]);
});

test("i0e is even, i1e odd, and the pieces join", () => {
  for (const x of [0.5, 7.9999999, 8, 8.0000001, 19.9999999, 20, 20.0000001, 300]) {
    expect(i0e(-x)).toBe(i0e(x));
    expect(i1e(-x)).toBe(-i1e(x));
  }
  for (const joint of [8, 20]) {
    const after = joint * (1 + 2 ** -52);
    expect(Math.abs(i0e(after) / i0e(joint) - 1)).toBeLessThan(1e-15);
    expect(Math.abs(i1e(after) / i1e(joint) - 1)).toBeLessThan(1e-15);
  }
});
