import { lax, type NDArray, numpy as np, setDefaultDevice } from "udiff";
import { afterAll, beforeAll, expect, test } from "vitest";

beforeAll(() => setDefaultDevice("webgpu"));
afterAll(() => setDefaultDevice("cpu"));

test("a loop of unknown length takes ten thousand turns, and no more", async () => {
  const [count, sum] = lax.whileLoop(
    ([i]: NDArray[]) => (i as NDArray).less(10_000),
    ([i, total]: NDArray[]) => [(i as NDArray).add(1), (total as NDArray).add(i as NDArray)],
    [np.array(0).astype("int32"), np.array([0, 1]).astype("int32")],
  ) as [NDArray, NDArray];
  expect(await count.jsAsync()).toBe(10_000);
  expect(await sum.jsAsync()).toEqual([49_995_000, 49_995_001]);
});

test("a scan of ten thousand turns is submitted in pieces", async () => {
  const [last, ys] = lax.scan(
    (c: NDArray, x: NDArray) => [c.add(x), c] as const,
    np.array(0).astype("int32"),
    np.arange(10_000),
  );
  expect(await last.jsAsync()).toBe(49_995_000);
  const sums = await ys.data();
  expect([sums[0], sums[2], sums[9_999]]).toEqual([0, 1, 49_985_001]);
});
