import type { Reference } from "../../kernel/program.ts";
import { Shader } from "../shader.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import type { Sequence } from "./sequence.ts";
import type { WideResult } from "./wide-result.ts";

/** Copy the elements of an operand, as they lie in its view, to where a routine works on them. */
export function copyElements(sequence: Sequence, x: Reference, to: WideResult): void {
  const { shape, size, dtype } = x.aval;
  const shader = new Shader(sequence.context);
  const target = to.array(shader);
  const lines: string[] = [];
  const from = addressText(viewOf(x), coordinateLines("e", shape, "c", lines));
  lines.push(`${target}[e] = ${shader.load(x.value, dtype, from)};`);
  sequence.each("copy", shader, size, lines);
}

/** As `copyElements`, with zeros above the diagonals of the matrices in the last two axes. */
export function copyTriangle(sequence: Sequence, x: Reference, to: WideResult): void {
  const { shape, size, dtype } = x.aval;
  const shader = new Shader(sequence.context);
  const target = to.array(shader);
  const lines: string[] = [];
  const places = coordinateLines("e", shape, "c", lines);
  const [row, column] = places.slice(-2) as [string, string]; // matrices have two axes
  const from = addressText(viewOf(x), places);
  lines.push(
    "var value = 0.0;",
    `if (${column} <= ${row}) { value = ${shader.load(x.value, dtype, from)}; }`,
    `${target}[e] = value;`,
  );
  sequence.each("copy", shader, size, lines);
}
