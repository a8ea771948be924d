import { expect, test } from "vitest";
import { type DType, hostArray } from "../../src/core/dtype.ts";
import { formatArray } from "../../src/core/format-array.ts";

/** The text of `values`; what is expected below was printed by NumPy 2.4. */
function show(values: readonly number[], dtype: DType = "float32", shape?: readonly number[]) {
  const data = hostArray(dtype, values.length);
  data.set(values);
  return formatArray(data, shape ?? [values.length], dtype);
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

test.each<[number[], DType, string]>([
  [[1, 2.5, -3], "float32", "[ 1.   2.5 -3. ]"],
  [[0.1, 1 / 3, 1e-5], "float32", "[1.0000000e-01 3.3333334e-01 9.9999997e-06]"],
  [[1e10, 1, Number.NaN], "float32", "[1.e+10 1.e+00    nan]"],
  [[Number.NaN, Infinity, -Infinity, 1.5], "float32", "[ nan  inf -inf  1.5]"],
  [[-0, 0], "float32", "[-0.  0.]"],
  [[1 / 3, 2 / 3], "float64", "[0.33333333 0.66666667]"],
  [[1e-300, 1], "float64", "[1.e-300 1.e+000]"],
  [[0.0999755859375, 0.333251953125], "float16", "[0.1    0.3333]"],
  [[1e-8 / 3, 2e-8], "float32", "[3.3333334e-09 2.0000000e-08]"],
  [[5e7], "float32", "[5.e+07]"],
  [[5e7], "float64", "[50000000.]"],
  [[12345678, 1], "float32", "[1.2345678e+07 1.0000000e+00]"],
  [[99999.99, 1000], "float32", "[99999.99  1000.  ]"],
  [[1234.5678, 0.00123], "float32", "[1.2345677e+03 1.2300001e-03]"],
  [[123456.123456789], "float64", "[123456.12345679]"],
  [[Number.NaN], "float32", "[nan]"],
  [[1, 0], "bool", "[ True False]"],
  [[-100, 3], "int32", "[-100    3]"],
])("a vector %j of %s prints as NumPy prints it", (values, dtype, text) => {
  expect(show(values, dtype)).toBe(text);
});

test.each<[number, DType, string]>([
  [3, "float32", "3.0"],
  [0.1, "float32", "0.1"],
  [1e-5, "float32", "1e-05"],
  [1e16, "float32", "1e+16"],
  [123456789, "float32", "1.2345679e+08"],
  [123456789, "float64", "123456789.0"],
  [-0, "float64", "-0.0"],
  [Number.NaN, "float32", "nan"],
  [7, "int32", "7"],
  [1, "bool", "True"],
])("the scalar %d of %s prints as NumPy prints it", (value, dtype, text) => {
  expect(show([value], dtype, [])).toBe(text);
});

test("rows are aligned, and blank lines stand between matrices", () => {
  expect(show([1.5, Number.NaN, Infinity, -20], "float32", [2, 2])).toBe(
    "[[  1.5   nan]\n [  inf -20. ]]",
  );
  expect(show(range(8), "int32", [2, 2, 2])).toBe("[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]");
  expect(show([1, 0], "bool", [2, 1])).toBe("[[ True]\n [False]]");
});

test("long lines wrap at 75 characters", () => {
  expect(show(range(30), "int32")).toBe(
    "[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n" +
      " 24 25 26 27 28 29]",
  );
});

test("more than 1000 elements are summarised by the ends of each axis", () => {
  expect(show(range(1000), "int32").includes("...")).toBe(false);
  expect(show(range(2000), "int32")).toBe("[   0    1    2 ... 1997 1998 1999]");
  const text = show(range(2000), "float32", [2, 10, 100]).split("\n");
  expect(text[0]).toBe("[[[0.000e+00 1.000e+00 2.000e+00 ... 9.700e+01 9.800e+01 9.900e+01]");
  expect(text[3]).toBe("  ...");
  expect(text).toHaveLength(15);
});

test("empty arrays, keys and float0 print too", () => {
  expect(show([], "float32", [0, 3])).toBe("[]");
  expect(show([0, 42], "key<fry>", [])).toBe("[ 0 42]");
  expect(show([], "float0", [2])).toBe("<float0[2]>");
});
