import type { ShapedArray } from "../core/aval.ts";
import type { TypedArray } from "../core/dtype.ts";
import type { RoutineName, RoutineParams } from "../core/routines.ts";
import { isContiguous, type View } from "../core/view.ts";
import { copyView } from "./copy.ts";

/** Operand of a routine: elements of `data` addressed by `view`. */
export interface HostOperand {
  readonly aval: ShapedArray;
  readonly data: TypedArray;
  readonly view: View;
}

/** Result of a routine: `data` holds exactly its elements in row-major order, zero at first. */
export interface HostResult {
  readonly aval: ShapedArray;
  readonly data: TypedArray;
}

/** Implementation of a routine on typed arrays. */
export type CpuRoutine<P = object> = (
  operands: readonly HostOperand[],
  results: readonly HostResult[],
  params: P,
) => void;

/** Implementations of some routines, by name. */
export type CpuRoutines = { readonly [Name in RoutineName]?: CpuRoutine<RoutineParams[Name]> };

/** The operand's elements in row-major order: a part of its own memory, or a copy. */
export function rowMajor({ aval, data, view }: HostOperand): TypedArray {
  if (aval.dtype !== "key<fry>" && isContiguous(view)) {
    return data.subarray(view.offset, view.offset + aval.size);
  }
  return copyView(data, view, aval.dtype);
}

/** The only element of an operand of rank 0. */
export function scalarOf({ data, view }: HostOperand): number {
  return data[view.offset] as number; // a rank-0 operand has one element
}
