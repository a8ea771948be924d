import * as lax from "udiff/lax";
import { grad, jvp, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { NDArray } from "../../../src/core/value.ts";
import { array, floats, ints, values } from "./arrays.ts";

const sum = (x: NDArray) => lax.reduceSum(x, [0]);

test("cumulative sums run along any axis, both ways", () => {
  const x = array("float32", [1, 2, 3, 4, 5, 6], [2, 3]);
  expect(values(lax.cumsum(x))).toEqual([1, 2, 3, 5, 7, 9]);
  expect(values(lax.cumsum(x, { axis: 1 }))).toEqual([1, 3, 6, 4, 9, 15]);
  expect(values(lax.cumsum(x, { axis: 1, reverse: true }))).toEqual([6, 5, 3, 15, 11, 6]);
  expect(values(lax.cumsum(array("int8", [100, 100, 1])))).toEqual([100, -56, -55]);
  expect(values(lax.cumprod(ints(65537, 65537, 2)))).toEqual([65537, 131073, 262146]);
  expect(values(lax.cumprod(array("uint8", [200, 3, 2])))).toEqual([200, 88, 176]);
  expect(lax.cumsum(array("float32", [], [2, 0]), { axis: 1 }).shape).toEqual([2, 0]);
});

test("running sums hold what their dtype would lose", () => {
  const n = 4096;
  const half = lax.cumsum(array("float16", Array(n).fill(1)));
  expect(values(half).at(-1)).toBe(n);
  const tenth = values(lax.cumsum(array("float64", Array(10).fill(0.1))));
  expect(tenth.at(-1)).toBe(1);
  const single = values(lax.cumsum(floats(2 ** 24, 1, 1, 1, 1)));
  expect(single.at(-1)).toBe(2 ** 24 + 4);
  expect(values(lax.cumsum(array("float64", [Infinity, 1, -Infinity, 1])))).toEqual([
    Infinity,
    Infinity,
    NaN,
    NaN,
  ]);
  expect(values(lax.cumsum(floats(-0, -0)))).toEqual([-0, -0]);
});

test("running extremes keep NaN and signs of zero, ties halve the derivative", () => {
  expect(values(lax.cummax(floats(1, NaN, 2)))).toEqual([1, NaN, NaN]);
  expect(values(lax.cummax(floats(-0, 0, -0)))).toEqual([-0, 0, 0]);
  expect(values(lax.cummin(floats(0, -0, 0)))).toEqual([0, -0, -0]);
  expect(values(lax.cummax(ints(3, 1, 4), { reverse: true }))).toEqual([4, 4, 4]);
  expect(values(grad((x: NDArray) => sum(lax.cummax(x)))(floats(1, 1, 2)))).toEqual([1.5, 0.5, 1]);
  expect(values(grad((x: NDArray) => sum(lax.cummin(x)))(floats(1, 1, 2)))).toEqual([2, 1, 0]);
});

test("running products have right derivatives beside zeros", () => {
  const f = (x: NDArray) => sum(lax.cumprod(x));
  expect(values(grad(f)(floats(0, 2, 3)))).toEqual([9, 0, 0]);
  expect(values(grad(f)(floats(2, 3, 5, 7)))).toEqual([1 + 3 + 15 + 105, 2 + 10 + 70, 48, 30]);
  for (let n = 0; n <= 9; n++) {
    const x = Array.from({ length: n }, (_, i) => i + 1);
    const reverse = (v: NDArray) => lax.cumprod(v, { reverse: true });
    const [out, tangent] = jvp(reverse, [floats(...x)], [floats(...x.map(() => 1))]);
    const wanted = x.map((_, k) => {
      const factors = x.slice(k);
      const product = factors.reduce((a, b) => a * b, 1);
      return [product, factors.reduce((a, b) => a + product / b, 0)];
    });
    expect(values(out)).toEqual(wanted.map(([p]) => p));
    values(tangent).forEach((t, k) => {
      expect(t / wanted[k]![1]!).toBeCloseTo(1, 5);
    });
  }
});

test("logarithms of sums neither overflow nor make NaN of infinities", () => {
  const x = array("float64", [1000, 1000, -Infinity, 999]);
  const out = values(lax.cumlogsumexp(x));
  expect(out[0]).toBe(1000);
  expect(out[1]).toBeCloseTo(1000 + Math.LN2, 12);
  expect(out[2]).toBe(out[1]);
  expect(values(lax.cumlogsumexp(floats(-Infinity, -Infinity, 0)))).toEqual([
    -Infinity,
    -Infinity,
    0,
  ]);
  expect(values(lax.cumlogsumexp(floats(Infinity, Infinity)))).toEqual([Infinity, Infinity]);
  const last = (v: NDArray) => sum(lax.slice(lax.cumlogsumexp(v), [2], [3]));
  const soft = values(grad(last)(array("float64", [1, 2, 3])));
  const weights = [1, 2, 3].map((v) => Math.exp(v));
  const total = weights.reduce((a, b) => a + b);
  soft.forEach((s, i) => {
    expect(s).toBeCloseTo(weights[i]! / total, 12);
  });
});

test("a sum's cotangents run the other way; a mapped axis is a loop", () => {
  const x = floats(1, 2, 3);
  expect(values(vjp((v: NDArray) => lax.cumsum(v), x)[1](floats(1, 10, 100))[0])).toEqual([
    111, 110, 100,
  ]);
  const y = array("float32", [1, 2, 3, 4, 5, 6], [2, 3]);
  const mapped = vmap((v: NDArray) => lax.cumprod(v), { inAxes: 1, outAxes: 1 })(y);
  expect(values(mapped)).toEqual([1, 2, 3, 4, 10, 18]);
});

test("what has no order or no axis is refused", () => {
  expect(() => lax.cumsum(array("bool", [1]))).toThrow(/lax.cumsum: a float or a signed integer/);
  expect(() => lax.cumlogsumexp(ints(1))).toThrow(/lax.cumlogsumexp: a float dtype is required/);
  expect(() => lax.cummax(floats(1), { axis: 1 })).toThrow(
    /lax.cummax: axes must be integers from 0 to 0/,
  );
  expect(() => lax.cumsum(floats(1), { axes: 0 } as object)).toThrow(/unknown option "axes"/);
});
