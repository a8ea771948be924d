import { DeviceError } from "../core/errors.ts";
import type { Device } from "../kernel/program.ts";

const registered = new Map<string, Device>();
let standard = "cpu";

/** Make a device known by its name; a later one of the same name takes its place. */
export function registerDevice(device: Device): void {
  registered.set(device.name, device);
}

/** Names of the devices there are. */
export function deviceNames(): readonly string[] {
  return [...registered.keys()];
}

/**
 * The device of a name.
 *
 * @throws DeviceError if there is none, with what to do about it.
 */
export function deviceNamed(name: string): Device {
  const device = registered.get(name);
  if (device !== undefined) return device;
  const advice =
    name === "webgpu" ? "await initWebGPU() first" : `use one of ${deviceNames().join(", ")}`;
  throw new DeviceError(
    `device: a device that is there is required, got ${String(name)}; ${advice}`,
  );
}

/** Name of the device that new arrays are put on. */
export function defaultDeviceName(): string {
  return standard;
}

/** Put new arrays on this device from now on. @throws DeviceError if there is no such device. */
export function useDevice(name: string): void {
  standard = deviceNamed(name).name;
}
