import { expect, test } from "vitest";
import type { RoutineName, RoutineParams } from "../../../src/core/routines.ts";
import { constExpr, opExpr, slotExpr } from "../../../src/core/scalar.ts";
import { contiguousView } from "../../../src/core/view.ts";
import { compileSteps } from "../../../src/webgpu/compile.ts";
import type { Dispatch } from "../../../src/webgpu/step.ts";
import { type EpilogueCase, programsOf } from "./agree.ts";
import "../../../src/webgpu/index.ts";

const limits = {
  maxStorageBuffersPerShaderStage: 8,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupStorageSize: 2 ** 14,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65535,
};

/** The shaders of a routine on float32 operands of these shapes. */
function shaders<Name extends RoutineName>(
  name: Name,
  params: RoutineParams[Name],
  shapes: readonly (readonly number[])[],
  result: readonly number[],
  processor: boolean,
  epilogue: EpilogueCase | null = null,
): readonly Dispatch[] {
  const operands = shapes.map((shape) => ({
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    dtype: "float32" as const,
    shape,
    view: null,
  }));
  const [program] = programsOf(name, params, operands, ["float32", result], epilogue);
  const steps = compileSteps(
    program,
    new Map(),
    limits,
    { processor, subgroups: false, quadsFrom: 2 ** 14 },
    false,
  );
  return steps.flatMap(({ dispatches }) => dispatches);
}

const golden = (name: string) => `../golden/${name}.wgsl`;

const matmul = { contract: [[1], [0]], batch: [[], []] } as const;
const batched = { contract: [[2], [1]], batch: [[0], [0]] } as const;

/** relu(product + bias), the bias along the columns. */
const dense: EpilogueCase = {
  operands: [{ data: new Float32Array(128), dtype: "float32", shape: [128], view: null }],
  make(first) {
    const shape = [128, 128];
    const sum = opExpr("add", [slotExpr(0, "float32"), slotExpr(1, "float32")], "float32");
    const view = (strides: readonly number[]) =>
      ({ kind: "view", view: { shape, strides, offset: 0 } }) as const;
    return {
      slot: 0,
      kernel: {
        space: shape,
        parallel: 2,
        loads: [
          { source: -1, dtype: "float32", map: view(contiguousView(shape).strides) },
          { source: first, dtype: "float32", map: view([0, 1]) },
        ],
        stages: [],
        outputs: [
          {
            value: opExpr("max", [sum, constExpr(0, "float32")], "float32"),
            dtype: "float32",
            view: null,
          },
        ],
      },
    };
  },
};

const square = [128, 128];
const conv = {
  windowStrides: [2, 2],
  padding: [
    [1, 1],
    [1, 1],
  ],
  lhsDilation: [1, 1],
  rhsDilation: [1, 1],
  featureGroupCount: 1,
  batchGroupCount: 1,
} as const;

test.each([
  ["matmul", shaders("dot", matmul, [square, square], square, false)],
  [
    "matmul-processor",
    shaders(
      "dot",
      matmul,
      [
        [36, 20],
        [20, 20],
      ],
      [36, 20],
      true,
    ),
  ],
  [
    "matmul-batched",
    shaders(
      "dot",
      batched,
      [
        [3, 40, 50],
        [3, 50, 20],
      ],
      [3, 40, 20],
      false,
    ),
  ],
  ["matmul-epilogue", shaders("dot", matmul, [square, square], square, false, dense)],
  [
    "matmul-parts",
    shaders(
      "dot",
      matmul,
      [
        [16, 4096],
        [4096, 16],
      ],
      [16, 16],
      false,
    ),
  ],
  [
    "matrix-vector",
    shaders(
      "dot",
      matmul,
      [
        [100, 300],
        [300, 1],
      ],
      [100, 1],
      false,
    ),
  ],
  [
    "conv",
    shaders(
      "conv",
      conv,
      [
        [2, 3, 32, 32],
        [16, 3, 3, 3],
      ],
      [2, 16, 16, 16],
      false,
    ),
  ],
] as const)("the shaders of %s are as they were", async (name, dispatches) => {
  const text = dispatches
    .map(({ label, workgroups, code }) => `// ${label}, ${workgroups.join(" x ")}\n${code}`)
    .join("\n");
  await expect(text).toMatchFileSnapshot(golden(name));
});
