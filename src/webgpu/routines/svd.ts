import type { RoutineParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { RoutineEmitter } from "../routine.ts";
import { Shader } from "../shader.ts";
import { numberText } from "./constants.ts";
import { writeElements } from "./elements.ts";
import { rotationFunction, scaleFunction, sweepLines, threads } from "./jacobi.ts";
import { matricesOf } from "./matrices.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";
import { Sequence } from "./sequence.ts";
import { wideResult } from "./wide-result.ts";
import { addWorkgroupFunctions, sizeKey } from "./workgroup-functions.ts";

/**
 * Descending singular values, and vectors, by Jacobi's rotations of columns, a workgroup for each
 * matrix; a matrix with an element that is not finite gives NaN everywhere.
 *
 * Pairs of columns are turned until all are orthogonal: their lengths are the singular values. What
 * lacks of a basis, and the vectors of values that vanish, is filled with the unit vectors farthest
 * from what is there. Signs are not those of the interpreter, which uses another method.
 */
export const svd: RoutineEmitter<RoutineParams["svd"]> = (step, context) => {
  const [x] = step.operands as [Reference]; // as the primitive says
  const [values, left, right] = step.results as [number, number?, number?];
  const { fullMatrices } = step.params;
  const sequence = new Sequence(context);
  const { count, rows, columns } = matricesOf(x.aval);
  const isWide = rows < columns;
  // A wide matrix is transposed, and its vectors change sides.
  const [m, n] = isWide ? [columns, rows] : [rows, columns];
  if (count === 0 || m === 0) return sequence.compiled;
  if (n === 0) {
    for (const out of [left, right]) if (out !== undefined) writeIdentity(sequence, out);
    return sequence.compiled;
  }
  const basis = left === undefined ? 0 : fullMatrices ? m : n;
  const lengths = wideResult(sequence, values);
  // For each matrix: n columns, as rows of length m; as many rotated unit vectors; the basis; order, coefficients.
  const parts = { v: m * n, u: m * n + n * n, order: m * n + n * n + basis * m };
  const size = parts.order + n + Math.max(n, basis);
  const work = sequence.memory(count * size);
  const shader = new Shader(context);
  const sigma = lengths.array(shader);
  const name = shader.scratch(work, "f32", "read_write");
  const nan = numberText(shader, "nan", Number.NaN, "float32");
  addWorkgroupFunctions(shader, threads);
  shader.global(rotationFunction);
  shader.global(scaleFunction);
  const w = (j: string, i: string): string => `${name}[base + (${j}) * ${m}u + ${i}]`;
  const v = (j: string, k: string): string => `${name}[base + ${parts.v}u + (${j}) * ${n}u + ${k}]`;
  const u = (r: string, i: string): string => `${name}[base + ${parts.u}u + (${r}) * ${m}u + ${i}]`;
  const order = (j: string): string => `${name}[base + ${parts.order}u + ${j}]`;
  const share = (q: string): string => `${name}[base + ${parts.order + n}u + ${q}]`;
  const each = (limit: number | string, i: string): string =>
    `for (var ${i} = lid; ${i} < ${limit}${typeof limit === "number" ? "u" : ""}; ${i} += ${threads}u) {`;
  const load = [`let j = e / ${m}u;`, `let i = e % ${m}u;`];
  const batch = coordinateLines("group", x.aval.shape.slice(0, -2), "m", load);
  const from = addressText(viewOf(x), [...batch, ...(isWide ? ["j", "i"] : ["i", "j"])]);
  const lines = [
    `let base = group * ${size}u;`,
    "var widest = vec2u(0u, 0u);",
    each(m * n, "e"),
    ...load,
    `let value = ${shader.load(x.value, x.aval.dtype, from)};`,
    `${w("j", "i")} = value;`,
    `widest = better(widest, vec2u(${sizeKey("value")}, 0u));`,
    "}",
    each(n * n, "e"),
    `${v(`e / ${n}u`, `e % ${n}u`)} = select(0.0, 1.0, e / ${n}u == e % ${n}u);`,
    "}",
    "let largest = workgroupBest(lid, widest).x;",
    "let isFinite = largest < 0x7f800000u;",
    "let scale = select(1.0, scaleFor(largest), isFinite && largest > 0u);",
    "storageBarrier();",
    each(m * n, "e"),
    `${name}[base + e] = select(0.0, ${name}[base + e] * scale, isFinite);`,
    "}",
    "storageBarrier();",
    ...sweepLines(shader, n, [
      each(Math.ceil(n / 2), "t"),
      "let pair = pairOf(round, t);",
      `if (pair.y < ${n}u) {`,
      "var first = 0.0;",
      "var second = 0.0;",
      "var product = 0.0;",
      `for (var i = 0u; i < ${m}u; i++) {`,
      `let p = ${w("pair.x", "i")};`,
      `let q = ${w("pair.y", "i")};`,
      "first += p * p;",
      "second += q * q;",
      "product += p * q;",
      "}",
      "if (abs(product) > 0x1p-22f * sqrt(first) * sqrt(second)) {",
      "let turn = rotationFor(second - first, product);",
      "rotations += 1.0;",
      `for (var i = 0u; i < ${m}u; i++) {`,
      `let p = ${w("pair.x", "i")};`,
      `let q = ${w("pair.y", "i")};`,
      `${w("pair.x", "i")} = turn.x * p - turn.y * q;`,
      `${w("pair.y", "i")} = turn.y * p + turn.x * q;`,
      "}",
      `for (var k = 0u; k < ${n}u; k++) {`,
      `let p = ${v("pair.x", "k")};`,
      `let q = ${v("pair.y", "k")};`,
      `${v("pair.x", "k")} = turn.x * p - turn.y * q;`,
      `${v("pair.y", "k")} = turn.y * p + turn.x * q;`,
      "}",
      "}",
      "}",
      "}",
      "storageBarrier();",
    ]),
    // Lengths, then their order; the shares are a place for them meanwhile.
    each(n, "j"),
    "var sum = 0.0;",
    `for (var i = 0u; i < ${m}u; i++) { sum += ${w("j", "i")} * ${w("j", "i")}; }`,
    `${share("j")} = sqrt(sum);`,
    "}",
    "storageBarrier();",
    "var found = 0.0;",
    each(n, "j"),
    `let own = ${share("j")};`,
    "var rank = 0u;",
    `for (var k = 0u; k < ${n}u; k++) {`,
    `let other = ${share("k")};`,
    "if (other > own || (other == own && k < j)) { rank++; }",
    "}",
    `${order("j")} = f32(rank);`,
    `${sigma}[group * ${n}u + rank] = select(${nan}, own / scale, isFinite);`,
    "if (own > 0x1p-60f) { found += 1.0; }",
    "}",
  ];
  if (left !== undefined && right !== undefined) {
    const outs = [wideResult(sequence, left), wideResult(sequence, right)] as const;
    const [outLeft, outRight] = [outs[0].array(shader), outs[1].array(shader)];
    const [height, length] = isWide ? [n, n] : [m, basis];
    lines.push(
      "let complete = u32(workgroupSum(lid, found));",
      "storageBarrier();",
      each(n * m, "e"),
      `let j = e / ${m}u;`,
      `let rank = u32(${order("j")});`,
      `if (rank < complete) { ${u("rank", `e % ${m}u`)} = ${name}[base + e] / ${share("j")}; }`,
      "}",
      "storageBarrier();",
      ...completeLines(m, basis, u, share, each),
      ...writeLines(outLeft, isWide, height, length, true),
      ...writeLines(outRight, !isWide, isWide ? basis : n, isWide ? m : n, false),
    );
    sequence.groups("svd", shader, count, threads, lines);
    for (const out of outs) out.finish();
  } else sequence.groups("svd", shader, count, threads, lines);
  lengths.finish();
  return sequence.compiled;

  /** Lines that write vectors, those of the rotated basis or of the other, as columns or as rows. */
  function writeLines(
    to: string,
    isRotated: boolean,
    height: number,
    length: number,
    asColumns: boolean,
  ): string[] {
    const [vector, element] = asColumns ? ["c", "i"] : ["i", "c"];
    const at = `group * ${height * length}u`;
    if (!isRotated) {
      return [
        each(height * length, "e"),
        `let i = e / ${length}u;`,
        `let c = e % ${length}u;`,
        `${to}[${at} + e] = select(${nan}, ${u(vector, element)}, isFinite);`,
        "}",
      ];
    }
    // Vector j of the rotated basis goes where its value went.
    return [
      each(n * n, "e"),
      `let j = e / ${n}u;`,
      `let k = e % ${n}u;`,
      `let rank = u32(${order("j")});`,
      `let place = ${asColumns ? `k * ${length}u + rank` : `rank * ${length}u + k`};`,
      `${to}[${at} + place] = select(${nan}, ${v("j", "k")}, isFinite);`,
      "}",
    ];
  }
};

/** Lines that give the basis the vectors it lacks, from number `complete` on. */
function completeLines(
  m: number,
  basis: number,
  u: (r: string, i: string) => string,
  share: (q: string) => string,
  each: (limit: number | string, i: string) => string,
): string[] {
  return [
    `for (var r = complete; r < ${basis}u; r++) {`,
    "var best = vec2u(0u, 0xffffffffu);",
    each(m, "i"),
    "var rest = 1.0;",
    `for (var q = 0u; q < r; q++) { rest -= ${u("q", "i")} * ${u("q", "i")}; }`,
    "best = better(best, vec2u(bitcast<u32>(max(rest, 0.0)), i));",
    "}",
    "let unit = workgroupBest(lid, best).y;",
    each(m, "i"),
    "var value = select(0.0, 1.0, i == unit);",
    `for (var q = 0u; q < r; q++) { value -= ${u("q", "unit")} * ${u("q", "i")}; }`,
    `${u("r", "i")} = value;`,
    "}",
    "storageBarrier();",
    // Once more, for what rounding has left.
    each("r", "q"),
    "var sum = 0.0;",
    `for (var i = 0u; i < ${m}u; i++) { sum += ${u("q", "i")} * ${u("r", "i")}; }`,
    `${share("q")} = sum;`,
    "}",
    "storageBarrier();",
    "var square = 0.0;",
    each(m, "i"),
    `var value = ${u("r", "i")};`,
    `for (var q = 0u; q < r; q++) { value -= ${share("q")} * ${u("q", "i")}; }`,
    `${u("r", "i")} = value;`,
    "square += value * value;",
    "}",
    "let size = sqrt(workgroupSum(lid, square));",
    each(m, "i"),
    `${u("r", "i")} = ${u("r", "i")} / size;`,
    "}",
    "storageBarrier();",
    "}",
  ];
}

/** Square matrices with ones on their diagonals: the vectors of matrices without elements. */
function writeIdentity(sequence: Sequence, out: number): void {
  const shader = new Shader(sequence.context);
  const { shape } = sequence.context.aval(out);
  if (shape.includes(0)) return;
  writeElements(sequence, "identity", shader, out, (lines) => {
    const [row, column] = coordinateLines("e", shape, "c", lines).slice(-2) as [string, string]; // axes
    return `select(0.0, 1.0, ${row} == ${column})`;
  });
}
