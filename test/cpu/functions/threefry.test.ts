import { expect, test } from "vitest";
import { threefry2x32 } from "../../../src/cpu/functions/threefry.ts";

function words(k0: number, k1: number, x0: number, x1: number): number[] {
  const out = [0, 0];
  threefry2x32(k0, k1, x0, x1, out);
  return out;
}

test("threefry2x32 gives the published answers", () => {
  const all = 0xffffffff;
  expect(words(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe]);
  expect(words(all, all, all, all)).toEqual([0x1cb996fc, 0xbb002be7]);
  expect(words(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([0xc4923a9c, 0x483df7a0]);
});

test("counters 0 and 1 under key 42 are the two halves of a split in JAX", () => {
  expect([words(0, 42, 0, 0), words(0, 42, 0, 1)]).toEqual([
    [1832780943, 270669613],
    [64467757, 2916123636],
  ]);
});

test("results land at the given place of a typed array, signed words read as unsigned", () => {
  const out = new Uint32Array(6);
  threefry2x32(-1, -1, -1, -1, out, 3);
  expect([...out]).toEqual([0, 0, 0, 0x1cb996fc, 0xbb002be7, 0]);
});
