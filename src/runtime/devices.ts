import type { DeviceArray } from "../core/array.ts";
import { DeviceError } from "../core/errors.ts";
import type { Device } from "../kernel/program.ts";

const registered = new Map<string, Device>();
let standard = "cpu";
let registrations = 0;

/** Make a device known by its name; a later one of the same name takes its place. */
export function registerDevice(device: Device): void {
  registered.set(device.name, device);
  registrations++;
}

/** How often a device was registered: as long as this stays, names mean the same devices. */
export function deviceRegistrations(): number {
  return registrations;
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

/**
 * Name of the device that the arrays lie on; null if all of them are numbers, which lie on none.
 *
 * @throws DeviceError if they lie on several.
 */
export function commonDeviceName(arrays: readonly DeviceArray[]): string | null {
  let name: string | null = null;
  for (const { buffer, aval } of arrays) {
    if (buffer === null) continue;
    if (name !== null && name !== buffer.device) {
      throw new DeviceError(
        `operands must lie on one device, got one on ${name} and ${aval} on ${buffer.device}; move one with devicePut`,
      );
    }
    name = buffer.device;
  }
  return name;
}

/**
 * The same elements on a device; numbers without memory fit everywhere.
 *
 * @throws DeviceError if they lie on a device that cannot be read at once.
 */
export function moveTo(x: DeviceArray, device: Device): DeviceArray {
  if (x.buffer === null || x.buffer.device === device.name) return x;
  if (x.buffer.device !== "cpu") {
    throw new DeviceError(
      `device: ${x.aval} on ${x.buffer.device} cannot move to ${device.name} at once, as it is read later; write np.array(await x.data(), { device: "${device.name}" }).reshape(x.shape)`,
    );
  }
  return device.upload(x.dataSync(), x.aval);
}
