import { DeviceError, grad, jit, type NDArray, numpy as np, scope, setDefaultDevice } from "udiff";
import { memoryInUse } from "udiff/webgpu";
import { afterAll, beforeAll, expect, test } from "vitest";

beforeAll(() => setDefaultDevice("webgpu"));
afterAll(() => setDefaultDevice("cpu"));

const ramp = (n = 1000): NDArray => np.array(Float32Array.from({ length: n }, (_, i) => i / n));
const chain = (x: NDArray): NDArray => np.sin(x).mul(0.5).add(x.mul(x));

test("a disposed array gives its memory back and refuses later uses by name", async () => {
  const x = ramp();
  const { arrays, bytes } = memoryInUse();
  x.dispose();
  expect(memoryInUse().arrays).toBe(arrays - 1);
  expect(memoryInUse().bytes).toBeLessThan(bytes);
  expect(() => x.add(1)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: array: float32[1000] was disposed of and cannot be used again; keep a copy, or do not give it away]`,
  );
  await expect(x.data()).rejects.toThrow(DeviceError);
});

test("an array that looks at disposed memory refuses too, whatever has the memory now", async () => {
  const x = ramp();
  const view = x.reshape([10, 100]).T;
  x.dispose();
  ramp();
  expect(() => view.add(1)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: array: the memory of float32[100,10] was given back, by dispose, scope or donation of an array that shares it; keep a copy, or do not give it away]`,
  );
  await expect(view.data()).rejects.toThrow(DeviceError);
});

test("using frees at the end of the block", () => {
  let kept: NDArray;
  {
    using x = ramp();
    kept = x;
  }
  expect(() => kept.add(1)).toThrow(DeviceError);
});

test("a scope frees what was made inside and is not returned", async () => {
  const x = ramp();
  let inner: NDArray | undefined;
  const work = (): { sum: NDArray; view: NDArray } => {
    inner = x.mul(2);
    return { sum: inner.add(1), view: inner.add(2).reshape([10, 100]).T };
  };
  // Programs keep tables from their first run on, which count as well.
  scope(() => void work());
  const { arrays } = memoryInUse();
  const y = scope(work);
  expect(memoryInUse().arrays).toBe(arrays + 2);
  expect(() => inner?.add(1)).toThrow(DeviceError);
  expect((await y.sum.data())[1]).toBeCloseTo(1.002, 6);
  expect((await y.view.data())[1]).toBeCloseTo(2.2, 6);
  expect((await x.data())[1]).toBeCloseTo(0.001, 6);
});

test("a scope frees after an error, and an inner one hands on what it returns", async () => {
  const { arrays } = memoryInUse();
  expect(() =>
    scope(() => {
      ramp().add(1);
      throw new Error("the user's");
    }),
  ).toThrow("the user's");
  expect(memoryInUse().arrays).toBe(arrays);
  scope(() => {
    scope(() => ramp().add(1));
    expect(memoryInUse().arrays).toBe(arrays + 1);
  });
  expect(memoryInUse().arrays).toBe(arrays);
});

test("a scope keeps its hands off what a program or a derivative holds", async () => {
  const f = jit((x: NDArray) => x.mul(np.array([1, 2, 3])));
  const x = np.array([1, 1, 1]);
  const first = scope(() => f(x));
  const second = scope(() => f(x));
  expect(await first.jsAsync()).toEqual(await second.jsAsync());
  const g = scope(() => grad((y: NDArray) => scope(() => y.mul(y).mul(y).slice(1)))(x));
  expect(await g.jsAsync()).toEqual([0, 3, 0]);
});

test("a scope refuses a promise", () => {
  expect(() => scope(async () => ramp())).toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: scope: a synchronous function is required, got one that returns a promise; open the scope between the awaits]`,
  );
});

test("on the cpu a scope is its function", () => {
  expect(scope(() => np.array([1, 2], { device: "cpu" })).js()).toEqual([1, 2]);
});

test("a donated argument hands its memory to the result", async () => {
  const step = jit(chain, { donateArgnums: 0 });
  let x = ramp();
  x = step(x);
  const { bytes, idleBytes, arrays } = memoryInUse();
  for (let i = 0; i < 20; i++) x = step(x);
  expect(memoryInUse()).toEqual({ bytes, idleBytes, arrays });
  const plain = jit(chain);
  let y = ramp();
  for (let i = 0; i < 21; i++) y = plain(y);
  expect(await x.data()).toEqual(await y.data());
});

test("a donated argument cannot be used again, an array that shares its memory can", async () => {
  const step = jit((x: NDArray) => x.add(1), { donateArgnums: 0 });
  const x = ramp();
  const view = x.reshape([10, 100]);
  const out = step(x);
  ramp().add(3);
  expect(() => x.add(1)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: array: float32[1000] was donated to anonymous and cannot be used again; keep a copy, or do not give it away]`,
  );
  expect((await view.data())[1]).toBeCloseTo(0.001, 6);
  expect((await out.data())[1]).toBeCloseTo(1.001, 6);
});

test("a donated argument that is given twice, or returned, keeps its memory", async () => {
  const twice = jit((x: NDArray, y: NDArray) => [x, x.add(y)], { donateArgnums: 0 });
  const x = ramp();
  const [same, sum] = twice(x, x) as [NDArray, NDArray];
  ramp().add(3);
  expect((await same.data())[1]).toBeCloseTo(0.001, 6);
  expect((await sum.data())[1]).toBeCloseTo(0.002, 6);
});

test("temporaries of a program take no new memory once it has run", () => {
  const f = jit((x: NDArray) => np.cumsum(np.cumsum(np.sin(np.cumsum(x)))).add(1));
  const x = ramp(16);
  scope(() => void f(x));
  const before = memoryInUse();
  for (let i = 0; i < 10; i++) scope(() => void f(x));
  expect(memoryInUse()).toEqual(before);
});
