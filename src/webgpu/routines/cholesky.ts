import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { numberText } from "./constants.ts";
import { copyTriangle } from "./matrices.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";

/** Most invocations that share a matrix. */
const most = 128;

/**
 * Lower factors of symmetric matrices, of which only the lower triangles are read; NaN where a
 * matrix is not positive definite.
 *
 * A workgroup for each matrix goes through its columns: the products of the columns before are
 * subtracted from a column, row by row in parallel, then it is divided by its pivot.
 */
export const cholesky: RoutineEmitter<RoutineParams["cholesky"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [result] = step.results as [number];
  const sequence = new Sequence(context);
  const { size, shape } = x.aval;
  if (size === 0) return sequence.compiled;
  const n = shape.at(-1) as number; // matrices have two axes
  const out = wideResult(sequence, result);
  copyTriangle(sequence, x, out);
  const threads = Math.min(most, 2 ** Math.ceil(Math.log2(n)));
  const shader = new Shader(context);
  const l = out.array(shader);
  const nan = numberText(shader, "nan", Number.NaN, "float32");
  shader.global("var<workgroup> pivot: f32;");
  sequence.groups("cholesky", shader, size / (n * n), threads, [
    `let matrix = group * ${n * n}u;`,
    "var fails = false;",
    `for (var j = 0u; j < ${n}u; j++) {`,
    // Each row less the product of its columns before and those of row j.
    `for (var i = j + lid; i < ${n}u; i += ${threads}u) {`,
    `let row = matrix + i * ${n}u;`,
    `let other = matrix + j * ${n}u;`,
    `var rest = ${l}[row + j];`,
    `for (var k = 0u; k < j; k++) { rest -= ${l}[row + k] * ${l}[other + k]; }`,
    "if (i == j) { pivot = rest; } else {",
    `${l}[row + j] = rest;`,
    "}",
    "}",
    "workgroupBarrier();",
    "let square = workgroupUniformLoad(&pivot);",
    // NaN included, told by its bits.
    "let bits = bitcast<u32>(square);",
    "if (bits == 0u || bits > 0x7f800000u) { fails = true; break; }",
    "let root = sqrt(square);",
    `for (var i = j + lid; i < ${n}u; i += ${threads}u) {`,
    `let at = matrix + i * ${n}u + j;`,
    `if (i == j) { ${l}[at] = root; } else { ${l}[at] = ${l}[at] / root; }`,
    "}",
    "storageBarrier();",
    "}",
    "if (fails) {",
    `for (var e = lid; e < ${n * n}u; e += ${threads}u) {`,
    `if (e % ${n}u <= e / ${n}u) { ${l}[matrix + e] = ${nan}; }`,
    "}",
    "}",
  ]);
  out.finish();
  return sequence.compiled;
};
