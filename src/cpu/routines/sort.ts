import { type DType, dtypeInfo, type TypedArray } from "../../core/dtype.ts";
import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { splitAt } from "./axis-split.ts";
import { isPackable, sortedPacked } from "./sort-keys.ts";

/** Column of an array along the sorted axis: `extent` elements, `step` apart. */
interface Column {
  readonly start: number;
  readonly step: number;
  readonly extent: number;
}

/**
 * Stable sort of operands together along an axis; see `lax.sort`.
 *
 * One operand alone is sorted by the engine; one key of up to 32 bits is sorted as exact numbers
 * of key and position; otherwise positions are sorted by comparing keys.
 */
export const sort: CpuRoutine<RoutineParams["sort"]> = (operands, results, params) => {
  const { dimension, numKeys } = params;
  const first = operands[0];
  if (first === undefined) return; // the primitive refuses to sort nothing
  const arrays = operands.map(rowMajor);
  const outs = results.map((result) => result.data);
  const { outer, extent, inner } = splitAt(first.aval.shape, dimension);
  const columnOf = (block: number, i: number): Column => ({
    start: block * extent * inner + i,
    step: inner,
    extent,
  });
  if (operands.length === 1) {
    // There is one array and one result for the one operand.
    const sorter = newColumnSorter(arrays[0] as TypedArray, outs[0] as TypedArray, extent);
    for (let block = 0; block < outer; block++) {
      for (let i = 0; i < inner; i++) sorter(columnOf(block, i));
    }
    return;
  }
  const words = operands.map(({ aval }) => dtypeInfo[aval.dtype].words);
  const order = newOrdering(arrays.slice(0, numKeys), first.aval.dtype, extent);
  for (let block = 0; block < outer; block++) {
    for (let i = 0; i < inner; i++) {
      const column = columnOf(block, i);
      const positions = order(column);
      arrays.forEach((from, operand) => {
        // outs and words have an entry for each operand.
        permute(from, outs[operand] as TypedArray, words[operand] as number, column, positions);
      });
    }
  }
};

/** Element `k` of the result column is element `positions[k]` of the column of `from`. */
function permute(
  from: TypedArray,
  to: TypedArray,
  words: number,
  { start, step, extent }: Column,
  positions: ArrayLike<number>,
): void {
  for (let k = 0; k < extent; k++) {
    const source = start + (positions[k] as number) * step; // a position for each element
    const target = start + k * step;
    for (let word = 0; word < words; word++) {
      to[target * words + word] = from[source * words + word] as number; // in the column
    }
  }
}

/** Sorts columns of `from` into `to`; NaN comes last, zeros keep their order. */
function newColumnSorter(
  from: TypedArray,
  to: TypedArray,
  extent: number,
): (column: Column) => void {
  const scratch = from.slice(0, extent);
  return ({ start, step }) => {
    const values = step === 1 ? to.subarray(start, start + extent) : scratch;
    let negativeZero = false;
    for (let k = 0; k < extent; k++) {
      const value = from[start + k * step] as number; // in the column
      values[k] = value;
      negativeZero ||= Object.is(value, -0);
    }
    values.sort();
    if (negativeZero) restoreZeros(from, { start, step, extent }, values);
    if (step === 1) return;
    for (let k = 0; k < extent; k++) to[start + k * step] = values[k] as number; // as above
  };
}

/** The engine puts -0 before 0; put the zeros back in the order in which they came. */
function restoreZeros(from: TypedArray, { start, step, extent }: Column, sorted: TypedArray): void {
  let at = sorted.indexOf(0);
  for (let k = 0; k < extent; k++) {
    const value = from[start + k * step] as number; // in the column
    if (value === 0) sorted[at++] = value;
  }
}

/** Gives for a column the positions of its elements in sorted order. */
function newOrdering(
  keys: readonly TypedArray[],
  dtype: DType,
  extent: number,
): (column: Column) => ArrayLike<number> {
  const [key] = keys;
  if (key !== undefined && keys.length === 1 && isPackable(dtype, extent)) {
    return ({ start, step }) => sortedPacked(key, dtype, start, step, extent);
  }
  const positions = new Uint32Array(extent);
  return ({ start, step }) => {
    for (let k = 0; k < extent; k++) positions[k] = k;
    return positions.sort((p, q) => {
      for (const data of keys) {
        // Positions lie in the column.
        const x = data[start + p * step] as number;
        const y = data[start + q * step] as number;
        const order = compare(x, y);
        if (order !== 0) return order;
      }
      return p - q;
    });
  };
}

/** Ascending order: NaN last and equal to itself, zeros equal. */
function compare(x: number, y: number): number {
  if (x < y) return -1;
  if (x > y) return 1;
  if (x === y) return 0;
  return Number(x !== x) - Number(y !== y);
}
