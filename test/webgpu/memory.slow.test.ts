import { jit, type NDArray, numpy as np, scope, setDefaultDevice } from "udiff";
import { memoryInUse } from "udiff/webgpu";
import { afterAll, beforeAll, expect, test } from "vitest";

beforeAll(() => setDefaultDevice("webgpu"));
afterAll(() => setDefaultDevice("cpu"));

const steps = 10_000;
const small = 1000;
const large = 250_000;

const f = (x: NDArray): NDArray => np.sin(x).mul(0.5).add(x.mul(0.25));
const ramp = (n: number): NDArray => np.array(Float32Array.from({ length: n }, (_, i) => i / n));

/** The most bytes and arrays there were in a loop, looked at every so often. */
async function most(
  n: number,
  count: number,
  step: (x: NDArray) => NDArray,
  pause: (() => Promise<unknown>) | null = null,
): Promise<{ bytes: number; arrays: number; x: NDArray }> {
  let x = step(ramp(n));
  let bytes = 0;
  let arrays = 0;
  for (let i = 0; i < count; i++) {
    x = step(x);
    if (pause !== null) await pause();
    if (i % 50 > 0) continue;
    const now = memoryInUse();
    bytes = Math.max(bytes, now.bytes);
    arrays = Math.max(arrays, now.arrays);
  }
  // Work that waits in the queue is none of the next test's.
  await x.data();
  return { bytes, arrays, x };
}

test.each([
  ["jitted", jit(f)],
  ["eager", f],
] as const)("%s steps that never await run in bounded memory", async (_, step) => {
  const { bytes, arrays, x } = await most(small, steps, step);
  expect(arrays).toBeLessThan(5000);
  expect(bytes).toBeLessThan(32 * 2 ** 20);
  expect(Number.isFinite((await x.data())[1])).toBe(true);
});

test.each([
  ["jitted", jit(f)],
  ["eager", f],
] as const)("%s steps on large arrays that never await run in bounded memory", async (_, step) => {
  const { bytes } = await most(large, 400, step);
  expect(bytes).toBeLessThan(200 * 2 ** 20);
});

test("a loop that yields runs in bounded memory", async () => {
  const yields = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
  const { bytes, arrays } = await most(small, 5000, jit(f), yields);
  expect(arrays).toBeLessThan(5000);
  expect(bytes).toBeLessThan(64 * 2 ** 20);
});

test("donation, scopes and disposal hold memory constant", async () => {
  const donating = jit(f, { donateArgnums: 0 });
  const plain = jit(f);
  const scoped = (x: NDArray): NDArray => {
    const y = scope(() => f(x));
    x.dispose();
    return y;
  };
  const disposing = (x: NDArray): NDArray => {
    using old = x;
    return plain(old);
  };
  for (const step of [donating, scoped, disposing]) {
    const before = memoryInUse();
    const { arrays } = await most(small, 500, step);
    expect(arrays).toBeLessThanOrEqual(before.arrays + 2);
  }
});

test("the process does not grow with the number of steps", async () => {
  const step = jit(f, { donateArgnums: 0 });
  let x = step(ramp(small));
  const after = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) x = step(x);
    await x.data();
    return process.memoryUsage().rss / 2 ** 20;
  };
  await after(1000);
  const early = await after(1000);
  const late = await after(5000);
  expect(late - early).toBeLessThan(100);
});
