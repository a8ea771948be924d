import { expect, test } from "vitest";
import type { DType } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import type { ReduceOp } from "../../src/core/primitive.ts";
import { opExpr, slotExpr } from "../../src/core/scalar.ts";
import { contiguousView, permuteView } from "../../src/core/view.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { inputOf, kernelAgrees, runKernel } from "./kernel-runs.ts";
import { numberDtypes } from "./routines/agreement.ts";

/** A reduction of an array of shape [kept, reduced], read as it lies or by columns. */
function reduction(
  op: ReduceOp,
  dtype: DType,
  kept: number,
  reduced: number,
  isAcross = false,
): Kernel {
  const view = isAcross
    ? permuteView(contiguousView([reduced, kept]), [1, 0])
    : contiguousView([kept, reduced]);
  return {
    space: [kept, reduced],
    parallel: 1,
    loads: [{ source: 0, dtype, map: { kind: "view", view } }],
    stages: [{ op, value: slotExpr(0, dtype), dtype }],
    outputs: [{ value: { kind: "stage", stage: 0, dtype }, dtype, view: null }],
  };
}

const specials = [0, -0, Infinity, -Infinity, NaN, 1.5, -2, 3];
let state = 12345;
const draw = (n: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return (state >>> 8) % n;
};

const shapes = [
  [1, 1],
  [3, 0],
  [5, 7],
  [70, 33],
  [3, 500],
  [2, 20_000],
  [1100, 40],
] as const;

test.each([...numberDtypes, "bool"] as DType[])("%s is reduced as the cpu does", async (dtype) => {
  const bits: ReduceOp[] = ["and", "or", "xor", "max", "min"];
  const ops: ReduceOp[] = dtype.includes("float")
    ? ["add", "max", "min"]
    : dtype === "bool"
      ? bits
      : ["add", "mul", ...bits];
  for (const [kept, reduced] of shapes) {
    for (const op of ops) {
      for (const isAcross of [false, true]) {
        const isSum = op === "add" && dtype.includes("float");
        const values = Array.from({ length: kept * reduced }, () =>
          literalValue(
            isSum ? draw(9) - 4 : draw(40) === 0 ? specials[draw(8)]! : draw(200) - 100,
            dtype,
          ),
        );
        const kernel = reduction(op, dtype, kept, reduced, isAcross);
        await kernelAgrees(kernel, [inputOf(values, dtype)], 0, draw(2) === 0);
      }
    }
  }
});

test("products of floats, NaN in sums, one infinity and two", async () => {
  const values = Array.from({ length: 6 * 50 }, () => 0.5 + draw(64) / 64);
  values[3] = NaN;
  values[60] = Infinity;
  values[110] = Infinity;
  values[111] = -Infinity;
  await kernelAgrees(
    reduction("mul", "float32", 6, 50),
    [inputOf(values.map(Math.fround), "float32")],
    1e-5,
  );
  await kernelAgrees(
    reduction("add", "float32", 6, 50),
    [inputOf(values.map(Math.fround), "float32")],
    1e-6,
  );
});

test("a sum of 2e7 ones is exact, along either axis", async () => {
  const ones = inputOf(new Float32Array(2e7).fill(1), "float32");
  expect(await runKernel("webgpu", reduction("add", "float32", 1, 2e7), [ones])).toEqual([
    Float32Array.of(2e7),
  ]);
  const [columns] = await runKernel("webgpu", reduction("add", "float32", 2, 1e7, true), [ones]);
  expect(columns).toEqual(Float32Array.of(1e7, 1e7));
});

/** Softmax over the last axis, in one kernel. */
function softmax(rows: number, length: number, dtype: DType): Kernel {
  const x = slotExpr(0, dtype);
  const stage = (i: number) => ({ kind: "stage", stage: i, dtype }) as const;
  const shifted = opExpr("exp", [opExpr("sub", [x, stage(0)], dtype)], dtype);
  const view = contiguousView([rows, length]);
  return {
    space: [rows, length],
    parallel: 1,
    loads: [{ source: 0, dtype, map: { kind: "view", view } }],
    stages: [
      { op: "max", value: x, dtype },
      { op: "add", value: shifted, dtype },
    ],
    outputs: [
      { value: opExpr("div", [shifted, stage(1)], dtype), dtype, view },
      { value: stage(1), dtype, view: null },
    ],
  };
}

test.each([
  [3, 7],
  [20, 300],
  [2, 30_000],
  [1500, 10],
] as const)("softmax of [%i,%i] is one kernel", async (rows, length) => {
  const values = Array.from({ length: rows * length }, () => (draw(1024) - 512) / 128);
  for (const isJit of [false, true]) {
    await kernelAgrees(softmax(rows, length, "float32"), [inputOf(values, "float32")], 3e-6, isJit);
    const halves = inputOf(
      values.map((x) => literalValue(x, "float16")),
      "float16",
    );
    await kernelAgrees(softmax(rows, length, "float16"), [halves], 2e-3, isJit);
  }
});
