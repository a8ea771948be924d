import { ArgumentError, DTypeError, jit } from "udiff";
import * as np from "udiff/numpy";
import * as random from "udiff/random";
import { expect, test } from "vitest";

const key = random.key(7);

// Numbers of JAX 0.10.2.

test("uniform numbers hold as many bits as their dtype", () => {
  const draw = (dtype: "float16" | "bfloat16" | "float64", n: number) =>
    Array.from(random.uniform(key, [n], { dtype }).dataSync(), Number);
  expect(draw("float16", 3)).toEqual([0.16015625, 0.4921875, 0.162109375]);
  expect(draw("bfloat16", 3)).toEqual([0.0390625, 0.0, 0.6640625]);
  expect(draw("float64", 2)).toEqual([0.8441069450823528, 0.04541258512665647]);
});

test("narrow bits are cut from words", () => {
  expect(random.bits(key, [4], { dtype: "uint8" }).js()).toEqual([11, 0, 170, 48]);
  expect(random.bits(key, [3], { dtype: "uint16" }).js()).toEqual([10507, 32256, 10666]);
  expect(() => random.bits(key, [2], { dtype: "int32" })).toThrow(DTypeError);
});

test("the former stream is there for those who need it", () => {
  const former = { partitionable: false };
  expect(random.keyData(random.split(key, 3, former)).js()).toEqual([
    [276534068, 861967409],
    [1905761346, 1641862660],
    [2900896126, 1402713516],
  ]);
  expect(random.bits(key, [5], { dtype: "uint8", ...former }).js()).toEqual([
    191, 40, 160, 11, 191,
  ]);
  expect(random.bits(key, [3], former).js()).toEqual([966301609, 1830345032, 1948237315]);
});

test("keys split into arrays of keys, and fold integers in, given or traced", () => {
  expect(random.keyData(random.split(key, [2, 1])).js()).toEqual([
    [[3625411723, 1954958720]],
    [[195045567, 4062205631]],
  ]);
  const folded = [3583082021, 1947592014];
  expect(random.keyData(random.foldIn(key, 5)).js()).toEqual(folded);
  expect(random.keyData(random.foldIn(key, np.int32(5))).js()).toEqual(folded);
  expect(random.keyData(jit(random.foldIn)(key, np.int32(5))).js()).toEqual(folded);
  expect(() => random.foldIn(key, -1)).toThrow(ArgumentError);
});

test("raw words stand for keys and keep their form", () => {
  const raw = random.PRNGKey(7);
  expect(raw.dtype).toBe("uint32");
  expect(random.split(raw).dtype).toBe("uint32");
  expect(random.keyImpl(raw)).toBe("fry");
  expect(random.normal(raw, [3]).js()).toEqual(random.normal(key, [3]).js());
  expect(random.keyData(random.wrapKeyData(raw)).js()).toEqual(random.keyData(key).js());
  expect(random.clone(key)).toBe(key);
  expect(() => random.wrapKeyData(np.ones([2]))).toThrow(DTypeError);
});
