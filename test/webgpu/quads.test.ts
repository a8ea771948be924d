import { expect, test } from "vitest";
import { shapedArray } from "../../src/core/aval.ts";
import type { DType } from "../../src/core/dtype.ts";
import { literalValue } from "../../src/core/number.ts";
import { type Expr, opExpr, slotExpr } from "../../src/core/scalar.ts";
import { contiguousView, type View } from "../../src/core/view.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import { emitQuads } from "../../src/webgpu/emit-quads.ts";
import { inputOf, kernelAgrees } from "./kernel-runs.ts";
import { draw } from "./reduce-cases.ts";

const dtypes = ["float32", "int32", "uint32", "int16", "uint8", "float16", "bool"] as const;
const count = 2 ** 16;

/** A view of `space` on an operand of `count` elements: as it lies, moved, turned, repeated, thinned. */
function drawView(space: readonly number[]): View {
  const { strides } = contiguousView(space);
  const kinds = [0, 1, 2, 3, 4, 5, 6] as const;
  switch (kinds[draw(kinds.length)]) {
    case 1:
      return { shape: space, strides, offset: 4 * draw(8) };
    case 2:
      return { shape: space, strides, offset: 1 + draw(7) };
    case 3:
      return { shape: space, strides: strides.map((step) => -step), offset: count - 1 - draw(4) };
    case 4:
      return { shape: space, strides: strides.map((s, i) => (i === 1 ? 0 : s)), offset: 0 };
    case 5:
      return { shape: space, strides: strides.map((s, i) => (i === 2 ? 0 : s)), offset: draw(5) };
    case 6:
      return { shape: space, strides: strides.map((step) => 2 * step), offset: draw(2) };
    default:
      return contiguousView(space);
  }
}

function drawKernel(space: readonly number[]): Kernel {
  const sources = Array.from({ length: 3 }, () => dtypes[draw(dtypes.length)]!);
  const loads = Array.from({ length: 4 }, () => {
    const source = draw(sources.length);
    const map = { kind: "view", view: drawView(space) } as const;
    return { source, dtype: sources[source]!, map };
  });
  const result = dtypes[draw(dtypes.length)]!;
  const convert = (x: Expr, to: DType): Expr => (x.dtype === to ? x : opExpr("convert", [x], to));
  const slots = loads.map(({ dtype }, slot) => convert(slotExpr(slot, dtype), "int32"));
  const index: Expr = { kind: "index", axis: draw(space.length), dtype: "int32" };
  const sum = [...slots, index].reduce((a, b) =>
    opExpr(draw(2) === 0 ? "add" : "max", [a, b], "int32"),
  );
  const results: readonly (readonly [Expr, DType])[] = [
    [convert(sum, result), result],
    [opExpr("gt", [sum, slots[0]!], "bool"), "bool"],
    [convert(slots[1]!, "float32"), "float32"],
  ];
  return {
    space,
    parallel: space.length,
    loads,
    stages: [],
    outputs: results.map(([value, dtype]) => ({ value, dtype, view: null })),
  };
}

const spaces = [
  [32, 64, 8],
  [2048, 4, 4],
  [1, 1, 16_384],
  [31, 11, 52],
] as const;

test.each(spaces)(
  "kernels over [%i,%i,%i], whose elements come in fours, give what the cpu gives",
  async (...space) => {
    for (let round = 0; round < 12; round++) {
      const kernel = drawKernel(space);
      const inputs = [0, 1, 2].map((source) => {
        const dtype = kernel.loads.find((load) => load.source === source)?.dtype ?? "float32";
        const values = Array.from({ length: count }, () => literalValue(draw(200), dtype));
        return inputOf(values, dtype);
      });
      await kernelAgrees(kernel, inputs, 0, draw(2) === 0);
    }
  },
);

/** A kernel that adds what two views of one operand each see, and what it becomes. */
function shaderOf(space: readonly number[], views: readonly View[], op = "add"): string | null {
  const [first, ...rest] = views.map((_, slot): Expr => slotExpr(slot, "float32"));
  const sum = rest.reduce((a, b) => opExpr("add", [a, b], "float32"), first!);
  const value = op === "add" ? sum : opExpr("lgamma", [sum], "float32");
  const kernel: Kernel = {
    space,
    parallel: space.length,
    loads: views.map((view, source) => ({
      source,
      dtype: "float32",
      map: { kind: "view", view },
    })),
    stages: [],
    outputs: [{ value, dtype: "float32", view: null }],
  };
  const compiled = emitQuads(kernel, [views.length], {
    aval: () => shapedArray(space, "float32"),
    scalar: () => null,
    limits: {
      maxStorageBuffersPerShaderStage: 8,
      maxStorageBufferBindingSize: 2 ** 27,
      maxComputeWorkgroupStorageSize: 2 ** 14,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupsPerDimension: 65535,
    },
    features: { subgroups: false, processor: false, quadsFrom: 2 ** 14 },
    varies: false,
  });
  return compiled?.dispatches[0]?.code ?? null;
}

test("a row and a bias are read as quads, a column once, a moved row element by element", () => {
  const space = [256, 128];
  const row = contiguousView(space);
  const bias = { shape: space, strides: [0, 1], offset: 0 };
  const column = { shape: space, strides: [1, 0], offset: 0 };
  const moved = { shape: space, strides: [128, 1], offset: 1 };
  const text = shaderOf(space, [row, bias, column, moved]) ?? "";
  const types = [...text.matchAll(/: array<(\w+)>/g)].map(([, type]) => type);
  expect(types).toEqual(["vec4f", "vec4f", "vec4f", "f32", "f32"]);
  expect(text.match(/= b[1-4]\[/g)).toHaveLength(1 + 1 + 1 + 4);
});

test("what is small, comes not in fours or is long is computed one by one", () => {
  expect(shaderOf([16, 16], [contiguousView([16, 16])])).toBe(null);
  expect(shaderOf([333, 333], [contiguousView([333, 333])])).toBe(null);
  expect(shaderOf([256, 256], [contiguousView([256, 256])], "lgamma")).toBe(null);
});
