import type { RoutineParams } from "../../core/routines.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";

/**
 * Copy the bytes of the operand into the result, whose elements have another width: keys or float64
 * on one side, pairs of uint32 on the other. The low word of a float64 comes first.
 */
export const words: CpuRoutine<RoutineParams["words"]> = ([x], [out]) => {
  if (x === undefined || out === undefined) return; // one of each, as the primitives say
  const from = bytesOf(rowMajor(x));
  bytesOf(out.data).set(from);
};

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
