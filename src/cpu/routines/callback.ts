import type { RoutineParams } from "../../core/routines.ts";
import { CpuBuffer, wrap } from "../buffer.ts";
import { copyView } from "../copy.ts";
import type { CpuRoutine } from "../routine.ts";

/** Call a function of the host with copies of the operands: it may keep them, programs may not wait. */
export const callback: CpuRoutine<RoutineParams["callback"]> = (operands, results, { call }) => {
  const made = call(
    operands.map(({ aval, data, view }) => {
      const copy = copyView(data, view, aval.dtype);
      return wrap(aval, new CpuBuffer(copy, 0, copy.byteLength));
    }),
  );
  results.forEach(({ data }, i) => {
    data.set(made[i]?.dataSync() as typeof data); // one for each result, of its type
  });
};
