import { DeviceError } from "../core/errors.ts";
import type { Faults } from "./faults.ts";
import { ours } from "./faults.ts";
import type { WorkOrder } from "./work-order.ts";

/** A piece of device memory. `id` is never used again, so that it stands for the memory in keys. */
export interface Memory {
  readonly id: number;
  readonly gpu: GPUBuffer;
  readonly bytes: number;
  /** Whether the GPU turned out not to have it. */
  isBroken: boolean;
}

/** What a pool asks of whoever knows which arrays are dead. */
export interface Reclaimer {
  /** Give the memory of dead arrays back to the pool, as far as they are known. */
  reclaim(): void;
  /** Words for how much is held, for a message. */
  readonly held: string;
}

/** Smallest piece of memory. */
const smallest = 256;
/** How much is handed out before dead arrays are looked for: no less, and what is in use then. */
const budgetBytes = 64 * 1024 * 1024;
const budgetCount = 2048;
/** Idle memory that is kept: no less, and as much as is in use. */
const idleBytes = 256 * 1024 * 1024;

/**
 * Memory of the device in a few sizes, used again as soon as it is given back.
 *
 * The queue runs work in order, so memory may be given back while work that uses it is waiting.
 * Dead arrays are looked for when a new piece is needed after a budget of memory was handed out.
 */
export class Pool {
  /** Bytes of the pieces in use. */
  used = 0;
  /** Bytes of the pieces that wait to be used again. */
  idle = 0;
  /** How many pieces were ever made. */
  made = 0;
  private readonly gpu: GPUDevice;
  private readonly faults: Faults;
  private readonly order: WorkOrder;
  private readonly largest: number;
  private readonly limit: number;
  private readonly free = new Map<number, Memory[]>();
  private count = 0;
  private takenBytes = 0;
  private takenCount = 0;
  private allowedBytes = budgetBytes;
  private allowedCount = budgetCount;
  private reclaimer: Reclaimer | null = null;

  /** `limit` is how many bytes there may be at once. */
  constructor(gpu: GPUDevice, faults: Faults, order: WorkOrder, limit: number) {
    this.gpu = gpu;
    this.faults = faults;
    this.order = order;
    this.limit = limit;
    this.largest = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
  }

  /** Ask `reclaimer` for dead arrays from now on. */
  use(reclaimer: Reclaimer): void {
    this.reclaimer = reclaimer;
  }

  /**
   * Memory of at least `bytes` bytes, of undefined contents; `what` words it in messages.
   *
   * @throws DeviceError if the device cannot hold a piece so large, or no more at all.
   */
  take(bytes: number, what: string): Memory {
    const size = this.sizeOf(bytes, what);
    this.takenBytes += size;
    this.takenCount++;
    const memory = this.reuse(size) ?? this.reclaimed(size) ?? this.make(size, what);
    this.used += size;
    this.count++;
    return memory;
  }

  /** A buffer that somebody else made and keeps, which is never given back here. */
  foreign(gpu: GPUBuffer): Memory {
    return { id: this.made++, gpu, bytes: gpu.size, isBroken: false };
  }

  /** Give memory back. */
  give(memory: Memory): void {
    const { bytes } = memory;
    this.used -= bytes;
    this.count--;
    if (memory.isBroken) return;
    this.idle += bytes;
    const list = this.free.get(bytes);
    if (list === undefined) this.free.set(bytes, [memory]);
    else list.push(memory);
    if (this.idle > Math.max(idleBytes, this.used)) this.trim(Math.max(idleBytes, this.used) / 2);
  }

  /** Size of the pieces that hold `bytes` bytes: four to each power of two. */
  sizeOf(bytes: number, what: string): number {
    if (bytes > this.largest) throw tooLarge(this.gpu, bytes, what);
    if (bytes <= smallest) return smallest;
    const step = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
    return Math.min(Math.ceil(bytes / step) * step, this.largest - (this.largest % 4));
  }

  /** Destroy idle memory, the largest pieces first, until no more than `bytes` of it are left. */
  trim(bytes: number): void {
    const sizes = [...this.free.keys()].sort((a, b) => b - a);
    for (const size of sizes) {
      const list = this.free.get(size) ?? [];
      while (this.idle > bytes) {
        const memory = list.shift();
        if (memory === undefined) break;
        this.order.do(() => memory.gpu.destroy());
        this.idle -= size;
      }
    }
  }

  private reuse(size: number): Memory | null {
    const memory = this.free.get(size)?.pop();
    if (memory === undefined) return null;
    this.idle -= size;
    return memory;
  }

  private reclaimed(size: number): Memory | null {
    if (this.takenBytes < this.allowedBytes && this.takenCount < this.allowedCount) return null;
    this.reclaim();
    return this.reuse(size);
  }

  private reclaim(): void {
    this.reclaimer?.reclaim();
    this.takenBytes = 0;
    this.takenCount = 0;
    this.allowedBytes = Math.max(budgetBytes, this.used);
    this.allowedCount = Math.max(budgetCount, this.count);
  }

  private make(size: number, what: string): Memory {
    if (this.used + this.idle + size > this.limit) {
      if (this.takenCount > 1) this.reclaim();
      const memory = this.reuse(size);
      if (memory !== null) return memory;
      this.trim(Math.max(0, this.limit - this.used - size));
      if (this.used + size > this.limit) throw this.outOfMemory(size, what);
    }
    const usage =
      GPUBufferUsage.STORAGE |
      GPUBufferUsage.INDIRECT |
      GPUBufferUsage.COPY_SRC |
      GPUBufferUsage.COPY_DST;
    const make = (): Memory => ({
      id: this.made++,
      gpu: this.gpu.createBuffer({ label: `${ours} ${what}`, size, usage }),
      bytes: size,
      isBroken: false,
    });
    return this.faults.watch(
      "out-of-memory",
      make,
      () => this.outOfMemory(size, what),
      (_, memory) => {
        memory.isBroken = true;
        this.trim(0);
      },
    );
  }

  private outOfMemory(size: number, what: string): DeviceError {
    const held = this.reclaimer?.held ?? "nothing";
    return new DeviceError(
      `webgpu: the device has no memory left for ${what}, ${size} bytes, while it holds ${held}; ` +
        "in a loop await now and then, so that dead arrays can be freed, or free them with scope, using or x.dispose(), or donate arguments to jit",
    );
  }
}

function tooLarge({ limits }: GPUDevice, bytes: number, what: string): DeviceError {
  const name =
    limits.maxStorageBufferBindingSize < limits.maxBufferSize
      ? "maxStorageBufferBindingSize"
      : "maxBufferSize";
  return new DeviceError(
    `webgpu: ${what} takes ${bytes} bytes, more than ${name}, ${limits[name]} on this device; ` +
      `split the array, or, where the adapter has more, request it with initWebGPU({ requiredLimits: { ${name}: ${bytes} } })`,
  );
}
