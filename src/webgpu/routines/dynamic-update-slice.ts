import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import { loadMoved, movedDtype } from "./moved.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { clampedStarts, startsOf } from "./starts.ts";

/** The operand with a box replaced by the update; starts are clamped so that it is inside. */
export const dynamicUpdateSlice: RoutineEmitter<RoutineParams["dynamicUpdateSlice"]> = (
  step,
  context,
) => {
  const [x, update, ...starts] = step.operands as [Reference, Reference, ...Reference[]]; // as the primitive says
  const [out] = step.results as [number];
  const sequence = new Sequence(context);
  const { dtype, shape, size } = x.aval;
  if (size === 0) return sequence.compiled;
  const sizes = update.aval.shape;
  // Besides the starts: both operands, the result and the block of scalars.
  const start = startsOf(sequence, starts, context.limits.maxStorageBuffersPerShaderStage - 4);
  const shader = new Shader(context);
  const moved = movedDtype(dtype);
  shader.value(out, "read_write");
  const write = (lines: string[]): string => {
    const places = coordinateLines("e", shape, "c", lines);
    // A binding that is asked for must be used.
    const kept = (): string =>
      loadMoved(shader, context, x.value, dtype, addressText(viewOf(x), places));
    if (update.aval.size === 0) return kept();
    const first = clampedStarts(shader, start, shape, sizes, lines);
    // A place before the box wraps to a large number.
    const within = places.map((place, axis) => {
      if (first[axis] === "0u") return place;
      lines.push(`let w${axis} = ${place} - ${first[axis]};`);
      return `w${axis}`;
    });
    const inside = within.flatMap((place, axis) =>
      sizes[axis] === shape[axis] ? [] : [`${place} < ${sizes[axis]}u`],
    );
    const updated = loadMoved(
      shader,
      context,
      update.value,
      dtype,
      addressText(viewOf(update), within),
    );
    if (inside.length === 0) return updated;
    lines.push(`var value: ${storageOf(moved).value};`);
    lines.push(`if (${inside.join(" && ")}) { value = ${updated}; } else { value = ${kept()}; }`);
    return "value";
  };
  writeElements(sequence, "dynamicUpdateSlice", shader, out, write, { dtype: moved });
  return sequence.compiled;
};
