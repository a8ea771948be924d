import { expect, test } from "vitest";
import {
  igamma,
  igammac,
  igammaGradA,
  randomGammaGrad,
} from "../../../src/cpu/functions/incomplete-gamma.ts";
import { conditioned, ulp, worst } from "./references.ts";

const accuracy = [
  { name: "igamma", f: igamma, unit: conditioned, bound: 6 },
  { name: "igammac", f: igammac, unit: conditioned, bound: 6 },
  { name: "igammacSmall", f: igammac, unit: ulp, bound: 10 },
  { name: "igammaGradA", f: igammaGradA, unit: conditioned, bound: 6 },
  { name: "randomGammaGrad", f: randomGammaGrad, unit: ulp, bound: 12 },
];

test.each(accuracy)("$name stays within $bound ulp of its table", ({ name, f, unit, bound }) => {
  const { error, row } = worst(name, f, unit);
  expect(error, row.join(", ")).toBeLessThanOrEqual(bound);
});

test("igamma and igammac have the ends of XLA", () => {
  for (const [a, x] of [
    [0, 0],
    [-1, 1],
    [1, -1],
    [NaN, 1],
    [1, NaN],
    [-1, 0],
    [1, -Infinity],
  ] as const) {
    expect(igamma(a, x), `${a}, ${x}`).toBeNaN();
    expect(igammac(a, x), `${a}, ${x}`).toBeNaN();
  }
  for (const a of [0.5, 3, 500, Infinity]) {
    expect([igamma(a, 0), igammac(a, 0)]).toEqual([0, 1]);
    expect([igamma(a, Infinity), igammac(a, Infinity)]).toEqual([1, 0]);
  }
  expect([igamma(0, 2), igammac(0, 2)]).toEqual([1, 0]);
  expect([igamma(Infinity, 2), igammac(Infinity, 2)]).toEqual([0, 1]);
});

test("the derivatives have the ends of XLA", () => {
  for (const [a, x] of [
    [0, 1],
    [-1, 1],
    [1, -1],
    [NaN, 1],
    [1, NaN],
    [Infinity, 1],
  ] as const) {
    expect(igammaGradA(a, x), `${a}, ${x}`).toBeNaN();
    expect(randomGammaGrad(a, x), `${a}, ${x}`).toBeNaN();
  }
  expect([igammaGradA(2, 0), randomGammaGrad(2, 0), igammaGradA(2, Infinity)]).toEqual([0, 0, 0]);
  expect(randomGammaGrad(2, Infinity)).toBeNaN();
});

test("P and Q add up to 1 on both sides of every switch of method", () => {
  for (const a of [1e-3, 0.4, 1, 1.05, 7.9, 8, 60, 99.9, 100, 1e4, 1e8])
    for (const ratio of [0.1, 0.59, 0.61, 0.99, 1, 1.01, 1.09, 1.11, 1.39, 1.41, 3]) {
      const x = a * ratio;
      expect(Math.abs(igamma(a, x) + igammac(a, x) - 1), `${a}, ${x}`).toBeLessThan(3e-15);
    }
});

test("P for integer shapes is one minus a Poisson sum", () => {
  for (const a of [1, 2, 5, 12])
    for (const x of [0.1, 0.9, 2, 6, 20]) {
      let term = Math.exp(-x);
      let sum = term;
      for (let k = 1; k < a; k++) sum += term *= x / k;
      expect(Math.abs(igammac(a, x) / sum - 1), `${a}, ${x}`).toBeLessThan(3e-15);
    }
});

test("the expansion for large shapes meets the methods below it", () => {
  // the same point reached through P(a, x) = P(a + 1, x) + x^a e^-x / gamma(a + 1)
  for (const x of [70, 99, 100, 103, 139]) {
    const below = igammac(99.5, x);
    const density = Math.exp(99.5 * Math.log(x) - x - 359.131205369575396);
    const g = igammac(100.5, x) - below;
    expect(g / density, `${x}`).toBeGreaterThan(0);
    const again = igammac(101.5, x) - igammac(100.5, x);
    // consecutive densities have ratio x / (a + 1)
    expect(Math.abs(again / g / (x / 100.5) - 1), `${x}`).toBeLessThan(1e-14 / g);
  }
});

test("randomGammaGrad is finite where the density itself underflows", () => {
  expect(igamma(1e6, 3e5)).toBe(0);
  expect(randomGammaGrad(1e6, 3e5)).toBeCloseTo(0.51598842676, 10);
});

test("randomGammaGrad tends to 1 for large shapes at the mean", () => {
  expect(Math.abs(randomGammaGrad(1e9, 1e9) - 1)).toBeLessThan(1e-9);
});
