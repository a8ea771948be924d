import { expect, test } from "vitest";
import { type DType, dtypeInfo } from "../../src/core/dtype.ts";
import { ArgumentError, DTypeError } from "../../src/core/errors.ts";
import {
  canCast,
  type ElementType,
  elementTypes,
  isSubdtype,
  joinCodes,
  literalType,
  literalTypeBeside,
  promoteTypes,
  resultType,
  resultType2,
  toInexact,
  typeCode,
} from "../../src/core/promotion.ts";

const numbers = ["bool", "u8", "u16", "u32", "i8", "i16", "i32", "bf16", "f16", "f32", "f64"];

/** Rows joined with columns, `*` after the dtype of a weak type. Source: JAX 0.10, without int64. */
const table: Record<string, string> = {
  "∨   ": "bool u8   u16  u32  i8   i16  i32  bf16 f16  f32  f64  i32* f32*",
  bool: "bool u8   u16  u32  i8   i16  i32  bf16 f16  f32  f64  i32* f32*",
  u8: "u8   u8   u16  u32  i16  i16  i32  bf16 f16  f32  f64  u8   f32*",
  u16: "u16  u16  u16  u32  i32  i32  i32  bf16 f16  f32  f64  u16  f32*",
  u32: "u32  u32  u32  u32  i32  i32  i32  bf16 f16  f32  f64  u32  f32*",
  i8: "i8   i16  i32  i32  i8   i16  i32  bf16 f16  f32  f64  i8   f32*",
  i16: "i16  i16  i32  i32  i16  i16  i32  bf16 f16  f32  f64  i16  f32*",
  i32: "i32  i32  i32  i32  i32  i32  i32  bf16 f16  f32  f64  i32  f32*",
  bf16: "bf16 bf16 bf16 bf16 bf16 bf16 bf16 bf16 f32  f32  f64  bf16 bf16",
  f16: "f16  f16  f16  f16  f16  f16  f16  f32  f16  f32  f64  f16  f16",
  f32: "f32  f32  f32  f32  f32  f32  f32  f32  f32  f32  f64  f32  f32",
  f64: "f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64  f64",
  "i32*": "i32* u8   u16  u32  i8   i16  i32  bf16 f16  f32  f64  i32* f32*",
  "f32*": "f32* f32* f32* f32* f32* f32* f32* bf16 f16  f32  f64  f32* f32*",
};

const [header = [], ...rows] = Object.values(table).map((row) => row.split(/ +/));
const rowNames = Object.keys(table).slice(1);

function parse(text: string): ElementType {
  const short = text.replace("*", "");
  const found = Object.entries(dtypeInfo).find(([, facts]) => facts.short === short);
  if (found === undefined) throw new Error(`no dtype is called ${short}`);
  return { dtype: found[0] as DType, weakType: text.endsWith("*") };
}

const print = ({ dtype, weakType }: ElementType) => dtypeInfo[dtype].short + (weakType ? "*" : "");

test.each(rowNames.map((name, i) => [name, rows[i] ?? []] as const))(
  "%s joins with each type as the table says",
  (name, row) => {
    const a = parse(name);
    const got = header.map((other) => {
      const b = parse(other);
      return print(resultType2(a.dtype, a.weakType, b.dtype, b.weakType));
    });
    expect(got).toEqual(row);
    expect(row).toHaveLength(13);
  },
);

test("promoteTypes is the join of strong dtypes", () => {
  expect(promoteTypes("bfloat16", "float16")).toBe("float32");
  expect(promoteTypes("uint32", "int8")).toBe("int32");
  expect(promoteTypes("int32", "float16")).toBe("float16");
});

test("a result type is one of the shared frozen objects", () => {
  const type = resultType2("int32", true, "float16", false);
  expect(type).toBe(elementTypes[typeCode("float16", false)]);
  expect(Object.isFrozen(type)).toBe(true);
});

test("codes name every dtype, weak and strong, once", () => {
  expect(elementTypes).toHaveLength(26);
  elementTypes.forEach((type, code) => {
    expect(typeCode(type.dtype, type.weakType)).toBe(code);
  });
});

test("keys and float0 join only with themselves", () => {
  for (const odd of ["key<fry>", "float0"] as const) {
    expect(promoteTypes(odd, odd)).toBe(odd);
    for (const { dtype, weakType } of elementTypes) {
      if (dtype === odd) continue;
      expect(joinCodes(typeCode(odd, false), typeCode(dtype, weakType))).toBe(-1);
      expect(joinCodes(typeCode(dtype, weakType), typeCode(odd, false))).toBe(-1);
    }
  }
  expect(() => promoteTypes("key<fry>", "float32", "np.add")).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: np.add: dtypes must have one in common, got key<fry> and float32; a random key is not a number: draw from it, or take its words with random.keyData]`,
  );
  expect(() => promoteTypes("int32", "float0")).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: promoteTypes: dtypes must have one in common, got int32 and float0; float0 is the gradient of an integer and holds nothing, so leave it out]`,
  );
  expect(() => resultType2("float32", true, "key<fry>", false)).toThrow(DTypeError);
});

test("a weak bool counts as a bool", () => {
  expect(resultType2("bool", true, "bool", true)).toEqual({ dtype: "bool", weakType: false });
  expect(resultType2("bool", true, "int32", true)).toEqual({ dtype: "int32", weakType: true });
});

test("two weak types join as their strong counterparts and stay weak", () => {
  expect(print(resultType2("float64", true, "float32", true))).toBe("f64*");
  expect(print(resultType2("int16", true, "float16", true))).toBe("f16*");
  expect(print(resultType2("float64", true, "float32", false))).toBe("f32");
});

test("the type of one item is its own, and that of none an error", () => {
  expect(resultType([{ dtype: "int32", weakType: true }])).toEqual({
    dtype: "int32",
    weakType: true,
  });
  expect(resultType([{ dtype: "key<fry>", weakType: false }]).dtype).toBe("key<fry>");
  expect(() => resultType([], "np.concatenate")).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: np.concatenate: at least one dtype is required, got none; pass an array]`,
  );
});

test("the type of many items is their join", () => {
  const types = (...names: string[]) => names.map(parse);
  expect(print(resultType(types("u8", "i8", "i32*")))).toBe("i16");
  expect(print(resultType(types("i32", "f32*", "bf16")))).toBe("bf16");
  expect(print(resultType(types("bool", "i32*", "f32*")))).toBe("f32*");
  expect(() => resultType([...types("i8", "f32"), { dtype: "float0", weakType: false }])).toThrow(
    "got float32 and float0",
  );
});

test("a number is a weak integer only if its value is and its partners are no floats", () => {
  const beside = (value: number | boolean, ...names: string[]) =>
    print(
      literalType(
        value,
        names.map((name) => parse(name).dtype),
      ),
    );
  expect(beside(2, "i8")).toBe("i32*");
  expect(beside(-0, "u8")).toBe("i32*");
  expect(beside(2, "bool")).toBe("i32*");
  expect(beside(2, "f16")).toBe("f32*");
  expect(beside(2, "i32", "f16")).toBe("f32*");
  expect(beside(2)).toBe("f32*");
  for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(beside(value, "i32")).toBe("f32*");
    expect(beside(value, "bool")).toBe("f32*");
  }
  expect(beside(true, "f32")).toBe("bool");
  expect(beside(false)).toBe("bool");
});

test("a literal beside one partner is classified as beside a list of one", () => {
  for (const value of [2, -0, 0.5, Number.NaN, true, 2 ** 40]) {
    for (const name of numbers) {
      const { dtype } = parse(name);
      expect(literalTypeBeside(value, dtype)).toBe(literalType(value, [dtype]));
    }
  }
});

test("toInexact keeps floats and takes every integer to float32", () => {
  expect(numbers.map((name) => dtypeInfo[toInexact(parse(name).dtype)].short)).toEqual([
    ...Array.from({ length: 7 }, () => "f32"),
    "bf16",
    "f16",
    "f32",
    "f64",
  ]);
  expect(() => toInexact("key<fry>", "np.sqrt")).toThrowErrorMatchingInlineSnapshot(
    `[DTypeError: np.sqrt: a dtype of numbers is required, got key<fry>; it has no floating-point form]`,
  );
  expect(() => toInexact("float0")).toThrow(DTypeError);
});

/** What NumPy's can_cast says, with bfloat16 as JAX registers it. */
const safe: Record<string, string> = {
  bool: "bool u8 u16 u32 i8 i16 i32 bf16 f16 f32 f64",
  u8: "u8 u16 u32 i16 i32 bf16 f16 f32 f64",
  i8: "i8 i16 i32 bf16 f16 f32 f64",
  u16: "u16 u32 i32 f32 f64",
  i16: "i16 i32 f32 f64",
  u32: "u32 f64",
  i32: "i32 f64",
  bf16: "bf16 f32 f64",
  f16: "f16 f32 f64",
  f32: "f32 f64",
  f64: "f64",
};

test.each(Object.entries(safe))("%s casts safely to what holds all its values", (name, to) => {
  const from = parse(name).dtype;
  expect(numbers.filter((other) => canCast(from, parse(other).dtype))).toEqual(to.split(" "));
  expect(canCast(from, "key<fry>")).toBe(false);
  expect(canCast("key<fry>", from)).toBe(false);
  expect(canCast("float0", from)).toBe(false);
  expect(canCast(from, "float0")).toBe(false);
});

test("isSubdtype sorts dtypes into families", () => {
  const members = (family: Parameters<typeof isSubdtype>[1]) =>
    numbers.filter((name) => isSubdtype(parse(name).dtype, family)).join(" ");
  expect(members("integer")).toBe("u8 u16 u32 i8 i16 i32");
  expect(members("signedInteger")).toBe("i8 i16 i32");
  expect(members("unsignedInteger")).toBe("u8 u16 u32");
  expect(members("floating")).toBe("bf16 f16 f32 f64");
  expect(members("inexact")).toBe(members("floating"));
  expect(members("number")).toBe("u8 u16 u32 i8 i16 i32 bf16 f16 f32 f64");
  expect(members("bool")).toBe("bool");
  expect(members("float16")).toBe("f16");
  expect(isSubdtype("key<fry>", "key")).toBe(true);
  expect(isSubdtype("key<fry>", "number")).toBe(false);
  expect(() => isSubdtype("int32", "toString" as "bool")).toThrow(ArgumentError);
});
