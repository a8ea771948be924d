import type { ShapedArray } from "../../core/aval.ts";
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

/** How many matrices an operand holds in its last two axes, and how large each is. */
export interface Matrices {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** The matrices in the last two axes; some may have no elements. */
export function matricesOf({ shape }: ShapedArray): Matrices {
  const [rows, columns] = shape.slice(-2) as [number, number]; // matrices have two axes
  return { count: shape.slice(0, -2).reduce((a, b) => a * b, 1), rows, columns };
}
