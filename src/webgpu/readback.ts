import type { ShapedArray } from "../core/aval.ts";
import { hostArray, type TypedArray } from "../core/dtype.ts";
import type { DeviceError } from "../core/errors.ts";
import type { BufferOwner, WebGpuBuffer } from "./buffer.ts";
import type { Faults } from "./faults.ts";
import { failed, ours } from "./faults.ts";
import { storageBytes } from "./storage.ts";
import { decode } from "./transfer.ts";
import type { WorkOrder } from "./work-order.ts";

/** Bytes of idle staging memory that is kept. */
const keepBytes = 64 * 1024 * 1024;

/** Reads device memory through staging buffers, which are used again. */
export class Readback {
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly order: WorkOrder;
  private readonly free: GPUBuffer[] = [];
  private idle = 0;

  constructor(gpu: GPUDevice, faults: Faults, order: WorkOrder) {
    this.order = order;
    this.gpu = gpu;
    this.faults = faults;
  }

  /**
   * The elements of a buffer, row-major from its start. What is read is what the buffer holds when
   * this is called, whatever becomes of it.
   *
   * @throws DeviceError if the device is lost, or the work that made the elements has failed.
   */
  async read(buffer: WebGpuBuffer, aval: ShapedArray, owner: BufferOwner): Promise<TypedArray> {
    this.faults.check();
    const { gpu: memory } = buffer.memoryFor(owner, aval);
    if (aval.size === 0) return hostArray(aval.dtype, 0);
    const size = storageBytes(aval);
    const staging = this.take(size);
    let failure: DeviceError | null = null;
    const from = this.faults.count;
    this.order.do(() =>
      this.faults.watch(
        "validation",
        () => {
          const encoder = this.gpu.createCommandEncoder({ label: `${ours} read` });
          encoder.copyBufferToBuffer(memory, 0, staging, 0, size);
          this.gpu.queue.submit([encoder.finish()]);
        },
        (message) => failed(`the read of ${aval}`, message),
        (error) => {
          failure = error;
        },
        from,
      ),
    );
    // What made the elements may have failed, which says more than that the read did.
    const refuse = async (): Promise<void> => {
      await this.faults.known();
      const error = this.faults.errorOf(buffer.serial) ?? failure;
      if (error !== null) throw error;
    };
    try {
      await this.order.reached();
      await this.faults.wait(staging.mapAsync(GPUMapMode.READ, 0, size)).catch(async (error) => {
        await refuse();
        throw error;
      });
      await refuse();
      return decode(staging.getMappedRange(0, size), aval);
    } finally {
      this.give(staging);
    }
  }

  private take(size: number): GPUBuffer {
    const at = this.free.findIndex((buffer) => buffer.size >= size && buffer.size <= 4 * size);
    const [known] = at < 0 ? [] : this.free.splice(at, 1);
    if (known !== undefined) {
      this.idle -= known.size;
      return known;
    }
    return this.faults.watch(
      "out-of-memory",
      () =>
        this.gpu.createBuffer({
          label: `${ours} staging memory`,
          size: Math.max(256, 2 ** Math.ceil(Math.log2(size))),
          usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        }),
      (message) => failed("the allocation of staging memory", message),
    );
  }

  private give(staging: GPUBuffer): void {
    if (staging.mapState !== "mapped" || this.idle + staging.size > keepBytes) {
      staging.destroy();
      return;
    }
    staging.unmap();
    this.idle += staging.size;
    this.free.push(staging);
  }
}
