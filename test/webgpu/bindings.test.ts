import { jit, type NDArray, numpy as np, setDefaultDevice } from "udiff";
import { initWebGPU } from "udiff/webgpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { opExpr, slotExpr } from "../../src/core/scalar.ts";
import { contiguousView } from "../../src/core/view.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { compileSteps } from "../../src/webgpu/compile.ts";
import { inputOf, kernelAgrees, programOf } from "./kernel-runs.ts";

/** One step of Adam on one array: four operands and numbers in, three results out. */
function adam(
  p: NDArray,
  g: NDArray,
  m: NDArray,
  v: NDArray,
  rate: NDArray,
): readonly [NDArray, NDArray, NDArray] {
  const first = m.mul(0.9).add(g.mul(0.1));
  const second = v.mul(0.999).add(g.mul(g).mul(0.001));
  return [p.sub(rate.mul(first).div(np.sqrt(second).add(1e-8))), first, second];
}

/** A sum of products of all loads over one long row, its results as many as asked for. */
function longRow(operands: number, results: number, points: number): Kernel {
  const view = contiguousView([1, points]);
  const slots = Array.from({ length: operands }, (_, slot) => slotExpr(slot, "float32"));
  const sum = slots.reduce((a, b) => opExpr("add", [a, b], "float32"));
  const first = { kind: "stage", stage: 0, dtype: "float32" } as const;
  const shifted = opExpr("sub", [sum, first], "float32");
  return {
    space: [1, points],
    parallel: 1,
    loads: slots.map((_, source) => ({ source, dtype: "float32", map: { kind: "view", view } })),
    stages: [
      { op: "max", value: sum, dtype: "float32" },
      { op: "min", value: shifted, dtype: "float32" },
    ],
    outputs: Array.from({ length: results }, (_, i) => ({
      value: i === 0 ? opExpr("add", [shifted, first], "float32") : shifted,
      dtype: "float32",
      view,
    })),
  };
}

const rest = {
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupStorageSize: 2 ** 14,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65535,
};
const features = { processor: true, subgroups: false, quadsFrom: 2 ** 14 };

/** The most bindings of a shader of a kernel, and how many shaders there are. */
function bindingsOf(kernel: Kernel, limit: number, isJit: boolean): readonly [number, number] {
  const inputs = kernel.loads.map(() => inputOf([0, 0], "float32").aval);
  const sized = inputs.map((aval) => aval.withShape([kernel.space.reduce((a, b) => a * b, 1)]));
  const program = programOf(kernel, sized, isJit);
  const limits = { ...rest, maxStorageBuffersPerShaderStage: limit };
  const dispatches = compileSteps(program, new Map(), limits, features, !isJit).flatMap(
    (step) => step.dispatches,
  );
  return [Math.max(...dispatches.map(({ bindings }) => bindings.length)), dispatches.length];
}

test("a reduction in parts at the limit of bindings is one shader instead", () => {
  for (const limit of [8, 10]) {
    for (const isJit of [true, false]) {
      expect(bindingsOf(longRow(limit - 1, 1, 40_000), limit, isJit)).toEqual([limit, 1]);
      expect(bindingsOf(longRow(limit - 3, 1, 40_000), limit, isJit)[0]).toBeLessThanOrEqual(limit);
      expect(bindingsOf(longRow(limit - 3, 1, 40_000), limit, isJit)[1]).toBeGreaterThan(1);
    }
  }
});

test("extents of eager programs are data only where that binding fits", () => {
  const { loads, ...kernel } = longRow(7, 1, 100);
  const turned = loads.map((load) => ({
    ...load,
    map: { kind: "view" as const, view: { shape: [1, 100], strides: [100, -1], offset: 99 } },
  }));
  expect(bindingsOf({ ...kernel, loads: turned }, 8, false)).toEqual([8, 1]);
  expect(bindingsOf({ ...kernel, loads: turned }, 10, false)).toEqual([9, 1]);
});

describe.each([8, 10])("on a device with %i storage buffers", (limit) => {
  beforeAll(async () => {
    await initWebGPU({ requiredLimits: { maxStorageBuffersPerShaderStage: limit } });
    setDefaultDevice("webgpu");
  });
  afterAll(async () => {
    setDefaultDevice("cpu");
    await initWebGPU();
  });

  test("Adam of one array is one kernel", async () => {
    const row = (start: number) => np.arange(5, { dtype: "float32" }).add(start);
    const operands = [row(1), row(2), row(3), row(4), np.array(0.25)] as const;
    const step = jit(adam);
    const lowered = step.lower(...operands);
    expect(lowered.shaders.match(/^fn main/gm)?.length).toBe(1);
    expect(lowered.shaders.match(/@binding/g)?.length).toBe(8);
    const [p] = step(...operands);
    setDefaultDevice("cpu");
    const host = (start: number) => np.arange(5, { dtype: "float32" }).add(start);
    const [want] = adam(host(1), host(2), host(3), host(4), np.array(0.25));
    setDefaultDevice("webgpu");
    const found = await p.data();
    want.dataSync().forEach((x, i) => {
      expect(found[i]).toBeCloseTo(x, 6);
    });
  });

  test("kernels with as many arrays as it has compute what the cpu does", async () => {
    for (const isJit of [true, false]) {
      const kernel = longRow(limit - 1, 1, 20_000);
      const inputs = kernel.loads.map((_, i) =>
        inputOf(
          Float32Array.from({ length: 20_000 }, (_, k) => ((k * (i + 3)) % 257) - 128),
          "float32",
        ),
      );
      await kernelAgrees(kernel, inputs, 0, isJit);
    }
  });
});
