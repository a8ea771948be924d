import { type BufferOwner, WebGpuBuffer } from "./buffer.ts";
import type { Pool } from "./pool.ts";
import type { WorkOrder } from "./work-order.ts";

/** Words on the device that never change, equal ones once, as long as a program holds them. */
export class ConstantWords {
  private readonly gpu: GPUDevice;
  private readonly pool: Pool;
  private readonly order: WorkOrder;
  private readonly known = new Map<number, Entry[]>();

  constructor(gpu: GPUDevice, pool: Pool, order: WorkOrder) {
    this.order = order;
    this.gpu = gpu;
    this.pool = pool;
  }

  /** Memory that holds `words`; they must not be written to afterwards. */
  of(words: Uint32Array<ArrayBuffer>, owner: BufferOwner): WebGpuBuffer {
    const key = hashWords(words);
    const list = (this.known.get(key) ?? []).filter(({ buffer }) => buffer.deref() !== undefined);
    for (const entry of list) {
      const buffer = entry.buffer.deref();
      if (buffer !== undefined && sameWords(entry.words, words)) return buffer;
    }
    const memory = this.pool.take(Math.max(4, words.byteLength), "a table of constants");
    this.order.do(() => this.gpu.queue.writeBuffer(memory.gpu, 0, words));
    const buffer = new WebGpuBuffer(owner, memory);
    buffer.share(); // programs share it, so nobody may give it away
    this.known.set(key, [...list, { words, buffer: new WeakRef(buffer) }]);
    return buffer;
  }
}

interface Entry {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly buffer: WeakRef<WebGpuBuffer>;
}

function hashWords(words: Uint32Array): number {
  let hash = words.length;
  for (const word of words) hash = (Math.imul(hash, 31) + word) | 0;
  return hash;
}

function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
