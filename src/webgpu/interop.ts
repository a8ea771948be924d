import { DeviceArray } from "../core/array.ts";
import { shapedArray } from "../core/aval.ts";
import { checkDtype, type DType } from "../core/dtype.ts";
import { ArgumentError, ConcretizationError, DeviceError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { checkShape } from "../core/shape.ts";
import type { NDArray } from "../core/value.ts";
import { WebGpuBuffer } from "./buffer.ts";
import { currentDevice } from "./current.ts";
import { storageBytes, storageOf } from "./storage.ts";

/** What the elements of a GPUBuffer are. */
export interface BufferElements {
  readonly shape: readonly number[];
  /** float32 unless given. */
  readonly dtype?: DType | undefined;
}

/**
 * Array over the row-major elements at the start of a GPUBuffer, which is not copied.
 *
 * The buffer stays the caller's: nothing here writes to it or destroys it. As arrays are
 * immutable, it must not be written to while the array, or a view of it, is in use, and must not
 * be destroyed before work on it is done. It must be of the device that `gpuDevice()` gives, with
 * the usages STORAGE and COPY_SRC. Elements narrower than 32 bits are packed, the first in the
 * lowest bits of a word; a bool takes a byte; a key two words.
 *
 * @throws ArgumentError if the buffer is too small or lacks a usage; DTypeError for float64.
 */
export function fromGPUBuffer(buffer: GPUBuffer, options: BufferElements): NDArray {
  const where = "fromGPUBuffer";
  checkOptions(where, options, ["shape", "dtype"]);
  const device = currentDevice(where);
  device.faults.check();
  const dtype = checkDtype(options.dtype ?? "float32", where);
  storageOf(dtype); // refuses what the device cannot hold
  const aval = shapedArray(checkShape(options.shape, where), dtype);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  if ((buffer.usage & usage) !== usage) {
    throw new ArgumentError(
      `${where}: a buffer with the usages STORAGE and COPY_SRC is required, got usage ${buffer.usage}; create it with both`,
    );
  }
  if (buffer.size < storageBytes(aval) || buffer.size % 4 !== 0) {
    throw new ArgumentError(
      `${where}: ${aval} takes ${storageBytes(aval)} bytes, a multiple of 4, got a buffer of ${buffer.size}; give the shape that the buffer holds`,
    );
  }
  const memory = device.pool.foreign(buffer);
  return new DeviceArray(aval, new WebGpuBuffer(device, memory, false), null, 0);
}

/** Row-major copies of arrays whose buffers were asked for, kept as long as the arrays. */
const copies = new WeakMap<NDArray, DeviceArray>();

/**
 * GPUBuffer that holds the elements of an array on webgpu, row-major from its start.
 *
 * It is the array's own, not copied, unless the array is a transposed, sliced or broadcast view.
 * It stays the library's: hold the array as long as the buffer is used, do not write to it, and do
 * not destroy it. It may be larger than the array. Work that was called for earlier is in it for
 * all that is submitted to the same queue from now on, unless a `whileLoop` of unknown length was
 * called for: then await `blockUntilReady` first. Narrow elements are packed as
 * `fromGPUBuffer` says.
 *
 * @throws ConcretizationError if the value is traced; DeviceError if it lies on another device.
 */
export function toGPUBuffer(x: NDArray): GPUBuffer {
  const where = "toGPUBuffer";
  const device = currentDevice(where);
  if (!(x instanceof DeviceArray)) {
    throw new ConcretizationError(
      `${where}: a concrete array is required, got a traced ${x.aval}; call it outside of the transformation`,
    );
  }
  x.checkUsable();
  if (x.buffer !== null && x.buffer.device !== device.name) {
    throw new DeviceError(
      `${where}: an array on webgpu is required, got ${x.aval} on ${x.device}; move it with devicePut`,
    );
  }
  const array = copies.get(x) ?? device.inMemory(x);
  if (array !== x) copies.set(x, array);
  const buffer = array.buffer as WebGpuBuffer; // in memory, and of this device
  buffer.share(); // whoever uses it outside must not see it overwritten
  return buffer.memoryFor(device, x.aval).gpu;
}
