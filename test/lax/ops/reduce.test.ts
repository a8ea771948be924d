import * as lax from "udiff/lax";
import { grad, hessian, jit, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import type { NDArray } from "../../../src/core/value.ts";
import { array, floats, ints, values } from "./arrays.ts";

const sum = (x: NDArray) =>
  lax.reduceSum(
    x,
    x.shape.map((_, i) => i),
  );

test("extremes share their gradient among all that tie, NaN spoils all of it", () => {
  const max = (x: NDArray) => lax.reduceMax(x, [0]);
  const min = (x: NDArray) => lax.reduceMin(x, [0]);
  expect(values(grad(max)(floats(1, 3, 3, 2)))).toEqual([0, 0.5, 0.5, 0]);
  expect(values(grad(min)(floats(1, 3, 1, 1)))).toEqual(
    [1, 0, 1, 1].map((v) => Math.fround(v / 3)),
  );
  expect(values(grad(max)(floats(1, NaN, 3)))).toEqual([NaN, NaN, NaN]);
  expect(values(grad(max)(floats(0, -0)))).toEqual([0.5, 0.5]);
});

test("extremes keep NaN and tell -0 from 0", () => {
  expect(lax.reduceMax(floats(1, NaN, 2), [0]).item()).toBe(NaN);
  expect(lax.reduceMax(floats(-0, 0, -0), [0]).item()).toBe(0);
  expect(lax.reduceMin(floats(0, -0, 0), [0]).item()).toBe(-0);
});

test.each([
  ["float32", -Infinity, Infinity],
  ["bfloat16", -Infinity, Infinity],
  ["int8", -128, 127],
  ["uint32", 0, 2 ** 32 - 1],
  ["int32", -(2 ** 31), 2 ** 31 - 1],
  ["bool", 0, 1],
] as const)("extremes of nothing in %s are the ends of the dtype", (dtype, least, greatest) => {
  const x = array(dtype, [], [2, 0]);
  expect(values(lax.reduceMax(x, [1]))).toEqual([least, least]);
  expect(values(lax.reduceMin(x, [1]))).toEqual([greatest, greatest]);
});

test("products have right derivatives beside zeros, at every order", () => {
  const prod = (x: NDArray) => lax.reduceProd(x, [0]);
  expect(values(grad(prod)(floats(0, 2, 3)))).toEqual([6, 0, 0]);
  expect(values(grad(prod)(floats(0, 2, 0)))).toEqual([0, 0, 0]);
  expect(values(grad(prod)(floats(2, 3, 5, 7, 11)))).toEqual([1155, 770, 462, 330, 210]);
  expect(hessian(prod)(floats(0, 2, 0, 3)).js()).toEqual([
    [0, 0, 6, 0],
    [0, 0, 0, 0],
    [6, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  const square = array("float32", [1, 2, 3, 4, 5, 6], [2, 3]);
  const both = (x: NDArray) => sum(lax.reduceProd(x, [0]));
  expect(grad(both)(square).js()).toEqual([
    [4, 5, 6],
    [1, 2, 3],
  ]);
  expect(values(grad(prod)(floats(4)))).toEqual([1]);
  expect(lax.reduceProd(floats(), [0]).item()).toBe(1);
});

test("integer products and sums wrap, bits combine", () => {
  expect(values(lax.reduceProd(ints(65537, 65537), [0]))).toEqual([131073]);
  expect(values(lax.reduceProd(array("uint8", [200, 3]), [0]))).toEqual([88]);
  expect(values(lax.reduceAnd(ints(12, 10), [0]))).toEqual([8]);
  expect(values(lax.reduceOr(ints(12, 10), [0]))).toEqual([14]);
  expect(values(lax.reduceXor(ints(12, 10, -1), [0]))).toEqual([-7]);
  expect(values(lax.reduceAnd(array("bool", [1, 0]), [0]))).toEqual([0]);
  expect(values(lax.reduceAnd(array("uint8", []), [0]))).toEqual([255]);
});

test("the first extreme is found; a NaN is one, zeros tie", () => {
  expect(lax.argmax(floats(1, 3, 3), 0).item()).toBe(1);
  expect(lax.argmin(floats(0, -0, -0), 0).item()).toBe(0);
  expect(lax.argmax(floats(-0, 0), 0).item()).toBe(0);
  expect(lax.argmax(floats(1, NaN, Infinity, NaN), 0).item()).toBe(1);
  expect(lax.argmin(floats(NaN, -Infinity, NaN), 0).item()).toBe(0);
  expect(lax.argmin(array("uint32", [4294967295, 7, 7]), 0).item()).toBe(1);
  const x = array("float32", [1, 5, 3, 4, 2, 6], [2, 3]);
  expect(values(lax.argmax(x, 0))).toEqual([1, 0, 1]);
  expect(values(lax.argmax(x, 1))).toEqual([1, 2]);
  expect(values(vmap((row: NDArray) => lax.argmin(row, 0), { inAxes: 1 })(x))).toEqual([0, 1, 0]);
  const narrow = lax.argmax(x, 1, "uint8");
  expect([narrow.dtype, narrow.weakType, ...values(narrow)]).toEqual(["uint8", false, 1, 2]);
});

test("reductions refuse what they are not defined on", () => {
  const refusals: [string, () => unknown][] = [
    ["axis", () => lax.reduceMax(floats(1), [1])],
    ["order", () => lax.reduceMax(array("int32", [1], [1, 1]), [1, 0])],
    ["bool", () => lax.reduceProd(array("bool", [1]), [0])],
    ["float bits", () => lax.reduceXor(floats(1), [0])],
    ["nothing", () => lax.argmax(floats(), 0)],
    ["index", () => lax.argmax(floats(1), 0, "float32" as DType)],
  ];
  const messages = refusals.map(([name, f]) => {
    try {
      f();
    } catch (e) {
      return `${name}: ${String(e)}`;
    }
    return `${name}: not refused`;
  });
  expect(messages.join("\n")).toMatchInlineSnapshot(`
    "axis: ShapeError: lax.reduceMax: axes must be integers from 0 to 0, got [1]; negative axes are for numpy
    order: ShapeError: lax.reduceMax: axes must be distinct and ascending, got [1,0]; sort them
    bool: DTypeError: lax.reduceProd: a float or a signed integer or an unsigned integer dtype is required, got bool[1]; convert with lax.convertElementType
    float bits: DTypeError: lax.reduceXor: a bool or a signed integer or an unsigned integer dtype is required, got float32[1]; convert with lax.convertElementType
    nothing: ShapeError: lax.argmax: at least one element along the axis is required, got float32[0] along axis 0; test for the empty case first
    index: DTypeError: lax.argmax: indexDtype must be an integer dtype, got float32; use "int32""
  `);
});

test("a function of the user reduces trees in one pass, with derivatives", () => {
  const x = array("float32", [3, 1, 2, 5, 4, 0], [2, 3]);
  type Pair = { value: NDArray; at: NDArray };
  const at = lax.broadcastedIota("int32", [2, 3], 1);
  const better = (a: Pair, b: Pair): Pair => {
    const left = lax.ge(a.value, b.value);
    return { value: lax.select(left, a.value, b.value), at: lax.select(left, a.at, b.at) };
  };
  const inits = { value: array("float32", [-Infinity], []), at: array("int32", [-1], []) };
  const found = jit((v: NDArray) => lax.reduce({ value: v, at }, inits, better, [1]))(x);
  expect([values(found.value), values(found.at)]).toEqual([
    [3, 5],
    [0, 0],
  ]);
  const one = array("float32", [1], []);
  const product = (v: NDArray) =>
    lax.reduce(v, one, (a: NDArray, b: NDArray) => lax.mul(a, b), [0]);
  expect(values(grad(product)(floats(0, 2, 3, 4, 5)))).toEqual([120, 0, 0, 0, 0]);
  expect(values(vmap((v: NDArray) => product(v))(x))).toEqual([6, 0]);
  // Matrices of two by two do not commute: the order of the elements is kept.
  const m = array("float32", [1, 1, 0, 1, 1, 0, 1, 1, 2, 0, 0, 1], [3, 4]);
  const parts = [0, 1, 2, 3].map((i) => lax.indexInDim(m, i, { axis: 1, keepdims: false }));
  const times = ([a, b, c, d]: NDArray[], [e, f, g, h]: NDArray[]) => [
    lax.add(lax.mul(a!, e!), lax.mul(b!, g!)),
    lax.add(lax.mul(a!, f!), lax.mul(b!, h!)),
    lax.add(lax.mul(c!, e!), lax.mul(d!, g!)),
    lax.add(lax.mul(c!, f!), lax.mul(d!, h!)),
  ];
  const identity = [1, 0, 0, 1].map((v) => array("float32", [v], []));
  expect(lax.reduce(parts, identity, times, [0]).map((v) => v.item())).toEqual([4, 1, 2, 1]);
});
