import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { numberText } from "./constants.ts";
import { copyElements, matricesOf } from "./matrices.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";

/**
 * Solutions of tridiagonal systems by elimination with partial pivoting, an invocation for each
 * right side; NaN where a pivot is 0. Source: LAPACK, sgtsv.
 */
export const tridiagonalSolve: RoutineEmitter<RoutineParams["tridiagonalSolve"]> = (
  step,
  context,
) => {
  const bands = step.operands.slice(0, 3);
  const right = step.operands[3] as Reference; // as the primitive says
  const [result] = step.results as [number];
  const sequence = new Sequence(context);
  if (right.aval.size === 0) return sequence.compiled;
  const { count, rows: n, columns } = matricesOf(right.aval);
  const out = wideResult(sequence, result);
  copyElements(sequence, right, out);
  // Diagonal and the two above it, as elimination changes them, for each right side.
  const work = sequence.memory(3 * n * count * columns);
  const shader = new Shader(context);
  const x = out.array(shader);
  const w = shader.scratch(work, "f32", "read_write");
  const nan = numberText(shader, "nan", Number.NaN, "float32");
  const total = count * columns;
  const d = (k: string): string => `${w}[(${k}) * ${total}u + e]`;
  const u = (k: string): string => `${w}[(${n}u + ${k}) * ${total}u + e]`;
  const second = (k: string): string => `${w}[(${2 * n}u + ${k}) * ${total}u + e]`;
  const at = (k: string): string => `${x}[base + (${k}) * ${columns}u]`;
  const lines = [
    `let matrix = e / ${columns}u;`,
    `let base = matrix * ${n * columns}u + e % ${columns}u;`,
  ];
  const [below, diagonal, above] = bands.map((band) => (k: string, into: string[]): string => {
    const batch = coordinateLines("matrix", band.aval.shape.slice(0, -1), "m", into);
    return shader.load(band.value, band.aval.dtype, addressText(viewOf(band), [...batch, k]));
  }) as [Load, Load, Load]; // one for each band
  const copy: string[] = [];
  copy.push(`${d("k")} = ${diagonal("k", copy)};`);
  const copyAbove: string[] = [];
  copyAbove.push(`${u("k")} = ${above("k", copyAbove)};`, `${second("k")} = 0.0;`);
  const lower: string[] = ["let next = k + 1u;"];
  lower.push(`let lower = ${below("next", lower)};`);
  lines.push(
    `for (var k = 0u; k < ${n}u; k++) {`,
    ...copy,
    "}",
    `for (var k = 0u; k < ${n}u; k++) {`,
    ...copyAbove,
    "}",
    `for (var k = 0u; k < ${n - 1}u; k++) {`,
    ...lower,
    `let pivot = ${d("k")};`,
    "if (abs(pivot) >= abs(lower) || (bitcast<u32>(lower) & 0x7fffffffu) > 0x7f800000u) {",
    "if (pivot == 0.0) { break; }",
    "let factor = lower / pivot;",
    `${d("next")} = ${d("next")} - factor * ${u("k")};`,
    `${at("next")} = ${at("next")} - factor * ${at("k")};`,
    "} else {",
    "let factor = pivot / lower;",
    `let middle = ${d("next")};`,
    `let upper = ${u("next")};`,
    `${d("k")} = lower;`,
    `${d("next")} = ${u("k")} - factor * middle;`,
    `${u("k")} = middle;`,
    `if (k + 2u < ${n}u) { ${second("k")} = upper; ${u("next")} = -factor * upper; }`,
    `let held = ${at("k")};`,
    `${at("k")} = ${at("next")};`,
    `${at("next")} = held - factor * ${at("next")};`,
    "}",
    "}",
    "var isSingular = false;",
    `for (var k = 0u; k < ${n}u; k++) { if (${d("k")} == 0.0) { isSingular = true; } }`,
    `for (var left = ${n}u; left > 0u; left--) {`,
    "let k = left - 1u;",
    `var value = ${at("k")};`,
    `if (k + 1u < ${n}u) { value -= ${u("k")} * ${at("k + 1u")}; }`,
    `if (k + 2u < ${n}u) { value -= ${second("k")} * ${at("k + 2u")}; }`,
    `if (isSingular) { value = ${nan}; } else { value = value / ${d("k")}; }`,
    `${at("k")} = value;`,
    "}",
  );
  sequence.each("tridiagonalSolve", shader, total, lines);
  out.finish();
  return sequence.compiled;
};

/** Appends lines and gives the text of an element of a band. */
type Load = (k: string, into: string[]) => string;
