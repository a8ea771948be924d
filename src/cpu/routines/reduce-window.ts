import type { RoutineParams } from "../../core/routines.ts";
import { identity } from "../../kernel/identity.ts";
import { accumulator } from "../accumulate.ts";
import { type CpuRoutine, rowMajor } from "../routine.ts";
import { walkWindows } from "./window-walk.ts";

/** Reduction of each window, its elements in row-major order; see `lax.reduceWindow`. */
export const reduceWindow: CpuRoutine<RoutineParams["reduceWindow"]> = ([x], [out], params) => {
  if (x === undefined || out === undefined) return; // as defined
  const data = rowMajor(x);
  const { shape, dtype } = out.aval;
  const width = shape.at(-1) ?? 1;
  const totals = accumulator(params.op, dtype, width);
  const neutral = identity(params.op, dtype);
  const values = new Float64Array(width);
  walkWindows(x.aval.shape, shape, params, {
    begin: () => totals.reset(width),
    visit(first, limit, every, address, step) {
      if (every > 1 || first > 0 || limit < width) values.fill(neutral);
      for (let j = first, at = address; j < limit; j += every, at += step) {
        values[j] = data[at] as number; // the walk stays inside the operand
      }
      totals.addEach(values, width);
    },
    end(position) {
      totals.finish(values, width);
      out.data.set(values, position);
    },
  });
};
