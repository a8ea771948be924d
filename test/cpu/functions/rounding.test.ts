import { expect, test } from "vitest";
import {
  bfloat16FromBits,
  bfloat16ToBits,
  float16FromBits,
  float16ToBits,
  nextAfter32,
  nextAfter64,
  nextAfterBfloat16,
  nextAfterFloat16,
  reducePrecision,
  roundHalfAway,
  roundHalfEven,
  toBfloat16,
  toFloat16,
} from "../../../src/cpu/functions/rounding.ts";
import { jaxSamples } from "./references.ts";

const formats = [
  { name: "float16", to: toFloat16, bits: float16ToBits, from: float16FromBits, last: 0x7bff },
  { name: "bfloat16", to: toBfloat16, bits: bfloat16ToBits, from: bfloat16FromBits, last: 0x7f7f },
];

test.each(formats)("every $name survives bits, value and rounding", ({ to, bits, from, last }) => {
  const wrong: number[] = [];
  for (let half = 0; half <= 0x8000; half += 0x8000)
    for (let b = half; b <= half + last + 1; b++)
      if (bits(from(b)) !== b || !Object.is(to(from(b)), from(b))) wrong.push(b);
  expect(wrong).toEqual([]);
  expect(from(last + 1)).toBe(Infinity);
  expect(from(last + 2)).toBeNaN();
  expect(from(bits(NaN))).toBeNaN();
});

test.each(formats)(
  "between two neighbours $name goes to the nearer, ties to even bits",
  (format) => {
    const { to, from, last } = format;
    const wrong: number[] = [];
    for (let b = 0; b <= last; b++) {
      const low = from(b);
      // past the last one the next step counts like a number
      const high = b === last ? 2 * low - from(b - 1) : from(b + 1);
      const top = b === last ? Infinity : high;
      const middle = (low + high) / 2;
      const even = b % 2 === 0 ? low : top;
      const fits =
        Object.is(to(middle), even) &&
        Object.is(to(-middle), -even) &&
        to(nextAfter64(middle, 0)) === low &&
        to(nextAfter64(middle, Infinity)) === top &&
        to(nextAfter64(high, 0)) === top;
      if (!fits) wrong.push(b);
    }
    expect(wrong).toEqual([]);
  },
);

test("rounding goes once, not by way of float32", () => {
  const x = 1 + 2 ** -11 + 2 ** -40;
  expect(toFloat16(x)).toBe(1 + 2 ** -10);
  expect(toFloat16(Math.fround(x))).toBe(1);
  const y = 1 + 2 ** -8 + 2 ** -40;
  expect(toBfloat16(y)).toBe(1 + 2 ** -7);
  expect(toBfloat16(Math.fround(y))).toBe(1);
});

test("narrow floats overflow, underflow and keep their signs", () => {
  expect([65519.99, 65520, -65520, 1e-8, -1e-8, -0].map(toFloat16)).toEqual([
    65504,
    Infinity,
    -Infinity,
    0,
    -0,
    -0,
  ]);
  expect([3.4e38, -1e39, 1e-45, -1e-45, -Infinity, NaN, 1e300].map(toBfloat16)).toEqual([
    Infinity,
    -Infinity,
    0,
    -0,
    -Infinity,
    NaN,
    Infinity,
  ]);
});

test("roundHalfEven takes ties to the even integer", () => {
  const xs = [0.5, 1.5, 2.5, -0.5, -1.5, -0.4, 0.49999999999999994, 2.5000000000000004, -0];
  expect(xs.map(roundHalfEven)).toEqual([0, 2, 2, -0, -2, -0, 0, 3, -0]);
  const large = [4503599627370495.5, -4503599627370495.5, 2 ** 52 + 1, 1e300, -Infinity, NaN];
  expect(large.map(roundHalfEven)).toEqual([
    2 ** 52,
    -(2 ** 52),
    2 ** 52 + 1,
    1e300,
    -Infinity,
    NaN,
  ]);
});

test("roundHalfAway takes ties away from zero", () => {
  const xs = [0.5, 1.5, 2.5, -0.5, -2.5, -0.4, 0.49999999999999994, -0];
  expect(xs.map(roundHalfAway)).toEqual([1, 2, 3, -1, -3, -0, 0, -0]);
  const large = [4503599627370495.5, 4503599627370497, 2 ** 53 - 1, -1e300, Infinity, NaN];
  expect(large.map(roundHalfAway)).toEqual([
    2 ** 52,
    4503599627370497,
    2 ** 53 - 1,
    -1e300,
    Infinity,
    NaN,
  ]);
});

const sources = {
  float32: { exponentBits: 8, mantissaBits: 23 },
  float16: { exponentBits: 5, mantissaBits: 10 },
  bfloat16: { exponentBits: 8, mantissaBits: 7 },
};

test.each(Object.entries(sources))("reducePrecision of %s answers as JAX", (name, source) => {
  const parts = jaxSamples.reducePrecision[name as "float32"];
  expect(parts.length).toBeGreaterThan(3);
  for (const { exponentBits, mantissaBits, x, y } of parts) {
    const got = x.map((v) => reducePrecision(Number(v), exponentBits, mantissaBits, source));
    expect(got, `${exponentBits}, ${mantissaBits}`).toEqual(y.map(Number));
  }
});

test("reducePrecision flushes what the narrow format has only as subnormals", () => {
  expect(reducePrecision(1.2345678, 5, 10)).toBe(1.234375);
  expect(reducePrecision(2 ** -14, 5, 10)).toBe(2 ** -14);
  expect(reducePrecision(-(2 ** -15), 5, 10)).toBe(-0);
  // the exponent field is as wide: subnormals only lose fraction bits
  expect(reducePrecision(2 ** -130 + 2 ** -140, 8, 7)).toBe(2 ** -130);
});

const steps = { float32: nextAfter32, float16: nextAfterFloat16, bfloat16: nextAfterBfloat16 };

test.each(Object.entries(steps))("nextAfter of %s answers as JAX", (name, nextAfter) => {
  const { x, y, next } = jaxSamples.nextAfter[name]!;
  expect(x.map((v, i) => nextAfter(Number(v), Number(y[i])))).toEqual(next.map(Number));
});

test("nextAfter64 steps by one place, over zero and to infinity", () => {
  expect(nextAfter64(1, 2)).toBe(1 + 2 ** -52);
  expect(nextAfter64(1, -2)).toBe(1 - 2 ** -53);
  expect(nextAfter64(-1, -2)).toBe(-1 - 2 ** -52);
  expect(nextAfter64(0, -1)).toBe(-5e-324);
  expect(nextAfter64(5e-324, 0)).toBe(0);
  expect(nextAfter64(-5e-324, 0)).toBe(-0);
  expect(nextAfter64(0, -0)).toBe(-0);
  expect(nextAfter64(Number.MAX_VALUE, Infinity)).toBe(Infinity);
  expect(nextAfter64(-Infinity, 0)).toBe(-Number.MAX_VALUE);
  expect(nextAfter64(NaN, 0)).toBeNaN();
});
