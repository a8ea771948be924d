import "../runtime/install.ts";

import { checkOptions } from "../core/options.ts";
import { registerDevice } from "../runtime/devices.ts";
import { type AdapterOptions, adapterOptionNames, requestDevice } from "./adapter.ts";
import { useCurrent } from "./current.ts";
import { WebGpuDevice } from "./device.ts";
import { installRoutines } from "./routine.ts";
import { decompositionRoutines } from "./routines/decomposition-routines.ts";
import { gatherRoutines } from "./routines/gather-routines.ts";
import { productRoutines } from "./routines/product-routines.ts";
import { reductionRoutines } from "./routines/reduction-routines.ts";
import { samplingRoutines } from "./routines/sampling-routines.ts";
import { sliceRoutines } from "./routines/slice-routines.ts";
import { sortingRoutines } from "./routines/sorting-routines.ts";
import { triangularRoutines } from "./routines/triangular-routines.ts";
import { windowRoutines } from "./routines/window-routines.ts";
import { wordRoutines } from "./routines/word-routines.ts";

export type { AdapterOptions } from "./adapter.ts";
export type { MemoryInUse } from "./current.ts";
export { gpuDevice, memoryInUse } from "./current.ts";
export type { BufferElements } from "./interop.ts";
export { fromGPUBuffer, toGPUBuffer } from "./interop.ts";

for (const routines of [
  decompositionRoutines,
  gatherRoutines,
  productRoutines,
  reductionRoutines,
  samplingRoutines,
  sliceRoutines,
  sortingRoutines,
  triangularRoutines,
  windowRoutines,
  wordRoutines,
]) {
  installRoutines(routines);
}

/** Options of `initWebGPU`. */
export interface WebGpuOptions extends AdapterOptions {
  /**
   * A device to share with the rest of a page, which stays its owner: nothing here destroys it.
   * Limits and features are what it was requested with.
   */
  readonly device?: GPUDevice | undefined;
  /** Bytes that arrays and temporaries may take together: 4 GiB, unless more or less is given. */
  readonly memoryLimit?: number | undefined;
}

/**
 * Ask for a WebGPU device and register it as the device `webgpu`. Called again, it takes a new
 * device; arrays on the one before are refused from then on.
 *
 * @throws DeviceError where there is none, with what to install or to switch on.
 */
export async function initWebGPU(options: WebGpuOptions = {}): Promise<void> {
  checkOptions("initWebGPU", options, ["device", "memoryLimit", ...adapterOptionNames]);
  const { device, memoryLimit = standardMemoryLimit } = options;
  const gpu = device ?? (await requestDevice(options));
  const made = new WebGpuDevice(gpu, { isShared: device !== undefined, memoryLimit });
  useCurrent(made);
  registerDevice(made);
}

const standardMemoryLimit = 4 * 1024 ** 3;
