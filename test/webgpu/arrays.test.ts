import { devicePut, jit, numpy as np, setDefaultDevice, vmap } from "udiff";
import { afterAll, beforeAll, expect, test } from "vitest";

beforeAll(() => setDefaultDevice("webgpu"));
afterAll(() => setDefaultDevice("cpu"));

test("an array that is put on the device comes back as it was", async () => {
  const x = np.array([
    [1, -2.5],
    [3, Number.POSITIVE_INFINITY],
  ]);
  expect(x.device).toBe("webgpu");
  expect(await x.jsAsync()).toEqual([
    [1, -2.5],
    [3, Number.POSITIVE_INFINITY],
  ]);
});

test("elementwise functions run eagerly and jitted", async () => {
  const x = np.array([1, 2, 3, 4]);
  const f = (y: typeof x) => y.mul(y).add(1);
  expect(await f(x).jsAsync()).toEqual([2, 5, 10, 17]);
  expect(await jit(f)(x).jsAsync()).toEqual([2, 5, 10, 17]);
  expect(await jit(vmap(f))(x).jsAsync()).toEqual([2, 5, 10, 17]);
  expect(
    await x
      .reshape([2, 2])
      .T.add(np.array([10, 20]))
      .jsAsync(),
  ).toEqual([
    [11, 23],
    [12, 24],
  ]);
});

test("booleans and narrow integers are packed", async () => {
  const x = np.array(Int8Array.of(1, -2, 3, -128, 5));
  expect(await x.add(x).jsAsync()).toEqual([2, -4, 6, 0, 10]);
  expect(await np.greater(x, 0).jsAsync()).toEqual([true, false, true, false, true]);
  expect(await devicePut(np.array([true, false, true]), "webgpu").jsAsync()).toEqual([
    true,
    false,
    true,
  ]);
});
