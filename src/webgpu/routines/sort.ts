import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { type Columns, columnsOf, columnText, loadFromColumn } from "./columns.ts";
import { writeElements } from "./elements.ts";
import { loadMoved, movedDtype } from "./moved.ts";
import { keyBits, orderKey, type Zeros } from "./order-keys.ts";
import { orderedPositions } from "./ordering.ts";
import type { OrderingKey } from "./ordering-pass.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";

/**
 * Stable sort of operands together along an axis: the positions are brought into the order of the
 * keys, then each operand is read in that order.
 */
export const sort: RoutineEmitter<RoutineParams["sort"]> = (step, context) => {
  const { operands, results, params } = step;
  const { dimension, numKeys } = params;
  const sequence = new Sequence(context);
  const [first] = operands as [Reference, ...Reference[]]; // the primitive refuses to sort nothing
  if (first.aval.size === 0) return sequence.compiled;
  const columns = columnsOf(first.aval.shape, dimension);
  const keys = operands.slice(0, numKeys).map((x) => ascendingKey(x, dimension, "alike"));
  const positions = orderedPositions(sequence, columns.count, columns.extent, keys);
  operands.forEach((x, i) => {
    const out = results[i] as number; // one for each operand
    takePositions(sequence, x, out, columns, positions, columns.extent);
  });
  return sequence.compiled;
};

/** The key that puts the elements of an operand in ascending order, NaN last. */
export function ascendingKey(x: Reference, axis: number, zeros: Zeros): OrderingKey {
  const { dtype } = x.aval;
  return {
    bits: keyBits(dtype),
    write(shader, column, position, lines) {
      lines.push(`let value = ${loadFromColumn(shader, x, axis, column, position, lines)};`);
      return orderKey("value", dtype, zeros);
    },
  };
}

/** Write the elements of an operand that stand at the first of the ordered positions of its columns. */
export function takePositions(
  sequence: Sequence,
  x: Reference,
  out: number,
  columns: Columns,
  positions: number,
  extent: number,
): void {
  const shader = new Shader(sequence.context);
  shader.value(out, "read_write");
  const ordered = shader.scratch(positions, "u32", "read");
  const { shape, dtype } = sequence.context.aval(out);
  const write = (lines: string[]): string => {
    const places = coordinateLines("e", shape, "c", lines);
    const column = columnText(columns, places);
    const rank = places[columns.axis] as string; // an axis of the result
    lines.push(`let position = ${ordered}[(${column}) * ${extent}u + ${rank}];`);
    places[columns.axis] = "position";
    return loadMoved(shader, sequence.context, x.value, dtype, addressText(viewOf(x), places));
  };
  writeElements(sequence, "sort: take", shader, out, write, { dtype: movedDtype(dtype) });
}
