import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { abs, clamp, max, min, sign } from "../../../src/lax/ops/extrema.ts";
import { vmap } from "../../../src/transforms/vmap.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

describe("max and min", () => {
  it("propagate NaN and order the zeros", () => {
    expect(values(max(floats(-0, 0, NaN, 1), floats(0, -0, 1, NaN)))).toEqual([0, 0, NaN, NaN]);
    expect(values(min(floats(-0, 0, NaN, 1), floats(0, -0, 1, NaN)))).toEqual([-0, -0, NaN, NaN]);
    expect(values(max(array("bool", [0, 1, 0]), array("bool", [1, 1, 0])))).toEqual([1, 1, 0]);
    expect(values(min(array("uint32", [4e9]), array("uint32", [1])))).toEqual([1]);
  });

  it("give half the derivative to each side of a tie, also of a number", () => {
    expect(values(slope((x) => max(x as NDArray, 0), [floats(-1, 0, 1)]))).toEqual([0, 0.5, 1]);
    expect(values(slope((x) => min(2, x as NDArray), [floats(1, 2, 3)]))).toEqual([1, 0.5, 0]);
  });
});

describe("clamp", () => {
  it("takes scalars or whole arrays as bounds; the upper one wins where they cross", () => {
    const x = floats(-1, 0.5, 2, NaN);
    expect(values(clamp(0, x, 1))).toEqual([0, 0.5, 1, NaN]);
    expect(values(clamp(floats(0, 1, 0, 0), x, 1))).toEqual([0, 1, 1, NaN]);
    expect(values(clamp(2, x, 1))).toEqual([1, 1, 1, NaN]);
    expect(values(clamp(NaN, floats(1), 2))).toEqual([NaN]);
    expect(values(clamp(array("int32", [0], []), ints(-5, 5), array("int32", [3], [])))).toEqual([
      0, 3,
    ]);
  });

  it("has no derivative exactly on a bound", () => {
    const x = floats(0, 0.5, 1, 2);
    expect(values(slope((y) => clamp(0, y as NDArray, 1), [x]))).toEqual([0, 1, 0, 0]);
    const bounds = [floats(0, 0, 0, 0), x, floats(1, 1, 1, 1)];
    const f = (lo?: NDArray, y?: NDArray, hi?: NDArray) =>
      clamp(lo as NDArray, y as NDArray, hi as NDArray);
    expect(values(slope(f, bounds, 0))).toEqual([0, 0, 0, 0]);
    expect(values(slope(f, bounds, 2))).toEqual([0, 0, 0, 1]);
  });

  it("maps over bounds as over operands", () => {
    const f = (hi: NDArray) => clamp(0, floats(-1, 5), hi);
    expect(values(vmap(f)(floats(2, 3)))).toEqual([0, 2, 0, 3]);
  });

  it("refuses bounds of other shapes and dtypes", () => {
    expect(() => clamp(floats(0, 1), floats(1), floats(2))).toThrow(
      "lax.clamp: operands must share a shape",
    );
    expect(() => clamp(ints(0), floats(1), floats(2))).toThrow(
      "lax.clamp: operands must share a dtype",
    );
  });
});

describe("abs and sign", () => {
  it("keep zeros, NaN and the smallest integer", () => {
    expect(values(abs(floats(-0, -1, NaN, -Infinity)))).toEqual([0, 1, NaN, Infinity]);
    expect(values(abs(array("int8", [-128, -3])))).toEqual([-128, 3]);
    expect(values(sign(floats(-0, 0, -3, NaN)))).toEqual([-0, 0, -1, NaN]);
    expect(values(sign(array("uint8", [0, 200])))).toEqual([0, 1]);
    expect(() => abs(array("uint8", [1]))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.abs: a float or a signed integer dtype is required, got uint8[1]; convert with lax.convertElementType]`,
    );
    expect(() => sign(array("bool", [1]))).toThrow("lax.sign");
  });

  it("have the derivatives 1 and 0 at zero", () => {
    expect(values(slope((x) => abs(x as NDArray), [floats(0, -0, -2)]))).toEqual([1, 1, -1]);
    expect(values(slope((x) => sign(x as NDArray), [floats(0, 3)]))).toEqual([0, 0]);
  });
});
