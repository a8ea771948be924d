import { dtypeInfo } from "../../core/dtype.ts";
import type { ScatterParams } from "../../core/routines.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { writeElements } from "./elements.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { scatterAtomically } from "./scatter-atomic.ts";
import { scatterInOrder } from "./scatter-in-order.ts";
import { scatterWinners } from "./scatter-winners.ts";
import {
  combinationOf,
  handledDtype,
  loadHandled,
  type Scattering,
  scatteringOf,
  updatePlaces,
  windowLines,
} from "./scattering.ts";
import { Sequence } from "./sequence.ts";
import { narrowText } from "./wide-result.ts";

/** Windows that each element of the result may go through by itself. */
const fewWindows = 16;

/**
 * The operand with windows combined into it. Unless they are clipped, windows that reach outside
 * are dropped.
 *
 * The result never depends on which invocation comes first. Few windows are gone through by each
 * element of the result; where at most one update counts, it is found first; integers and extrema
 * are combined by atomic operations, whose order does not matter; sums and products of floats take
 * the updates of each place in the order of the indices.
 */
export const scatter: RoutineEmitter<ScatterParams> = (step, context) => {
  const sequence = new Sequence(context);
  const scattering = scatteringOf(step, sequence);
  const { x, params, windows } = scattering;
  if (x.aval.size === 0) return sequence.compiled;
  const isFloat = dtypeInfo[x.aval.dtype].kind === "float";
  if (windows <= fewWindows) byElements(scattering);
  else if (params.op === "set" || params.uniqueIndices) scatterWinners(scattering);
  else if (!isFloat || params.op === "min" || params.op === "max") scatterAtomically(scattering);
  else scatterInOrder(scattering);
  return sequence.compiled;
};

/** Each element of the result goes through all windows. */
function byElements(scattering: Scattering): void {
  const { sequence, x, updates, out, params, places, windows } = scattering;
  const { shape } = x.aval;
  const dtype = handledDtype(scattering);
  const shader = new Shader(sequence.context);
  shader.value(out, "read_write");
  const { enter, combine, leave, fits } = combinationOf(params.op, dtype, shader);
  const write = (lines: string[]): string => {
    const own = coordinateLines("e", shape, "c", lines);
    lines.push(`let element = ${loadHandled(shader, scattering, x, addressText(viewOf(x), own))};`);
    if (updates.aval.size === 0) return "element";
    lines.push(`var value = ${enter("element")};`);
    lines.push(`for (var n = 0u; n < ${windows}u; n++) {`);
    const { batch, starts, inside } = windowLines(shader, scattering, "n", lines);
    const conditions = [...inside];
    const within = own.map((place, axis) => {
      const start = starts[axis] as string; // one for each axis
      const size = places.sizes[axis] as number;
      if (start === "0u" && size === shape[axis]) return place;
      // A place before the window wraps to a large number.
      const distance = start === "0u" ? place : `(${place} - ${start})`;
      conditions.push(`${distance} < ${size}u`);
      return size === 1 ? "0u" : distance;
    });
    const from = addressText(viewOf(updates), updatePlaces(scattering, batch, within));
    lines.push(
      `if (${conditions.length === 0 ? "true" : conditions.join(" && ")}) {`,
      `let update = ${loadHandled(shader, scattering, updates, from)};`,
      `let entered = ${enter("update")};`,
      `value = ${combine("value", "entered")};`,
      "}",
      "}",
    );
    lines.push(`let combined = ${leave("value")};`);
    return fits ? "combined" : narrowText("combined", dtype, shader);
  };
  writeElements(sequence, "scatter", shader, out, write, { dtype });
}
