import type { CumulativeParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { addressInColumn, type Columns, columnsOf, loadFromColumn } from "./columns.ts";
import { type Running, runningOf } from "./running.ts";
import { Sequence } from "./sequence.ts";
import { type WideResult, wideResult } from "./wide-result.ts";

/** Invocations of a workgroup, each of which has so many neighbouring elements. */
const threads = 64;
const perThread = 16;
const blockSize = threads * perThread;
/** Longest columns that one invocation goes through alone: always, and where columns are many. */
const serialExtent = 32;
const serialExtentOfMany = 512;
const manyColumns = 2048;

/** What the dispatches of one scan share. */
interface Scan {
  readonly sequence: Sequence;
  readonly x: Reference;
  readonly params: CumulativeParams;
  readonly columns: Columns;
  readonly out: WideResult;
}

/**
 * Running reduction along an axis.
 *
 * Columns are scanned in blocks by workgroups: each invocation its own neighbours, then the
 * workgroup their totals. Longer columns take three dispatches: totals of the blocks, what comes
 * before each block, and the blocks themselves.
 */
export const cumulative: RoutineEmitter<CumulativeParams> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitives say
  const [result] = step.results as [number];
  const { params } = step;
  const sequence = new Sequence(context);
  if (x.aval.size === 0) return sequence.compiled;
  const columns = columnsOf(x.aval.shape, params.axis);
  const selects = params.op === "max" || params.op === "min";
  const scan = { sequence, x, params, columns, out: wideResult(sequence, result, selects) };
  const { count, extent, shape } = columns;
  const inner = shape.slice(params.axis + 1).some((length) => length > 1);
  if (extent <= serialExtent || (inner && extent <= serialExtentOfMany && count >= manyColumns)) {
    serially(scan);
  } else if (extent <= blockSize) inBlocks(scan, null);
  else inBlocks(scan, beforeBlocks(scan));
  scan.out.finish();
  return sequence.compiled;
};

/** Lines that load the element that comes `k`-th in column `column`, and the text of its value. */
function elementAt({ x, params, columns }: Scan, running: Running, shader: Shader, k: string) {
  const { axis, reverse } = params;
  const lines = [`let place = ${reverse ? `${columns.extent - 1}u - ${k}` : k};`];
  lines.push(`let value = ${loadFromColumn(shader, x, axis, "column", "place", lines)};`);
  return { lines, text: running.enter("value") };
}

/** One invocation for each column. */
function serially(scan: Scan): void {
  const { sequence, x, params, columns } = scan;
  const shader = new Shader(sequence.context);
  const to = scan.out.array(shader);
  const running = runningOf(params.op, x.aval.dtype, shader);
  const { lines, text } = elementAt(scan, running, shader, "k");
  sequence.each("cumulative", shader, columns.count, [
    "let column = e;",
    `var running = ${running.identity};`,
    `for (var k = 0u; k < ${columns.extent}u; k++) {`,
    ...lines,
    `let own = ${text};`,
    `running = ${running.combine("running", "own")};`,
    `${to}[${addressInColumn(columns, "column", "place")}] = ${stored(running, scan.out)};`,
    "}",
  ]);
}

/** Text of the value of `running` as the result holds it. */
function stored(running: Running, { type }: WideResult): string {
  const text = running.leave("running");
  return type === "u32" ? `u32(${text})` : text;
}

/** Lines that leave in `before` what comes before an invocation's elements in its block. */
function prefixLines(shader: Shader, { type, identity, combine }: Running): string[] {
  shader.global(`var<workgroup> totals: array<${type}, ${threads}>;`);
  return [
    "totals[lid] = total;",
    "workgroupBarrier();",
    `for (var step = 1u; step < ${threads}u; step <<= 1u) {`,
    `var earlier = ${identity};`,
    "if (lid >= step) { earlier = totals[lid - step]; }",
    "let own = totals[lid];",
    "workgroupBarrier();",
    `totals[lid] = ${combine("earlier", "own")};`,
    "workgroupBarrier();",
    "}",
    `var before = ${identity};`,
    "if (lid > 0u) { before = totals[lid - 1u]; }",
  ];
}

/** Scratch with what comes before each block of each column. */
function beforeBlocks(scan: Scan): number {
  const { sequence, x, params, columns } = scan;
  const { count, extent } = columns;
  const blocks = Math.ceil(extent / blockSize);
  const memory = sequence.memory(count * blocks);
  const shader = new Shader(sequence.context);
  const running = runningOf(params.op, x.aval.dtype, shader);
  const { type, identity, combine } = running;
  const to = shader.scratch(memory, type, "read_write");
  const { lines, text } = elementAt(scan, running, shader, "at");
  sequence.groups("cumulative: totals", shader, count * blocks, threads, [
    `let column = group / ${blocks}u;`,
    `let block = group % ${blocks}u;`,
    `var total = ${identity};`,
    `for (var k = 0u; k < ${perThread}u; k++) {`,
    `let at = block * ${blockSize}u + lid * ${perThread}u + k;`,
    `if (at >= ${extent}u) { break; }`,
    ...lines,
    `let own = ${text};`,
    `total = ${combine("total", "own")};`,
    "}",
    ...prefixLines(shader, running),
    `if (lid == ${threads - 1}u) { ${to}[group] = totals[lid]; }`,
  ]);
  const second = new Shader(sequence.context);
  const arithmetic = runningOf(params.op, x.aval.dtype, second);
  const name = second.scratch(memory, type, "read_write");
  const each = Math.ceil(blocks / threads);
  sequence.groups("cumulative: before blocks", second, count, threads, [
    `let first = group * ${blocks}u + min(lid * ${each}u, ${blocks}u);`,
    `let limit = group * ${blocks}u + min((lid + 1u) * ${each}u, ${blocks}u);`,
    `var total = ${arithmetic.identity};`,
    "for (var i = first; i < limit; i++) {",
    `let own = ${name}[i];`,
    `total = ${combine("total", "own")};`,
    "}",
    ...prefixLines(second, arithmetic),
    "for (var i = first; i < limit; i++) {",
    `let own = ${name}[i];`,
    `${name}[i] = before;`,
    `before = ${combine("before", "own")};`,
    "}",
  ]);
  return memory;
}

/** A workgroup for each block of each column, after what `memory` says comes before it. */
function inBlocks(scan: Scan, memory: number | null): void {
  const { sequence, x, params, columns } = scan;
  const { count, extent } = columns;
  const blocks = Math.ceil(extent / blockSize);
  const shader = new Shader(sequence.context);
  const to = scan.out.array(shader);
  const running = runningOf(params.op, x.aval.dtype, shader);
  const { type, identity, combine } = running;
  const { lines, text } = elementAt(scan, running, shader, "at");
  const limit = [
    `let at = block * ${blockSize}u + lid * ${perThread}u + k;`,
    `if (at >= ${extent}u) { break; }`,
  ];
  const place = params.reverse ? `(${extent - 1}u - at)` : "at";
  sequence.groups("cumulative", shader, count * blocks, threads, [
    `let column = group / ${blocks}u;`,
    `let block = group % ${blocks}u;`,
    `var owns: array<${type}, ${perThread}>;`,
    `var total = ${identity};`,
    `for (var k = 0u; k < ${perThread}u; k++) {`,
    ...limit,
    ...lines,
    `let own = ${text};`,
    `total = ${combine("total", "own")};`,
    "owns[k] = total;",
    "}",
    ...prefixLines(shader, running),
    ...(memory === null
      ? []
      : [
          `let earlier = ${shader.scratch(memory, type, "read")}[group];`,
          `before = ${combine("earlier", "before")};`,
        ]),
    `for (var k = 0u; k < ${perThread}u; k++) {`,
    ...limit,
    "let own = owns[k];",
    `let running = ${combine("before", "own")};`,
    `${to}[${addressInColumn(columns, "column", place)}] = ${stored(running, scan.out)};`,
    "}",
  ]);
}
