import type { TriangularSolveParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { copyElements } from "./matrices.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";

/** Systems that a workgroup solves together, and most invocations that share one. */
const widest = 16;
const mostThreads = 128;

/**
 * Solutions of op(a) x = b or x op(a) = b by substitution; the other triangle of `a` is not read.
 *
 * A system is a column of x, or a row in the second form. A workgroup has a few systems of one
 * matrix; once an unknown is found, it is subtracted from all the equations left, in parallel.
 */
export const triangularSolve: RoutineEmitter<TriangularSolveParams> = (step, context) => {
  const [a, b] = step.operands as [Reference, Reference]; // as the primitive says
  const [result] = step.results as [number];
  const sequence = new Sequence(context);
  if (b.aval.size === 0) return sequence.compiled;
  const { leftSide, lower, transposeA, unitDiagonal } = step.params;
  const [rows, columns] = b.aval.shape.slice(-2) as [number, number]; // matrices have two axes
  const [n, systems] = leftSide ? [rows, columns] : [columns, rows];
  const out = wideResult(sequence, result);
  copyElements(sequence, b, out);
  const width = Math.min(widest, 2 ** Math.ceil(Math.log2(systems)));
  const depth = Math.max(1, Math.min(mostThreads / width, 2 ** Math.ceil(Math.log2(n))));
  const tiles = Math.ceil(systems / width);
  const matrices = b.aval.size / (rows * columns);
  const shader = new Shader(context);
  const x = out.array(shader);
  // x op(a) = b is op(a)' x' = b'.
  const transposed = leftSide ? transposeA : !transposeA;
  const forward = lower !== transposed;
  const unknown = (turn: string): string => (forward ? turn : `(${n - 1}u - ${turn})`);
  const at = (i: string): string =>
    leftSide ? `base + ${i} * ${columns}u + system` : `base + system * ${columns}u + ${i}`;
  const lines = [`let matrix = group / ${tiles}u;`];
  const batch = coordinateLines("matrix", a.aval.shape.slice(0, -2), "m", lines);
  const entry = (row: string, column: string): string =>
    shader.load(a.value, a.aval.dtype, addressText(viewOf(a), [...batch, row, column]));
  lines.push(
    `let base = matrix * ${rows * columns}u;`,
    `let system = (group % ${tiles}u) * ${width}u + lid % ${width}u;`,
    `let first = lid / ${width}u;`,
    `for (var turn = 0u; turn < ${n - 1}u; turn++) {`,
    `if (system < ${systems}u) {`,
    `let k = ${unknown("turn")};`,
    `let found = ${x}[${at("k")}]${unitDiagonal ? "" : ` / ${entry("k", "k")}`};`,
    `for (var later = turn + 1u + first; later < ${n}u; later += ${depth}u) {`,
    `let i = ${unknown("later")};`,
    `let place = ${at("i")};`,
    `${x}[place] = ${x}[place] - ${transposed ? entry("k", "i") : entry("i", "k")} * found;`,
    "}",
    "}",
    "storageBarrier();",
    "}",
  );
  // What was found was divided on the way only, so that no invocation reads what another divides.
  if (!unitDiagonal) {
    lines.push(
      `if (system < ${systems}u) {`,
      `for (var i = first; i < ${n}u; i += ${depth}u) {`,
      `let place = ${at("i")};`,
      `${x}[place] = ${x}[place] / ${entry("i", "i")};`,
      "}",
      "}",
    );
  }
  sequence.groups("triangularSolve", shader, matrices * tiles, width * depth, lines);
  out.finish();
  return sequence.compiled;
};
