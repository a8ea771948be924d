import {
  debug,
  effectsBarrier,
  jit,
  lax,
  type NDArray,
  namedScope,
  numpy as np,
  pureCallback,
  random,
  setDefaultDevice,
} from "udiff";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { callbackPrograms, callsOf, expectedCalls } from "../jax/callback-programs.ts";

beforeAll(() => setDefaultDevice("webgpu"));
afterAll(() => setDefaultDevice("cpu"));

test.each(Object.entries(callbackPrograms))(
  "%s: calls are those of JAX, in its order",
  async (name, run) => {
    expect(await callsOf(run)).toEqual(expectedCalls(name));
  },
);

/** What a function shows, read from wherever it is. */
async function shown(
  f: (show: (...xs: readonly NDArray[]) => void) => unknown,
): Promise<unknown[]> {
  const seen: unknown[] = [];
  f((...xs) =>
    debug.callback((...values: NDArray[]) => seen.push(values.map((v) => v.js())), ...xs),
  );
  await effectsBarrier();
  return seen;
}

test("elements of every dtype, layout and size arrive as they are", async () => {
  const rows = np.arange(15).sub(3).reshape([5, 3]);
  for (const dtype of [
    "bool",
    "int8",
    "uint16",
    "float16",
    "bfloat16",
    "int32",
    "uint32",
  ] as const) {
    const x = rows.astype(dtype);
    const expected = [[(await x.jsAsync()) as unknown], [await x.T.slice(":", "1:4").jsAsync()]];
    const f = (show: (x: NDArray) => void) => {
      jit((y: NDArray) => {
        show(y);
        show(y.T.slice(":", "1:4"));
        return y;
      })(x);
    };
    expect(await shown(f), dtype).toEqual(expected);
  }
  const keys = random.split(random.key(3), 2);
  const empty = np.zeros([0, 2]);
  const seen = await shown((show) =>
    jit((k: NDArray, e: NDArray) => show(k, e, np.float32(2)))(keys, empty),
  );
  expect(seen).toEqual([[await keys.jsAsync(), [], 2]]);
});

test("a callback that has no operands is called, in its turn", async () => {
  const seen: unknown[] = [];
  jit((x: NDArray) => {
    debug.callback(() => seen.push("first"));
    debug.callback((v: NDArray) => seen.push(v.js()), x);
    debug.callback(() => seen.push("last"));
  })(np.array([1, 2]));
  expect(seen).toEqual([]);
  await effectsBarrier();
  expect(seen).toEqual(["first", [1, 2], "last"]);
});

test("what one run shows comes before what the next shows, and before what is read later", async () => {
  const seen: unknown[] = [];
  const f = jit((x: NDArray) => {
    debug.callback((v: NDArray) => seen.push(v.js()), x);
    return x.add(1);
  });
  let x = f(np.array([0]));
  debug.callback(() => seen.push("eager"));
  for (let i = 0; i < 3; i++) {
    const before = x;
    x = f(x);
    before.dispose();
  }
  await effectsBarrier();
  expect(seen).toEqual([[0], "eager", [1], [2], [3]]);
});

test("a long loop shows every turn, a loop of unknown length until the log is full", async () => {
  const seen: number[] = [];
  const show = (c: NDArray): void => debug.callback((v: NDArray) => seen.push(Number(v)), c);
  const count = (n: number) =>
    jit((x: NDArray) =>
      lax.whileLoop(
        (c: NDArray) => c.less(n),
        (c: NDArray) => {
          show(c);
          return c.add(1);
        },
        x,
      ),
    );
  count(1000)(np.int32(0));
  await effectsBarrier();
  expect(seen).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  seen.length = 0;
  const failed = vi.spyOn(console, "error").mockImplementation(() => {});
  count(1500)(np.int32(0));
  await expect(effectsBarrier()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: anonymous: what debug callbacks show in a loop of unknown length must fit the 8196 bytes of the log on webgpu, got more than the first 1024 calls; show less, use a loop of known length, or run on the cpu device]`,
  );
  expect(failed).toHaveBeenCalledOnce();
  failed.mockRestore();
  expect(seen).toEqual(Array.from({ length: 1024 }, (_, i) => i));
  await effectsBarrier();
});

test("what a callback throws is told, thrown by effectsBarrier, and does not stop the others", async () => {
  const failed = vi.spyOn(console, "error").mockImplementation(() => {});
  const error = new Error("from the callback");
  const seen: unknown[] = [];
  jit((x: NDArray) => {
    debug.callback(() => {
      throw error;
    }, x);
    return x;
  })(np.array([1, 2]));
  debug.callback((v: NDArray) => seen.push(v.js()), np.array([3]));
  await expect(effectsBarrier()).rejects.toBe(error);
  expect(seen).toEqual([[3]]);
  expect(failed).toHaveBeenCalledOnce();
  failed.mockRestore();
  await effectsBarrier();
});

test("pureCallback is refused, for its results are wanted at once", () => {
  const f = (x: NDArray): NDArray => pureCallback((v: NDArray) => v, x, [x]);
  const x = np.array([1, 2]);
  expect(() => f(x)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: pure_callback: a device whose arrays can be read at once is required, got float32[2] on webgpu; run the function on the cpu device, or await x.data(), compute outside of the function and pass the result in]`,
  );
  expect(() => jit(f)(x)).toThrowErrorMatchingInlineSnapshot(
    `[DeviceError: pure_callback: a device whose arrays can be read at once is required, got webgpu; run the function on the cpu device, or await x.data(), compute outside of the function and pass the result in]`,
  );
  // Numbers lie on no device.
  expect(pureCallback(() => 2, np.float32(0), []).js()).toBe(2);
});

test("shaders are labelled, and kernels timed, under the scopes of what they give", () => {
  const f = jit((x: NDArray) =>
    namedScope("loss", () => np.sum(namedScope("wave", () => np.cumsum(x)))),
  );
  const { shaders = "" } = f.lower(np.ones([40]));
  const labels = shaders.split("\n").filter((line) => line.startsWith("// "));
  expect(labels.map((line) => line.replace(/ by \[.*/, ""))).toMatchInlineSnapshot(`
    [
      "// loss/wave: cumulative",
      "// loss: reduce",
    ]
  `);
});
