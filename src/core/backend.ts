import type { ShapedArray } from "./aval.ts";
import type { TypedArray } from "./dtype.ts";
import type { View } from "./view.ts";

/** Memory on a device, of elements of one dtype. */
export interface Buffer {
  /** Name of the device: "cpu", "webgpu". */
  readonly device: string;
  /** Bytes held on the device. */
  readonly byteLength: number;
  /**
   * The elements that `view` addresses (null: all, from the start) in row-major order, in a new
   * typed array.
   *
   * @throws DeviceError if the device can only be read later.
   */
  readSync(aval: ShapedArray, view: View | null): TypedArray;
  /** As `readSync`, on every device. */
  read(aval: ShapedArray, view: View | null): Promise<TypedArray>;
  /** Give the memory back at once. Using it afterwards is a DeviceError. */
  dispose(): void;
  /** Told when a second array looks at the memory, which nobody may give away from then on. */
  share?(): void;
}

/** Program compiled for a device. */
export interface Executable<Value> {
  run(operands: readonly Value[]): readonly Value[];
  /** The kernels, as text. */
  toString(): string;
  /** What the kernels are compiled from, as text, where the device compiles text. */
  readonly shaders?: string | undefined;
  readonly cost: Cost;
}

/** What one run of a program takes. */
export interface Cost {
  readonly kernels: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly flops: number;
}

/** How long one kernel of a program took on its device, in microseconds. */
export interface KernelTime {
  readonly device: string;
  readonly program: string;
  readonly kernel: string;
  /** Since the first kernel began. */
  readonly start: number;
  readonly duration: number;
}
