import { Shader } from "../shader.ts";
import { orderKeyFunctions } from "./order-keys.ts";
import type { OrderingPass } from "./ordering-pass.ts";
import type { Sequence } from "./sequence.ts";

/** Slots of a workgroup that sorts several short columns. */
const shared = 256;

/**
 * Positions of short columns in the order of a key: a bitonic network in the memory of a workgroup,
 * made stable by comparing where equal keys stood. Gives the scratch that holds them.
 */
export function orderLocally(
  sequence: Sequence,
  { count, extent, key, before }: OrderingPass,
): number {
  const { context } = sequence;
  const padded = Math.max(2, 2 ** Math.ceil(Math.log2(extent)));
  const together = Math.max(1, Math.min(shared / padded, 2 ** Math.ceil(Math.log2(count))));
  const slots = padded * together;
  const size = Math.min(slots / 2, context.limits.maxComputeInvocationsPerWorkgroup);
  const after = sequence.memory(count * extent);
  const shader = new Shader(context);
  const to = shader.scratch(after, "u32", "read_write");
  const from = before === null ? null : shader.scratch(before, "u32", "read");
  shader.global(`var<workgroup> keys: array<u32, ${slots}>;`);
  shader.global(`var<workgroup> ranks: array<u32, ${slots}>;`);
  shader.global(orderKeyFunctions);
  const positionAt = (rank: string): string =>
    from === null ? rank : `${from}[column * ${extent}u + ${rank}]`;
  const place = [
    `let column = group * ${together}u + slot / ${padded}u;`,
    `let rank = slot % ${padded}u;`,
  ];
  const inside = `rank < ${extent}u && column < ${count}u`;
  const load: string[] = [`let position = ${positionAt("rank")};`];
  const text = key.write(shader, "column", "position", load);
  sequence.groups("sort", shader, Math.ceil(count / together), size, [
    `for (var slot = lid; slot < ${slots}u; slot += ${size}u) {`,
    ...place,
    "ranks[slot] = rank;",
    // What pads a column comes last: its ranks are above all others.
    "keys[slot] = 0xffffffffu;",
    `if (${inside}) {`,
    ...load,
    `keys[slot] = ${text};`,
    "}",
    "}",
    "workgroupBarrier();",
    `for (var run = 2u; run <= ${padded}u; run <<= 1u) {`,
    "for (var step = run >> 1u; step > 0u; step >>= 1u) {",
    `for (var pair = lid; pair < ${slots / 2}u; pair += ${size}u) {`,
    "let i = 2u * pair - (pair & (step - 1u));",
    "let j = i + step;",
    "let x = keys[i];",
    "let y = keys[j];",
    "let p = ranks[i];",
    "let q = ranks[j];",
    "let falls = x > y || (x == y && p > q);",
    `if (falls == ((i & ${padded - 1}u & run) == 0u)) {`,
    "keys[i] = y;",
    "keys[j] = x;",
    "ranks[i] = q;",
    "ranks[j] = p;",
    "}",
    "}",
    "workgroupBarrier();",
    "}",
    "}",
    `for (var slot = lid; slot < ${slots}u; slot += ${size}u) {`,
    ...place,
    `if (${inside}) { ${to}[column * ${extent}u + rank] = ${positionAt("ranks[slot]")}; }`,
    "}",
  ]);
  return after;
}
