import type { Memory, Pool } from "./pool.ts";

/** A block of scalars on the device, and what was written to it last. */
export interface ScalarBlock {
  readonly memory: Memory;
  /** Null where the device may hold other words than the host wrote. */
  words: Uint32Array<ArrayBuffer> | null;
}

/**
 * Blocks of scalars, one for each size, shared by all programs: the queue runs what is written
 * and what reads it in order.
 */
export class ScalarBlocks {
  private readonly pool: Pool;
  private readonly blocks = new Map<number, ScalarBlock>();

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The block of at least `count` words. */
  of(count: number): ScalarBlock {
    const size = 2 ** Math.ceil(Math.log2(Math.max(64, count)));
    let block = this.blocks.get(size);
    if (block === undefined) {
      block = { memory: this.pool.take(size * 4, "a block of scalars"), words: null };
      this.blocks.set(size, block);
    }
    return block;
  }
}

/** Write `words` to the block unless they are there. */
export function writeScalars(
  gpu: GPUDevice,
  block: ScalarBlock,
  words: Uint32Array<ArrayBuffer>,
): void {
  const { words: last } = block;
  if (last !== null && last.length >= words.length && words.every((word, i) => word === last[i])) {
    return;
  }
  gpu.queue.writeBuffer(block.memory.gpu, 0, words);
  if (last === null || last.length < words.length) block.words = words.slice();
  else last.set(words);
}
