import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { columnsOf, columnText } from "./columns.ts";
import { writeElements } from "./elements.ts";
import { orderedPositions } from "./ordering.ts";
import type { OrderingKey } from "./ordering-pass.ts";
import { coordinateLines } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { ascendingKey, takePositions } from "./sort.ts";

/**
 * The `k` largest elements along an axis, and their positions: NaN first, 0 before -0, then the
 * lower position.
 */
export const topK: RoutineEmitter<RoutineParams["topK"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [values, indices] = step.results as [number, number];
  const { axis } = step.params;
  const sequence = new Sequence(context);
  const { shape, size } = context.aval(values);
  if (size === 0) return sequence.compiled;
  const columns = columnsOf(x.aval.shape, axis);
  const ascending = ascendingKey(x, axis, "signed");
  const descending: OrderingKey = {
    bits: ascending.bits,
    write: (...place) => `~${ascending.write(...place)}`,
  };
  const positions = orderedPositions(sequence, columns.count, columns.extent, [descending]);
  takePositions(sequence, x, values, columns, positions, columns.extent);
  const shader = new Shader(context);
  shader.value(indices, "read_write");
  const ordered = shader.scratch(positions, "u32", "read");
  writeElements(sequence, "topK: indices", shader, indices, (lines) => {
    const places = coordinateLines("e", shape, "c", lines);
    const rank = places[axis] as string; // an axis of the result
    const column = columnText(columns, places);
    return `i32(${ordered}[(${column}) * ${columns.extent}u + ${rank}])`;
  });
  return sequence.compiled;
};
