import { Shader } from "../shader.ts";
import { orderKeyFunctions } from "./order-keys.ts";
import type { OrderingPass } from "./ordering-pass.ts";
import type { Sequence } from "./sequence.ts";

/** Invocations of a workgroup, each of which has so many neighbouring elements. */
const threads = 64;
const perThread = 16;
const blockSize = threads * perThread;
/** Bits of a digit, and how many digits there are. */
const digitBits = 4;
const digits = 2 ** digitBits;

/** Columns that are sorted, and the scratch that their passes share. */
interface Digits {
  readonly sequence: Sequence;
  readonly count: number;
  readonly extent: number;
  readonly blocks: number;
  /** Of each digit in each block of each column: `counts[(column * digits + digit) * blocks + block]`. */
  readonly counts: number;
}

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
  const columns = { sequence, count, extent, blocks, counts };
  let from = pairs(sequence, pass);
  let to = sequence.memory(2 * total);
  const { low, high } = key.bits;
  for (let shift = low; shift < high; shift += digitBits) {
    countDigits(columns, from, shift);
    placesFromCounts(sequence, counts, count, digits * blocks);
    move(columns, from, to, shift);
    [from, to] = [to, from];
  }
  const positions = sequence.memory(total);
  const shader = new Shader(sequence.context);
  const name = shader.scratch(positions, "u32", "read_write");
  const sorted = shader.scratch(from, "vec2u", "read");
  sequence.each("sort: positions", shader, total, [`${name}[e] = ${sorted}[e].y;`]);
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
  sequence.each("sort: keys", shader, count * extent, [
    ...lines,
    `${name}[e] = vec2u(${text}, position);`,
  ]);
  return memory;
}

/**
 * Lines that go through the elements of an invocation in their order; `pair` is one, `digit` its
 * digit. Where the digit starts is read, so that all passes are one shader.
 */
function eachElement(
  { extent, blocks }: Digits,
  from: string,
  shift: string,
  lines: readonly string[],
): string[] {
  return [
    `let column = group / ${blocks}u;`,
    `let block = group % ${blocks}u;`,
    ...inEach(extent, from, shift, lines),
  ];
}

function inEach(extent: number, from: string, shift: string, lines: readonly string[]): string[] {
  return [
    `for (var k = 0u; k < ${perThread}u; k++) {`,
    `let at = block * ${blockSize}u + lid * ${perThread}u + k;`,
    `if (at >= ${extent}u) { break; }`,
    `let pair = ${from}[column * ${extent}u + at];`,
    `let digit = (pair.x >> ${shift}[0]) & ${digits - 1}u;`,
    ...lines,
    "}",
  ];
}

/** How often each digit is in each block. */
function countDigits(columns: Digits, from: number, shift: number): void {
  const { sequence, count, blocks, counts } = columns;
  const shader = new Shader(sequence.context);
  const source = shader.scratch(from, "vec2u", "read");
  const to = shader.scratch(counts, "u32", "read_write");
  const start = shader.data(Uint32Array.of(shift));
  shader.global(`var<workgroup> found: array<atomic<u32>, ${digits}>;`);
  sequence.groups("sort: count", shader, count * blocks, threads, [
    `if (lid < ${digits}u) { atomicStore(&found[lid], 0u); }`,
    "workgroupBarrier();",
    ...eachElement(columns, source, start, ["atomicAdd(&found[digit], 1u);"]),
    "workgroupBarrier();",
    `if (lid < ${digits}u) {`,
    `${to}[(column * ${digits}u + lid) * ${blocks}u + block] = atomicLoad(&found[lid]);`,
    "}",
  ]);
}

/** Replace each of the `length` counts of a column by the sum of those before it. */
function placesFromCounts(
  sequence: Sequence,
  memory: number,
  columns: number,
  length: number,
): void {
  const size = threads;
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

/**
 * Move pairs to where the counts say. Equal digits keep their order: within a block, those of lower
 * invocations come first. Two counts share a word of the workgroup, the even digit's in the low half.
 */
function move(columns: Digits, from: number, to: number, shift: number): void {
  const { sequence, count, extent, blocks, counts } = columns;
  const shader = new Shader(sequence.context);
  const source = shader.scratch(from, "vec2u", "read");
  const places = shader.scratch(counts, "u32", "read");
  const target = shader.scratch(to, "vec2u", "read_write");
  const start = shader.data(Uint32Array.of(shift));
  shader.global(`var<workgroup> ranks: array<u32, ${(digits / 2) * threads}>;`);
  const word = [
    `let word = (digit >> 1u) * ${threads}u + lid;`,
    "let half = (digit & 1u) * 16u;",
    "let own = ranks[word];",
    "ranks[word] = own + (1u << half);",
  ];
  sequence.groups("sort: move", shader, count * blocks, threads, [
    `for (var d = 0u; d < ${digits / 2}u; d++) { ranks[d * ${threads}u + lid] = 0u; }`,
    ...eachElement(columns, source, start, word),
    "workgroupBarrier();",
    `if (lid < ${digits / 2}u) {`,
    "var before = 0u;",
    `for (var t = 0u; t < ${threads}u; t++) {`,
    `let own = ranks[lid * ${threads}u + t];`,
    `ranks[lid * ${threads}u + t] = before;`,
    "before += own;",
    "}",
    "}",
    "workgroupBarrier();",
    ...inEach(extent, source, start, [
      ...word,
      `let first = ${places}[(column * ${digits}u + digit) * ${blocks}u + block];`,
      `${target}[column * ${extent}u + first + ((own >> half) & 0xffffu)] = pair;`,
    ]),
  ]);
}
