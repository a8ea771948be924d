import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { numberText } from "./constants.ts";
import { rotationFunction, scaleFunction, sweepLines, threads } from "./jacobi.ts";
import { matricesOf } from "./matrices.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";
import { addWorkgroupFunctions, sizeKey } from "./workgroup-functions.ts";

/**
 * Eigenvectors (as columns) and ascending eigenvalues of symmetric matrices by Jacobi's rotations, a
 * workgroup for each matrix; a matrix with an element that is not finite gives NaN everywhere.
 *
 * The signs of the vectors are not those of the interpreter, which uses another method.
 */
export const eigh: RoutineEmitter<RoutineParams["eigh"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [vectors, values] = step.results as [number, number];
  const { lower } = step.params;
  const sequence = new Sequence(context);
  if (x.aval.size === 0) return sequence.compiled;
  const { count, columns: n } = matricesOf(x.aval);
  const [outVectors, outValues] = [wideResult(sequence, vectors), wideResult(sequence, values)];
  const pairs = Math.ceil(n / 2);
  const work = sequence.memory(2 * count * n * n);
  const turns = sequence.memory(4 * count * pairs);
  const shader = new Shader(context);
  const to = outVectors.array(shader);
  const eigenvalues = outValues.array(shader);
  const w = shader.scratch(work, "f32", "read_write");
  const r = shader.scratch(turns, "vec4f", "read_write");
  const nan = numberText(shader, "nan", Number.NaN, "float32");
  addWorkgroupFunctions(shader, threads);
  shader.global(rotationFunction);
  shader.global(scaleFunction);
  const a = (i: string, j: string): string => `${w}[base + (${i}) * ${n}u + ${j}]`;
  const v = (i: string, j: string): string => `${w}[base + ${n * n}u + (${i}) * ${n}u + ${j}]`;
  const load: string[] = [
    `let i = e / ${n}u;`,
    `let j = e % ${n}u;`,
    `let row = ${lower ? "max(i, j)" : "min(i, j)"};`,
    `let column = ${lower ? "min(i, j)" : "max(i, j)"};`,
  ];
  const batch = coordinateLines("group", x.aval.shape.slice(0, -2), "m", load);
  const from = addressText(viewOf(x), [...batch, "row", "column"]);
  const each = (limit: number, name: string): string =>
    `for (var ${name} = lid; ${name} < ${limit}u; ${name} += ${threads}u) {`;
  const rounds = sweepLines(shader, n, [
    each(pairs, "t"),
    "let pair = pairOf(round, t);",
    `var turn = vec4f(1.0, 0.0, 0.0, 0.0);`,
    `if (pair.y < ${n}u) {`,
    `let off = ${a("pair.x", "pair.y")};`,
    `let first = ${a("pair.x", "pair.x")};`,
    `let second = ${a("pair.y", "pair.y")};`,
    // The largest element was near 1.
    "if (abs(off) > 0x1p-27f) {",
    "let rotation = rotationFor(second - first, off);",
    "let change = rotation.y / rotation.x * off;",
    "turn = vec4f(rotation, first - change, second + change);",
    "rotations += 1.0;",
    "}",
    "}",
    `${r}[group * ${pairs}u + t] = turn;`,
    "}",
    "storageBarrier();",
    // Columns of the matrix and of the vectors, then rows.
    each(pairs * n, "z"),
    `let pair = pairOf(round, z / ${n}u);`,
    `let turn = ${r}[group * ${pairs}u + z / ${n}u];`,
    `let i = z % ${n}u;`,
    "if (turn.y != 0.0) {",
    `let x = ${a("i", "pair.x")};`,
    `let y = ${a("i", "pair.y")};`,
    `${a("i", "pair.x")} = turn.x * x - turn.y * y;`,
    `${a("i", "pair.y")} = turn.y * x + turn.x * y;`,
    `let p = ${v("i", "pair.x")};`,
    `let q = ${v("i", "pair.y")};`,
    `${v("i", "pair.x")} = turn.x * p - turn.y * q;`,
    `${v("i", "pair.y")} = turn.y * p + turn.x * q;`,
    "}",
    "}",
    "storageBarrier();",
    each(pairs * n, "z"),
    `let pair = pairOf(round, z / ${n}u);`,
    `let turn = ${r}[group * ${pairs}u + z / ${n}u];`,
    `let j = z % ${n}u;`,
    "if (turn.y != 0.0) {",
    `let x = ${a("pair.x", "j")};`,
    `let y = ${a("pair.y", "j")};`,
    "var top = turn.x * x - turn.y * y;",
    "var bottom = turn.y * x + turn.x * y;",
    "if (j == pair.x) { top = turn.z; bottom = 0.0; }",
    "if (j == pair.y) { top = 0.0; bottom = turn.w; }",
    `${a("pair.x", "j")} = top;`,
    `${a("pair.y", "j")} = bottom;`,
    "}",
    "}",
    "storageBarrier();",
  ]);
  sequence.groups("eigh", shader, count, threads, [
    `let base = group * ${2 * n * n}u;`,
    "var widest = vec2u(0u, 0u);",
    each(n * n, "e"),
    ...load,
    `let value = ${shader.load(x.value, x.aval.dtype, from)};`,
    `${a("i", "j")} = value;`,
    `${v("i", "j")} = select(0.0, 1.0, i == j);`,
    `widest = better(widest, vec2u(${sizeKey("value")}, 0u));`,
    "}",
    "let largest = workgroupBest(lid, widest).x;",
    "let isFinite = largest < 0x7f800000u;",
    "let scale = select(1.0, scaleFor(largest), isFinite && largest > 0u);",
    "storageBarrier();",
    each(n * n, "e"),
    `${w}[base + e] = select(0.0, ${w}[base + e] * scale, isFinite);`,
    "}",
    "storageBarrier();",
    ...rounds,
    "storageBarrier();",
    each(n, "j"),
    `let own = ${a("j", "j")};`,
    "var rank = 0u;",
    `for (var k = 0u; k < ${n}u; k++) {`,
    `let other = ${a("k", "k")};`,
    "if (other < own || (other == own && k < j)) { rank++; }",
    "}",
    `${eigenvalues}[group * ${n}u + rank] = select(${nan}, own / scale, isFinite);`,
    `for (var i = 0u; i < ${n}u; i++) {`,
    `${to}[group * ${n * n}u + i * ${n}u + rank] = select(${nan}, ${v("i", "j")}, isFinite);`,
    "}",
    "}",
  ]);
  outVectors.finish();
  outValues.finish();
  return sequence.compiled;
};
