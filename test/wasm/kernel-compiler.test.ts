import { afterEach, expect, test } from "vitest";
import { hostArray, type TypedArray } from "../../src/core/dtype.ts";
import { type Expr, opExpr, slotExpr } from "../../src/core/scalar.ts";
import { contiguousView } from "../../src/core/view.ts";
import { installKernelCompiler, KernelRunner } from "../../src/cpu/kernel-runner.ts";
import { scalarFunction } from "../../src/cpu/spell.ts";
import { type Kernel, nodesOf } from "../../src/kernel/kernel.ts";
import { kernelCompiler, reasonAgainst } from "../../src/wasm/kernel-compiler.ts";
import { KernelDraw, type KernelRun } from "./random-kernels.ts";

afterEach(() => installKernelCompiler(kernelCompiler(WebAssembly, scalarFunction)));

/** The results of a kernel, compiled or interpreted. */
function resultsOf({ kernel, sources }: KernelRun, compiled: boolean): readonly TypedArray[] {
  if (compiled) installKernelCompiler(kernelCompiler(WebAssembly, scalarFunction), 0, 1);
  else installKernelCompiler(null);
  const { space, parallel } = kernel;
  const sinks = kernel.outputs.map(({ dtype, view }) => {
    const axes = view === null ? space.slice(0, parallel) : space;
    return { data: hostArray(dtype, axes.reduce((a, b) => a * b, 1) + 5), start: 2 };
  });
  new KernelRunner(kernel).run(sources, sinks);
  return sinks.map(({ data }) => data);
}

/** Whether an output is made of sums or products of floats, whose order is not fixed. */
function isSummed({ stages, outputs }: Kernel, output: number): boolean {
  const reads = (root: Expr): boolean =>
    nodesOf([root]).some((node) => {
      if (node.kind !== "stage") return false;
      const { op, dtype, value } = stages[node.stage] as Kernel["stages"][number];
      return ((op === "add" || op === "mul") && dtype.startsWith("float")) || reads(value);
    });
  return reads((outputs[output] as Kernel["outputs"][number]).value);
}

test("compiled kernels are those of the interpreter to the bit, whatever views and dtypes", () => {
  const compared = { exact: 0 };
  for (let seed = 1; seed <= 60; seed++) {
    const run = new KernelDraw(seed).run();
    if (reasonAgainst(run.kernel) !== null) continue;
    const [got, expected] = [resultsOf(run, true), resultsOf(run, false)];
    got.forEach((values, i) => {
      if (isSummed(run.kernel, i)) return;
      compared.exact++;
      const wanted = expected[i] as TypedArray;
      const at = values.findIndex((x, k) => !Object.is(x, wanted[k]));
      expect([seed, i, at, values[at]]).toEqual([seed, i, -1, undefined]);
    });
  }
  expect(compared.exact).toBeGreaterThan(50);
});

/** The first stage of a kernel alone, of its values or of their sizes. */
function firstTotal({ kernel, sources }: KernelRun, ofSizes: boolean): KernelRun {
  const { dtype, value } = kernel.stages[0] as Kernel["stages"][number]; // there is one
  const summed = ofSizes ? opExpr("abs", [value], dtype) : value;
  const total: Expr = { kind: "stage", stage: 0, dtype };
  const alone = {
    stages: [{ op: "add", value: summed, dtype }],
    outputs: [{ value: total, dtype, view: null }],
  } as const;
  return { kernel: { ...kernel, ...alone }, sources };
}

test("sums in kernels of any kind differ by what their order explains", () => {
  let compared = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const run = new KernelDraw(seed).run();
    const [stage] = run.kernel.stages;
    if (stage === undefined || !stage.dtype.startsWith("float")) continue;
    if (reasonAgainst(run.kernel) !== null) continue;
    const one = firstTotal(run, false);
    const [got, expected] = [resultsOf(one, true)[0], resultsOf(one, false)[0]];
    const [sizes] = resultsOf(firstTotal(run, true), false);
    // Doubles rounded once to float32; compensated for float64.
    const [last, order] = stage.dtype === "float32" ? [2 ** -23, 1e-11] : [0, 2 ** -50];
    got?.forEach((x: number, i: number) => {
      const [wanted, size] = [expected?.[i] as number, sizes?.[i] as number];
      const isNear = Number.isFinite(size)
        ? Math.abs(x - wanted) <= last * Math.abs(wanted) + order * size
        : !Number.isFinite(x) && !Number.isFinite(wanted);
      expect(isNear, `${seed}: ${x} instead of ${wanted}`).toBe(true);
    });
    compared++;
  }
  expect(compared).toBeGreaterThan(15);
});

test.each([
  ["add", "float32"],
  ["mul", "float32"],
  ["add", "float64"],
  ["mul", "float64"],
] as const)(
  "%s over axes of %s is that of the interpreter, in rows and across them",
  (op, dtype) => {
    for (const [rows, columns] of [
      [1, 40_011],
      [2, 17_000],
      [40, 7],
      [900, 3],
      [700, 37],
      [3, 2100],
    ] as const) {
      const data = hostArray(dtype, rows * columns).map((_: number, i: number) =>
        op === "add" ? Math.sin(i * 0.7) + 0.5 : 1 + Math.sin(i) / 1000,
      );
      for (const parallelFirst of [true, false]) {
        const [parallel, reduced] = parallelFirst ? [rows, columns] : [columns, rows];
        const strides = parallelFirst ? [columns, 1] : [1, columns];
        const view = { shape: [parallel, reduced], strides, offset: 0 };
        const total: Expr = { kind: "stage", stage: 0, dtype };
        const kernel: Kernel = {
          space: [parallel, reduced],
          parallel: 1,
          loads: [{ source: 0, dtype, map: { kind: "view", view } }],
          stages: [{ op, value: slotExpr(0, dtype), dtype }],
          outputs: [{ value: total, dtype, view: null }],
        };
        const run = { kernel, sources: [{ data, offset: 0, strides }] };
        const [got, expected] = [resultsOf(run, true)[0], resultsOf(run, false)[0]];
        // Doubles rounded once; products of doubles round at each step.
        const steps = dtype === "float32" ? 2 ** -23 : op === "add" ? 2 ** -51 : reduced * 2 ** -52;
        const worst = Math.max(
          ...Array.from(got ?? [NaN], (x, i) => {
            return Math.abs(x - (expected?.[i] as number)) / Math.max(Math.abs(x), 0.5);
          }),
        );
        expect(worst).toBeLessThanOrEqual(steps);
      }
    }
  },
);

test.each([
  ["bool", ["and", "or", "xor", "max", "min"]],
  ["int32", ["add", "mul", "and", "or", "xor", "max", "min"]],
  ["uint32", ["add", "mul", "and", "or", "xor", "max", "min"]],
  ["float32", ["max", "min"]],
  ["float64", ["max", "min"]],
] as const)("rows of %s that take several blocks are joined to the bit", (dtype, ops) => {
  const [rows, columns] = [2, 40_011];
  const strides = [columns, 1];
  const view = { shape: [rows, columns], strides, offset: 0 };
  for (const odd of [0, 1]) {
    // One element that differs from all others, in the first block of one row, the last of another.
    const data = hostArray(dtype, rows * columns).fill(1 - odd);
    data[3] = odd;
    data[2 * columns - 2] = odd;
    for (const op of ops) {
      const kernel: Kernel = {
        space: [rows, columns],
        parallel: 1,
        loads: [{ source: 0, dtype, map: { kind: "view", view } }],
        stages: [{ op, value: slotExpr(0, dtype), dtype }],
        outputs: [{ value: { kind: "stage", stage: 0, dtype }, dtype, view: null }],
      };
      const run = { kernel, sources: [{ data, offset: 0, strides }] };
      expect([op, odd, ...resultsOf(run, true)]).toEqual([op, odd, ...resultsOf(run, false)]);
    }
  }
});

test("arithmetic too long to compile without a stall is interpreted", () => {
  let value: Expr = slotExpr(0, "float32");
  for (let i = 0; i < 60; i++) value = opExpr("sin", [value], "float32");
  const long: Kernel = { ...doubled, outputs: [{ value, dtype: "float32", view: null }] };
  expect(reasonAgainst(long)).toBe("its arithmetic is so long that compiling it would stall");
  expect(kernelCompiler(WebAssembly, scalarFunction)(long)).toBe(null);
});

test("sums of float64 carry the errors of their additions along", () => {
  for (const strides of [
    [3, 1],
    [1, 9],
  ]) {
    const [rows, columns] = [9, 3];
    const data = new Float64Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      [1, 1e100, -1e100].forEach((x, c) => {
        data[r * (strides[0] as number) + c * (strides[1] as number)] = x;
      });
    }
    const view = { shape: [rows, columns], strides, offset: 0 };
    const kernel: Kernel = {
      space: [rows, columns],
      parallel: 1,
      loads: [{ source: 0, dtype: "float64", map: { kind: "view", view } }],
      stages: [{ op: "add", value: slotExpr(0, "float64"), dtype: "float64" }],
      outputs: [
        { value: { kind: "stage", stage: 0, dtype: "float64" }, dtype: "float64", view: null },
      ],
    };
    const [got] = resultsOf({ kernel, sources: [{ data, offset: 0, strides }] }, true);
    expect([...(got?.subarray(2, 11) ?? [])]).toEqual(new Array(9).fill(1));
  }
});

const doubled: Kernel = {
  space: [100],
  parallel: 1,
  loads: [{ source: 0, dtype: "float32", map: { kind: "view", view: contiguousView([100]) } }],
  stages: [],
  outputs: [
    {
      value: opExpr("add", [slotExpr(0, "float32"), slotExpr(0, "float32")], "float32"),
      dtype: "float32",
      view: null,
    },
  ],
};

test("where the engine refuses to compile, or is not there, kernels are interpreted", () => {
  const refusing = {
    ...WebAssembly,
    Module: class {
      constructor() {
        throw new WebAssembly.CompileError("refused by the policy of the page");
      }
    },
  } as unknown as typeof WebAssembly; // what it is asked for
  const data = new Float32Array(100).fill(1.5);
  for (const engine of [refusing, undefined]) {
    const compiler = kernelCompiler(engine, scalarFunction);
    expect(compiler(doubled)).toBe(null);
    expect(compiler(doubled)).toBe(null);
    installKernelCompiler(compiler, 0, 1);
    const out = new Float32Array(100);
    new KernelRunner(doubled).run([{ data, offset: 0, strides: [1] }], [{ data: out, start: 0 }]);
    expect(out.every((x) => x === 3)).toBe(true);
  }
});

test("kernels on dtypes without lanes are named and left to the interpreter", () => {
  const narrow = { ...doubled, outputs: [{ ...doubled.outputs[0], dtype: "int8" }] } as Kernel;
  expect(reasonAgainst(doubled)).toBe(null);
  expect(reasonAgainst(narrow)).toBe("int8 has no form on lanes");
  expect(kernelCompiler(WebAssembly, scalarFunction)(narrow)).toBe(null);
});
