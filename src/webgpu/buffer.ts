import type { ShapedArray } from "../core/aval.ts";
import type { Buffer } from "../core/backend.ts";
import type { TypedArray } from "../core/dtype.ts";
import { DeviceError } from "../core/errors.ts";
import type { View } from "../core/view.ts";

/** What reads memory for the buffers of a device. */
export interface Reader {
  read(memory: GPUBuffer, aval: ShapedArray, view: View | null): Promise<TypedArray>;
  release(memory: GPUBuffer): void;
}

/** Memory of the device that arrays hold. */
export class WebGpuBuffer implements Buffer {
  readonly device = "webgpu";
  readonly byteLength: number;
  readonly memory: GPUBuffer;
  private readonly reader: Reader;

  constructor(memory: GPUBuffer, byteLength: number, reader: Reader) {
    this.memory = memory;
    this.byteLength = byteLength;
    this.reader = reader;
  }

  readSync(aval: ShapedArray): TypedArray {
    throw new DeviceError(
      `webgpu: ${aval} on webgpu cannot be read at once; write await x.data() or await x.jsAsync()`,
    );
  }

  read(aval: ShapedArray, view: View | null): Promise<TypedArray> {
    return this.reader.read(this.memory, aval, view);
  }

  dispose(): void {
    this.reader.release(this.memory);
  }
}
