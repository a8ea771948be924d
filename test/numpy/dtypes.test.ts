import { ArgumentError, DTypeError, numpy as np } from "udiff";
import { expect, test } from "vitest";

test.each([
  ["float64", 64, 2 ** -52, Number.MAX_VALUE, 2 ** -1022, Number.MIN_VALUE],
  ["float32", 32, 2 ** -23, 3.4028234663852886e38, 2 ** -126, 2 ** -149],
  ["float16", 16, 2 ** -10, 65504, 2 ** -14, 2 ** -24],
  ["bfloat16", 16, 2 ** -7, 3.3895313892515355e38, 2 ** -126, 2 ** -133],
] as const)("np.finfo(%j)", (dtype, bits, eps, max, tiny, smallestSubnormal) => {
  expect(np.finfo(dtype)).toMatchObject({
    dtype,
    bits,
    eps,
    max,
    min: -max,
    tiny,
    smallestSubnormal,
  });
});

test("np.iinfo, of dtypes and of arrays", () => {
  expect(np.iinfo("int8")).toEqual({ dtype: "int8", bits: 8, min: -128, max: 127 });
  expect(np.iinfo(np.uint32(1)).max).toBe(4294967295);
  expect(() => np.iinfo("float32")).toThrow(DTypeError);
  expect(() => np.finfo("int32")).toThrow(DTypeError);
});

test("np.resultType mixes arrays, numbers and dtypes", () => {
  expect(np.resultType(np.int8([1]), 2)).toBe("int8");
  expect(np.resultType(np.int8([1]), 2.5)).toBe("float32");
  expect(np.resultType("float16", "bfloat16")).toBe("float32");
  expect(np.resultType(np.float16([1]), "int32", 1)).toBe("float16");
  expect(np.resultType(2, "int8")).toBe("float32");
  expect(() => np.resultType()).toThrow();
});

test("families of dtypes", () => {
  expect(np.issubdtype("int8", "integer")).toBe(true);
  expect(np.issubdtype("bool", "number")).toBe(false);
  expect(np.isdtype("uint8", ["signed integer", "unsigned integer"])).toBe(true);
  expect(np.isdtype("float16", "float16")).toBe(true);
  expect(np.isdtype("float16", "integral")).toBe(false);
  expect(() => np.isdtype("float16", "floating" as never)).toThrow(ArgumentError);
  expect(np.canCast("int8", "float16")).toBe(true);
  expect(np.canCast(np.int32(1), "float32")).toBe(false);
  expect(np.promoteTypes("uint8", "int8")).toBe("int16");
});

test("elements are read from a buffer, least significant byte first", () => {
  const bytes = new Uint8Array([0, 0, 128, 63, 0, 0, 0, 64]);
  expect(np.frombuffer(bytes).js()).toEqual([1, 2]);
  expect(np.frombuffer(bytes, { dtype: "uint8", offset: 2, count: 2 }).js()).toEqual([128, 63]);
  expect(
    np.frombuffer(new Uint16Array([0x3c00, 0xc000]).buffer, { dtype: "float16" }).js(),
  ).toEqual([1, -2]);
  expect(np.frombuffer(new Uint16Array([0x3f80]), { dtype: "bfloat16" }).js()).toEqual([1]);
  expect(() => np.frombuffer(bytes.slice(1))).toThrow(ArgumentError);
});

test("arrays as text", () => {
  const x = np.array([
    [1.5, 2],
    [3, 4],
  ]);
  expect(String(x)).toBe("[[1.5 2. ]\n [3.  4. ]]");
  expect(np.arrayStr(x)).toBe(String(x));
  expect(np.arrayRepr(x)).toBe("Array([[1.5 2. ]\n       [3.  4. ]], dtype=float32)");
});
