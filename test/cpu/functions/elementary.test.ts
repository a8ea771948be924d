import { expect, test } from "vitest";
import {
  exp2,
  integerPower,
  logistic,
  maximum,
  minimum,
  power,
  rsqrt,
  totalOrder,
} from "../../../src/cpu/functions/elementary.ts";
import { jaxSamples, worst } from "./references.ts";

const accuracy = [
  { name: "rsqrt", f: rsqrt, bound: 1 },
  { name: "exp2", f: exp2, bound: 1 },
  { name: "logistic", f: logistic, bound: 2 },
  { name: "power", f: power, bound: 1 },
];

test.each(accuracy)("$name stays within $bound ulp of its table", ({ name, f, bound }) => {
  const { error, row } = worst(name, f);
  expect(error, row.join(", ")).toBeLessThanOrEqual(bound);
});

test("rsqrt, exp2 and logistic have the ends of JAX", () => {
  expect([0, -0, Infinity, -1, NaN].map(rsqrt)).toEqual([Infinity, -Infinity, 0, NaN, NaN]);
  expect([Infinity, -Infinity, NaN, -0].map(exp2)).toEqual([Infinity, 0, NaN, 1]);
  expect([Infinity, -Infinity, NaN, 0, 1000, -1000].map(logistic)).toEqual([1, 0, NaN, 0.5, 1, 0]);
});

test("exp2 is exact on integers, subnormal results included", () => {
  let exact = 5e-324;
  for (let n = -1074; n <= 1023; n++, exact *= 2) expect(exp2(n)).toBe(exact);
});

test("logistic keeps its left tail and sums to 1 with its mirror", () => {
  expect(logistic(-740) / Math.exp(-740)).toBe(1);
  for (let x = 0; x < 40; x += 0.37)
    expect(Math.abs(logistic(x) + logistic(-x) - 1)).toBeLessThan(3e-16);
});

test("power has the special values of JAX", () => {
  const { x, y, z } = jaxSamples.power;
  expect(x.map((v, i) => Math.fround(power(Number(v), Math.fround(Number(y[i])))))).toEqual(
    z.map(Number),
  );
});

test("integerPower squares from the low bit and inverts last", () => {
  expect(integerPower(NaN, 0)).toBe(1);
  expect(integerPower(-0, 3)).toBe(-0);
  expect(integerPower(-0, -1)).toBe(-Infinity);
  expect(integerPower(3, 5)).toBe(243);
  expect(integerPower(2, -3)).toBe(0.125);
  const x = 1.1;
  const square = x * x;
  const fourth = square * square;
  expect(integerPower(x, 7)).toBe(x * square * fourth);
  expect(integerPower(x, -6)).toBe(1 / (square * fourth));
  // an exponent that 32 bits do not hold
  expect(integerPower(-1, 2 ** 40 + 1)).toBe(-1);
});

test("integerPower rounds each product when told to", () => {
  const f = Math.fround;
  const x = f(1.1);
  const square = f(x * x);
  expect(integerPower(x, 5, f)).toBe(f(x * f(square * square)));
  expect(integerPower(x, -3, f)).toBe(f(1 / f(x * square)));
  expect(integerPower(1e30, 2, f)).toBe(Infinity);
});

test("maximum and minimum keep NaN and tell the zeros apart", () => {
  expect([maximum(NaN, 1), maximum(1, NaN), minimum(NaN, 1), minimum(1, NaN)]).toEqual([
    NaN,
    NaN,
    NaN,
    NaN,
  ]);
  expect([maximum(-0, 0), maximum(0, -0), minimum(-0, 0), minimum(0, -0)]).toEqual([0, 0, -0, -0]);
});

test("totalOrder sorts infinities, both zeros and NaN", () => {
  const sorted = [-Infinity, -1, -5e-324, -0, 0, 5e-324, 1, Infinity, NaN];
  for (const [i, x] of sorted.entries())
    for (const [j, y] of sorted.entries())
      expect(totalOrder(x, y), `${x}, ${y}`).toBe(Math.sign(i - j) + 0);
});
