import { DeviceError } from "../core/errors.ts";
import type { WebGpuDevice } from "./device.ts";

let current: WebGpuDevice | null = null;

/** Make a device the one that functions of `udiff/webgpu` mean. */
export function useCurrent(device: WebGpuDevice): void {
  current = device;
}

/** The device of the last `initWebGPU()`. @throws DeviceError if there was none. */
export function currentDevice(where: string): WebGpuDevice {
  if (current !== null) return current;
  throw new DeviceError(
    `${where}: the device webgpu is required, got none; await initWebGPU() first`,
  );
}

/** The GPUDevice that arrays on webgpu lie on, for work of one's own on the same device. */
export function gpuDevice(): GPUDevice {
  return currentDevice("gpuDevice").gpu;
}

/** Device memory in use. */
export interface MemoryInUse {
  /** Arrays that hold memory of their own; those that look at another's do not count. */
  readonly arrays: number;
  /** Bytes of arrays, temporaries and tables. */
  readonly bytes: number;
  /** Bytes that were given back and wait to be used again. */
  readonly idleBytes: number;
}

/** How much device memory is in use, as far as it is known: collected arrays count until they are found. */
export function memoryInUse(): MemoryInUse {
  const { pool, lifetimes } = currentDevice("memoryInUse");
  return { arrays: lifetimes.count, bytes: pool.used, idleBytes: pool.idle };
}
