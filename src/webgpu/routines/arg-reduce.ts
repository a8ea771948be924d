import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { columnsOf, loadFromColumn } from "./columns.ts";
import { orderKey, orderKeyFunctions, smallestLast } from "./order-keys.ts";
import { Sequence } from "./sequence.ts";
import { better } from "./workgroup-functions.ts";

/** Longest column that one invocation goes through alone. */
const serialExtent = 32;
/** Invocations of a workgroup, and elements that each of them compares at least. */
const size = 64;
const perThread = 16;

/**
 * Position of the first extreme element along an axis; the first NaN wins.
 *
 * Elements compete as pairs of a key and a position: the larger key wins, of equal ones the lower
 * position, so that parts of a column may be compared in any order.
 */
export const argReduce: RoutineEmitter<RoutineParams["argReduce"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [out] = step.results as [number];
  const { op, axis } = step.params;
  const sequence = new Sequence(context);
  const { count, extent } = columnsOf(x.aval.shape, axis);
  const key = (shader: Shader, lines: string[]): string => {
    lines.push(`let value = ${loadFromColumn(shader, x, axis, "column", "k", lines)};`);
    const text = orderKey("value", x.aval.dtype, "alike");
    return op === "max" ? text : smallestLast(text, x.aval.dtype);
  };
  const shader = new Shader(context);
  shader.global(orderKeyFunctions);
  shader.global(better);
  const chunks = extent <= serialExtent ? 1 : Math.ceil(extent / (size * perThread * 4));
  if (extent <= serialExtent) {
    const result = shader.value(out, "read_write");
    const lines: string[] = [];
    const text = key(shader, lines);
    sequence.each("argReduce", shader, count, [
      "let column = e;",
      "var best = vec2u(0u, 0xffffffffu);",
      `for (var k = 0u; k < ${extent}u; k++) {`,
      ...lines,
      `best = better(best, vec2u(${text}, k));`,
      "}",
      `${result}[e] = i32(best.y);`,
    ]);
    return sequence.compiled;
  }
  const length = Math.ceil(extent / chunks);
  const partial = chunks === 1 ? null : sequence.memory(2 * count * chunks);
  const target =
    partial === null
      ? shader.value(out, "read_write")
      : shader.scratch(partial, "vec2u", "read_write");
  const lines: string[] = [];
  const text = key(shader, lines);
  sequence.groups("argReduce", shader, count * chunks, size, [
    `let column = group / ${chunks}u;`,
    `let first = (group % ${chunks}u) * ${length}u;`,
    `let limit = min(first + ${length}u, ${extent}u);`,
    "var best = vec2u(0u, 0xffffffffu);",
    `for (var k = first + lid; k < limit; k += ${size}u) {`,
    ...lines,
    `best = better(best, vec2u(${text}, k));`,
    "}",
    ...treeLines(shader),
    partial === null
      ? `if (lid == 0u) { ${target}[group] = i32(found[0].y); }`
      : `if (lid == 0u) { ${target}[group] = found[0]; }`,
  ]);
  if (partial === null) return sequence.compiled;
  const last = new Shader(context);
  last.global(better);
  const result = last.value(out, "read_write");
  const parts = last.scratch(partial, "vec2u", "read");
  sequence.groups("argReduce: parts", last, count, size, [
    "var best = vec2u(0u, 0xffffffffu);",
    `for (var k = lid; k < ${chunks}u; k += ${size}u) {`,
    `best = better(best, ${parts}[group * ${chunks}u + k]);`,
    "}",
    ...treeLines(last),
    `if (lid == 0u) { ${result}[group] = i32(found[0].y); }`,
  ]);
  return sequence.compiled;
};

/** Lines that leave the best of the workgroup's `best` in `found[0]`. */
function treeLines(shader: Shader): string[] {
  shader.global(`var<workgroup> found: array<vec2u, ${size}>;`);
  return [
    "found[lid] = best;",
    "workgroupBarrier();",
    `for (var step = ${size / 2}u; step > 0u; step >>= 1u) {`,
    "if (lid < step) { found[lid] = better(found[lid], found[lid + step]); }",
    "workgroupBarrier();",
    "}",
  ];
}
