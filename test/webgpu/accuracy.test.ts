import { expect, test } from "vitest";
import { accuracyOf } from "./accuracy.ts";

/** Bounds in units of the last place, near those measured in docs/accuracy-webgpu.md. */
const bounds = {
  exp: 1,
  log: 1,
  log1p: 2.5,
  expm1: 1,
  sin: 2.6,
  cos: 2.6,
  tan: 4,
  tanh: 2.5,
  pow: 1,
  atan2: 2.2,
  sqrt: 0,
  div: 0,
  cbrt: 1,
} as const;

test.each(Object.entries(bounds) as [keyof typeof bounds, number][])(
  "%s is within %f units of the last place",
  async (op, bound) => {
    const { ulp, at } = await accuracyOf(op, 4000);
    expect(ulp, `at ${at}`).toBeLessThanOrEqual(bound);
  },
);
