import "../runtime/install.ts";

import { registerDevice } from "../runtime/devices.ts";
import { requestDevice } from "./adapter.ts";
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
  registerDevice(
    new WebGpuDevice(gpu, { isShared: device !== undefined, memoryLimit: 4 * 1024 ** 3 }),
  );
}
