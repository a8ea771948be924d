import { expect, test } from "vitest";
import { Code, signed, unsigned } from "../../src/wasm/code.ts";
import { encodeModule, pageBytes } from "../../src/wasm/module.ts";

test("integers are written in groups of seven bits", () => {
  expect(unsigned(0)).toEqual([0]);
  expect(unsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
  expect(signed(63)).toEqual([63]);
  expect(signed(64)).toEqual([0xc0, 0x00]);
  expect(signed(-123456)).toEqual([0xc0, 0xbb, 0x78]);
});

test("a module runs: a loop that doubles pairs of numbers in its memory", () => {
  const code = new Code(["i32"]);
  const [i, at] = [code.local("i32"), code.local("i32")];
  const pair = code.local("v128");
  code.countTo(i, 0, () => {
    code.get(at).at("v128.load").set(pair);
    code.get(at).get(pair).get(pair).op("f64x2.add").at("v128.store");
    code.increase(at, () => code.i32(16));
  });
  const bytes = encodeModule({ kind: "own", pages: 1 }, 0, { double: code });
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { double, memory } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const { buffer } = memory as WebAssembly.Memory;
  expect(buffer.byteLength).toBe(pageBytes);
  const numbers = new Float64Array(buffer);
  numbers.set([1, -0.5, 3, 7, 9, 11]);
  (double as (count: number) => void)(2);
  expect([...numbers.subarray(0, 6)]).toEqual([2, -1, 6, 14, 9, 11]);
});
