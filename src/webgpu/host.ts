import type { DeviceArray } from "../core/array.ts";
import type { Arena } from "./arena.ts";
import type { BufferOwner } from "./buffer.ts";
import type { ConstantWords } from "./constant-words.ts";
import type { Pipelines } from "./pipelines.ts";
import type { Pool } from "./pool.ts";
import type { Profiler } from "./profiler.ts";
import type { ScalarBlocks } from "./scalar-block.ts";
import type { Features, Limits } from "./step.ts";
import type { WorkOrder } from "./work-order.ts";

/** What an executable asks of the device it runs on. */
export interface Host extends BufferOwner {
  readonly gpu: GPUDevice;
  readonly limits: Limits;
  readonly features: Features;
  readonly order: WorkOrder;
  readonly pool: Pool;
  readonly arena: Arena;
  readonly pipelines: Pipelines;
  readonly constants: ConstantWords;
  readonly scalars: ScalarBlocks;
  readonly profiler: Profiler;
  /** The same elements in row-major order from the start of their buffer. */
  contiguous(x: DeviceArray): DeviceArray;
  /** Call `call` with the elements when they have arrived, in the order of these calls. */
  deliver(operands: readonly DeviceArray[], call: (operands: readonly DeviceArray[]) => void): void;
}
