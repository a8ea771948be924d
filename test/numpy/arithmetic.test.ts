import { ArgumentError, DTypeError, grad, jit, type NDArray, numpy as np, ShapeError } from "udiff";
import { expect, test } from "vitest";

const ints = np.arange(3);
const bools = np.array([true, false, true]);
const floats = np.array([0.5, 1, 2]);
const halves = np.float16([0.5, 1, 2]);

test.each<[string, NDArray, string, boolean]>([
  ["int32 + 2", ints.add(2), "int32", false],
  ["int32 + 2.5", ints.add(2.5), "float32", true],
  ["int32 + NaN", ints.add(Number.NaN), "float32", true],
  ["int32 * -0", ints.mul(-0), "int32", false],
  ["bool + 1", bools.add(1), "int32", true],
  ["bool + 0.5", bools.add(0.5), "float32", true],
  ["float16 * 2.5", halves.mul(2.5), "float16", false],
  ["float16 + float32", halves.add(floats), "float32", false],
  ["int32 / 2", ints.div(2), "float32", false],
  ["int32 + float16", ints.add(halves), "float16", false],
  ["float32 + float64", floats.add(np.float64([1])), "float64", false],
  ["1 + 2", np.add(1, 2), "float32", true],
  ["int32 + true", ints.add(true), "int32", false],
])("%s has the dtype that JAX gives", (_what, out, dtype, weak) => {
  expect([out.dtype, out.weakType]).toEqual([dtype, weak]);
});

test("bools add and multiply as OR and AND, and cannot be subtracted or negated", () => {
  const other = np.array([true, true, false]);
  expect(bools.add(other).js()).toEqual([true, true, true]);
  expect(bools.mul(other).js()).toEqual([true, false, false]);
  expect(() => bools.sub(other)).toThrow(DTypeError);
  expect(() => bools.neg()).toThrow(DTypeError);
});

test("numbers wrap into the dtype of integers beside them", () => {
  expect(np.uint8([1]).add(300).js()).toEqual([45]);
  expect(np.uint8([1]).add(-1).js()).toEqual([0]);
  expect(np.greater(np.uint32([5]), -1).js()).toEqual([false]);
  expect(np.array([65536], { dtype: "int32" }).mul(65536).js()).toEqual([0]);
});

test("shapes broadcast, or are refused by name", () => {
  expect(np.ones([2, 1]).add(np.ones([3])).shape).toEqual([2, 3]);
  expect(np.ones([0, 1]).add(np.ones([3])).shape).toEqual([0, 3]);
  expect(() => np.ones([2, 3]).add(np.ones([2]))).toThrow(ShapeError);
  expect(() => np.ones([2, 3]).add(np.ones([2]))).toThrow("numpy.add");
});

test("lists and other things are no arrays", () => {
  expect(() => np.add([1, 2] as never, 3)).toThrow(ArgumentError);
  expect(() => np.add([1, 2] as never, 3)).toThrow("wrap it in numpy.array");
  expect(() => np.sin("1" as never)).toThrow(ArgumentError);
  expect(() => np.ones([1]).add(null as never)).toThrow("got null");
});

const signs = [7, -7, 7, -7];
const divisors = [2, 2, -2, -2];

test.each([
  ["floorDivide", [3, -4, -4, 3]],
  ["remainder", [1, 1, -1, -1]],
  ["fmod", [1, -1, 1, -1]],
] as const)("np.%s on integers and floats of all signs", (name, expected) => {
  const of = (make: typeof np.int32) => np[name](make(signs), make(divisors));
  expect(of(np.int32).js()).toEqual(expected);
  expect(of(np.float32).js()).toEqual(expected);
});

test("integers divided by zero give -1, and no exception", () => {
  expect(np.floorDivide(np.int32([5, -5, 0]), 0).js()).toEqual([-1, -1, -1]);
  expect(np.remainder(np.int32([5, -5]), 0).js()).toEqual([0, 0]);
  expect(np.floorDivide(np.float32([1, -1]), 0).js()).toEqual([Infinity, -Infinity]);
});

test("powers of integers stay integers", () => {
  expect(np.power(np.int32([2, -3, 0]), np.int32([10, 3, 0])).js()).toEqual([1024, -27, 1]);
  expect(np.power(np.int32([2, 1, -1, -1]), np.int32([-1, -5, -1, -2])).js()).toEqual([
    0, 1, -1, 1,
  ]);
  expect(np.int32([2, 3]).pow(2).js()).toEqual([4, 9]);
  expect(np.int32([4]).pow(0.5).js()).toEqual([2]);
});

test("a plain integer power has finite derivatives at 0 of every order", () => {
  const square = (x: NDArray): NDArray => x.pow(2);
  expect(grad(square)(0).item()).toBe(0);
  expect(grad(grad(square))(0).item()).toBe(2);
  expect(grad(grad(grad(square)))(0).item()).toBe(0);
  expect(grad((x: NDArray) => x.pow(0))(0).item()).toBe(0);
});

test("np.sinc at 0 has the derivatives of its series", () => {
  const first = grad(np.sinc as (x: NDArray) => NDArray);
  const second = grad(first);
  expect(np.sinc(0).item()).toBe(1);
  expect(first(0).item()).toBe(0);
  expect(second(0).item()).toBeCloseTo(-(Math.PI ** 2) / 3, 5);
  expect(grad(grad(second))(0).item()).toBeCloseTo(Math.PI ** 4 / 5, 3);
  expect(first(1).item()).toBeCloseTo(-1, 5);
});

test("np.where chooses with broadcasting, and does not save the case not chosen from NaN", () => {
  expect(np.where(np.array([true, false]), np.ones([2, 1]), 5).js()).toEqual([
    [1, 5],
    [1, 5],
  ]);
  const unsafe = (x: NDArray): NDArray => np.where(x.greater(0), np.sqrt(x), 0);
  expect(grad(unsafe)(0).item()).toBeNaN();
  const safe = (x: NDArray): NDArray => {
    const positive = x.greater(0);
    return np.where(positive, np.sqrt(np.where(positive, x, 1)), 0);
  };
  expect(grad(safe)(0).item()).toBe(0);
});

test("np.frexp and np.ldexp are each other's inverse, down to subnormal numbers", () => {
  const x = np.float64([0.75, -3, 1e-310, 2 ** 1023, 5e-324, 0, Infinity]);
  const [m, e] = np.frexp(x);
  expect(e.js()).toEqual([0, 2, -1029, 1024, -1073, 0, 0]);
  expect(m.slice(":5").js()).toEqual([0.75, -0.75, 1e-310 * 2 ** 1000 * 2 ** 29, 0.5, 0.5]);
  expect(np.ldexp(m, e).js()).toEqual(x.js());
});

test("greatest common divisors, least common multiples", () => {
  expect(
    np.gcd(np.int32([12, -18, 0, 1836311903]), np.int32([18, 12, 0, 1134903170])).js(),
  ).toEqual([6, 6, 0, 1]);
  expect(np.lcm(np.int32([4, 0]), np.int32([6, 5])).js()).toEqual([12, 0]);
});

test("methods are those of the namespace, eager and traced", () => {
  const f = (x: NDArray): NDArray =>
    x
      .mul(2)
      .sub(1)
      .div(3)
      .neg()
      .reshape([3, 1])
      .T.matmul(np.ones([3, 2]))
      .sum({ axis: 0 });
  expect(jit(f)(floats).shape).toEqual([2]);
  expect(jit(f)(floats).js()).toEqual(f(floats).js());
  expect(floats.mean().item()).toBeCloseTo(3.5 / 3, 6);
  expect([...np.arange(3)].map((x) => x.item())).toEqual([0, 1, 2]);
  expect(JSON.stringify(np.eye(2))).toBe("[[1,0],[0,1]]");
  expect(floats.nbytes).toBe(12);
  expect(np.ones([2, 3, 4]).mT.shape).toEqual([2, 4, 3]);
});

test("methods do not show up among the properties of an array", () => {
  const seen: string[] = [];
  for (const key in floats) seen.push(key);
  expect(seen).not.toContain("add");
});
