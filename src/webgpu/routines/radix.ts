import { Shader } from "../shader.ts";
import { orderKeyFunctions } from "./order-keys.ts";
import type { OrderingPass } from "./ordering.ts";
import type { Sequence } from "./sequence.ts";

/** Invocations of a workgroup, each of which has so many neighbouring elements. */
const threads = 64;
const perThread = 16;
const blockSize = threads * perThread;
/** Bits of a digit, and how many digits there are. */
const digitBits = 4;
const digits = 2 ** digitBits;

/**
 * Positions of columns in the order of a key, digit by digit from the lowest: blocks count their
 * digits, the counts become places, and elements move there in their order. Gives the scratch that
 * holds them.
 */
export function orderByDigits(sequence: Sequence, pass: OrderingPass): number {
  const { count, extent, key } = pass;
  const total = count * extent;
  const blocks = Math.ceil(extent / blockSize);
  const counts = sequence.memory(count * digits * blocks);
  let from = pairs(sequence, pass);
  let to = sequence.memory(2 * total);
  const positions = sequence.memory(total);
  const { low, high } = key.bits;
  for (let shift = low; shift < high; shift += digitBits) {
    const isLast = shift + digitBits >= high;
    countDigits(sequence, from, counts, count, extent, shift);
    placesFromCounts(sequence, counts, count, digits * blocks);
    move(sequence, from, isLast ? positions : to, counts, count, extent, shift, isLast);
    [from, to] = [to, from];
  }
  return positions;
}

/** Scratch with key and position of every element. */
function pairs(sequence: Sequence, { count, extent, key, before }: OrderingPass): number {
  const memory = sequence.memory(2 * count * extent);
  const shader = new Shader(sequence.context);
  const name = shader.scratch(memory, "vec2u", "read_write");
  const position =
    before === null ? `e % ${extent}u` : `${shader.scratch(before, "u32", "read")}[e]`;
  const lines = [`let column = e / ${extent}u;`, `let position = ${position};`];
  shader.global(orderKeyFunctions);
  const text = key.write(shader, "column", "position", lines);
  sequence.each("keys", shader, count * extent, [
    ...lines,
    `${name}[e] = vec2u(${text}, position);`,
  ]);
  return memory;
}

/** Lines that go through the elements of an invocation in their order; `pair` is one, `digit` its digit. */
function eachElement(
  from: string,
  extent: number,
  shift: number,
  lines: readonly string[],
): string[] {
  return [
    `for (var k = 0u; k < ${perThread}u; k++) {`,
    `let at = block * ${blockSize}u + lid * ${perThread}u + k;`,
    `if (at >= ${extent}u) { break; }`,
    `let pair = ${from}[column * ${extent}u + at];`,
    `let digit = (pair.x >> ${shift}u) & ${digits - 1}u;`,
    ...lines,
    "}",
  ];
}

/** Lines that count the digits of each invocation in workgroup memory, `counts[digit * threads + lid]`. */
function countLines(shader: Shader, from: string, extent: number, shift: number): string[] {
  const blocks = Math.ceil(extent / blockSize);
  shader.global(`var<workgroup> counts: array<u32, ${digits * threads}>;`);
  return [
    `let column = group / ${blocks}u;`,
    `let block = group % ${blocks}u;`,
    `for (var d = 0u; d < ${digits}u; d++) { counts[d * ${threads}u + lid] = 0u; }`,
    ...eachElement(from, extent, shift, [`counts[digit * ${threads}u + lid] += 1u;`]),
    "workgroupBarrier();",
  ];
}

/** How often each digit is in each block: `memory[(column * digits + digit) * blocks + block]`. */
function countDigits(
  sequence: Sequence,
  from: number,
  memory: number,
  count: number,
  extent: number,
  shift: number,
): void {
  const blocks = Math.ceil(extent / blockSize);
  const shader = new Shader(sequence.context);
  const pairsName = shader.scratch(from, "vec2u", "read");
  const to = shader.scratch(memory, "u32", "read_write");
  sequence.groups("sort: count", shader, count * blocks, threads, [
    ...countLines(shader, pairsName, extent, shift),
    `if (lid < ${digits}u) {`,
    "var sum = 0u;",
    `for (var t = 0u; t < ${threads}u; t++) { sum += counts[lid * ${threads}u + t]; }`,
    `${to}[(column * ${digits}u + lid) * ${blocks}u + block] = sum;`,
    "}",
  ]);
}

/** Replace each of the `length` counts of a column by the sum of those before it. */
export function placesFromCounts(
  sequence: Sequence,
  memory: number,
  columns: number,
  length: number,
): void {
  const size = Math.min(256, sequence.context.limits.maxComputeInvocationsPerWorkgroup);
  const each = Math.ceil(length / size);
  const shader = new Shader(sequence.context);
  const name = shader.scratch(memory, "u32", "read_write");
  shader.global(`var<workgroup> sums: array<u32, ${size}>;`);
  sequence.groups("sort: places", shader, columns, size, [
    `let first = group * ${length}u + min(lid * ${each}u, ${length}u);`,
    `let limit = group * ${length}u + min((lid + 1u) * ${each}u, ${length}u);`,
    "var sum = 0u;",
    `for (var i = first; i < limit; i++) { sum += ${name}[i]; }`,
    "sums[lid] = sum;",
    "workgroupBarrier();",
    `for (var step = 1u; step < ${size}u; step <<= 1u) {`,
    "var before = 0u;",
    "if (lid >= step) { before = sums[lid - step]; }",
    "workgroupBarrier();",
    "sums[lid] += before;",
    "workgroupBarrier();",
    "}",
    "var place = sums[lid] - sum;",
    "for (var i = first; i < limit; i++) {",
    `let own = ${name}[i];`,
    `${name}[i] = place;`,
    "place += own;",
    "}",
  ]);
}

/** Move pairs, or in the last turn their positions alone, to where the counts say. */
function move(
  sequence: Sequence,
  from: number,
  to: number,
  memory: number,
  count: number,
  extent: number,
  shift: number,
  isLast: boolean,
): void {
  const blocks = Math.ceil(extent / blockSize);
  const shader = new Shader(sequence.context);
  const pairsName = shader.scratch(from, "vec2u", "read");
  const places = shader.scratch(memory, "u32", "read");
  const target = shader.scratch(to, isLast ? "u32" : "vec2u", "read_write");
  sequence.groups("sort: move", shader, count * blocks, threads, [
    ...countLines(shader, pairsName, extent, shift),
    `if (lid < ${digits}u) {`,
    `var place = ${places}[(column * ${digits}u + lid) * ${blocks}u + block];`,
    `for (var t = 0u; t < ${threads}u; t++) {`,
    `let own = counts[lid * ${threads}u + t];`,
    `counts[lid * ${threads}u + t] = place;`,
    "place += own;",
    "}",
    "}",
    "workgroupBarrier();",
    ...eachElement(pairsName, extent, shift, [
      `let place = counts[digit * ${threads}u + lid];`,
      `counts[digit * ${threads}u + lid] = place + 1u;`,
      `${target}[column * ${extent}u + place] = ${isLast ? "pair.y" : "pair"};`,
    ]),
  ]);
}
