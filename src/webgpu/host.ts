import type { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { View } from "../core/view.ts";
import type { Features, Limits } from "./step.ts";

/** What an executable asks of the device it runs on. */
export interface Host {
  readonly gpu: GPUDevice;
  readonly limits: Limits;
  readonly features: Features;
  /** Memory of at least `bytes` bytes, of undefined contents. */
  take(bytes: number): GPUBuffer;
  /** Give memory back to the pool. */
  release(memory: GPUBuffer): void;
  /** An array over memory that belongs to it alone from now on. */
  wrap(aval: ShapedArray, memory: GPUBuffer, layout: View | null): DeviceArray;
  /** The pipeline of a shader, compiled once for its text. */
  pipeline(code: string, label: string): GPUComputePipeline;
  /** The same elements in row-major order from the start of their buffer. */
  contiguous(x: DeviceArray): DeviceArray;
}
