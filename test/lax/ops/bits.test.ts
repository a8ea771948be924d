import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import {
  clz,
  mulhi,
  populationCount,
  shiftLeft,
  shiftRightArithmetic,
  shiftRightLogical,
  threefry2x32,
} from "../../../src/lax/ops/bits.ts";
import { vmap } from "../../../src/transforms/vmap.ts";
import { array, floats, ints, values } from "./arrays.ts";

const words = (...data: number[]) => array("uint32", data);

describe("shifts", () => {
  it("give zeros or signs for counts outside the width", () => {
    const counts = ints(0, 1, 31, 32, -1);
    const x = ints(-5, -5, -5, -5, -5);
    expect(values(shiftLeft(x, counts))).toEqual([-5, -10, -2147483648, 0, 0]);
    expect(values(shiftRightLogical(x, counts))).toEqual([-5, 2147483645, 1, 0, 0]);
    expect(values(shiftRightArithmetic(x, counts))).toEqual([-5, -3, -1, -1, -1]);
    expect(values(shiftRightLogical(array("int8", [-1]), 1))).toEqual([127]);
    expect(values(shiftLeft(array("uint8", [255]), 4))).toEqual([240]);
  });

  it("refuse floats and bools", () => {
    expect(() => shiftLeft(floats(1), floats(1))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.shiftLeft: a signed integer or an unsigned integer dtype is required, got float32[1]; convert with lax.convertElementType]`,
    );
    expect(() => shiftRightLogical(array("bool", [1]), true)).toThrow("lax.shiftRightLogical");
  });
});

describe("counts of bits and high halves", () => {
  it("are those of the width", () => {
    expect(values(populationCount(ints(-1, 0, 7)))).toEqual([32, 0, 3]);
    expect(values(clz(ints(0, 1, -1)))).toEqual([32, 31, 0]);
    expect(values(clz(array("uint8", [0, 1])))).toEqual([8, 7]);
    expect(values(mulhi(words(4294967295), words(4294967295)))).toEqual([4294967294]);
    expect(values(mulhi(ints(-1, 65536), ints(1, 65536)))).toEqual([-1, 1]);
  });
});

describe("threefry2x32", () => {
  it("gives the known answers", () => {
    const hash = (k0: number, k1: number, x0: number, x1: number) =>
      threefry2x32(words(k0), words(k1), words(x0), words(x1)).flatMap(values);
    expect(hash(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe]);
    expect(hash(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(hash(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([0xc4923a9c, 0x483df7a0]);
  });

  it("takes scalar keys for all counters, and maps over either", () => {
    const k = array("uint32", [42], []);
    const [a, b] = threefry2x32(0, k, words(0, 0), words(0, 1));
    // Source: JAX, split of key 42 in two.
    expect(values(a)).toEqual([1832780943, 64467757]);
    expect(values(b)).toEqual([270669613, 2916123636]);
    const f = (key: NDArray) => threefry2x32(0, key, words(0, 0), words(0, 1))[1];
    expect(values(vmap(f)(words(42, 42)))).toEqual([...values(b), ...values(b)]);
  });

  it("refuses words of another dtype", () => {
    expect(() => threefry2x32(0, 0, ints(0), ints(1))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.threefry2x32: words must be uint32, got int32[1]; convert with lax.convertElementType]`,
    );
  });
});
