import { describe, expect, it } from "vitest";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";
import { vmap } from "../../../src/transforms/vmap.ts";
import { array, ints, values } from "./arrays.ts";

const words = (...data: number[]) => array("uint32", data);

describe("keys", () => {
  it("are pairs of words, and the words come back", () => {
    const pairs = array("uint32", [1, 2, 3, 4, 5, 6], [3, 2]);
    const keys = wrapKeyData(pairs);
    expect([keys.dtype, keys.shape]).toEqual(["key<fry>", [3]]);
    expect(values(keyData(keys))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(keyData(wrapKeyData(words(7, 8))).shape).toEqual([2]);
  });

  it("keep their words together when mapped over any axis", () => {
    const planes = array("uint32", [1, 2, 3, 4, 5, 6], [2, 3]);
    const wrapped = vmap(wrapKeyData, { inAxes: 1 })(planes);
    expect(wrapped.shape).toEqual([3]);
    expect(values(keyData(wrapped))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(values(vmap(keyData)(wrapped))).toEqual([1, 4, 2, 5, 3, 6]);
    const grid = wrapKeyData(array("uint32", [1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]));
    const byColumn = vmap(keyData, { inAxes: 1, outAxes: 1 })(grid);
    expect(values(byColumn)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("are refused for other dtypes and shapes", () => {
    expect(() => wrapKeyData(ints(1, 2))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: random.wrapKeyData: words of a key must be uint32, got int32[2]; convert with lax.convertElementType]`,
    );
    expect(() => wrapKeyData(words(1, 2, 3))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: random.wrapKeyData: the last axis must hold the 2 words of a key, got uint32[3]; reshape to [..., 2]]`,
    );
    expect(() => wrapKeyData(array("uint32", [1], []))).toThrow("[..., 2]");
    expect(() => keyData(words(1, 2))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: random.keyData: an array of keys is required, got uint32[2]; make keys with random.key]`,
    );
  });
});
