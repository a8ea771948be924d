import { expect, test } from "vitest";
import { betainc } from "../../../src/cpu/functions/incomplete-beta.ts";
import { conditioned, worst } from "./references.ts";

test("betainc stays within its bound of the table", () => {
  const { error, row } = worst("betainc", betainc, conditioned);
  expect(error, row.join(", ")).toBeLessThanOrEqual(25);
});

test("betainc has the ends of JAX", () => {
  const bad = [
    [-1, 2, 0.3],
    [2, -1, 0.3],
    [2, 2, -0.1],
    [2, 2, 1.1],
    [2, 2, NaN],
    [NaN, 2, 0.3],
    [2, NaN, 0.3],
    [0, 0, 0.3],
    [Infinity, Infinity, 0.3],
    [0, -1, 0],
  ];
  for (const [a, b, x] of bad) expect(betainc(a!, b!, x!), `${a}, ${b}, ${x}`).toBeNaN();
  const at = (a: number, b: number) => [0, 0.3, 1].map((x) => betainc(a, b, x));
  expect(at(0, 2)).toEqual([0, 1, 1]);
  expect(at(2, 0)).toEqual([0, 0, 1]);
  expect(at(2, Infinity)).toEqual([0, 1, 1]);
  expect(at(Infinity, 2)).toEqual([0, 0, 1]);
  expect(at(0, Infinity)).toEqual([0, 1, 1]);
  expect(at(Infinity, 0)).toEqual([0, 0, 1]);
});

test("betainc and its mirror add up to 1", () => {
  for (const a of [1e-5, 0.3, 1, 7.9, 8, 300, 1e5])
    for (const b of [1e-5, 0.3, 1, 7.9, 8, 300, 1e5])
      for (const x of [1 / 1024, 0.125, 0.5, 0.75, 1023 / 1024])
        expect(
          Math.abs(betainc(a, b, x) + betainc(b, a, 1 - x) - 1),
          `${a}, ${b}, ${x}`,
        ).toBeLessThan(2e-14);
});

test("betainc has the closed forms of a single power", () => {
  for (const n of [0.2, 1, 3, 50])
    for (const x of [0.1, 0.5, 0.9]) {
      expect(Math.abs(betainc(n, 1, x) / x ** n - 1), `${n}, ${x}`).toBeLessThan(2e-14);
      const other = -Math.expm1(n * Math.log1p(-x));
      expect(Math.abs(betainc(1, n, x) / other - 1), `${n}, ${x}`).toBeLessThan(2e-14);
    }
});

test("equal shapes meet at one half, from the tiniest to large ones", () => {
  for (const a of [1e-310, 1e-300, 0.01, 1, 9, 1e4])
    expect(Math.abs(betainc(a, a, 0.5) - 0.5), `${a}`).toBeLessThan(5e-15);
  expect(Math.abs(betainc(1e6, 1e6, 0.5) - 0.5)).toBeLessThan(1e-13);
  expect(Math.abs(betainc(1e9, 1e9, 0.5) - 0.5)).toBeLessThan(3e-12);
});
