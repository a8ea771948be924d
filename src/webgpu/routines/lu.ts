import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { copyElements, matricesOf } from "./matrices.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";
import { addWorkgroupFunctions, isNotZero, sizeKey } from "./workgroup-functions.ts";

const threads = 64;

/**
 * Triangular factors with partial pivoting, a workgroup for each matrix.
 *
 * A column without a pivot is left as it is, so that a zero stands on the diagonal of U.
 */
export const lu: RoutineEmitter<RoutineParams["lu"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [factors, pivots, permutation] = step.results as [number, number, number];
  const sequence = new Sequence(context);
  const { count, rows, columns } = matricesOf(x.aval);
  const rank = Math.min(rows, columns);
  const out = wideResult(sequence, factors);
  copyElements(sequence, x, out);
  const order = new Shader(context);
  const ordered = order.value(permutation, "read_write");
  sequence.each("lu: rows", order, count * rows, [`${ordered}[e] = i32(e % ${rows}u);`]);
  if (count * rank === 0) return sequence.compiled;
  const shader = new Shader(context);
  const a = out.array(shader);
  const swaps = shader.value(pivots, "read_write");
  const places = shader.value(permutation, "read_write");
  addWorkgroupFunctions(shader, threads);
  const at = (i: string, j: string): string => `${a}[base + ${i} * ${columns}u + ${j}]`;
  sequence.groups("lu", shader, count, threads, [
    `let base = group * ${rows * columns}u;`,
    `for (var k = 0u; k < ${rank}u; k++) {`,
    "var best = vec2u(0u, 0xffffffffu);",
    `for (var i = k + lid; i < ${rows}u; i += ${threads}u) {`,
    `let value = ${at("i", "k")};`,
    `var key = ${sizeKey("value")};`,
    // NaN is no pivot, but where it is on the diagonal nothing is larger.
    "if (key > 0x7f800000u && i != k) { key = 0u; }",
    "best = better(best, vec2u(key, i));",
    "}",
    "let pivot = workgroupBest(lid, best).y;",
    "if (pivot != k) {",
    `for (var j = lid; j < ${columns}u; j += ${threads}u) {`,
    `let held = ${at("k", "j")};`,
    `${at("k", "j")} = ${at("pivot", "j")};`,
    `${at("pivot", "j")} = held;`,
    "}",
    "}",
    "if (lid == 0u) {",
    `${swaps}[group * ${rank}u + k] = i32(pivot);`,
    `let held = ${places}[group * ${rows}u + k];`,
    `${places}[group * ${rows}u + k] = ${places}[group * ${rows}u + pivot];`,
    `${places}[group * ${rows}u + pivot] = held;`,
    "}",
    "storageBarrier();",
    `let divisor = ${at("k", "k")};`,
    `if (${isNotZero("divisor")}) {`,
    `for (var i = k + 1u + lid; i < ${rows}u; i += ${threads}u) {`,
    `${at("i", "k")} = ${at("i", "k")} / divisor;`,
    "}",
    "}",
    "storageBarrier();",
    `let width = ${columns}u - k - 1u;`,
    `if (${isNotZero("divisor")}) {`,
    `for (var n = lid; n < width * (${rows}u - k - 1u); n += ${threads}u) {`,
    "let i = k + 1u + n / width;",
    "let j = k + 1u + n % width;",
    `let factor = ${at("i", "k")};`,
    `if (${isNotZero("factor")}) { ${at("i", "j")} = ${at("i", "j")} - factor * ${at("k", "j")}; }`,
    "}",
    "}",
    "storageBarrier();",
    "}",
  ]);
  out.finish();
  return sequence.compiled;
};

/** The permutation of rows that exchanges with pivots amount to, an invocation for each list. */
export const pivotsToPermutation: RoutineEmitter<RoutineParams["pivotsToPermutation"]> = (
  step,
  context,
) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [out] = step.results as [number];
  const { permutationSize: size } = step.params;
  const sequence = new Sequence(context);
  if (context.aval(out).size === 0) return sequence.compiled;
  const { shape } = x.aval;
  const rank = shape.at(-1) as number; // a list has an axis
  const shader = new Shader(context);
  const places = shader.value(out, "read_write");
  const lines = [
    `let base = e * ${size}u;`,
    `for (var i = 0u; i < ${size}u; i++) { ${places}[base + i] = i32(i); }`,
  ];
  if (rank > 0) {
    lines.push(`for (var k = 0u; k < ${rank}u; k++) {`);
    const batch = coordinateLines("e", shape.slice(0, -1), "c", lines);
    const pivot = shader.load(x.value, "int32", addressText(viewOf(x), [...batch, "k"]));
    lines.push(
      `let pivot = u32(clamp(${pivot}, 0, ${size - 1}));`,
      `let held = ${places}[base + k];`,
      `${places}[base + k] = ${places}[base + pivot];`,
      `${places}[base + pivot] = held;`,
      "}",
    );
  }
  sequence.each("pivotsToPermutation", shader, context.aval(out).size / size, lines);
  return sequence.compiled;
};
