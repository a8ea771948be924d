import { flatten, unflatten } from "../core/pytree.ts";
import { getEvaluator } from "../core/trace.ts";
import { NDArray, type Nested } from "../core/value.ts";
import { flattenArrays } from "./flatten.ts";
import type { Given } from "./signatures.ts";

/** Names of the devices there are: "cpu", and "webgpu" after `initWebGPU()`. */
export function devices(): readonly string[] {
  return getEvaluator().devices;
}

/** Name of the device that new arrays are put on. */
export function defaultDevice(): string {
  return getEvaluator().defaultDevice;
}

/** Put new arrays on this device from now on. @throws DeviceError if there is no such device. */
export function setDefaultDevice(name: string): void {
  getEvaluator().defaultDevice = name;
}

/**
 * The arrays of a tree on a device, moved where they are not there yet.
 *
 * @throws DeviceError if there is no such device, or it does not hold the dtype.
 */
export function devicePut<T>(tree: T, device: string = defaultDevice()): Given<T> {
  const { arrays, treeDef } = flattenArrays(tree, "devicePut", "leaf");
  const moved = arrays.map((x) => (x.owner === null ? getEvaluator().move(x, device) : x));
  return unflatten(treeDef, moved) as Given<T>; // the same structure
}

/** The arrays of a tree as nested JavaScript numbers, read from wherever they are. */
export async function deviceGet(tree: unknown): Promise<unknown> {
  const { leaves, treeDef } = flatten(tree);
  const read = leaves.map((leaf): Promise<Nested> | unknown =>
    leaf instanceof NDArray ? leaf.jsAsync() : leaf,
  );
  return unflatten(treeDef, await Promise.all(read));
}

/** Wait until the arrays of a tree are computed; gives the tree. */
export async function blockUntilReady<T>(tree: T): Promise<T> {
  const arrays = flatten(tree).leaves.filter((leaf) => leaf instanceof NDArray);
  await getEvaluator().wait(arrays);
  return tree;
}

/**
 * Wait until every `debug.callback` and `debug.print` of what has been called so far has happened.
 *
 * On the cpu they happen as the program runs. On webgpu they happen when their values have arrived.
 *
 * @throws what a callback threw (rejects), on webgpu.
 */
export function effectsBarrier(): Promise<void> {
  return getEvaluator().delivered();
}
