import { Shader } from "../shader.ts";
import { storageOf } from "../storage.ts";
import { writeElements } from "./elements.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import {
  combinationOf,
  destinationLines,
  handledDtype,
  loadHandled,
  type Scattering,
  updateLines,
} from "./scattering.ts";
import { narrowText } from "./wide-result.ts";

/**
 * A scatter of which one update counts for each element: the last one. Every element of the updates
 * enters its number at its place, where the highest stays; then each element of the result reads
 * the one that won.
 */
export function scatterWinners(scattering: Scattering): void {
  const { sequence, x, updates, out, params } = scattering;
  const { shape, size } = x.aval;
  const dtype = handledDtype(scattering);
  const { context } = sequence;
  const winners = sequence.memory(size);
  const clear = new Shader(context);
  const cleared = clear.scratch(winners, "u32", "read_write");
  sequence.each("scatter: clear", clear, size, [`${cleared}[e] = 0u;`]);
  const enter = new Shader(context);
  const entered = enter.scratch(winners, "atomic<u32>", "read_write");
  const lines: string[] = [];
  const { place, inside } = destinationLines(enter, scattering, lines);
  sequence.each("scatter: winners", enter, updates.aval.size, [
    ...lines,
    `if (${inside}) { atomicMax(&${entered}[${place}], e + 1u); }`,
  ]);
  const shader = new Shader(context);
  shader.value(out, "read_write");
  const won = shader.scratch(winners, "u32", "read");
  const combination = combinationOf(params.op, dtype, shader);
  const write = (lines: string[]): string => {
    const own = coordinateLines("e", shape, "c", lines);
    const element = loadHandled(shader, scattering, x, addressText(viewOf(x), own));
    lines.push(`var value: ${storageOf(dtype).value};`, `let winner = ${won}[e];`);
    const taken: string[] = ["let u = winner - 1u;"];
    const at = addressText(viewOf(updates), updateLines(scattering, "u", taken).places);
    const update = loadHandled(shader, scattering, updates, at);
    if (params.op === "set") taken.push(`value = ${update};`);
    else {
      taken.push(`let element = ${element};`, `let update = ${update};`);
      taken.push(`let x = ${combination.enter("element")};`);
      taken.push(`let y = ${combination.enter("update")};`);
      taken.push(`let both = ${combination.combine("x", "y")};`);
      taken.push(`value = ${combination.leave("both")};`);
    }
    lines.push(`if (winner == 0u) { value = ${element}; } else {`, ...taken, "}");
    return combination.fits ? "value" : narrowText("value", dtype, shader);
  };
  writeElements(sequence, "scatter", shader, out, write, { dtype });
}
