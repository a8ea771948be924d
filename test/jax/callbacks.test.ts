import { jit, type NDArray, numpy as np, pureCallback, type VmapMethod, vmap } from "udiff";
import { expect, test } from "vitest";
import { callbackAnswers, callbackPrograms, callsOf, expectedCalls } from "./callback-programs.ts";

test("there is a program for each answer", () => {
  expect(Object.keys(callbackPrograms)).toEqual(Object.keys(callbackAnswers.effects));
});

test.each(Object.entries(callbackPrograms))(
  "%s: calls are those of JAX, in its order",
  async (name, run) => {
    expect(await callsOf(run)).toEqual(expectedCalls(name));
  },
);

const methods: Readonly<Record<string, VmapMethod>> = {
  sequential: "sequential",
  sequential_unrolled: "sequentialUnrolled",
  expand_dims: "expandDims",
  broadcast_all: "broadcastAll",
  legacy_vectorized: "legacyVectorized",
};

type Pair = (x: NDArray, y: NDArray) => NDArray;
const [a, b] = [np.array([0, 1, 2]), np.array([10, 11, 12])];
const six = np.arange(6).astype("float32").reshape([2, 3]);
const maps: Readonly<Record<string, (g: Pair) => NDArray>> = {
  plain: (g) => g(a, b),
  both: (g) => vmap(g)(a, b),
  one: (g) => vmap(g, { inAxes: [0, null] })(a, 2),
  jit: (g) => jit(vmap(g, { inAxes: [0, null] }))(a, 2),
  "axis 1": (g) => vmap(g, { inAxes: [1, null], outAxes: 1 })(six, np.ones([2])),
  twice: (g) => vmap(vmap(g, { inAxes: [0, null] }), { inAxes: [null, 0] })(a, b),
};

test.each(Object.entries(callbackAnswers.mapped))(
  "pureCallback, %s: as in JAX",
  (name, { calls, out }) => {
    const [method = "", map = ""] = name.split(": ");
    const seen: unknown[] = [];
    const host = (x: NDArray, y: NDArray): NDArray => {
      seen.push([x.shape, y.shape]);
      return x.add(y);
    };
    const g: Pair = (x, y) => pureCallback(host, x.add(y), [x, y], { vmapMethod: methods[method] });
    const result = maps[map]?.(g);
    expect(result?.js()).toEqual(out);
    expect(seen).toEqual(calls);
  },
);
