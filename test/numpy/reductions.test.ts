import { ArgumentError, grad, jit, type NDArray, numpy as np, ShapeError } from "udiff";
import { expect, test } from "vitest";

const table = np.array([
  [1, 5, 3],
  [4, 2, 6],
]);

test("axes are one, several, negative or all, and may be kept", () => {
  expect(table.sum().item()).toBe(21);
  expect(np.sum(table, { axis: -1 }).js()).toEqual([9, 12]);
  expect(np.sum(table, { axis: [1, 0] }).item()).toBe(21);
  expect(np.sum(table, { axis: [] }).js()).toEqual(table.js());
  expect(np.max(table, { axis: 0, keepdims: true }).js()).toEqual([[4, 5, 6]]);
  expect(np.mean(table, { axis: null, keepdims: true }).shape).toEqual([1, 1]);
});

test("an axis out of range, twice, or no integer is refused", () => {
  expect(() => np.sum(table, { axis: 2 })).toThrow("numpy.sum: axis must be within the 2 axes");
  expect(() => np.sum(table, { axis: [0, -2] })).toThrow(ShapeError);
  expect(() => np.sum(table, { axis: 0.5 })).toThrow(ArgumentError);
  expect(() => np.sum(table, { axes: 0 } as never)).toThrow("the names allowed are axis, keepdims");
});

test("of nothing: sums and products have a value, extremes have none", () => {
  const none = np.zeros([0, 3]);
  expect(np.sum(none, { axis: 0 }).js()).toEqual([0, 0, 0]);
  expect(np.prod(none).item()).toBe(1);
  expect(np.all(none).item()).toBe(true);
  expect(np.any(none).item()).toBe(false);
  expect(np.mean(none).item()).toBeNaN();
  expect(np.var(none).item()).toBeNaN();
  expect(() => np.max(none)).toThrow(ShapeError);
  expect(() => np.argmax(none)).toThrow(ShapeError);
  expect(np.max(none, { initial: -1 }).item()).toBe(-1);
  expect(np.max(none, { axis: 1 }).shape).toEqual([0]);
});

test("where leaves elements out, and extremes need an initial value beside it", () => {
  const mask = np.array([true, false, true]);
  expect(np.sum(table, { where: mask }).item()).toBe(14);
  expect(np.mean(table, { where: mask, axis: 1 }).js()).toEqual([2, 5]);
  expect(np.var(table, { where: mask, axis: 1 }).js()).toEqual([1, 1]);
  expect(() => np.max(table, { where: mask })).toThrow(ArgumentError);
  expect(np.max(table, { where: mask, initial: 0 }).item()).toBe(6);
  expect(np.min(np.arange(3), { where: mask, initial: 9 }).item()).toBe(0);
});

test.each([
  ["bool", "int32"],
  ["int8", "int32"],
  ["uint8", "uint32"],
  ["int32", "int32"],
  ["float16", "float16"],
  ["float64", "float64"],
] as const)("the sum of %s is %s", (from, to) => {
  expect(np.sum(np.ones([3], { dtype: from })).dtype).toBe(to);
});

test("float16 is summed and averaged in float32", () => {
  const x = np.full([4096], 17, { dtype: "float16" });
  expect(np.mean(x).item()).toBe(17);
  expect(np.sum(np.full([4097], 1, { dtype: "float16" }).div(2)).item()).toBe(2048);
});

test("variance and deviation take a correction, NaN where the divisor is 0", () => {
  const x = np.array([1, 2, 3, 4]);
  expect(np.var(x).item()).toBe(1.25);
  expect(np.var(x, { ddof: 1 }).item()).toBeCloseTo(5 / 3, 6);
  expect(np.std(x, { correction: 1 }).item()).toBeCloseTo(Math.sqrt(5 / 3), 6);
  expect(np.var(np.array([3]), { ddof: 1 }).item()).toBeNaN();
  expect(() => np.var(x, { ddof: 1, correction: 1 })).toThrow(ArgumentError);
});

test("the weak type of a number is gone after a reduction", () => {
  expect(np.sum(3).weakType).toBe(false);
  expect(np.max(3).weakType).toBe(false);
});

test("gradients of extremes are shared among ties, those of products are right beside zeros", () => {
  expect(grad(np.max as (x: NDArray) => NDArray)(np.array([1, 3, 3, 2])).js()).toEqual([
    0, 0.5, 0.5, 0,
  ]);
  expect(grad(np.prod as (x: NDArray) => NDArray)(np.array([0, 2, 3])).js()).toEqual([6, 0, 0]);
  expect(grad((x: NDArray) => np.sum(np.cumprod(x)))(np.array([0, 2, 3])).js()).toEqual([9, 0, 0]);
});

test("NaN is left out by the functions that say so", () => {
  const x = np.array([
    [1, Number.NaN, 3],
    [Number.NaN, Number.NaN, Number.NaN],
  ]);
  expect(np.nansum(x, { axis: 1 }).js()).toEqual([4, 0]);
  expect(np.nanmean(x, { axis: 1 }).js()).toEqual([2, Number.NaN]);
  expect(np.nanmax(x, { axis: 1 }).js()).toEqual([3, Number.NaN]);
  expect(np.nanvar(x, { axis: 1 }).js()).toEqual([1, Number.NaN]);
  expect(np.nanargmin(x, { axis: 1 }).js()).toEqual([0, -1]);
  expect(np.nanmedian(x, { axis: 1 }).js()).toEqual([2, Number.NaN]);
  expect(np.argmax(x, { axis: 1 }).js()).toEqual([1, 0]);
});

test("quantiles interpolate by method, and take several fractions at once", () => {
  const x = np.array([1, 2, 4, 8]);
  const of = (method: "linear" | "lower" | "higher" | "midpoint" | "nearest") =>
    np.quantile(x, 0.5, { method }).item();
  expect([of("linear"), of("lower"), of("higher"), of("midpoint"), of("nearest")]).toEqual([
    3, 2, 4, 3, 2,
  ]);
  expect(np.percentile(x, np.array([0, 50, 100])).js()).toEqual([1, 3, 8]);
  expect(
    np.quantile(np.ones([2, 3, 4]), np.array([0.1, 0.9]), { axis: [0, 2], keepdims: true }).shape,
  ).toEqual([2, 1, 3, 1]);
  expect(np.median(np.array([1, Number.NaN])).item()).toBeNaN();
});

test("counting needs a size only where values are traced", () => {
  const x = np.array([0, 3, 0, 5]);
  expect(np.nonzero(x).map((i) => i.js())).toEqual([[1, 3]]);
  expect(np.unique(np.array([3, 1, 3, 2])).js()).toEqual([1, 2, 3]);
  const found = jit((y: NDArray) => np.nonzero(y, { size: 3, fillValue: -1 }))(x);
  expect(found[0]?.js()).toEqual([1, 3, -1]);
  expect(jit((y: NDArray) => np.unique(y, { size: 4 }))(x).js()).toEqual([0, 3, 5, 0]);
  expect(() => jit((y: NDArray) => np.nonzero(y)[0])(x)).toThrow("pass { size }");
  expect(jit((y: NDArray) => np.bincount(y, { length: 3 }))(np.int32([1, 1, 7])).js()).toEqual([
    0, 2, 0,
  ]);
});

test("membership among many candidates is found by search", () => {
  const x = np.arange(3000).mul(2);
  const found = np.isin(np.arange(3000), x);
  expect(np.sum(found).item()).toBe(1500);
  expect(found.slice(":4").js()).toEqual([true, false, true, false]);
  expect(np.isin(np.array([Number.NaN]), np.full([300000], Number.NaN)).js()).toEqual([false]);
});
