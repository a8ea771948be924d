import { describe, expect, it } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { integerPow, pow, reciprocal, square } from "../../../src/lax/ops/power.ts";
import { array, floats, ints, slope, values } from "./arrays.ts";

type Unary = (x?: NDArray) => NDArray;

/** Derivative of the given order. */
function derivative(f: Unary, order: number): Unary {
  if (order === 0) return f;
  const before = derivative(f, order - 1);
  return (x) => slope(before, [x as NDArray]);
}

describe("pow", () => {
  it("has the special values of IEEE 754", () => {
    const x = floats(1, NaN, -1, 0, -0, -8, -2, 0);
    const y = floats(NaN, 0, Infinity, -1, -1, 1 / 3, 3, 0);
    expect(values(pow(x, y))).toEqual([1, 1, 1, Infinity, -Infinity, NaN, -8, 1]);
  });

  it("takes integer exponents beside floats and keeps the dtype of the base", () => {
    const y = pow(floats(2, 2, -2), array("int8", [3, -1, 3]));
    expect([y.dtype, values(y)]).toEqual(["float32", [8, 0.5, -8]]);
    expect(values(pow(floats(2, 3), 2))).toEqual([4, 9]);
    expect(pow(array("float16", [2]), ints(3)).dtype).toBe("float16");
  });

  it("raises integers of one dtype, wrapping", () => {
    expect(values(pow(ints(2, -3, 3, 0), ints(31, 3, 21, 0)))).toEqual([
      -2147483648, -27, 1870418611, 1,
    ]);
    expect(values(pow(array("uint8", [7]), array("uint8", [5])))).toEqual([167]);
  });

  it("has finite derivatives by x where an integer exponent is 0 or 1", () => {
    const y = ints(0, 1, 2);
    const f: Unary = (x) => pow(x as NDArray, y);
    const zero = floats(0, 0, 0);
    expect(values(derivative(f, 1)(zero))).toEqual([0, 1, 0]);
    expect(values(derivative(f, 2)(zero))).toEqual([0, 0, 2]);
    const u: Unary = (x) => pow(x as NDArray, array("uint32", [0, 1, 2]));
    expect(values(derivative(u, 2)(floats(2, 2, 2)))).toEqual([0, 0, 2]);
  });

  it("has the derivatives of JAX at 0 and for negative bases", () => {
    const f = (x?: NDArray, y?: NDArray) => pow(x as NDArray, y as NDArray);
    const points = [floats(0, 0, 0, -2), floats(0, 1, 2, 3)];
    expect(values(slope(f, points, 0))).toEqual([NaN, 1, 0, 12]);
    expect(values(slope(f, points, 1))).toEqual([0, 0, 0, NaN]);
  });

  it("refuses operands that do not fit", () => {
    expect(() => pow(floats(1), array("float64", [1]))).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.pow: the exponent must have the base's dtype, or be an integer beside a float, got float32[1] and float64[1]; convert one with lax.convertElementType]`,
    );
    expect(() => pow(ints(1), array("int8", [1]))).toThrow("an integer beside a float");
    expect(() => pow(floats(1, 2), floats(1))).toThrow("must share a shape");
    expect(() => pow(array("bool", [1]), array("bool", [1]))).toThrow("lax.pow");
  });
});

describe("integerPow", () => {
  it("is exact by squaring, in integers and floats", () => {
    for (const y of [0, 1, 2, 3, 5, 10, 13]) {
      expect(values(integerPow(floats(3, -2), y))).toEqual([Math.fround(3 ** y), (-2) ** y]);
    }
    expect(values(integerPow(ints(3, -2), 31))).toEqual([
      Number(BigInt.asIntN(32, 3n ** 31n)),
      -2147483648,
    ]);
    expect(values(integerPow(floats(2, 0, -0), -3))).toEqual([0.125, Infinity, -Infinity]);
    expect(values(integerPow(floats(NaN, Infinity), 0))).toEqual([1, 1]);
  });

  it("has finite derivatives of every order at 0", () => {
    for (const y of [0, 1, 2, 3]) {
      const factors = [y, y * (y - 1), y * (y - 1) * (y - 2)];
      for (let order = 1; order <= 3; order++) {
        const at = derivative((x) => integerPow(x as NDArray, y), order)(floats(0));
        const factor = factors[order - 1] as number;
        expect(
          values(at).map((v) => v + 0),
          `${y} ${order}`,
        ).toEqual([order === y ? factor : 0]);
      }
    }
  });

  it("refuses fractions, and negative powers of integers", () => {
    expect(() => integerPow(floats(1), 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[ArgumentError: lax.integerPow: the exponent must be an integer, got 0.5; call lax.pow]`,
    );
    expect(() => integerPow(ints(2), -1)).toThrowErrorMatchingInlineSnapshot(
      `[DTypeError: lax.integerPow: an integer has no negative powers, got int32[1] and exponent -1; convert with lax.convertElementType]`,
    );
  });
});

describe("square and reciprocal", () => {
  it("wrap and divide", () => {
    expect(values(square(ints(65536, -3, 46341)))).toEqual([0, 9, -2147479015]);
    expect(values(square(floats(-1.5)))).toEqual([2.25]);
    expect(values(reciprocal(floats(4, -0)))).toEqual([0.25, -Infinity]);
    expect(values(reciprocal(ints(1, 2, 0)))).toEqual([1, 0, -1]);
    expect(() => square(array("bool", [1]))).toThrow("lax.square");
  });
});
