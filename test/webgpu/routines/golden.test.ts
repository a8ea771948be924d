import { expect, test } from "vitest";
import { type ShapedArray, shapedArray } from "../../../src/core/aval.ts";
import type { RoutineName, RoutineParams } from "../../../src/core/routines.ts";
import { routineNamed } from "../../../src/webgpu/routine.ts";
import type { StepContext } from "../../../src/webgpu/step.ts";

/** The shaders of a routine over row-major operands in memory, each after its label and grid. */
function shadersOf<Name extends RoutineName>(
  name: Name,
  params: RoutineParams[Name],
  operands: readonly ShapedArray[],
  results: readonly ShapedArray[],
): string {
  const avals = [...operands, ...results];
  const context: StepContext = {
    aval: (value) => avals[value]!,
    scalar: () => null,
    limits: {
      maxStorageBuffersPerShaderStage: 8,
      maxStorageBufferBindingSize: 2 ** 27,
      maxComputeWorkgroupStorageSize: 16384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupsPerDimension: 65535,
    },
    features: { subgroups: false, quadsFrom: 2 ** 14, processor: false },
    varies: false,
  };
  const step = {
    params,
    operands: operands.map((aval, value) => ({ value, aval, view: null })),
    results: results.map((_, i) => operands.length + i),
    epilogue: null,
  };
  const { dispatches } = routineNamed(name)(step, context);
  return dispatches
    .map(({ label, workgroups, code }) => `// ${label}, ${workgroups.join(" x ")}\n${code}`)
    .join("\n");
}

const rows = {
  dimensionNumbers: {
    updateWindowDims: [1],
    insertedWindowDims: [0],
    scatterDimsToOperandDims: [0],
    operandBatchingDims: [],
    scatterIndicesBatchingDims: [],
  },
  mode: "fillOrDrop" as const,
  uniqueIndices: false,
  indicesAreSorted: false,
};

test("padding of bool packs four elements in a word", async () => {
  const part = {
    operand: 0,
    starts: [0, 0],
    counts: [2, 3],
    steps: [1, 1],
    to: [1, 0],
    toSteps: [1, 2],
  };
  const operands = [shapedArray([2, 3], "bool"), shapedArray([], "bool")];
  const text = shadersOf("assemble", { fill: 1, parts: [part] }, operands, [
    shapedArray([4, 6], "bool"),
  ]);
  await expect(text).toMatchFileSnapshot("golden/pad.wgsl");
});

test("a gather of rows that fills tests the index as it reads it", async () => {
  const params = {
    dimensionNumbers: {
      offsetDims: [1],
      collapsedSliceDims: [0],
      startIndexMap: [0],
      operandBatchingDims: [],
      startIndicesBatchingDims: [],
    },
    sliceSizes: [1, 16],
    mode: "fillOrDrop" as const,
    fillValue: NaN,
    uniqueIndices: false,
    indicesAreSorted: false,
  };
  const operands = [shapedArray([50, 16], "float32"), shapedArray([100, 1], "int32")];
  const text = shadersOf("gather", params, operands, [shapedArray([100, 16], "float32")]);
  await expect(text).toMatchFileSnapshot("golden/gather.wgsl");
});

test("a scatter that sets takes three dispatches, whatever repeats", async () => {
  const operands = [
    shapedArray([50, 16], "float32"),
    shapedArray([100, 1], "int32"),
    shapedArray([100, 16], "float32"),
  ];
  const text = shadersOf("scatter", { ...rows, op: "set" }, operands, operands.slice(0, 1));
  await expect(text).toMatchFileSnapshot("golden/scatter-set.wgsl");
});

test("running sums of a long axis take three dispatches", async () => {
  const x = shapedArray([5000], "float32");
  const text = shadersOf("cumulative", { op: "add", axis: 0, reverse: true }, [x], [x]);
  await expect(text).toMatchFileSnapshot("golden/cumsum.wgsl");
});

test("all passes of a long sort share their shaders", async () => {
  const x = shapedArray([5000], "float32");
  const text = shadersOf("sort", { dimension: 0, numKeys: 1 }, [x], [x]);
  const shaders = text.split(/^(?=\/\/ )/m).map((shader) => shader.trim());
  expect(shaders).toHaveLength(27);
  const different = [...new Set(shaders)];
  expect(different).toHaveLength(6);
  await expect(`${different.join("\n\n")}\n`).toMatchFileSnapshot("golden/sort.wgsl");
});
