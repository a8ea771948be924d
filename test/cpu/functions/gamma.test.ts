import { expect, test } from "vitest";
import { digamma, gammaSign, lgamma, polygamma, zeta } from "../../../src/cpu/functions/gamma.ts";
import { besideZeros, worst } from "./references.ts";

const accuracy = [
  { name: "lgammaPositive", f: lgamma, bound: 2 },
  { name: "digammaPositive", f: digamma, bound: 2 },
  { name: "zeta", f: zeta, bound: 8 },
  { name: "polygamma", f: polygamma, bound: 10 },
];

test.each(accuracy)("$name stays within $bound ulp of its table", ({ name, f, bound }) => {
  const { error, row } = worst(name, f);
  expect(error, row.join(", ")).toBeLessThanOrEqual(bound);
});

const reflected = [
  { name: "lgammaNegative", f: lgamma, bound: 2 },
  { name: "digammaNegative", f: digamma, bound: 5 },
  { name: "zetaNegative", f: zeta, bound: 40 },
];

test.each(reflected)("$name stays within $bound ulp of 1 plus its size", ({ name, f, bound }) => {
  const { error, row } = worst(name, f, besideZeros);
  expect(error, row.join(", ")).toBeLessThanOrEqual(bound);
});

const poles = [0, -0, -1, -2, Infinity, -Infinity, NaN];

test("lgamma and digamma have the ends of JAX", () => {
  const inf = Infinity;
  expect(poles.map(lgamma)).toEqual([inf, inf, inf, inf, inf, inf, NaN]);
  expect(poles.map(digamma)).toEqual([NaN, NaN, NaN, NaN, inf, NaN, NaN]);
  expect([lgamma(1), lgamma(2)]).toEqual([0, 0]);
  expect([1e-320, -1e-320].map(lgamma)).toEqual([-Math.log(1e-320), -Math.log(1e-320)]);
  expect(lgamma(2.5e305)).toBeLessThan(inf);
  expect(lgamma(2.6e305)).toBe(inf);
});

test("gammaSign follows the sign of gamma", () => {
  expect([3, 0, -0, -0.5, -1.5, -2.5, -1, -Infinity, NaN].map(gammaSign)).toEqual([
    1,
    1,
    -1,
    -1,
    1,
    -1,
    NaN,
    NaN,
    NaN,
  ]);
});

test("lgamma and digamma obey their recurrences across every piece", () => {
  for (let x = 0.013; x < 14; x += 0.0371) {
    const step = lgamma(x + 1) - lgamma(x) - Math.log(x);
    expect(Math.abs(step), `${x}`).toBeLessThan(6e-16 * (1 + Math.abs(lgamma(x)) + lgamma(x + 2)));
    const slope = digamma(x + 1) - digamma(x) - 1 / x;
    expect(Math.abs(slope), `${x}`).toBeLessThan(6e-16 * (2 + 1 / x));
  }
});

test("digamma is the slope of lgamma", () => {
  for (const x of [0.3, 1.2, 2.4, 5.5, 7.999, 11, -0.7, -3.3]) {
    const h = 1e-5;
    const difference = (lgamma(x + h) - lgamma(x - h)) / (2 * h);
    expect(Math.abs(difference - digamma(x)), `${x}`).toBeLessThan(1e-8);
  }
});

test("zeta has the ends of XLA", () => {
  expect(zeta(1, 3)).toBe(Infinity);
  expect([zeta(0.5, 1), zeta(0, 1), zeta(-2, 1), zeta(NaN, 1), zeta(2, NaN)]).toEqual([
    NaN,
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
  expect([zeta(2, 0), zeta(2, -1), zeta(3, 0), zeta(3, -2)]).toEqual([
    Infinity,
    Infinity,
    NaN,
    NaN,
  ]);
  expect([zeta(2.5, -0.5), zeta(2.5, -1)]).toEqual([NaN, NaN]);
  expect(zeta(2, Infinity)).toBe(0);
  expect(Math.abs(zeta(2, 1) - Math.PI ** 2 / 6)).toBeLessThan(3e-16);
});

test("polygamma has the ends of JAX", () => {
  expect(polygamma(0, 1)).toBe(digamma(1));
  expect([polygamma(0.5, 1), polygamma(-1, 1), polygamma(NaN, 1)]).toEqual([NaN, NaN, NaN]);
  expect([polygamma(1, 0), polygamma(2, 0), polygamma(1, -1), polygamma(2, -1)]).toEqual([
    Infinity,
    NaN,
    Infinity,
    NaN,
  ]);
  expect(polygamma(1, Infinity)).toBe(0);
});

test("polygamma reaches where the series or the factorial alone would leave the doubles", () => {
  const rows = [
    [180, 1000, -1.219565768939796501e-213],
    [200, 20.03, -1.815691654526491103e113],
    [171, 50, 76846353307342591.097],
    [4, 1e80, -6e-320],
    [2, 1e-100, -2e300],
  ] as const;
  for (const [m, x, value] of rows) {
    const step = Math.max(1e-12 * Math.abs(value), 5e-324);
    expect(Math.abs(polygamma(m, x) - value), `${m}, ${x}`).toBeLessThanOrEqual(step);
  }
  expect(polygamma(2, 1e-110)).toBe(-Infinity);
});
