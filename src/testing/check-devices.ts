import { devicePut, NDArray, tree } from "../index.ts";
import { assertAllclose, type CloseOptions } from "./allclose.ts";

/**
 * Compare what `f` gives on two devices, both read back.
 *
 * @throws Error that shows the worst element; DeviceError if a device is missing.
 */
export async function checkDevices(
  f: (...args: NDArray[]) => unknown,
  args: readonly NDArray[],
  devices: readonly [string, string],
  options: CloseOptions = {},
): Promise<void> {
  const results = devices.map((device) => f(...args.map((x) => devicePut(x, device))));
  const [first, second] = results.map((result) =>
    tree.map((x: unknown) => (x instanceof NDArray ? devicePut(x, "cpu") : x), result),
  );
  assertAllclose(second, first, { what: `${devices[1]} against ${devices[0]}`, ...options });
}
