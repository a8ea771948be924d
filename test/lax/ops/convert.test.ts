import { describe, expect, it } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import { type ArrayLike, NDArray } from "../../../src/core/value.ts";
import { mul } from "../../../src/lax/ops/arith.ts";
import { fullLike, reduceSum } from "../../../src/lax/ops/broadcast.ts";
import {
  bitcastConvertType,
  convertElementType,
  optimizationBarrier,
  reducePrecision,
  stopGradient,
} from "../../../src/lax/ops/convert.ts";
import { wrapKeyData } from "../../../src/lax/ops/keys.ts";
import { jvp } from "../../../src/transforms/jvp.ts";
import { grad, vjp } from "../../../src/transforms/vjp.ts";
import { vmap } from "../../../src/transforms/vmap.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

const numbers: DType[] = [
  "float64",
  "float32",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
];

describe("convertElementType", () => {
  it("gives the dtype asked for, from and to every dtype of numbers", () => {
    for (const from of [...numbers, "bool" as const]) {
      for (const to of [...numbers, "bool" as const]) {
        const y = convertElementType(array(from, [0, 1]), to);
        expect(y.dtype).toBe(to);
        expect(values(y)).toEqual([0, 1]);
      }
    }
  });

  it("truncates and saturates floats, wraps integers", () => {
    const x = floats(NaN, Infinity, -Infinity, 3e9, -2.9);
    expect(values(convertElementType(x, "int32"))).toEqual([
      0, 2147483647, -2147483648, 2147483647, -2,
    ]);
    expect(values(convertElementType(x, "bool"))).toEqual([1, 1, 1, 1, 1]);
    expect(values(convertElementType(ints(300, -1), "uint8"))).toEqual([44, 255]);
    expect(values(convertElementType(ints(16777217), "float32"))).toEqual([16777216]);
  });

  it("is the array itself where nothing changes, and strong unless asked otherwise", () => {
    const x = floats(1);
    expect(convertElementType(x, "float32")).toBe(x);
    const weak = convertElementType(x, "float32", true);
    expect(weak.weakType).toBe(true);
    expect(convertElementType(weak, "float32").weakType).toBe(false);
    expect(convertElementType(weak, "float16").weakType).toBe(false);
  });

  it("takes numbers at full precision", () => {
    expect(convertElementType(0.1, "float64").item()).toBe(0.1);
    expect(convertElementType(16777217, "int32").item()).toBe(16777217);
    expect(convertElementType(2.9, "int32").item()).toBe(2);
    expect(convertElementType(Infinity, "int32").item()).toBe(2147483647);
    expect(convertElementType(2, "bool").item()).toBe(true);
    expect(convertElementType(true, "float32").item()).toBe(1);
  });

  it("converts tangents and cotangents between floats", () => {
    const x = floats(1, 2);
    const half = (y: NDArray) => convertElementType(y, "float16");
    const [, t] = jvp(half, [x], [floats(0.1, 3)]);
    expect(t.dtype).toBe("float16");
    expect(values(t)).toEqual([Math.fround(0.0999755859375), 3]);
    const [, pull] = vjp(half, x);
    const [ct] = pull(array("float16", [0.5, 2])) as [NDArray];
    expect(ct.dtype).toBe("float32");
    expect(values(ct)).toEqual([0.5, 2]);
  });

  it("stops derivatives at integers, going and coming", () => {
    const through = (x: NDArray) =>
      reduceSum(convertElementType(convertElementType(mul(x, 2), "int32"), "float32"), [0]);
    expect(values(grad(through)(floats(1.5, 2.5)))).toEqual([0, 0]);
    const [, t] = jvp((x: NDArray) => convertElementType(x, "int32"), [floats(1)], [floats(1)]);
    expect(t.dtype).toBe("float0");
  });

  it("refuses keys and float0", () => {
    const key = wrapKeyData(array("uint32", [0, 1]));
    expect(() => convertElementType(key, "float32")).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.convertElementType: dtypes of numbers are required, got key<fry>[] to float32; take the words of a key with random.keyData, or make one with random.wrapKeyData]`,
    );
    expect(() => convertElementType(floats(1), "key<fry>")).toThrow("random.wrapKeyData");
    expect(() => convertElementType(floats(1), "float0")).toThrow("float0");
  });
});

describe("bitcastConvertType", () => {
  it("reads the bits of equal widths and drops the weak type", () => {
    expect(values(bitcastConvertType(floats(1, -0), "uint32"))).toEqual([1065353216, 2147483648]);
    expect(values(bitcastConvertType(ints(1065353216), "float32"))).toEqual([1]);
    expect(values(bitcastConvertType(array("bfloat16", [1]), "int16"))).toEqual([0x3f80]);
    expect(bitcastConvertType(1, "int32").weakType).toBe(false);
    expect(bitcastConvertType(1, "float32").weakType).toBe(false);
  });

  it("splits into and joins from narrower parts, the lowest first", () => {
    const bytes = bitcastConvertType(ints(0x04030201, -2), "uint8");
    expect(bytes.shape).toEqual([2, 4]);
    expect(values(bytes)).toEqual([1, 2, 3, 4, 254, 255, 255, 255]);
    expect(values(bitcastConvertType(bytes, "int32"))).toEqual([0x04030201, -2]);
    expect(values(bitcastConvertType(array("float64", [1], []), "uint32"))).toEqual([
      0, 0x3ff00000,
    ]);
    const halves = bitcastConvertType(floats(1, 2.5), "float16");
    expect(halves.shape).toEqual([2, 2]);
    expect(values(bitcastConvertType(halves, "float32"))).toEqual([1, 2.5]);
  });

  it("takes float64 apart down to bytes and puts it together again", () => {
    const x = array("float64", [1, -2.5, Math.PI]);
    const words = bitcastConvertType(x, "uint32");
    expect(values(words).slice(0, 4)).toEqual([0, 0x3ff00000, 0, 0xc0040000]);
    for (const dtype of ["uint32", "int32", "int16", "uint8"] as const) {
      const parts = bitcastConvertType(x, dtype);
      expect(values(bitcastConvertType(parts, "float64"))).toEqual([1, -2.5, Math.PI]);
    }
    expect(bitcastConvertType(x, "uint8").shape).toEqual([3, 8]);
  });

  it("maps over any axis", () => {
    const x = array("uint32", [0, 0, 0x3ff00000, 0xc0000000], [2, 2]);
    const join = (y: NDArray) => bitcastConvertType(y, "float64");
    expect(values(vmap(join, { inAxes: 1 })(x))).toEqual([1, -2]);
    const bytes = (y: NDArray) => bitcastConvertType(y, "uint16");
    expect(values(vmap(bytes, { inAxes: 1 })(x))).toEqual([0, 0, 0, 0x3ff0, 0, 0, 0, 0xc000]);
  });

  it("has no derivative", () => {
    const f = (x: NDArray) => bitcastConvertType(bitcastConvertType(x, "int32"), "float32");
    expect(values(slope(f, [floats(1)]))).toEqual([0]);
  });

  it("refuses bool, keys, and parts that do not add up", () => {
    expect(() => bitcastConvertType(array("bool", [1]), "uint8")).toThrow("bool");
    expect(values(bitcastConvertType(array("bool", [1]), "bool"))).toEqual([1]);
    expect(() =>
      bitcastConvertType(array("uint8", [1, 2, 3]), "uint32"),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lax.bitcastConvertType: the last axis must hold the 4 parts of a uint32, got uint8[3]; reshape to [..., 4]]`,
    );
  });
});

describe("reducePrecision", () => {
  it("rounds values and tangents", () => {
    const f = (x: NDArray) => reducePrecision(x, 5, 10);
    const x = floats(1.2345678, 1e10, 1e-10, -0, 65519, NaN);
    expect(values(f(x))).toEqual([1.234375, Infinity, 0, -0, 65504, NaN]);
    const [, t] = jvp(f, [floats(1)], [floats(1.2345678)]);
    expect(values(t)).toEqual([1.234375]);
    const [, pull] = vjp(f, floats(1));
    expect(values((pull(floats(1.2345678)) as [NDArray])[0])).toEqual([1.234375]);
  });

  it("refuses integers and impossible widths", () => {
    expect(() => reducePrecision(ints(1), 5, 10)).toThrow("a float dtype is required");
    expect(() => reducePrecision(floats(1), 0, 10)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: lax.reducePrecision: exponentBits must be an integer from 1, got 0; float16 has 5 and 10, bfloat16 has 8 and 7]`,
    );
    expect(() => reducePrecision(floats(1), 5, -1)).toThrow("mantissaBits");
  });
});

describe("stopGradient", () => {
  it("is the value, and constant at every order", () => {
    const f = (x: NDArray) => mul(x, stopGradient(x));
    expect(values(f(floats(3)))).toEqual([9]);
    expect(values(slope(f, [floats(3)]))).toEqual([3]);
    expect(values(slope((x) => slope(f, [x as NDArray]), [floats(3)]))).toEqual([0]);
    const x = ints(1);
    expect(stopGradient(x)).toBe(x);
  });
});

describe("optimizationBarrier", () => {
  it("gives a tree back with its arrays and derivatives", () => {
    const tree = { a: floats(1, 2), b: [ints(3), 4 as ArrayLike], c: null };
    const held = optimizationBarrier(tree);
    expect(values(held.a)).toEqual([1, 2]);
    expect(held.b.map((x) => values(x as NDArray))).toEqual([[3], [4]]);
    expect(held.c).toBeNull();
    expect(optimizationBarrier([])).toEqual([]);
    const f = (x: NDArray) => {
      const [a, b] = optimizationBarrier([x, ints(2)]) as [NDArray, NDArray];
      return mul(a, mul(a, convertElementType(b, "float32")));
    };
    expect(values(slope(f, [floats(3)]))).toEqual([12]);
    expect(values(grad((x: NDArray) => reduceSum(f(x), [0]))(floats(3)))).toEqual([12]);
    expect(values(vmap(f)(array("float32", [1, 2], [2, 1])))).toEqual([2, 8]);
  });

  it("leaves out of the backward pass what has no cotangent", () => {
    const f = (x: NDArray) => {
      const [a] = optimizationBarrier([x, mul(x, 2)]) as [NDArray, NDArray];
      return reduceSum(a, [0]);
    };
    expect(values(grad(f)(floats(3)))).toEqual([1]);
  });

  it("refuses leaves that are not arrays", () => {
    expect(() => optimizationBarrier({ a: "x" })).toThrowErrorMatchingInlineSnapshot(
      `[TreeError: lax.optimizationBarrier: leaves must be arrays, numbers or booleans, got a string; leave it out]`,
    );
  });
});

it("weak scalars stay weak through fullLike of a converted value", () => {
  const weak = convertElementType(2, "float32", true);
  expect(weak).toBeInstanceOf(NDArray);
  expect(fullLike(weak, 1).weakType).toBe(true);
});
