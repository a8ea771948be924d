import { describe, expect, it } from "vitest";
import { shapedArray } from "../../../src/core/aval.ts";
import { words } from "../../../src/cpu/routines/words.ts";
import { operand, runRoutine, scattered } from "./host.ts";

const pairs = operand([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], "uint32");

/** Keys in column-major order behind a gap, as a view of two words an element has them. */
const keys = {
  aval: shapedArray([2, 2], "key<fry>"),
  data: new Uint32Array([0, 0, 1, 2, 5, 6, 3, 4, 7, 8]),
  view: { shape: [2, 2], strides: [1, 2], offset: 1 },
};

describe("words", () => {
  it("make keys of pairs, whatever their layout", () => {
    for (const x of [pairs, scattered(pairs, [2, 0, 1])]) {
      const [out] = runRoutine(words, [x], [["key<fry>", [2, 2]]], {});
      expect([...(out ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it("make pairs of keys, whatever their layout", () => {
    const [out] = runRoutine(words, [keys], [["uint32", [2, 2, 2]]], {});
    expect([...(out ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("take doubles apart and put them together, the low word first", () => {
    const x = operand([1, -2], [2], "float64");
    const [parts] = runRoutine(words, [x], [["uint32", [2, 2]]], {});
    expect([...(parts ?? [])]).toEqual([0, 0x3ff00000, 0, 0xc0000000]);
    const back = operand(parts ?? [], [2, 2], "uint32");
    const [y] = runRoutine(words, [scattered(back, [1, 0])], [["float64", [2]]], {});
    expect([...(y ?? [])]).toEqual([1, -2]);
  });

  it("do nothing where there is nothing", () => {
    const [out] = runRoutine(words, [operand([], [0, 2], "uint32")], [["key<fry>", [0]]], {});
    expect(out?.length).toBe(0);
  });
});
