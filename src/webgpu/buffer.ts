import type { ShapedArray } from "../core/aval.ts";
import type { Buffer } from "../core/backend.ts";
import type { TypedArray } from "../core/dtype.ts";
import { DeviceError } from "../core/errors.ts";
import type { View } from "../core/view.ts";
import type { Faults } from "./faults.ts";
import type { Holding, Lifetimes } from "./lifetimes.ts";
import type { Memory } from "./pool.ts";

/** The device of a buffer, as far as buffers ask. */
export interface BufferOwner {
  readonly faults: Faults;
  readonly lifetimes: Lifetimes;
  read(buffer: WebGpuBuffer, aval: ShapedArray, view: View | null): Promise<TypedArray>;
}

/** Memory of the device that arrays hold. */
export class WebGpuBuffer implements Buffer {
  readonly device = "webgpu";
  readonly owner: BufferOwner;
  readonly byteLength: number;
  /** Number by which the device's faults know it. */
  readonly serial: number;
  /** Whether more than one array looks at the memory, so that nobody may give it away. */
  isShared = false;
  private readonly holding: Holding;

  /** `pooled`: whether the memory goes back to the pool when the buffer is dead. */
  constructor(owner: BufferOwner, memory: Memory, pooled = true) {
    this.owner = owner;
    this.byteLength = memory.bytes;
    this.serial = owner.faults.serial();
    this.holding = owner.lifetimes.hold(this, memory, pooled);
  }

  /** The memory. @throws DeviceError if it was given back, spoilt, or is another device's. */
  memoryFor(device: BufferOwner, what: ShapedArray | string): Memory {
    const { memory } = this.holding;
    if (memory === null) {
      throw new DeviceError(
        `array: the memory of ${what} was given back, by dispose, scope or donation of an array that shares it; keep a copy, or do not give it away`,
      );
    }
    if (this.owner !== device) {
      throw new DeviceError(
        `array: ${what} lies on a webgpu device that initWebGPU() has replaced; make the array anew`,
      );
    }
    const error = this.owner.faults.errorOf(this.serial);
    if (error !== null) throw error;
    return memory;
  }

  /** Whether the memory may become that of another array. */
  get isGivable(): boolean {
    return !this.isShared && this.holding.pooled && this.holding.memory !== null;
  }

  /** The memory, which is the caller's from now on. */
  surrender(): Memory | null {
    return this.owner.lifetimes.take(this.holding);
  }

  share(): void {
    this.isShared = true;
  }

  readSync(aval: ShapedArray): TypedArray {
    throw new DeviceError(
      `webgpu: ${aval} on webgpu cannot be read at once; write await x.data() or await x.jsAsync()`,
    );
  }

  read(aval: ShapedArray, view: View | null): Promise<TypedArray> {
    return this.owner.read(this, aval, view);
  }

  dispose(): void {
    this.owner.lifetimes.release(this.holding);
  }
}
