import { type NDArray, numpy as np } from "udiff";
import { expect, test } from "vitest";

const x = np.array([
  [3, 1, 2],
  [6, 5, 4],
]);
const y = np.array([
  [1, 2, 2],
  [3, 5, 1],
]);

/** Each method beside the function that it is short for. */
const pairs: Record<string, [NDArray, NDArray]> = {
  add: [x.add(y), np.add(x, y)],
  sub: [x.sub(y), np.subtract(x, y)],
  mul: [x.mul(y), np.multiply(x, y)],
  div: [x.div(y), np.divide(x, y)],
  neg: [x.neg(), np.negative(x)],
  pow: [x.pow(y), np.power(x, y)],
  mod: [x.mod(y), np.remainder(x, y)],
  floorDivide: [x.floorDivide(y), np.floorDivide(x, y)],
  abs: [x.neg().abs(), np.abs(x)],
  equal: [x.equal(y), np.equal(x, y)],
  notEqual: [x.notEqual(y), np.notEqual(x, y)],
  less: [x.less(y), np.less(x, y)],
  lessEqual: [x.lessEqual(y), np.lessEqual(x, y)],
  greater: [x.greater(y), np.greater(x, y)],
  greaterEqual: [x.greaterEqual(y), np.greaterEqual(x, y)],
  matmul: [x.matmul(y.T), np.matmul(x, y.T)],
  dot: [x.dot(y.T), np.dot(x, y.T)],
  sum: [x.sum({ axis: 1 }), np.sum(x, { axis: 1 })],
  prod: [x.prod({ axis: 1 }), np.prod(x, { axis: 1 })],
  mean: [x.mean({ axis: 1 }), np.mean(x, { axis: 1 })],
  max: [x.max({ axis: 1 }), np.max(x, { axis: 1 })],
  min: [x.min({ axis: 1 }), np.min(x, { axis: 1 })],
  ptp: [x.ptp({ axis: 1 }), np.ptp(x, { axis: 1 })],
  std: [x.std({ ddof: 1 }), np.std(x, { ddof: 1 })],
  var: [x.var(), np.var(x)],
  all: [x.all({ axis: 0 }), np.all(x, { axis: 0 })],
  any: [x.any({ axis: 0 }), np.any(x, { axis: 0 })],
  argmax: [x.argmax({ axis: 1 }), np.argmax(x, { axis: 1 })],
  argmin: [x.argmin(), np.argmin(x)],
  argsort: [x.argsort(), np.argsort(x)],
  sort: [x.sort({ descending: true }), np.sort(x, { descending: true })],
  cumsum: [x.cumsum({ axis: 0 }), np.cumsum(x, { axis: 0 })],
  cumprod: [x.cumprod(), np.cumprod(x)],
  clip: [x.clip(2, 4), np.clip(x, 2, 4)],
  clipOptions: [x.clip({ min: 2 }), np.maximum(x, 2)],
  round: [x.div(8).round({ decimals: 1 }), np.round(x.div(8), 1)],
  copy: [x.copy(), x],
  flatten: [x.flatten(), np.ravel(x)],
  ravel: [x.ravel(), np.ravel(x)],
  reshape: [x.reshape([3, -1]), np.reshape(x, [3, 2])],
  squeeze: [x.reshape([1, 6]).squeeze({ axis: 0 }), np.ravel(x)],
  swapaxes: [x.swapaxes(0, 1), np.swapaxes(x, 0, 1)],
  transpose: [x.transpose([1, 0]), np.transpose(x)],
  T: [x.T, np.transpose(x)],
  mT: [x.mT, np.matrixTranspose(x)],
  diagonal: [x.diagonal({ offset: 1 }), np.diagonal(x, { offset: 1 })],
  repeat: [x.repeat(2, { axis: 0 }), np.repeat(x, 2, { axis: 0 })],
  searchsorted: [np.arange(4).searchsorted(x), np.searchsorted(np.arange(4), x)],
  take: [x.take(np.int32([0]), { axis: 1 }), np.take(x, np.int32([0]), { axis: 1 })],
  astype: [x.astype("int32"), np.astype(x, "int32")],
};

test.each(Object.keys(pairs))("x.%s is the function of the namespace", (name) => {
  const [method, called] = pairs[name] as [NDArray, NDArray];
  expect(method.js()).toEqual(called.js());
  expect(method.dtype).toBe(called.dtype);
});

test("an array is an iterable of its slices, a scalar is none", () => {
  expect([...x].map((row) => row.js())).toEqual(x.js());
  expect(() => [...np.float32(1)]).toThrow("use item()");
});

test("what JSON takes, what lists give, what waiting gives", async () => {
  expect(JSON.parse(JSON.stringify({ x }))).toEqual({ x: x.js() });
  expect(x.tolist()).toEqual(x.js());
  expect(await x.blockUntilReady()).toBe(x);
  expect(x.nbytes).toBe(24);
});

test("aliases are the same functions", () => {
  expect(np.absolute).toBe(np.abs);
  expect(np.concat).toBe(np.concatenate);
  expect(np.pow).toBe(np.power);
  expect(np.trueDivide).toBe(np.divide);
  expect(np.mod).toBe(np.remainder);
});
