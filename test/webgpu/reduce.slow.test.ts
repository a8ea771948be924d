import { expect, test } from "vitest";
import { inputOf, runKernel } from "./kernel-runs.ts";
import { reducesAsCpu, reduction } from "./reduce-cases.ts";
import { numberDtypes } from "./routines/agreement.ts";

test.each([...numberDtypes, "bool"] as const)(
  "%s of every shape is reduced as on the cpu",
  (dtype) =>
    reducesAsCpu(dtype, [
      [1, 1],
      [3, 0],
      [5, 7],
      [70, 33],
      [3, 500],
      [2, 20_000],
      [1100, 40],
    ]),
);

test("a sum of 2e7 ones is exact, along either axis", async () => {
  const ones = inputOf(new Float32Array(2e7).fill(1), "float32");
  expect(await runKernel("webgpu", reduction(["add"], "float32", 1, 2e7), [ones])).toEqual([
    Float32Array.of(2e7),
  ]);
  const [columns] = await runKernel("webgpu", reduction(["add"], "float32", 2, 1e7, true), [ones]);
  expect(columns).toEqual(Float32Array.of(1e7, 1e7));
});
