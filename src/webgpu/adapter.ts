import { DeviceError } from "../core/errors.ts";

/**
 * A new device of the browser's or, in Node, of the optional package `webgpu`.
 *
 * @throws DeviceError where there is none, with what to install or to switch on.
 */
export async function requestDevice(): Promise<GPUDevice> {
  const gpu = globalThis.navigator?.gpu ?? (await dawn());
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new DeviceError("initWebGPU: there is no WebGPU adapter here");
  return adapter.requestDevice();
}

let instance: GPU | null = null;

/** WebGPU in Node: the instance must stay reachable as long as its devices are used. */
async function dawn(): Promise<GPU> {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  instance ??= create([]);
  return instance;
}
