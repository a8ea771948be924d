import { type ScalarOp, scalarArity } from "../../src/core/scalar.ts";
import { scalarFunction } from "../../src/cpu/spell.ts";
import { inputOf, runKernel } from "./kernel-runs.ts";
import { kernelOf } from "./scalar-cases.ts";

/** Largest error of an operation, and the operands where it was met. */
export interface Accuracy {
  readonly op: ScalarOp;
  /** In units of the last place of the float32 result. */
  readonly ulp: number;
  readonly at: readonly number[];
}

/** Functions that are approximated. */
export const approximated: readonly ScalarOp[] = [
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "atan2",
  "sinh",
  "cosh",
  "tanh",
  "asinh",
  "acosh",
  "atanh",
  "logistic",
  "sqrt",
  "rsqrt",
  "cbrt",
  "pow",
  "div",
  "rem",
  "erf",
  "erfc",
  "besselI0e",
  "besselI1e",
  "erfInv",
  "lgamma",
  "digamma",
];

/** Size of the last place of the float32 nearest to a number, from the normal ones on. */
function lastPlace(x: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(x), 2 ** -126)));
  return 2 ** (exponent - 23);
}

const least = 2 ** -126;

/** Arguments over all exponents, then from -100 to 100, the same each time. */
function drawArguments(count: number, seed: number): Float32Array {
  let state = seed;
  const words = Uint32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state ^ (state >>> 15)) >>> 0;
  });
  const near = Float32Array.from(words, (word) => (word / 2 ** 32 - 0.5) * 200);
  const far = new Float32Array(words.buffer).map((x) => (Math.abs(x) < least ? 0 : x));
  const all = new Float32Array(2 * count);
  all.set(far);
  all.set(near, count);
  return all;
}

/** The largest error of an operation at `2 * count` points, against float64. */
export async function accuracyOf(op: ScalarOp, count: number): Promise<Accuracy> {
  const arity = scalarArity[op];
  const columns = Array.from({ length: arity }, (_, i) => drawArguments(count, 1 + 77 * i));
  const kernel = kernelOf(op, "float32", "float32", 2 * count);
  const inputs = columns.map((column) => inputOf(column, "float32"));
  const [got] = await runKernel("webgpu", kernel, inputs);
  const exact = scalarFunction(op, "float64", "float64");
  let worst: Accuracy = { op, ulp: 0, at: [] };
  for (let i = 0; i < 2 * count; i++) {
    const at = columns.map((column) => column[i]!);
    const want = exact(at[0]!, at[1] ?? 0, 0);
    const found = got![i]!;
    const rounded = Math.fround(want);
    if (Object.is(found, rounded) || (want !== 0 && Math.abs(want) < least)) continue;
    const difference = Math.abs(want - found);
    const isLost = Number.isNaN(difference) || difference === Infinity;
    const ulp = isLost ? Infinity : difference / lastPlace(want);
    if (ulp > worst.ulp) worst = { op, ulp, at };
  }
  return worst;
}

/** The largest errors of all functions that are approximated. */
export async function accuracyTable(count: number): Promise<Accuracy[]> {
  const rows: Accuracy[] = [];
  for (const op of approximated) rows.push(await accuracyOf(op, count));
  return rows;
}
