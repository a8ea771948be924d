import { setDefaultDevice } from "udiff";
import { describe, expect, test } from "vitest";
import { settled } from "../../property-tests/webgpu/agree.ts";
import { differences } from "../jax/compare.ts";
import { find } from "../jax/encoding.ts";
import { type Case, type Check, checksOf, readValues } from "../jax/oracle.ts";
import { readsValues } from "./reads-values.ts";
import "../jax/programs.ts";

const areas = [
  "lax-array",
  "lax-elementwise",
  "nn",
  "numpy-array",
  "numpy-elementwise",
  "numpy-more",
  "random",
  "scipy-special",
] as const;

/** The device has no float64; what a case does in it is covered by agreement with the cpu. */
const isFloat64 = (c: Case): boolean => JSON.stringify(c).includes('"float64"');

async function problemOf({ what, compute, expected, strictness }: Check): Promise<string[]> {
  setDefaultDevice("webgpu");
  let result: unknown;
  try {
    result = compute();
  } catch (error) {
    return [`${what}: threw ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    setDefaultDevice("cpu");
  }
  // Sums are taken in another order than XLA takes them on a processor, functions are the device's.
  const tol = 4 * (strictness.tol ?? 1e-5);
  const normwise = Math.max(8, 4 * strictness.normwise);
  return differences(await settled(result), expected, { ...strictness, tol, normwise }, what);
}

/** Functions that turned out to read values at once. */
const refused = new Set<string>();

describe.each(areas)("%s", (area) => {
  const cases = (readValues(area) as readonly Case[]).filter((c) => !isFloat64(c));
  const names = [...new Set(cases.map((c) => c.fn))].filter((fn) => find(fn) !== undefined);
  test.each(names)("%s agrees with JAX on webgpu", async (fn) => {
    const problems: string[] = [];
    const own = cases.filter((c) => c.fn === fn);
    for (const [index, c] of own.entries()) {
      for (const check of checksOf(c)) {
        const found = await problemOf(check);
        problems.push(...found.map((problem) => `case ${index}, ${problem}`));
      }
    }
    const isRefused = (problem: string): boolean => problem.includes("cannot be read at once");
    if (problems.some(isRefused)) refused.add(fn);
    const isExpected = fn in readsValues;
    expect(problems.filter((problem) => !(isExpected && isRefused(problem)))).toEqual([]);
  });
});

test("the functions that read values at once are those that are listed", () => {
  expect([...refused].sort()).toEqual(Object.keys(readsValues).sort());
});
