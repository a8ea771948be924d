import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  cos,
  cosh,
  exp,
  exp2,
  expm1,
  log,
  log1p,
  logistic,
  rsqrt,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
} from "../../../src/lax/ops/transcendental.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

const unary = Object.entries({
  exp,
  exp2,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  logistic,
  sqrt,
  rsqrt,
  cbrt,
});

describe("elementary functions", () => {
  it("keep every float dtype and the weak type, and refuse integers", () => {
    for (const [name, f] of unary) {
      for (const dtype of ["float64", "float32", "float16", "bfloat16"] as const) {
        const y = f(array(dtype, [1, 1.5, 2, 3], [2, 2]));
        expect([y.dtype, y.shape, y.weakType], name).toEqual([dtype, [2, 2], false]);
      }
      expect(f(1).weakType, name).toBe(true);
      expect(() => f(ints(1)), name).toThrow(`lax.${name}: a float dtype is required`);
    }
    expect(() => exp(array("bool", [1]))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.exp: a float dtype is required, got bool[1]; convert with lax.convertElementType]`,
    );
  });

  it("are those of Math, rounded once to float32", () => {
    const x = [0.25, 0.5, 0.75];
    for (const [name, f] of unary) {
      const exact: Partial<Record<string, (x: number) => number>> = {
        exp2: (v) => 2 ** v,
        logistic: (v) => 1 / (1 + Math.exp(-v)),
        rsqrt: (v) => 1 / Math.sqrt(v),
      };
      const exactly = exact[name] ?? (Math[name as keyof Math] as (x: number) => number);
      const got = values(f(floats(...x)));
      got.forEach((y, i) => {
        const want = exactly(x[i] as number);
        if (Number.isNaN(want)) expect(y, name).toBeNaN();
        else expect(Math.abs(y - want), name).toBeLessThanOrEqual(2 ** -24 * Math.abs(want));
      });
    }
  });

  it("have the values of IEEE 754 at the ends of their domains", () => {
    expect(values(sqrt(floats(-0, 0, -1, Infinity)))).toEqual([-0, 0, NaN, Infinity]);
    expect(values(rsqrt(floats(0, -0, -1, Infinity)))).toEqual([Infinity, -Infinity, NaN, 0]);
    expect(values(cbrt(floats(-8, -0, 27)))).toEqual([-2, -0, 3]);
    expect(values(log(floats(0, -0, -1, Infinity)))).toEqual([-Infinity, -Infinity, NaN, Infinity]);
    expect(values(exp2(floats(-Infinity, 10, 128)))).toEqual([0, 1024, Infinity]);
    expect(values(logistic(floats(-Infinity, -200, 0, 200)))).toEqual([0, 0, 0.5, 1]);
    expect(values(tanh(floats(-0, 100)))).toEqual([-0, 1]);
    const angles = atan2(floats(0, 0, -0, 0), floats(0, -0, -1, 1));
    expect(values(angles)).toEqual([0, Math.fround(Math.PI), -Math.fround(Math.PI), 0]);
  });

  it("have derivatives that do not overflow where the function is flat", () => {
    expect(values(slope((x) => logistic(x as NDArray), [floats(-100, 100)]))[1]).toBeGreaterThan(0);
    expect(values(slope((x) => tanh(x as NDArray), [floats(-1e30, 1e30)]))).toEqual([0, 0]);
    expect(values(slope((x) => logistic(x as NDArray), [floats(-1e30, 1e30)]))).toEqual([0, 0]);
  });

  it("keep the dtype in their derivatives", () => {
    for (const [name, f] of unary) {
      for (const dtype of ["float64", "float16"] as const) {
        expect(slope((x) => f(x as NDArray), [array(dtype, [0.5])]).dtype, name).toBe(dtype);
      }
    }
  });
});
