import { answersAtOnce, collectGarbage } from "./collector.ts";
import type { Memory, Pool, Reclaimer } from "./pool.ts";

/**
 * Collections until most of the arrays are found to be alive: what died while the engine was
 * marking is kept by that collection, and goes with the next.
 */
const rounds = 3;

/** Memory that something of JavaScript owns, until it is released. */
export interface Holding {
  /** Null once it is released. */
  memory: Memory | null;
  /** Whether the pool gets it back. */
  readonly pooled: boolean;
  /** The owner, where weak references answer within a job; else null. */
  readonly owner: WeakRef<object> | null;
}

/** Gives memory back to the pool when its owner is collected, or when it is released. */
export class Lifetimes implements Reclaimer {
  private readonly pool: Pool;
  private readonly live = new Set<Holding>();
  private readonly collected: FinalizationRegistry<Holding>;

  constructor(pool: Pool) {
    this.pool = pool;
    this.collected = new FinalizationRegistry((holding) => this.drop(holding));
  }

  /** Tie memory to its owner. */
  hold(owner: object, memory: Memory, pooled: boolean): Holding {
    const holding = { memory, pooled, owner: answersAtOnce() ? new WeakRef(owner) : null };
    this.live.add(holding);
    this.collected.register(owner, holding, holding);
    return holding;
  }

  /** The memory, which is the caller's from now on; null if it was released before. */
  take(holding: Holding): Memory | null {
    const { memory } = holding;
    if (memory === null) return null;
    holding.memory = null;
    this.live.delete(holding);
    // A cell of a registry lives until the job is over unless it is taken out.
    this.collected.unregister(holding);
    return memory;
  }

  /** Give the memory back; once is enough. */
  release(holding: Holding): void {
    const memory = this.take(holding);
    if (memory !== null && holding.pooled) this.pool.give(memory);
  }

  reclaim(): void {
    for (let round = 0; round < rounds; round++) {
      const before = this.live.size;
      if (collectGarbage()) this.releaseDead();
      if (this.live.size <= before / 2) return;
    }
  }

  /** How many arrays hold memory. */
  get count(): number {
    return this.live.size;
  }

  get held(): string {
    return `${this.pool.used} bytes in ${this.live.size} arrays`;
  }

  private releaseDead(): void {
    for (const holding of [...this.live]) {
      if (holding.owner !== null && holding.owner.deref() === undefined) this.release(holding);
    }
  }

  private drop(holding: Holding): void {
    this.release(holding);
  }
}
