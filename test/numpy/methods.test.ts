import { jit, type NDArray, numpy as np, vmap } from "udiff";
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
  trace: [x.trace({ offset: 1 }), np.trace(x, { offset: 1 })],
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

test("a view reads the same bits under another dtype", () => {
  const bits = (v: NDArray) => [v.dtype, v.js()];
  const f = np.array([1, -2]);
  expect(bits(f.view("int32"))).toEqual(["int32", [0x3f800000, -0x40000000]]);
  expect(f.view("int32").view("float32").js()).toEqual([1, -2]);
  // Narrower elements make the last axis longer, wider ones shorter, the lowest part first.
  expect(bits(f.view("uint8"))).toEqual(["uint8", [0, 0, 128, 63, 0, 0, 0, 192]]);
  expect(bits(f.view("uint16"))).toEqual(["uint16", [0, 0x3f80, 0, 0xc000]]);
  expect(f.view("uint8").view("float32").js()).toEqual([1, -2]);
  expect(np.array(Float64Array.of(1, 2)).view("float32").shape).toEqual([4]);
  expect(np.array(Float64Array.of(1, 2)).view("uint8").view("float64").js()).toEqual([1, 2]);
  expect(np.array(new Int16Array(6)).reshape([1, 2, 3]).view("int8").shape).toEqual([1, 2, 6]);
  expect(np.array(new Int8Array(8)).reshape([1, 2, 4]).view("int16").shape).toEqual([1, 2, 2]);
  expect(bits(np.array([true, false]).view("int8"))).toEqual(["int8", [1, 0]]);
  expect(bits(np.array(Int8Array.of(1, 0)).view("bool"))).toEqual(["bool", [true, false]]);
  expect(f.view("float32")).toBe(f);
  expect(jit((v: NDArray) => v.view("uint8"))(f).js()).toEqual(f.view("uint8").js());
  expect(vmap((v: NDArray) => v.view("uint8"))(f.reshape([2, 1])).shape).toEqual([2, 4]);
  expect(() => np.float32(1).view("uint8")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: view: the last axis must hold a whole number of uint8, got the scalar float32[]; reshape it first]`,
  );
  expect(() => np.array(new Int8Array(3)).view("int16")).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: view: the last axis must hold a whole number of int16, got int8[3]; reshape it first]`,
  );
  expect(() => f.view("int64" as "int32")).toThrow(/int64/);
});
