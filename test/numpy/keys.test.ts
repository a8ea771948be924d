import { jit, type NDArray, numpy as np, vmap } from "udiff";
import { expect, test } from "vitest";
import { wrapKeyData } from "../../src/lax/ops/keys.ts";

/** Three keys with the words 1 and 2, 3 and 4, 5 and 6. */
const keys = wrapKeyData(np.array(new Uint32Array([1, 2, 3, 4, 5, 6])).reshape([3, 2]));

test("keys are indexed like numbers, eager and traced", () => {
  expect(keys.slice(0).js()).toEqual([1, 2]);
  expect([...keys].map((key) => key.js())).toEqual(keys.js());
  expect(keys.slice("::-1").js()).toEqual([
    [5, 6],
    [3, 4],
    [1, 2],
  ]);
  expect(keys.slice(np.int32([2, 0])).js()).toEqual([
    [5, 6],
    [1, 2],
  ]);
  expect(jit((i: NDArray) => keys.slice(i))(np.int32(1)).js()).toEqual([3, 4]);
  expect(vmap((i: NDArray) => keys.slice(i))(np.int32([1, 0])).js()).toEqual([
    [3, 4],
    [1, 2],
  ]);
});

test("keys are stacked, reshaped, chosen and replaced", () => {
  expect(np.stack([keys.slice(0), keys.slice(2)]).js()).toEqual([
    [1, 2],
    [5, 6],
  ]);
  expect(np.concatenate([keys, keys]).shape).toEqual([6]);
  expect(keys.reshape([3, 1]).shape).toEqual([3, 1]);
  const chosen = np.where(np.array([true, false, true]), keys, keys.slice("::-1"));
  expect(chosen.js()).toEqual(keys.js());
  expect(keys.at(0).set(keys.slice(1)).slice(0).js()).toEqual([3, 4]);
  expect(
    keys
      .at(np.int32([0]))
      .set(keys.slice(1))
      .slice(0)
      .js(),
  ).toEqual([3, 4]);
});

test("keys are no numbers", () => {
  expect(() => keys.add(1)).toThrow("a random key is not a number");
  expect(() => keys.add(keys)).toThrow();
});
