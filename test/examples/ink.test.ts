import { expect, test } from "vitest";
import { toDigit } from "../../examples/gpu-page/digit.ts";

function rectangle(size: number, left: number, top: number, width: number, height: number) {
  return Float32Array.from({ length: size * size }, (_, p) => {
    const [i, j] = [p % size, Math.floor(p / size)];
    return i >= left && i < left + width && j >= top && j < top + height ? 1 : 0;
  });
}

test("what is drawn fills twenty rows in the middle of the digit, wherever it was drawn", () => {
  for (const [left, top] of [
    [0, 0],
    [40, 100],
    [240, 180],
  ] as const) {
    const digit = toDigit(rectangle(280, left, top, 40, 100), 280)!;
    const expected = rectangle(28, 10, 4, 8, 20);
    digit.forEach((ink, p) => {
      expect(ink).toBeCloseTo(expected[p]!, 5);
    });
  }
});

test("weight decides what the middle is, and nothing is cut off", () => {
  // A thin stem with a heavy foot: the weight is low, so the digit is moved up.
  const foot = rectangle(280, 90, 190, 100, 30);
  const ink = rectangle(280, 130, 20, 20, 200).map((stem, p) => Math.max(stem, foot[p]!));
  const digit = toDigit(ink, 280)!;
  const total = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
  const rows = digit.map((v, p) => v * (Math.floor(p / 28) + 0.5));
  expect(total(rows) / total(digit)).toBeCloseTo(14, 1);
  expect(total(digit) * 10 ** 2).toBeCloseTo(total(ink), 0);
});

test("without ink there is no digit", () => {
  expect(toDigit(new Float32Array(100), 10)).toBe(null);
});
