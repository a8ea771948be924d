import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import {
  isFinite as areFinite,
  ceil,
  floor,
  nextafter,
  rem,
  round,
} from "../../../src/lax/ops/rounding.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

describe("floor, ceil and round", () => {
  it("keep the signs of zeros, and halves go where they are told", () => {
    expect(values(floor(floats(-0.5, -0, 1.5, NaN, Infinity)))).toEqual([-1, -0, 1, NaN, Infinity]);
    expect(values(ceil(floats(-0.5, 0, 1.5, NaN, -Infinity)))).toEqual([-0, 0, 2, NaN, -Infinity]);
    const halves = floats(0.5, 1.5, 2.5, -0.5, -2.5, 0.49999997);
    expect(values(round(halves))).toEqual([1, 2, 3, -1, -3, 0]);
    expect(values(round(halves, { roundingMethod: "toNearestEven" }))).toEqual([
      0, 2, 2, -0, -2, 0,
    ]);
    expect(values(round(array("bfloat16", [2.5])))).toEqual([3]);
  });

  it("refuse integers and options that do not exist", () => {
    expect(() => floor(ints(1))).toThrow("lax.floor: a float dtype is required");
    expect(() => round(ints(1))).toThrow("lax.round");
    // @ts-expect-error: not a method
    expect(() => round(floats(1), { roundingMethod: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: lax.round: roundingMethod must be "awayFromZero" or "toNearestEven", got 1; leave it out for the former]`,
    );
    // @ts-expect-error: not an option
    expect(() => round(floats(1), { method: "x" })).toThrow("unknown option");
  });

  it("have the derivative zero", () => {
    for (const f of [floor, ceil, round]) {
      expect(values(slope((x) => f(x as NDArray), [floats(0.5, 1)]))).toEqual([0, 0]);
    }
  });
});

describe("isFinite", () => {
  it("tells numbers from infinities and NaN", () => {
    const y = areFinite(floats(0, 3e38, Infinity, -Infinity, NaN));
    expect([y.dtype, values(y)]).toEqual(["bool", [1, 1, 0, 0, 0]]);
    expect(() => areFinite(ints(1))).toThrow("lax.isFinite");
  });
});

describe("rem", () => {
  it("has the sign of the dividend", () => {
    expect(values(rem(ints(7, -7, 7, -7), ints(2, 2, -2, -2)))).toEqual([1, -1, 1, -1]);
    expect(values(rem(ints(5, -2147483648), ints(0, -1)))).toEqual([5, 0]);
    expect(values(rem(floats(5, 5, -4, -7.5), floats(Infinity, 0, 2, 2)))).toEqual([
      5,
      NaN,
      -0,
      -1.5,
    ]);
    expect(values(rem(array("uint32", [4e9]), array("uint32", [7])))).toEqual([4e9 % 7]);
  });

  it("has the derivatives 1 and minus the truncated quotient", () => {
    const f = (x?: NDArray, y?: NDArray) => rem(x as NDArray, y as NDArray);
    const points = [floats(-7, 7.5, 1), floats(2, -2, 2)];
    expect(values(slope(f, points, 0))).toEqual([1, 1, 1]);
    expect(values(slope(f, points, 1))).toEqual([3, 3, -0]);
  });
});

describe("nextafter", () => {
  it("steps by the format, towards the other operand", () => {
    expect(values(nextafter(floats(1, 1, 0, 0, 2, NaN), floats(2, 0, 1, -1, 2, 1)))).toEqual([
      1 + 2 ** -23,
      1 - 2 ** -24,
      2 ** -149,
      -(2 ** -149),
      2,
      NaN,
    ]);
    expect(values(nextafter(array("float16", [1]), array("float16", [2])))).toEqual([1 + 2 ** -10]);
    expect(values(nextafter(array("float64", [1]), array("float64", [2])))).toEqual([1 + 2 ** -52]);
  });

  it("has no derivative, and says so", () => {
    const f = (x?: NDArray) => nextafter(x as NDArray, floats(1));
    expect(() => slope(f, [floats(0)])).toThrowErrorMatchingInlineSnapshot(
      `[MissingRuleError: jvp: nextafter has no jvp rule: it steps from one representable number to the next, which has no derivative]`,
    );
  });
});
