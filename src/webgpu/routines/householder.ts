import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { copyElements, type Matrices, matricesOf } from "./matrices.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";
import { addWorkgroupFunctions, isNotZero, sizeKey } from "./workgroup-functions.ts";

const threads = 64;

/** R above and on the diagonal, reflectors below it, a workgroup for each matrix. */
export const geqrf: RoutineEmitter<RoutineParams["geqrf"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [factors, taus] = step.results as [number, number];
  return eliminate(x, factors, taus, null, new Sequence(context));
};

/** As `geqrf`, with the largest remaining column next; results also the order of the columns. */
export const geqp3: RoutineEmitter<RoutineParams["geqp3"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [factors, order, taus] = step.results as [number, number, number];
  return eliminate(x, factors, taus, order, new Sequence(context));
};

function eliminate(
  x: Reference,
  factors: number,
  taus: number,
  order: number | null,
  sequence: Sequence,
) {
  const { context } = sequence;
  const { count, rows, columns } = matricesOf(x.aval);
  const rank = Math.min(rows, columns);
  const out = wideResult(sequence, factors);
  const tau = wideResult(sequence, taus);
  copyElements(sequence, x, out);
  if (order !== null) {
    const shader = new Shader(context);
    const ordered = shader.value(order, "read_write");
    sequence.each("qr: columns", shader, count * columns, [
      `${ordered}[e] = i32(e % ${columns}u);`,
    ]);
  }
  if (count * rank === 0) return sequence.compiled;
  const shader = new Shader(context);
  const a = out.array(shader);
  const tauName = tau.array(shader);
  addWorkgroupFunctions(shader, threads);
  shader.global(normFunction(a, columns));
  const places = order === null ? null : shader.value(order, "read_write");
  sequence.groups("qr", shader, count, threads, [
    `let base = group * ${rows * columns}u;`,
    `for (var k = 0u; k < ${rank}u; k++) {`,
    ...(places === null ? [] : exchangeLines(a, places, { count, rows, columns })),
    ...reflectorLines(a, tauName, { count, rows, columns }, rank),
    "storageBarrier();",
    ...applyLines(a, "tau", { count, rows, columns }),
    "storageBarrier();",
    "}",
  ]);
  out.finish();
  tau.finish();
  return sequence.compiled;
}

/** `columnNorm(base, from, limit, j)`: root of the sum of squares of a part of a column, without overflow. */
function normFunction(a: string, columns: number): string {
  return `fn columnNorm(base: u32, first: u32, limit: u32, j: u32) -> f32 {
  var largest = 0u;
  for (var i = first; i < limit; i++) {
    let value = ${a}[base + i * ${columns}u + j];
    largest = max(largest, ${sizeKey("value")});
  }
  let scale = bitcast<f32>(largest);
  if (largest == 0u || largest >= 0x7f800000u) { return scale; }
  var sum = 0.0;
  for (var i = first; i < limit; i++) {
    let value = ${a}[base + i * ${columns}u + j] / scale;
    sum += value * value;
  }
  return scale * sqrt(sum);
}`;
}

/** Lines that bring the largest column from k on to column k. */
function exchangeLines(a: string, places: string, { rows, columns }: Matrices): string[] {
  return [
    "var best = vec2u(0u, 0xffffffffu);",
    `for (var j = k + lid; j < ${columns}u; j += ${threads}u) {`,
    `let size = columnNorm(base, k, ${rows}u, j);`,
    `var key = ${sizeKey("size")};`,
    "if (key > 0x7f800000u && j != k) { key = 0u; }",
    "best = better(best, vec2u(key, j));",
    "}",
    "let pivot = workgroupBest(lid, best).y;",
    "if (pivot != k) {",
    `for (var i = lid; i < ${rows}u; i += ${threads}u) {`,
    `let at = base + i * ${columns}u;`,
    `let held = ${a}[at + k];`,
    `${a}[at + k] = ${a}[at + pivot];`,
    `${a}[at + pivot] = held;`,
    "}",
    "if (lid == 0u) {",
    `let at = group * ${columns}u;`,
    `let held = ${places}[at + k];`,
    `${places}[at + k] = ${places}[at + pivot];`,
    `${places}[at + pivot] = held;`,
    "}",
    "}",
    "storageBarrier();",
  ];
}

/** Lines that make a reflector of column k from its diagonal on. Source: LAPACK, slarfg. */
function reflectorLines(
  a: string,
  taus: string,
  { rows, columns }: Matrices,
  rank: number,
): string[] {
  return [
    `let corner = base + k * ${columns + 1}u;`,
    "var widest = vec2u(0u, 0u);",
    `for (var i = k + 1u + lid; i < ${rows}u; i += ${threads}u) {`,
    `let value = ${a}[base + i * ${columns}u + k];`,
    `widest = better(widest, vec2u(${sizeKey("value")}, 0u));`,
    "}",
    "let scale = bitcast<f32>(workgroupBest(lid, widest).x);",
    "var squares = 0.0;",
    `for (var i = k + 1u + lid; i < ${rows}u; i += ${threads}u) {`,
    `let value = ${a}[base + i * ${columns}u + k] / select(scale, 1.0, scale == 0.0);`,
    "squares += value * value;",
    "}",
    "let rest = scale * sqrt(workgroupSum(lid, squares));",
    `let first = ${a}[corner];`,
    "var tau = 0.0;",
    "var multiple = first;",
    "var divisor = 1.0;",
    // A column of zeros is left alone.
    `if (${isNotZero("scale")} && k + 1u < ${rows}u) {`,
    "let top = max(abs(first), rest);",
    "let low = min(abs(first), rest) / top;",
    "let size = top * sqrt(1.0 + low * low);",
    "multiple = select(size, -size, first >= 0.0);",
    "divisor = first - multiple;",
    "tau = (multiple - first) / multiple;",
    "}",
    "storageBarrier();",
    `for (var i = k + 1u + lid; i < ${rows}u; i += ${threads}u) {`,
    `let at = base + i * ${columns}u + k;`,
    `${a}[at] = ${a}[at] / divisor;`,
    "}",
    "if (lid == 0u) {",
    `${a}[corner] = multiple;`,
    `${taus}[group * ${rank}u + k] = tau;`,
    "}",
  ];
}

/** Lines that apply the reflector in column k to the columns after it, each by one invocation. */
function applyLines(a: string, tau: string, { rows, columns }: Matrices): string[] {
  return [
    `if (${isNotZero(tau)}) {`,
    `for (var j = k + 1u + lid; j < ${columns}u; j += ${threads}u) {`,
    `let top = base + k * ${columns}u;`,
    `var sum = ${a}[top + j];`,
    `for (var i = k + 1u; i < ${rows}u; i++) {`,
    `let row = base + i * ${columns}u;`,
    `sum += ${a}[row + k] * ${a}[row + j];`,
    "}",
    `sum *= ${tau};`,
    `${a}[top + j] = ${a}[top + j] - sum;`,
    `for (var i = k + 1u; i < ${rows}u; i++) {`,
    `let row = base + i * ${columns}u;`,
    `${a}[row + j] = ${a}[row + j] - ${a}[row + k] * sum;`,
    "}",
    "}",
    "}",
  ];
}

/** The first columns of the product of reflectors, a workgroup for each matrix. */
export const householderProduct: RoutineEmitter<RoutineParams["householderProduct"]> = (
  step,
  context,
) => {
  const [x, taus] = step.operands as [Reference, Reference]; // as the primitive says
  const [result] = step.results as [number];
  const sequence = new Sequence(context);
  if (x.aval.size === 0) return sequence.compiled;
  const { count, rows, columns } = matricesOf(x.aval);
  const rank = taus.aval.shape.at(-1) as number; // a list has an axis
  const out = wideResult(sequence, result);
  copyElements(sequence, x, out);
  const shader = new Shader(context);
  const a = out.array(shader);
  const lines = [
    `let base = group * ${rows * columns}u;`,
    // Columns without a reflector are those of the identity.
    `for (var n = lid; n < ${rows * (columns - rank)}u; n += ${threads}u) {`,
    `let i = n / ${Math.max(1, columns - rank)}u;`,
    `let j = ${rank}u + n % ${Math.max(1, columns - rank)}u;`,
    `${a}[base + i * ${columns}u + j] = select(0.0, 1.0, i == j);`,
    "}",
    "storageBarrier();",
  ];
  if (rank > 0) {
    lines.push(`for (var left = ${rank}u; left > 0u; left--) {`, "let k = left - 1u;");
    const batch = coordinateLines("group", taus.aval.shape.slice(0, -1), "t", lines);
    const at = addressText(viewOf(taus), [...batch, "k"]);
    lines.push(
      `let tau = ${shader.load(taus.value, taus.aval.dtype, at)};`,
      ...applyLines(a, "tau", { count, rows, columns }),
      "storageBarrier();",
      `for (var i = lid; i < ${rows}u; i += ${threads}u) {`,
      `let at = base + i * ${columns}u + k;`,
      `if (i < k) { ${a}[at] = 0.0; }`,
      `else if (i == k) { ${a}[at] = 1.0 - tau; }`,
      `else { ${a}[at] = -tau * ${a}[at]; }`,
      "}",
      "storageBarrier();",
      "}",
    );
  }
  sequence.groups("householderProduct", shader, count, threads, lines);
  out.finish();
  return sequence.compiled;
};
