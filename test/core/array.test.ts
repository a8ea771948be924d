import { DeviceError, jit, type NDArray } from "udiff";
import * as np from "udiff/numpy";
import * as random from "udiff/random";
import { expect, test } from "vitest";

test("numbers are read at once and later, and the caller owns what is read", async () => {
  const x = np.array([1, 2, 3]);
  const data = x.dataSync();
  data[0] = 9;
  expect(x.js()).toEqual([1, 2, 3]);
  expect(await x.data()).toEqual(Float32Array.of(1, 2, 3));
  expect(await x.jsAsync()).toEqual([1, 2, 3]);
  expect(await np.full([2], 5).data()).toEqual(Float32Array.of(5, 5));
  expect(random.keyData(random.key(3)).js()).toEqual(random.key(3).js());
});

test("an array of one element is a number where JavaScript wants one", () => {
  expect(+np.array(2) + 1).toBe(3);
  expect(np.array([true]).item()).toBe(true);
  expect(`${np.array([1, 2])}`).toBe("[1. 2.]");
  expect(() => +np.array([1, 2])).toThrow(/item: an array of one element is required/);
  expect(() => jit((x: NDArray) => (+x > 0 ? x : x.neg()))(1)).toThrow(/has no value yet/);
});

test("an array that was disposed of says so", () => {
  const x = np.array([1, 2, 3]);
  (x as NDArray & { dispose(): void }).dispose();
  expect(() => x.dataSync()).toThrow(DeviceError);
  expect(() => x.add(1)).toThrow(/was disposed of/);
});

test("adding zero keeps the sign of nothing but zero, and repeated numbers keep theirs", () => {
  const zeros = np.full([2], -0);
  expect(Object.is(zeros.dataSync()[0], -0)).toBe(true);
  expect(Object.is(zeros.add(0).dataSync()[0], 0)).toBe(true);
  expect(np.ones([2, 3]).mul(4).js()).toEqual([
    [4, 4, 4],
    [4, 4, 4],
  ]);
});
