import type { ShapedArray } from "../core/aval.ts";
import type { ClosedJaxpr, Eqn } from "../core/primitive.ts";
import type { NDArray } from "../core/value.ts";
import type { IndexSets } from "./index-sets.ts";

/** What is known of a value while a program is walked without running it. */
export interface Known {
  readonly aval: ShapedArray;
  /** For each element, the set of inputs that its derivative may depend on; null: none at all. */
  readonly sets: Int32Array | null;
  /** The value itself where constants alone decide it, computed when asked for; null elsewhere. */
  readonly value: () => NDArray | null;
}

/** What a rule may ask of the walk. */
export interface Walk {
  readonly sets: IndexSets;
  /** Walk another program with these operands. */
  program(program: ClosedJaxpr, operands: readonly Known[]): readonly Known[];
  /** Walk a program whose inputs from `first` on are what is differentiated by, apart from all else. */
  apart(program: ClosedJaxpr, first: number): readonly (readonly Int32Array[] | null)[];
  /** Say that the derivative exists in one mode alone. */
  require(mode: "forward" | "reverse"): void;
}

/** Sets of the elements of each result; null: none. At least one operand has sets. */
export type DependenceRule = (
  operands: readonly Known[],
  eqn: Eqn,
  walk: Walk,
) => readonly (Int32Array | null)[];

const unknownValue = (): null => null;

/** A value that nothing is known of but what it depends on. */
export function depending(aval: ShapedArray, sets: Int32Array | null): Known {
  return { aval, sets, value: unknownValue };
}

/** A list of `size` times the same set. */
export function filled(size: number, set: number): Int32Array {
  return new Int32Array(size).fill(set);
}

/**
 * For each element of an array of `shape`, in order, its place among the `axes` alone, in theirs.
 */
export function placesAmong(shape: readonly number[], axes: readonly number[]): Int32Array {
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (const axis of axes.toReversed()) {
    strides[axis] = step;
    step *= shape[axis] ?? 1;
  }
  return positions(shape, strides);
}

/** For each element of an array of `shape`, in order, the sum of its coordinates times `strides`. */
export function positions(shape: readonly number[], strides: readonly number[]): Int32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const places = new Int32Array(size);
  let block = 1; // how many elements are done: those whose coordinates so far are 0
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [extent, stride] = [shape[axis] as number, strides[axis] as number]; // one for each axis
    if (size === 0) break;
    for (let c = 1; c < extent; c++) {
      for (let i = 0; i < block; i++) {
        places[c * block + i] = (places[i] as number) + c * stride; // within the block
      }
    }
    block *= extent;
  }
  return places;
}

/** For each of `count` groups, the union of the sets that `groups` puts there. */
export function unionByGroup(
  sets: Int32Array,
  groups: Int32Array,
  count: number,
  pool: IndexSets,
): Int32Array {
  const starts = new Int32Array(count + 1);
  for (const group of groups) (starts[group + 1] as number)++;
  for (let g = 0; g < count; g++) starts[g + 1] = (starts[g + 1] as number) + (starts[g] as number); // count + 1
  const next = starts.slice();
  const gathered = new Int32Array(sets.length);
  for (let i = 0; i < sets.length; i++) {
    const group = groups[i] as number; // one for each set
    const at = next[group] as number;
    gathered[at] = sets[i] as number;
    next[group] = at + 1;
  }
  return Int32Array.from({ length: count }, (_, g) =>
    pool.unionOf(gathered.subarray(starts[g], starts[g + 1])),
  );
}

/** Unions element by element; lists of one element count for all. */
export function unionEach(
  lists: readonly (Int32Array | null)[],
  size: number,
  pool: IndexSets,
): Int32Array | null {
  let sum: Int32Array | null = null;
  for (const list of lists) {
    if (list === null || list === sum) continue;
    const full: Int32Array = list.length === size ? list : filled(size, list[0] ?? 0);
    if (sum === null) {
      sum = full;
      continue;
    }
    const before: Int32Array = sum;
    sum = Int32Array.from(before, (set, i) => pool.union(set, full[i] as number)); // as many
  }
  return sum;
}

/** Where each of several lists begins when they are joined, and where the last one ends. */
export function startsOf(sizes: readonly number[]): number[] {
  const starts = [0];
  for (const size of sizes) starts.push((starts.at(-1) ?? 0) + size);
  return starts;
}

/** Places among axes, as two lists: those that are kept, and how many there are. */
export function keptPlaces(
  shape: readonly number[],
  kept: readonly number[],
): [Int32Array, number] {
  return [placesAmong(shape, kept), kept.reduce((n, axis) => n * (shape[axis] ?? 1), 1)];
}
