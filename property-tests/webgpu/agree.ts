import { devicePut, NDArray, setDefaultDevice, tree } from "udiff";
import { assertAllclose, type CloseOptions } from "udiff/testing";
import { getEvaluator } from "../../src/core/trace.ts";

/** A function of arrays that gives any tree of arrays. */
export type Compared = (...xs: NDArray[]) => unknown;

/** The arrays of a tree on the cpu, read back from wherever they are. */
export async function settled(result: unknown): Promise<unknown> {
  const leaves = tree.leaves(result);
  const read = await Promise.all(leaves.map(async (x) => (x instanceof NDArray ? hostCopy(x) : x)));
  return tree.unflatten(tree.structure(result), read);
}

async function hostCopy(x: NDArray): Promise<NDArray> {
  // The same type, weak or not, which no function of the library makes of a typed array.
  return x.device === "cpu" ? x : getEvaluator().upload(await x.data(), x.aval, "cpu");
}

/** What `f` gives with `device` as the default, on arguments that are put there. */
export function runOn(device: string, f: Compared, xs: readonly NDArray[]): unknown {
  setDefaultDevice(device);
  try {
    return f(...xs.map((x) => devicePut(x, device)));
  } finally {
    setDefaultDevice("cpu");
  }
}

/** Tolerances of results that took a few dozen roundings in float32. */
export const close: CloseOptions = { rtol: 3e-5, atol: 3e-5 };

/**
 * Check that `f` gives on webgpu what it gives on the cpu, elements within tolerances that grow
 * with the largest number in the expected result, everything else exactly.
 */
export async function agrees(
  f: Compared,
  xs: readonly NDArray[],
  options: CloseOptions = close,
): Promise<void> {
  const expected = await settled(runOn("cpu", f, xs));
  const actual = await settled(runOn("webgpu", f, xs));
  const { rtol = 0, atol = 0 } = options;
  const largest = Math.max(1, ...tree.leaves(expected).map(largestOf));
  assertAllclose(actual, expected, {
    ...options,
    rtol,
    atol: atol * largest,
    what: "webgpu against cpu",
  });
}

function largestOf(x: unknown): number {
  if (!(x instanceof NDArray) || !x.dtype.includes("float")) return 0;
  let largest = 0;
  for (const value of x.dataSync()) {
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}
