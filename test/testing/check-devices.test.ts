import type { NDArray } from "udiff";
import * as np from "udiff/numpy";
import { checkDevices } from "udiff/testing";
import { expect, test } from "vitest";

test("a program agrees with itself, and one that changes from call to call does not", async () => {
  const x = np.array([1, 2, 3]);
  await checkDevices((a) => ({ s: np.sin(a) }), [x], ["cpu", "cpu"]);
  let calls = 0;
  const drifting = (a: NDArray) => a.add(calls++);
  await expect(checkDevices(drifting, [x], ["cpu", "cpu"])).rejects.toThrow(/cpu against cpu/);
});
