import { expect, test } from "vitest";
import { log1pMinus, polynomial, stirlingRest } from "../../../src/cpu/functions/polynomial.ts";

test("polynomial takes the constant coefficient first", () => {
  expect(polynomial([], 3)).toBe(0);
  expect(polynomial([5], 3)).toBe(5);
  expect(polynomial([1, -2, 3], 2)).toBe(9);
});

test("log1pMinus keeps the digits that the difference loses", () => {
  // -u^2/2 + u^3/3 - u^4/4 decides here
  for (const u of [1e-9, -1e-9, 1e-6, -1e-6]) {
    const expected = -0.5 * u * u * (1 - (2 / 3) * u + 0.5 * u * u);
    expect(Math.abs(log1pMinus(u) / expected - 1), `${u}`).toBeLessThan(5e-16);
  }
  for (const u of [-0.9, -0.5, -0.4, 0.3, 0.999, 1, 5]) {
    expect(Math.abs(log1pMinus(u) / (Math.log1p(u) - u) - 1), `${u}`).toBeLessThan(3e-15);
  }
  expect(log1pMinus(0)).toBe(0);
  expect(log1pMinus(-1)).toBe(-Infinity);
});

test("stirlingRest completes the logarithm of a factorial", () => {
  let logFactorial = 0;
  for (let n = 2; n < 12; n++) logFactorial += Math.log(n);
  // log gamma(12) = log 11!
  const stirling = 11.5 * Math.log(12) - 12 + 0.5 * Math.log(2 * Math.PI);
  expect(Math.abs(stirling + stirlingRest(12) - logFactorial)).toBeLessThan(1e-14);
  expect(Math.abs(stirlingRest(1e8) * 12e8 - 1)).toBeLessThan(1e-15);
});
