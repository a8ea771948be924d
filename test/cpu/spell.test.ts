import { describe, expect, it } from "vitest";
import { type DType, dtypeInfo, integerRange } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import { type ScalarOp, scalarArity } from "../../src/core/scalar.ts";
import { scalarFunction, spell } from "../../src/cpu/spell.ts";

const floats: DType[] = ["float64", "float32", "float16", "bfloat16"];
const integers: DType[] = ["int32", "uint32", "int16", "uint16", "int8", "uint8"];

function run(op: ScalarOp, dtype: DType, x: number, y = 0, z = 0, operand: DType = dtype): number {
  return scalarFunction(op, dtype, operand)(x, y, z);
}

/** A wrapped result by arithmetic on integers of any size. */
function wrap(value: bigint, dtype: DType): number {
  const { bits, kind } = dtypeInfo[dtype];
  return Number(kind === "int" ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
}

function samples(dtype: DType): number[] {
  const [low, high] = integerRange(dtype);
  const inner = [0, 1, 2, 3, 7, 100, 255, 65535, 65536, 123456789, -1, -2, -7, -100, -65536];
  return [low, low + 1, high - 1, high, ...inner.filter((x) => x >= low && x <= high)];
}

describe("scalar functions of the interpreter", () => {
  it("know every scalar operation for some dtype", () => {
    const all: DType[] = [...floats, ...integers, "bool"];
    for (const op of Object.keys(scalarArity) as ScalarOp[]) {
      const some = all.some((dtype) => all.some((operand) => spell[op](dtype, operand) !== null));
      expect(some, op).toBe(true);
    }
  });

  it("give one function for one question", () => {
    expect(scalarFunction("sin", "float16", "float16")).toBe(
      scalarFunction("sin", "float16", "float16"),
    );
    expect(scalarFunction("convert", "int32", "float32")).not.toBe(
      scalarFunction("convert", "int32", "uint32"),
    );
  });

  it("refuse dtypes on which an operation is not defined", () => {
    expect(() => scalarFunction("sin", "int32", "int32")).toThrowErrorMatchingInlineSnapshot(
      `[InternalError: sin: no spelling for int32 to int32; this is a fault of udiff, please report it]`,
    );
    expect(() => scalarFunction("and", "float32", "float32")).toThrow("no spelling");
    expect(() => scalarFunction("bitcast", "int16", "float32")).toThrow("no spelling");
  });

  it("wrap sums, differences, products and negations of integers of every width", () => {
    for (const dtype of integers) {
      for (const x of samples(dtype)) {
        expect(run("neg", dtype, x)).toBe(wrap(-BigInt(x), dtype));
        expect(run("abs", dtype, x)).toBe(wrap(BigInt(Math.abs(x)), dtype));
        expect(run("not", dtype, x)).toBe(wrap(~BigInt(x), dtype));
        for (const y of samples(dtype)) {
          const [a, b] = [BigInt(x), BigInt(y)];
          const at = `${dtype} ${x} ${y}`;
          expect(run("add", dtype, x, y), at).toBe(wrap(a + b, dtype));
          expect(run("sub", dtype, x, y), at).toBe(wrap(a - b, dtype));
          expect(run("mul", dtype, x, y), at).toBe(wrap(a * b, dtype));
          expect(run("div", dtype, x, y), at).toBe(wrap(b === 0n ? -1n : a / b, dtype));
          expect(run("rem", dtype, x, y), at).toBe(wrap(b === 0n ? a : a % b, dtype));
          expect(run("and", dtype, x, y), at).toBe(wrap(a & b, dtype));
          expect(run("or", dtype, x, y), at).toBe(wrap(a | b, dtype));
          expect(run("xor", dtype, x, y), at).toBe(wrap(a ^ b, dtype));
          const high = (a * b) >> BigInt(dtypeInfo[dtype].bits);
          expect(run("mulhi", dtype, x, y), at).toBe(wrap(high, dtype));
          expect(run("max", dtype, x, y), at).toBe(Math.max(x, y));
          expect(run("min", dtype, x, y), at).toBe(Math.min(x, y));
        }
      }
    }
  });

  it("shift every width, and give nothing or the sign for counts outside it", () => {
    for (const dtype of integers) {
      const { bits, kind } = dtypeInfo[dtype];
      for (const x of samples(dtype)) {
        for (const count of [0, 1, 3, bits - 1, bits, bits + 1, ...(kind === "int" ? [-1] : [])]) {
          const inside = count >= 0 && count < bits;
          const n = BigInt(inside ? count : 0);
          const unsigned = BigInt.asUintN(bits, BigInt(x));
          const left = inside ? wrap(BigInt(x) << n, dtype) : 0;
          const right = inside ? wrap(unsigned >> n, dtype) : 0;
          const at = `${dtype} ${x} by ${count}`;
          expect(run("shiftLeft", dtype, x, count), at).toBe(left);
          expect(run("shiftRightLogical", dtype, x, count), at).toBe(right);
          const signed = BigInt.asIntN(bits, BigInt(x));
          const arithmetic = inside ? signed >> n : signed < 0n ? -1n : 0n;
          expect(run("shiftRightArithmetic", dtype, x, count), at).toBe(wrap(arithmetic, dtype));
        }
      }
    }
  });

  it("count bits within the width", () => {
    expect(run("populationCount", "int8", -1)).toBe(8);
    expect(run("populationCount", "int32", -1)).toBe(32);
    expect(run("clz", "uint16", 1)).toBe(15);
    expect(run("clz", "int8", -1)).toBe(0);
    expect(run("clz", "int32", 0)).toBe(32);
  });

  it("round float results to the dtype once", () => {
    expect(run("add", "float32", 16777216, 1)).toBe(16777216);
    expect(run("add", "float64", 16777216, 1)).toBe(16777217);
    expect(run("add", "float16", 2048, 1)).toBe(2048);
    expect(run("add", "float16", 2048, 3)).toBe(2052);
    expect(run("add", "bfloat16", 256, 1)).toBe(256);
    expect(run("mul", "float16", 256, 256)).toBe(Infinity);
    for (const dtype of floats) {
      const x = literalValue(1.7, dtype);
      expect(run("exp", dtype, x)).toBe(literalValue(Math.exp(x), dtype));
      expect(run("div", dtype, 1, 3)).toBe(literalValue(1 / 3, dtype));
      expect(run("sqrt", dtype, 2)).toBe(literalValue(Math.SQRT2, dtype));
      expect(run("atan2", dtype, 1, -1)).toBe(literalValue((3 * Math.PI) / 4, dtype));
    }
  });

  it("keep NaN and the signs of zeros", () => {
    for (const dtype of floats) {
      expect(run("max", dtype, -0, 0)).toBe(0);
      expect(run("max", dtype, 0, -0)).toBe(0);
      expect(run("min", dtype, 0, -0)).toBe(-0);
      expect(run("max", dtype, NaN, 1)).toBeNaN();
      expect(run("min", dtype, 1, NaN)).toBeNaN();
      expect(run("sign", dtype, NaN)).toBeNaN();
      expect(run("sign", dtype, -0)).toBe(-0);
      expect(run("neg", dtype, 0)).toBe(-0);
      expect(run("roundEven", dtype, 2.5)).toBe(2);
      expect(run("roundAway", dtype, -2.5)).toBe(-3);
      expect(run("roundEven", dtype, -0.375)).toBe(-0);
      expect(run("rem", dtype, -4, 2)).toBe(-0);
      expect(run("pow", dtype, 1, NaN)).toBe(1);
    }
    expect(Object.is(run("neg", "int32", 0), 0)).toBe(true);
    expect(Object.is(run("rem", "int8", -4, 2), 0)).toBe(true);
  });

  it("compare as IEEE numbers do", () => {
    const holds = (op: ScalarOp, x: number, y: number) => run(op, "bool", x, y, 0, "float32");
    for (const op of ["eq", "lt", "le", "gt", "ge"] as const) {
      expect(holds(op, NaN, NaN)).toBe(0);
      expect(holds(op, 1, NaN)).toBe(0);
    }
    expect(holds("ne", NaN, NaN)).toBe(1);
    expect(holds("eq", 0, -0)).toBe(1);
    expect(holds("lt", -0, 0)).toBe(0);
    expect(holds("isFinite", NaN, 0)).toBe(0);
    expect(holds("isFinite", -Infinity, 0)).toBe(0);
    expect(holds("isFinite", 3, 0)).toBe(1);
    expect(run("select", "float32", 1, 5, 6, "bool")).toBe(5);
    expect(run("select", "float32", 0, 5, 6, "bool")).toBe(6);
  });

  it("convert as JAX does: truncating, saturating, wrapping", () => {
    const to = (dtype: DType, x: number, operand: DType) => run("convert", dtype, x, 0, 0, operand);
    const wide = [NaN, Infinity, -Infinity, 3e9, -3e9, 2.9, -2.9];
    const [max, min] = [2147483647, -2147483648];
    expect(wide.map((x) => to("int32", x, "float32"))).toEqual([0, max, min, max, min, 2, -2]);
    expect([NaN, Infinity, -1, 5e9].map((x) => to("uint32", x, "float64"))).toEqual([
      0, 4294967295, 0, 4294967295,
    ]);
    expect(to("int8", 300, "float32")).toBe(127);
    expect(to("uint8", -1, "float32")).toBe(0);
    expect(to("uint8", 300, "int32")).toBe(44);
    expect(to("int32", 2147483648, "uint32")).toBe(min);
    expect(to("bool", NaN, "float32")).toBe(1);
    expect(to("bool", -0, "float32")).toBe(0);
    expect(to("bool", 2, "int8")).toBe(1);
    expect(to("float16", 65520, "float32")).toBe(Infinity);
    expect(to("float16", 1e-8, "float32")).toBe(0);
    expect(to("float32", 16777217, "int32")).toBe(16777216);
    expect(to("float32", 0.1, "float64")).toBe(Math.fround(0.1));
    expect(to("float32", 1, "bool")).toBe(1);
  });

  it("reinterpret the bits of equal widths", () => {
    const as = (dtype: DType, x: number, operand: DType) => run("bitcast", dtype, x, 0, 0, operand);
    expect(as("int32", 1, "float32")).toBe(1065353216);
    expect(as("uint32", -0, "float32")).toBe(2147483648);
    expect(as("float32", 0x7f800000, "uint32")).toBe(Infinity);
    expect(as("float32", -1082130432, "int32")).toBe(-1);
    expect(as("uint16", 1, "float16")).toBe(0x3c00);
    expect(as("int16", -2, "float16")).toBe(-16384);
    expect(as("bfloat16", 0x3f80, "uint16")).toBe(1);
    expect(as("float16", literalValue(1, "bfloat16"), "bfloat16")).toBe(1.875);
    expect(as("int8", 255, "uint8")).toBe(-1);
    expect(as("uint32", -1, "int32")).toBe(4294967295);
  });

  it("step to the neighbouring float of each format", () => {
    expect(run("nextAfter", "float32", 1, 2)).toBe(1 + 2 ** -23);
    expect(run("nextAfter", "float64", 1, 2)).toBe(1 + 2 ** -52);
    expect(run("nextAfter", "float16", 1, 0)).toBe(1 - 2 ** -11);
    expect(run("nextAfter", "bfloat16", 0, 1)).toBe(2 ** -133);
  });

  it("reduce precision in every float dtype, float64 up to its ends", () => {
    expect(run("reducePrecision", "float32", Math.fround(1.2345678), 5, 10)).toBe(1.234375);
    expect(run("reducePrecision", "float32", 1e10, 5, 10)).toBe(Infinity);
    expect(run("reducePrecision", "float64", 1.2345678, 8, 23)).toBe(Math.fround(1.2345678));
    expect(run("reducePrecision", "float64", 1e300, 11, 0)).toBe(2 ** 996);
    expect(run("reducePrecision", "float64", -Number.MAX_VALUE, 11, 10)).toBe(-Infinity);
    expect(run("reducePrecision", "float64", Number.MAX_VALUE, 11, 52)).toBe(Number.MAX_VALUE);
    expect(run("reducePrecision", "bfloat16", 1.0078125, 8, 6)).toBe(1);
    expect(run("reducePrecision", "float16", 1 + 2 ** -10, 5, 10)).toBe(1 + 2 ** -10);
  });

  it("raise integers to powers modulo their width", () => {
    expect(run("pow", "int32", 3, 21)).toBe(wrap(3n ** 21n, "int32"));
    expect(run("pow", "uint8", 7, 5)).toBe(wrap(7n ** 5n, "uint8"));
    expect(run("pow", "uint32", 5, 20)).toBe(wrap(5n ** 20n, "uint32"));
    expect(run("pow", "int32", 0, 0)).toBe(1);
    expect(run("pow", "int32", 3, -1)).toBe(0);
    expect(run("pow", "int32", -1, -3)).toBe(-1);
  });

  it("treat bools as 0 and 1", () => {
    expect([0, 1].map((x) => run("not", "bool", x))).toEqual([1, 0]);
    expect(run("xor", "bool", 1, 1)).toBe(0);
    expect(run("or", "bool", 1, 0)).toBe(1);
    expect(run("and", "bool", 1, 0)).toBe(0);
    expect(run("max", "bool", 0, 1)).toBe(1);
  });
});
