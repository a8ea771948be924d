import { expect, test } from "vitest";
import { erf, erfc, erfInv, erfInv32 } from "../../../src/cpu/functions/erf.ts";
import { jaxSamples, worst } from "./references.ts";

const accuracy = [
  { name: "erf", f: erf, bound: 1 },
  { name: "erfc", f: erfc, bound: 4 },
  { name: "erfInv", f: erfInv, bound: 3 },
];

test.each(accuracy)("$name stays within $bound ulp of its table", ({ name, f, bound }) => {
  const { error, row } = worst(name, f);
  expect(error, row.join(", ")).toBeLessThanOrEqual(bound);
});

test("the ends are those of JAX", () => {
  const xs = [0, -0, Infinity, -Infinity, NaN];
  expect(xs.map(erf)).toEqual([0, -0, 1, -1, NaN]);
  expect(xs.map(erfc)).toEqual([1, 1, 0, 2, NaN]);
  const ys = [0, -0, 1, -1, -2, 1.0000000000000002, Infinity, -Infinity, NaN];
  const inverse = [0, -0, Infinity, -Infinity, NaN, NaN, NaN, NaN, NaN];
  expect(ys.map(erfInv)).toEqual(inverse);
  expect(ys.map((y) => erfInv32(Math.fround(y)))).toEqual(inverse.with(5, Infinity));
});

test("erfc falls to the least subnormal before it ends at 0", () => {
  expect(erfc(26.5)).toBeGreaterThan(2.2e-308);
  expect(erfc(27.2)).toBeGreaterThan(0);
  expect(erfc(27.3)).toBe(0);
});

test("erf is odd, never falls, and complements erfc", () => {
  let last = -1;
  for (let x = -6.5; x <= 6.5; x += 0.003) {
    const value = erf(x);
    expect(value, `${x}`).toBeGreaterThanOrEqual(last);
    expect(erf(-x)).toBe(-value);
    expect(Math.abs(value + erfc(x) - 1)).toBeLessThan(3e-16);
    last = value;
  }
});

test("erfInv undoes erf", () => {
  for (let x = -2.5; x <= 2.5; x += 0.01) {
    // erf flattens: its last place is worth this much of x
    const loss = 4e-16 * (1 + Math.exp(x * x));
    expect(Math.abs(erfInv(erf(x)) - x), `${x}`).toBeLessThan(loss);
  }
});

test("erfInv32 stays within 3 float32 ulp of JAX", () => {
  const { x, y } = jaxSamples.erfInv32;
  let exact = 0;
  for (const [i, text] of x.entries()) {
    const expected = Number(y[i]);
    const got = erfInv32(Math.fround(Number(text)));
    if (Object.is(got, expected)) exact++;
    else
      expect(Math.abs(got - expected), text).toBeLessThanOrEqual(3 * 2 ** -23 * Math.abs(expected));
  }
  expect(exact).toBeGreaterThan(0.9 * x.length);
});
