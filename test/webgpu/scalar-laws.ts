import { type DType, isFloat } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import type { ScalarOp } from "../../src/core/scalar.ts";
import { inputOf, isNear, runKernel } from "./kernel-runs.ts";
import { edgesOf, kernelOf, resultDtypes } from "./scalar-cases.ts";

/** Operations whose float results are what the interpreter gives, to the bit. */
const exact = new Set<ScalarOp>([
  "neg",
  "abs",
  "sign",
  "floor",
  "ceil",
  "trunc",
  "roundEven",
  "roundAway",
  "sqrt",
  "convert",
  "bitcast",
  "add",
  "sub",
  "mul",
  "div",
  "rem",
  "max",
  "min",
  "nextAfter",
  "select",
  "reducePrecision",
]);

/** Relative bounds of float32 results that are conditioned badly, or of long series. */
const loose: Partial<Record<ScalarOp, number>> = {
  lgamma: 3e-6,
  digamma: 3e-6,
  igamma: 3e-5,
  igammac: 3e-5,
  igammaGradA: 5e-5,
  randomGammaGrad: 2e-5,
  zeta: 3e-6,
  polygamma: 2e-5,
  betainc: 5e-5,
};

const tolerance: Partial<Record<DType, number>> = {
  float32: 5e-7,
  float16: 2e-3,
  bfloat16: 1.6e-2,
};

let state = 1;
function draw(n: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
}

const [low, high] = [2 ** -126, 2 ** 126];

/** A random number of a dtype, of any size that the device keeps. */
function drawValue(dtype: DType): number {
  if (!isFloat(dtype)) return literalValue(draw(2 ** 32), dtype);
  if (draw(2) === 0) return literalValue((draw(4096) - 2048) / 128, dtype);
  const value = literalValue((1 + draw(2 ** 20) / 2 ** 20) * 2 ** (draw(250) - 125), dtype);
  return Math.abs(value) < low ? 1 : draw(2) === 0 ? value : -value;
}

/** Operands for every pair of edges, and random ones. */
function operandsOf(dtypes: readonly DType[]): number[][] {
  const columns = dtypes.map((): number[] => []);
  const edges = dtypes.map(edgesOf);
  const counts = edges.map((list) => list.length);
  const total = Math.min(
    1500,
    counts.reduce((a, b) => a * b, 1),
  );
  for (let k = 0; k < total + 200; k++) {
    let rest = total === 1500 ? draw(2 ** 31) : k;
    dtypes.forEach((dtype, i) => {
      const list = edges[i]!;
      columns[i]!.push(k < total ? list[rest % list.length]! : drawValue(dtype));
      rest = Math.floor(rest / list.length);
    });
  }
  return columns;
}

/**
 * Whether a series is right as far as float32 carries it: to the size of its terms where they
 * cancel, and down to where factors of it leave the normal numbers.
 */
function isBesideZero(
  op: ScalarOp,
  [first = 0, second = 0]: number[],
  x: number,
  y: number,
): boolean {
  const isPole = op === "zeta" || op === "polygamma";
  if (isPole && second <= 0 && first > 4) return true;
  // Orders whose factorials and powers both leave the numbers, so that the cpu has none to give.
  if (op === "polygamma" && first > 3e5) return true;
  if (Math.abs(x) < 1e-36 && Math.abs(y) < 1e-36) return true;
  if (x === 0 && y === 0) return true;
  const cancels = isPole ? second < 0 : first < 0;
  return cancels && Math.abs(x - y) < 1e-5 * (1 + Math.abs(x));
}

/** Where an operation on these dtypes is not what the cpu computes, a few operands of each pair. */
export async function scalarProblems(op: ScalarOp, operands: readonly DType[]): Promise<string[]> {
  const cases = operands.flatMap((operand) =>
    resultDtypes(op, operand).map((result) => [operand, result] as const),
  );
  const problems: string[] = [];
  for (const [operand, result] of cases) {
    const kernel = kernelOf(op, operand, result, 1);
    const dtypes = kernel.loads.map(({ dtype }) => dtype);
    const columns = operandsOf(dtypes);
    const sized = kernelOf(op, operand, result, columns[0]!.length);
    const inputs = columns.map((values, i) => inputOf(values, dtypes[i]!));
    const [want] = await runKernel("cpu", sized, inputs);
    const [got] = await runKernel("webgpu", sized, inputs);
    const bound = !isFloat(result) || exact.has(op) ? 0 : tolerance[result]!;
    const relative = bound === 0 ? 0 : Math.max(bound, loose[op] ?? 0);
    let count = 0;
    for (let i = 0; i < want!.length; i++) {
      const x = want![i]!;
      const y = got![i]!;
      if (isNear(x, y, relative)) continue;
      const own = columns.map((column) => column[i]!);
      if (op in loose && isBesideZero(op, own, x, y)) continue;
      // The device flushes what is below the normal numbers, and may round just above the largest.
      if (result !== "float16" && Math.abs(x) < low * 1.01 && Math.abs(y) <= low * 1.01) continue;
      if (relative > 0 && Math.abs(x) >= high && Math.abs(y) >= high && x * y > 0) continue;
      if (count++ < 3) {
        problems.push(
          `${operand} to ${result}: ${columns.map((c) => c[i])} gives ${y} instead of ${x}`,
        );
      }
    }
  }
  return problems;
}
