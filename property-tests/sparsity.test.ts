import fc from "fast-check";
import { jacfwd, jvp, type NDArray, numpy as np, vjp } from "udiff";
import { jacobianSparsity, type SparsityPattern, sparseJacobian } from "udiff/sparse";
import { assertAllclose } from "udiff/testing";
import { expect, test } from "vitest";
import { type PrimitiveName, primitives } from "../src/primitives.ts";
import { controlProgram } from "./arbitraries/control-programs.ts";
import { operand } from "./arbitraries/inputs.ts";
import { type Program, program } from "./arbitraries/programs.ts";
import { operandsOf, runs } from "./draws.ts";
import { listOf } from "./results.ts";
import { allUses, type Use } from "./uses.ts";

const isLong = runs > 2;

/** As elsewhere, but once each in the short laws, which compile a map for each shape. */
function holds(use: Use, law: (xs: NDArray[], seed: number) => void): void {
  const seeds = fc.integer({ min: 1, max: 1_000_000 });
  const property = fc.property(operandsOf(use), seeds, (xs, seed) => {
    law(xs, seed);
  });
  fc.assert(property, { numRuns: isLong ? 4 : 1 });
}

/** Short laws take elementwise primitives on one of their shapes alone. */
const some = (uses: typeof allUses): typeof allUses =>
  uses.filter(([name]) => {
    const [primitive, shape = "1"] = name.split(" ");
    const { batch } = primitives[primitive as PrimitiveName].rules;
    return isLong || shape === "1" || batch.kind !== "elementwise";
  });

type Function = (...xs: NDArray[]) => NDArray[];

const isFloat = (x: NDArray): boolean => x.dtype === "float64";

/** Which arguments are floats, and the function with its float results alone. */
function prepared(f: Use["f"], xs: readonly NDArray[]): [argnums: number[], Function] {
  const argnums = xs.map((_, i) => i).filter((i) => isFloat(xs[i] as NDArray));
  return [argnums, (...ys) => listOf(f(...ys)).filter(isFloat)];
}

/** Rows of ones and zeros: what a pattern holds. */
function matrixOf(pattern: SparsityPattern): number[][] {
  const [m, n] = pattern.shape;
  const matrix = Array.from({ length: m }, () => new Array<number>(n).fill(0));
  const { rows, cols } = pattern;
  rows.forEach((i, k) => {
    (matrix[i] as number[])[cols[k] as number] = 1;
  });
  return matrix;
}

/** Zeros like arrays, but for a NaN at one of all their elements. */
function poisoned(arrays: readonly NDArray[], at: number): NDArray[] {
  let start = 0;
  return arrays.map((x) => {
    const data = new Float64Array(x.size);
    if (at >= start && at < start + x.size) data[at - start] = Number.NaN;
    start += x.size;
    return np.array(data).reshape([...x.shape]);
  });
}

/** Which elements of all arrays are NaN: ones and zeros. */
const areNaN = (arrays: readonly NDArray[]): number[] =>
  arrays.flatMap((x) => Array.from(x.dataSync(), (y) => (Number.isNaN(Number(y)) ? 1 : 0)));

const totalSize = (list: readonly NDArray[]): number => list.reduce((sum, x) => sum + x.size, 0);

/**
 * Check a pattern against what a NaN in an input reaches (or in a result, where there is only
 * reverse mode), by the derivative itself; whether it has nothing beyond that. Short laws look at
 * one input.
 */
function checkPattern(
  use: Pick<Use, "f" | "reverseOnly">,
  xs: readonly NDArray[],
  seed: number,
): boolean {
  const [argnums, f] = prepared(use.f, xs);
  if (argnums.length === 0) return true;
  const inputs = argnums.map((i) => xs[i] as NDArray);
  const run = (ys: NDArray[]): NDArray[] => {
    const all = [...xs];
    argnums.forEach((i, k) => {
      all[i] = ys[k] as NDArray;
    });
    return f(...all);
  };
  const found = matrixOf(jacobianSparsity(f, { argnums })(...xs));
  const outs = run(inputs);
  expect([found.length, found[0]?.length ?? totalSize(inputs)]).toEqual([
    totalSize(outs),
    totalSize(inputs),
  ]);
  const reverse = use.reverseOnly !== undefined;
  const count = totalSize(reverse ? outs : inputs);
  const lines = isLong
    ? Array.from({ length: count }, (_, j) => j)
    : count > 0
      ? [seed % count]
      : [];
  return lines.every((j) => {
    const truth = reverse
      ? areNaN(vjp(run, inputs)[1](poisoned(outs, j))[0] as NDArray[])
      : areNaN(jvp(run, [inputs], [poisoned(inputs, j)])[1]);
    const line = reverse ? (found[j] as number[]) : found.map((row) => row[j] as number);
    const missed = truth.flatMap((x, i) => (x === 1 && line[i] !== 1 ? [`${i} at ${j}`] : []));
    expect(missed).toEqual([]);
    return line.every((x, i) => x === truth[i]);
  });
}

const differentiable = allUses.filter(
  ([, use]) => !/no derivative|neither/.test(use.notSmooth ?? ""),
);

const byValue = "which elements are chosen depends on values";
const wholly = "a factorisation counts as a whole";

/** Primitives whose patterns may hold more than the derivative reaches, and why. */
const loose: { readonly [Name in PrimitiveName]?: string } = {
  cholesky: wholly,
  clamp: byValue,
  cond: byValue,
  customLinearSolve: "a solver may mix everything",
  linearSolve: "the other triangle of a symmetric matrix is not read",
  lu: wholly,
  qr: wholly,
  reduceWindowMax: byValue,
  reduceWindowMin: byValue,
  selectAndGatherAdd: byValue,
  selectAndScatterAdd: byValue,
  selectN: byValue,
  sort: byValue,
  topK: byValue,
  triangularSolve: "the other triangle is not read",
  while: byValue,
};

test.each(some(differentiable))("%s: the pattern holds all that NaN reaches", (name, use) => {
  holds(use, (xs, seed) => {
    const isTight = checkPattern(use, xs, seed);
    if (!((name.split(" ")[0] as string) in loose)) expect(isTight).toBe(true);
  });
});

const bothWays = differentiable.filter(
  ([, { notSmooth, reverseOnly, forwardOnly }]) =>
    notSmooth === undefined && reverseOnly === undefined && forwardOnly === undefined,
);

test.each(bothWays.filter((_, i) => isLong || i % 16 === 0))(
  "%s: the sparse Jacobian has the numbers of the dense one, in either mode",
  (_, use) => {
    holds(use, (xs) => {
      const [argnums, f] = prepared(use.f, xs);
      if (argnums.length === 0) return;
      const g = (...ys: NDArray[]): NDArray => {
        const list = f(...ys).map((x) => x.ravel());
        return list.length === 0 ? np.zeros([0], { dtype: "float64" }) : np.concatenate(list);
      };
      const blocks = jacfwd(g as (...args: unknown[]) => NDArray, { argnums })(...xs) as NDArray[];
      const flat = blocks.map((x) => {
        const width = x.shape.slice(1).reduce((a, b) => a * b, 1);
        return x.reshape([x.shape[0] as number, width]);
      });
      const expected = np.concatenate(flat, { axis: 1 });
      for (const mode of ["forward", "reverse"] as const) {
        const found = sparseJacobian(g, { argnums, mode })(...xs);
        assertAllclose(found.toDense(), expected, { rtol: 1e-9, atol: 1e-9 });
      }
    });
  },
);

/** Operands of a program: arrays of its shapes. */
const drawn = (source: fc.Arbitrary<Program>): fc.Arbitrary<[Program, NDArray[]]> =>
  source.chain((made) =>
    fc.tuple(
      fc.constant(made),
      fc.tuple(...made.shapes.map((shape) => operand({ shape, domain: "real" }))),
    ),
  );

test.each([
  ["programs", program],
  ["programs with control flow", controlProgram(false)],
  ["programs with loops of unknown length", controlProgram(true)],
] as const)("random %s: the pattern holds all that NaN reaches", (_, source) => {
  fc.assert(
    fc.property(drawn(source), fc.nat(1000), ([made, xs], seed) => {
      checkPattern({ f: made.f }, xs, seed);
    }),
    { numRuns: runs * 5 },
  );
});
