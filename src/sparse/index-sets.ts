import { ArgumentError } from "../core/errors.ts";

/** How many members all sets may have together: half a gigabyte of them. */
export const mostMembers: number = 2 ** 27;
/** How many sets there may be. */
const mostSets = 2 ** 26;
/** How many unions are remembered before the table starts anew. */
const mostUnions = 2 ** 22;

/** The error for a Jacobian that is too large to be called sparse. */
export function tooDense(places: string): ArgumentError {
  return new ArgumentError(
    `sparsity: at most 2^27 places can be held, got ${places}; the Jacobian is not sparse, so take products with it by jvp or vjp`,
  );
}

/** Sets of integers by number, which are never changed and shared by whoever has the same ones. */
export class IndexSets {
  /** The number of the empty set. */
  static readonly empty = 0;
  private data = new Int32Array(1024);
  private starts = new Int32Array(1024);
  private count = 1;
  private readonly unions = new Map<number, number>();
  /** For each integer, the union that met it last, so that no union needs a table of its own. */
  private readonly seen: Int32Array;
  private round = 0;

  /** Sets of the integers from 0 to `size - 1`. */
  constructor(size: number) {
    this.seen = new Int32Array(size);
  }

  /** How many members all sets have together. */
  get total(): number {
    return this.starts[this.count] as number; // the end of the last set
  }

  /** Numbers of the sets of one integer each, from `start` up to `end`. */
  singletons(start: number, end: number): Int32Array {
    const numbers = new Int32Array(end - start);
    for (let i = start; i < end; i++) {
      const at = this.reserve(1);
      this.data[at] = i;
      numbers[i - start] = this.close(at + 1);
    }
    return numbers;
  }

  /** The members of a set, in order. Not to be written to, nor kept while sets are made. */
  members(set: number): Int32Array {
    return this.data.subarray(this.starts[set], this.starts[set + 1]);
  }

  /** How many members a set has. */
  size(set: number): number {
    return (this.starts[set + 1] as number) - (this.starts[set] as number); // sets end where the next begins
  }

  /** The union of two sets: one of them where it holds the other. */
  union(a: number, b: number): number {
    if (a === b || b === IndexSets.empty) return a;
    if (a === IndexSets.empty) return b;
    // Small sets are united sooner than looked up.
    const [m, n] = [this.size(a), this.size(b)];
    if (m + n <= 16) return m <= n ? this.merge(a, b) : this.merge(b, a);
    const key = a < b ? a * mostSets + b : b * mostSets + a;
    let made = this.unions.get(key);
    if (made === undefined) {
      made = m <= n ? this.merge(a, b) : this.merge(b, a);
      if (this.unions.size >= mostUnions) this.unions.clear();
      this.unions.set(key, made);
    }
    return made;
  }

  /** The union of many sets. */
  unionOf(sets: Iterable<number>): number {
    const distinct = [...new Set(sets)].filter((set) => set !== IndexSets.empty);
    const [first = IndexSets.empty, second] = distinct;
    if (second === undefined) return first;
    if (distinct.length === 2) return this.union(first, second);
    this.round++;
    let total = 0;
    let largest = first;
    for (const set of distinct) {
      if (this.size(set) > this.size(largest)) largest = set;
      for (const i of this.members(set)) {
        if (this.seen[i] === this.round) continue;
        this.seen[i] = this.round;
        total++;
      }
    }
    if (total === this.size(largest)) return largest;
    const at = this.reserve(total);
    const last = this.seen.length;
    // Sorting pays while the members are few among all integers.
    if (total * 8 < last) {
      let end = at;
      this.round++;
      for (const set of distinct) {
        for (const i of this.members(set)) {
          if (this.seen[i] === this.round) continue;
          this.seen[i] = this.round;
          this.data[end++] = i;
        }
      }
      this.data.subarray(at, end).sort();
      return this.close(end);
    }
    let end = at;
    for (let i = 0; i < last; i++) if (this.seen[i] === this.round) this.data[end++] = i;
    return this.close(end);
  }

  /** Union of a smaller and a larger set. */
  private merge(small: number, large: number): number {
    if (this.holds(large, small)) return large;
    const at = this.reserve(this.size(small) + this.size(large));
    const { data } = this;
    let [i, j] = [this.starts[small] as number, this.starts[large] as number]; // sets that exist
    const [iEnd, jEnd] = [this.starts[small + 1] as number, this.starts[large + 1] as number];
    let end = at;
    while (i < iEnd && j < jEnd) {
      const [x, y] = [data[i] as number, data[j] as number]; // within the sets
      data[end++] = x < y ? x : y;
      if (x <= y) i++;
      if (y <= x) j++;
    }
    while (i < iEnd) data[end++] = data[i++] as number; // as above
    while (j < jEnd) data[end++] = data[j++] as number;
    return this.close(end);
  }

  /** Whether every member of `small` is one of `large`, by bisection. */
  private holds(large: number, small: number): boolean {
    const { data } = this;
    const end = this.starts[large + 1] as number; // sets that exist
    let from = this.starts[large] as number;
    for (const i of this.members(small)) {
      let to = end;
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((data[middle] as number) < i) from = middle + 1;
        else to = middle;
      }
      if (from === end || data[from] !== i) return false;
    }
    return true;
  }

  /** Where the next set begins, with room for `size` members. */
  private reserve(size: number): number {
    const at = this.starts[this.count] as number; // the end of the last set
    if (at + size > mostMembers || this.count >= mostSets) throw tooDense("more on the way");
    if (at + size > this.data.length) this.data = grown(this.data, at + size);
    return at;
  }

  /** The number of the set that ends at `end`. */
  private close(end: number): number {
    if (this.count + 2 > this.starts.length) this.starts = grown(this.starts, this.count + 2);
    this.starts[this.count + 1] = end;
    return this.count++;
  }
}

function grown(list: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(size, 2 * list.length));
  larger.set(list);
  return larger;
}
