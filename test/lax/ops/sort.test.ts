import * as lax from "udiff/lax";
import { grad, jvp, vjp, vmap } from "udiff/transforms";
import { expect, test } from "vitest";
import type { DType } from "../../../src/core/dtype.ts";
import type { NDArray } from "../../../src/core/value.ts";
import { keyData, wrapKeyData } from "../../../src/lax/ops/keys.ts";
import { generator } from "../../cpu/routines/window-cases.ts";
import { array, floats, ints, values } from "./arrays.ts";

const edges = [3, NaN, 0, -0, -Infinity, Infinity, -1, NaN, 1e-30, -1e-30, 2, -0, 0, 3, -1];
const integers = [3, 1, 255, 0, 7, 7, 128, 127, 3, 200];
const dtypes: readonly DType[] = [
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
  "bool",
];

const ascending = (a: number, b: number) =>
  a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));

/** Stable, by definition: pairs of element and position. */
function order(xs: readonly number[]): number[] {
  return xs.map((_, i) => i).sort((i, j) => ascending(xs[i]!, xs[j]!) || i - j);
}

test.each(dtypes)("%s sorts stably, alone and with a companion", (dtype) => {
  const x = array(dtype, dtype.includes("float") ? edges : integers);
  const xs = values(x);
  const wanted = order(xs);
  expect(values(lax.sort(x))).toEqual(wanted.map((i) => xs[i]!));
  const [keys, positions] = lax.sortKeyVal(x, lax.iota("int32", xs.length));
  expect(values(keys)).toEqual(wanted.map((i) => xs[i]!));
  expect(values(positions)).toEqual(wanted);
});

test("later keys decide where earlier ones tie, and the rest follows", () => {
  const draw = generator(1);
  const n = 200;
  const columns = [0, 1, 2].map(() => Array.from({ length: n }, () => draw(4) - 1.5));
  const [a, b, c] = columns.map((xs) => array("float64", xs)) as [NDArray, NDArray, NDArray];
  const wanted = columns[0]!
    .map((_, i) => i)
    .sort(
      (i, j) => columns[0]![i]! - columns[0]![j]! || columns[1]![i]! - columns[1]![j]! || i - j,
    );
  const sorted = lax.sort([a, b, c], { numKeys: 2 });
  sorted.forEach((x, k) => {
    expect(values(x)).toEqual(wanted.map((i) => columns[k]![i]!));
  });
});

test("keys follow as pairs of words", () => {
  const words = array("uint32", [1, 2, 3, 4, 5, 6], [3, 2]);
  const [, keys] = lax.sort([ints(3, 1, 2), wrapKeyData(words)]);
  expect(keys!.dtype).toBe("key<fry>");
  expect(values(keyData(keys!))).toEqual([3, 4, 5, 6, 1, 2]);
});

test("more elements than fit beside a key in one number sort all the same", () => {
  const n = 2 ** 21 + 1;
  const last = array(
    "float32",
    Array.from({ length: n }, (_, i) => (i === n - 1 ? -1 : i % 3)),
  );
  const [keys, positions] = lax.sortKeyVal(last, lax.iota("int32", n));
  const [k, p] = [keys.dataSync(), positions.dataSync()];
  expect([k[0], p[0], p[1], p[2]]).toEqual([-1, n - 1, 0, 3]);
  let ordered = true;
  for (let i = 1; i < n; i++)
    ordered &&= k[i - 1]! < k[i]! || (k[i - 1] === k[i] && p[i - 1]! < p[i]!);
  expect(ordered).toBe(true);
});

test("any axis is sorted by itself; nothing stays nothing", () => {
  const x = array("float32", [3, 1, 2, 6, 5, 4, 0, 9], [2, 2, 2]);
  expect(values(lax.sort(x, { dimension: 0 }))).toEqual([3, 1, 0, 6, 5, 4, 2, 9]);
  expect(values(lax.sort(x, { dimension: 1 }))).toEqual([2, 1, 3, 6, 0, 4, 5, 9]);
  expect(values(lax.sort(x))).toEqual([1, 3, 2, 6, 4, 5, 0, 9]);
  expect(lax.sort(array("float32", [], [2, 0])).shape).toEqual([2, 0]);
  const rows = vmap((row: NDArray) => lax.sort(row), { inAxes: 1, outAxes: 1 });
  expect(values(rows(lax.reshape(x, [4, 2])))).toEqual([0, 1, 2, 4, 3, 6, 5, 9]);
});

test("a companion that is not mapped is repeated", () => {
  const keys = array("float32", [2, 1, 3, 1, 2, 3], [2, 3]);
  const f = (k: NDArray) => lax.sortKeyVal(k, ints(10, 20, 30))[1];
  expect(vmap(f)(keys).js()).toEqual([
    [20, 10, 30],
    [10, 20, 30],
  ]);
});

test("derivatives follow the elements, ties in their order", () => {
  const weigh = (x: NDArray) => lax.dot(lax.sort(x), floats(1, 2, 3));
  expect(values(grad(weigh)(floats(2, 2, 1)))).toEqual([2, 3, 1]);
  const x = array("float32", [3, 1, 2, 4], [2, 2]);
  const t = array("float32", [10, 20, 30, 40], [2, 2]);
  const along = (a: NDArray) => lax.sort(a, { dimension: 0 });
  expect(values(jvp(along, [x], [t])[1])).toEqual([30, 20, 10, 40]);
  const pair = (k: NDArray, v: NDArray) => lax.sortKeyVal(k, v)[1];
  const [, pull] = vjp(pair, floats(3, 1, 2), floats(1, 1, 1));
  const [ck, cv] = pull(floats(1, 10, 100));
  expect([values(ck), values(cv)]).toEqual([
    [0, 0, 0],
    [100, 1, 10],
  ]);
});

test.each(dtypes)("the largest of %s come first, the lower position at ties", (dtype) => {
  const x = array(dtype, dtype.includes("float") ? edges : integers);
  const xs = values(x);
  // NaN above all, 0 above -0.
  const rank = (v: number) => (Object.is(v, -0) ? -1e-310 : v);
  const wanted = xs.map((_, i) => i).sort((i, j) => ascending(rank(xs[j]!), rank(xs[i]!)) || i - j);
  for (const k of [0, 1, 3, 7, xs.length]) {
    const [best, positions] = lax.topK(x, k);
    expect(values(positions)).toEqual(wanted.slice(0, k));
    expect(values(best)).toEqual(wanted.slice(0, k).map((i) => xs[i]!));
    expect(positions.dtype).toBe("int32");
  }
});

test("selection along any axis, of many, with derivatives at the chosen places", () => {
  const draw = generator(5);
  const xs = Array.from({ length: 3000 }, () => draw(1000));
  const x = array("float32", xs, [3, 500, 2]);
  const [best] = lax.topK(x, 20, { axis: 1 });
  const columns = Array.from({ length: 6 }, (_, c) =>
    Array.from({ length: 500 }, (_, i) => xs[Math.floor(c / 2) * 1000 + i * 2 + (c % 2)]!),
  ).map((column) => column.sort((a, b) => b - a).slice(0, 20));
  const got = best.js() as number[][][];
  expect(columns.map((_, c) => got[Math.floor(c / 2)]!.map((row) => row[c % 2]!))).toEqual(columns);
  const sum = (v: NDArray) => lax.reduceSum(lax.topK(v, 2)[0], [0]);
  expect(values(grad(sum)(floats(1, 5, 5, 5)))).toEqual([0, 1, 1, 0]);
});

test("what cannot be sorted is refused by name", () => {
  expect(() => lax.sort(floats(1), { dimension: 1 })).toThrow(/lax.sort: axis must be within/);
  expect(() => lax.sort([floats(1), floats(1, 2)])).toThrow(/lax.sort: operands of one shape/);
  expect(() => lax.sort([floats(1)], { numKeys: 2 })).toThrow(/numKeys must be from 1 to/);
  expect(() => lax.topK(floats(1, 2), 3)).toThrow(
    "lax.topK: k must be an integer from 0 to the extent of the axis, got 3 for float32[2] along axis 0; ask for at most 2",
  );
});
