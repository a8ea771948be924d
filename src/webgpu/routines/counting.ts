import { Shader } from "../shader.ts";
import { orderKeyFunctions } from "./order-keys.ts";
import type { OrderingPass } from "./ordering-pass.ts";
import type { Sequence } from "./sequence.ts";

/**
 * Positions of very short columns in the order of a key: each element counts those that come before
 * it. Gives the scratch that holds them.
 */
export function orderByCounting(
  sequence: Sequence,
  { count, extent, key, before }: OrderingPass,
): number {
  const after = sequence.memory(count * extent);
  const shader = new Shader(sequence.context);
  const to = shader.scratch(after, "u32", "read_write");
  const from = before === null ? null : shader.scratch(before, "u32", "read");
  shader.global(orderKeyFunctions);
  const keyLines = (rank: string, name: string): string[] => {
    const position = from === null ? rank : `${from}[column * ${extent}u + ${rank}]`;
    const lines = [`let position = ${position};`];
    const text = key.write(shader, "column", "position", lines);
    return [...lines, `${name} = ${text};`];
  };
  sequence.each("sort", shader, count * extent, [
    `let column = e / ${extent}u;`,
    `let rank = e % ${extent}u;`,
    "var own: u32;",
    "{",
    ...keyLines("rank", "own"),
    "}",
    "var place = 0u;",
    `for (var k = 0u; k < ${extent}u; k++) {`,
    "var other: u32;",
    "{",
    ...keyLines("k", "other"),
    "}",
    "if (other < own || (other == own && k < rank)) { place++; }",
    "}",
    `${to}[column * ${extent}u + place] = ${from === null ? "rank" : `${from}[e]`};`,
  ]);
  return after;
}
