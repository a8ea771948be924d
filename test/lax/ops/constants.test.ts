import { describe, expect, it } from "vitest";
import { iota } from "../../../src/lax/ops/constants.ts";
import { values } from "./arrays.ts";

describe("iota", () => {
  it("counts along its axis in every dtype of numbers", () => {
    expect(values(iota("int32", [2, 3], 1))).toEqual([0, 1, 2, 0, 1, 2]);
    expect(values(iota("float32", [2, 3], 0))).toEqual([0, 0, 0, 1, 1, 1]);
    expect(values(iota("uint8", [258], 0)).slice(254)).toEqual([254, 255, 0, 1]);
    expect(values(iota("float16", [2050], 0)).slice(2047)).toEqual([2047, 2048, 2048]);
    expect(iota("int32", [0], 0).shape).toEqual([0]);
  });

  it("refuses axes and dtypes that are not there", () => {
    expect(() => iota("int32", [2], 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lax.iota: the dimension must be one of the 1 axes of int32[2], got 1; count from 0]`,
    );
    expect(() => iota("int32", [], 0)).toThrow("0 axes");
    expect(() => iota("bool", [2], 0)).toThrow("lax.iota");
    expect(() => iota("int32", [-1], 0)).toThrow("integers from 0");
  });
});
