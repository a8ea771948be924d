import type { Memory, Pool } from "./pool.ts";

/** When a temporary is in use, by positions of dispatches, and the size of its piece of memory. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/** Where a temporary is: the `index`-th piece of `size` bytes. */
export interface Place {
  readonly size: number;
  readonly index: number;
}

/** Places for temporaries; two that are in use at once never share one. */
export function placesFor(spans: readonly Span[]): readonly Place[] {
  const places: Place[] = new Array(spans.length);
  const counts = new Map<number, number>();
  const free: { readonly place: Place; readonly from: number }[] = [];
  const order = spans.map((_, i) => i).sort((a, b) => spanAt(a).first - spanAt(b).first);
  function spanAt(i: number): Span {
    return spans[i] as Span; // positions within the list
  }
  for (const i of order) {
    const { first, last, size } = spanAt(i);
    const at = free.findIndex(({ place, from }) => place.size === size && from <= first);
    let place = free[at]?.place;
    if (place === undefined) {
      const index = counts.get(size) ?? 0;
      counts.set(size, index + 1);
      place = { size, index };
    } else {
      free.splice(at, 1);
    }
    places[i] = place;
    free.push({ place, from: last + 1 });
  }
  return places;
}

/**
 * Memory for temporaries, shared by all programs: the queue runs one after the other, so what a
 * program leaves in them is nobody's. A program finds its temporaries where it left them, and its
 * bind groups stay good.
 */
export class Arena {
  /** Changes when temporaries move. */
  generation = 0;
  private readonly pool: Pool;
  private readonly pieces = new Map<number, Memory[]>();

  constructor(pool: Pool) {
    this.pool = pool;
  }

  /** The memory of a place. */
  at({ size, index }: Place): Memory {
    let list = this.pieces.get(size);
    if (list === undefined) {
      list = [];
      this.pieces.set(size, list);
    }
    while (list.length <= index) list.push(this.pool.take(size, "a temporary"));
    return list[index] as Memory; // just made, if it was not there
  }

  /** Give all of it back to the pool. */
  clear(): void {
    this.generation++;
    for (const list of this.pieces.values()) for (const memory of list) this.pool.give(memory);
    this.pieces.clear();
  }
}
