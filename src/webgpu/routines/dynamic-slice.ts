import { zipWith } from "../../core/lists.ts";
import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { writeElements } from "./elements.ts";
import { loadMoved, movedDtype } from "./moved.ts";
import { addressText, coordinateLines, sumText, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { clampedStarts, startsOf } from "./starts.ts";

/** Box of `sliceSizes` from the operand; starts are clamped so that it is inside. */
export const dynamicSlice: RoutineEmitter<RoutineParams["dynamicSlice"]> = (step, context) => {
  const [x, ...starts] = step.operands as [Reference, ...Reference[]]; // as the primitive says
  const [out] = step.results as [number];
  const { sliceSizes } = step.params;
  const sequence = new Sequence(context);
  if (context.aval(out).size === 0) return sequence.compiled;
  // Besides the starts: the operand, the result and the block of scalars.
  const start = startsOf(sequence, starts, context.limits.maxStorageBuffersPerShaderStage - 3);
  const shader = new Shader(context);
  const { dtype, shape } = x.aval;
  shader.value(out, "read_write");
  const write = (lines: string[]): string => {
    const first = clampedStarts(shader, start, shape, sliceSizes, lines);
    const within = coordinateLines("e", sliceSizes, "c", lines);
    const places = zipWith(first, within, sumText);
    return loadMoved(shader, context, x.value, dtype, addressText(viewOf(x), places));
  };
  writeElements(sequence, "dynamicSlice", shader, out, write, { dtype: movedDtype(dtype) });
  return sequence.compiled;
};
