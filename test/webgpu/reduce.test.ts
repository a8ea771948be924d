import { test } from "vitest";
import type { DType } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import { opExpr, slotExpr } from "../../src/core/scalar.ts";
import { contiguousView } from "../../src/core/view.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { deviceNamed } from "../../src/runtime/devices.ts";
import { WebGpuDevice } from "../../src/webgpu/device.ts";
import { inputOf, kernelAgrees } from "./kernel-runs.ts";
import { draw, reducesAsCpu, reduction } from "./reduce-cases.ts";

const shapes = [
  [5, 7],
  [2, 20_000],
  [140, 70],
] as const;

test.each(["float32", "int8", "bool"] as const)("%s is reduced as the cpu does", (dtype) =>
  reducesAsCpu(dtype, shapes),
);

test("floats are reduced as the cpu does on a device without subgroups", async () => {
  const device = deviceNamed("webgpu");
  if (!(device instanceof WebGpuDevice)) throw new Error("webgpu is no WebGPU device");
  const { features } = device;
  Object.assign(device, { features: { ...features, subgroups: false } });
  await reducesAsCpu("float32", shapes);
  Object.assign(device, { features });
});

test("products of floats, NaN in sums, one infinity and two", async () => {
  const values = Array.from({ length: 6 * 50 }, () => 0.5 + draw(64) / 64);
  values[3] = NaN;
  values[60] = Infinity;
  values[110] = Infinity;
  values[111] = -Infinity;
  await kernelAgrees(
    reduction(["mul"], "float32", 6, 50),
    [inputOf(values.map(Math.fround), "float32")],
    1e-5,
  );
  await kernelAgrees(
    reduction(["add"], "float32", 6, 50),
    [inputOf(values.map(Math.fround), "float32")],
    1e-6,
  );
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
  [20, 300],
  [2, 30_000],
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
