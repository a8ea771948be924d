import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { checkingLeaks, grad, jit, type NDArray, numpy as np, vjp, vmap } from "udiff";
import { afterAll, beforeAll, expect, test } from "vitest";

const x = np.array([1, 2, 3]);
const scope = globalThis as { gc?: unknown };
const before = scope.gc;

beforeAll(() => {
  setFlagsFromString("--expose-gc");
  scope.gc = runInNewContext("gc");
});
afterAll(() => {
  scope.gc = before;
});

test("a value that is stored outside is found, with the line that made it", async () => {
  const store: NDArray[] = [];
  const keep = (v: NDArray): NDArray => {
    store.push(v.mul(2));
    return np.sum(v);
  };
  for (const [run, kind] of [
    [() => grad(keep)(x), "differentiation"],
    [() => jit(keep)(x), "staging"],
    [() => vmap(keep)(x), "vmap"],
  ] as const) {
    const error = (await checkingLeaks(run).catch((e: unknown) => e)) as Error;
    expect(error.name).toBe("TracerLeakError");
    // The value that was stored, or the argument that its trace may still hold.
    const place = "made at .*checking-leaks\\.test\\.ts:\\d+";
    expect(error.message).toMatch(new RegExp(`traced by ${kind}, ${place}`));
    store.length = 0;
  }
});

test("what holds nothing passes, pullbacks and jitted functions included", async () => {
  const f = jit((v: NDArray) => np.sum(np.tanh(v.mul(v))));
  const run = (): unknown => {
    const [, pull] = vjp((v: NDArray) => f(v), x);
    return [
      pull,
      grad(f)(x),
      vmap(grad((v: NDArray) => f(v)))(np.stack([x, x])),
      grad(grad((v: NDArray) => f(v)))(np.float32(1)),
    ];
  };
  await checkingLeaks(run);
  const [pull, g] = (await checkingLeaks(run)) as [(ct: number) => NDArray[], NDArray];
  expect(pull(1)[0]?.js()).toEqual(g.js());
});

test("without a collector, and for what is no synchronous function, it says so", async () => {
  await expect(checkingLeaks(async () => x)).rejects.toThrow(/a synchronous function is required/);
  const { gc } = scope;
  scope.gc = undefined;
  await expect(checkingLeaks(() => x)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ArgumentError: checkingLeaks: a collector that can be called is required, got none; run Node with --expose-gc]`,
  );
  scope.gc = gc;
  expect(await checkingLeaks(() => grad((v: NDArray) => np.sum(v))(x).js())).toEqual([1, 1, 1]);
});
