import "../runtime/install.ts";

import { registerDevice } from "../runtime/devices.ts";
import { requestDevice } from "./adapter.ts";
import { WebGpuDevice } from "./device.ts";
import "./routines/product-routines.ts";
import "./routines/window-routines.ts";

/** Options of `initWebGPU`. */
export interface WebGpuOptions {
  /** A device to share; by default one is asked for. */
  readonly device?: GPUDevice | undefined;
}

/**
 * Ask for a WebGPU device and register it as the device `webgpu`.
 *
 * @throws DeviceError where there is none.
 */
export async function initWebGPU({ device }: WebGpuOptions = {}): Promise<void> {
  const gpu = device ?? (await requestDevice());
  registerDevice(new WebGpuDevice(gpu));
}
