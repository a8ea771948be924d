import { expect } from "vitest";
import { type ShapedArray, shapedArray } from "../../../src/core/aval.ts";
import { type DType, hostArray, type TypedArray } from "../../../src/core/dtype.ts";
import { literalValue } from "../../../src/core/number.ts";
import type { RoutineName, RoutineParams } from "../../../src/core/routines.ts";
import { contiguousView, type View } from "../../../src/core/view.ts";
import type { Epilogue, Program, Step } from "../../../src/kernel/program.ts";
import { deviceNamed } from "../../../src/runtime/devices.ts";
import type { WebGpuDevice } from "../../../src/webgpu/device.ts";

/** Reproducible integers: `draw(n)` is from 0 to n - 1. */
export type Draw = (n: number) => number;

export function generator(seed: number): Draw {
  let state = Math.imul(seed + 1, 2654435761) >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Elements of an array, and which of them an operand is. */
export interface Operand {
  readonly data: TypedArray;
  readonly dtype: DType;
  /** Null: all of them, row-major in `shape`. */
  readonly view: View | null;
  readonly shape: readonly number[];
}

/** Numbers whose sums of products are exact in float32, or small integers. */
export function elements(dtype: DType, length: number, draw: Draw): TypedArray {
  const data = hostArray(dtype, length);
  const fraction = dtype.includes("float");
  for (let i = 0; i < length; i++) {
    const value = fraction ? (draw(65) - 32) / 8 : draw(2 ** 16) - 2 ** 15;
    data[i] = dtype === "bool" ? draw(2) : literalValue(value, dtype);
  }
  return data;
}

/** An operand of this shape as one of many layouts: permuted, with gaps, repeated, reversed, offset. */
export function operandOf(shape: readonly number[], dtype: DType, draw: Draw): Operand {
  const size = shape.reduce((a, b) => a * b, 1);
  const plain = draw(3) === 0;
  if (plain || size === 0) {
    return { data: elements(dtype, size, draw), dtype, view: null, shape };
  }
  const order = shape.map((_, axis) => axis);
  for (let i = order.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const strides = shape.map(() => 0);
  let offset = draw(3);
  let step = 1;
  for (const axis of order) {
    const extent = shape[axis]!;
    const kind = draw(5);
    if (kind === 0) continue; // repeated
    step *= kind === 1 ? 2 : 1; // with gaps
    strides[axis] = kind === 2 ? -step : step;
    if (kind === 2) offset += (extent - 1) * step;
    step *= extent;
  }
  const view = { shape, strides, offset };
  return { data: elements(dtype, offset + step + 1, draw), dtype, view, shape };
}

/** What else is tried. */
interface Cases {
  readonly epilogue?: EpilogueCase | null;
  /** Whether products also go by way of workgroup memory, if they would not; that compiles slowly. */
  readonly staged?: boolean;
}

/** Check that a routine gives on the device what it gives on the cpu. */
export async function agree<Name extends RoutineName>(
  name: Name,
  params: RoutineParams[Name],
  operands: readonly Operand[],
  result: readonly [DType, readonly number[]],
  { epilogue = null, staged = false }: Cases = {},
): Promise<void> {
  const [fused, apart] = programsOf(name, params, operands, result, epilogue);
  const [device, cpu] = [deviceNamed("webgpu"), deviceNamed("cpu")];
  const all = [...operands, ...(epilogue?.operands ?? [])];
  const upload = (to: typeof device) =>
    all.map(({ data, dtype }) => to.upload(data.slice(), shapedArray([data.length], dtype)));
  const wanted = cpu.compile(apart).run(upload(cpu));
  for (const kind of kinds(device as WebGpuDevice, staged)) {
    kind.gpu.pushErrorScope("validation");
    const got = kind.compile(fused).run(upload(kind));
    expect((await kind.gpu.popErrorScope())?.message).toBeUndefined();
    for (let i = 0; i < wanted.length; i++) {
      expect(await got[i]!.data(), JSON.stringify({ name, params, operands })).toEqual(
        wanted[i]!.dataSync(),
      );
    }
  }
}

/** The device as it is, and if asked for as if it were of the other kind, which has other shaders. */
function kinds(device: WebGpuDevice, both: boolean): WebGpuDevice[] {
  if (!both) return [device];
  const { features } = device;
  const other = { ...features, processor: !features.processor };
  // Few workgroups in a row, so that grids are folded.
  const limits = { value: withFewWorkgroups(device) };
  return [device, Object.create(device, { features: { value: other }, limits }) as WebGpuDevice];
}

function withFewWorkgroups({ limits }: WebGpuDevice): WebGpuDevice["limits"] {
  return {
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupsPerDimension: 3,
  };
}

/** An epilogue and the operands that it reads besides the product: their values are `loads[i].source`. */
export interface EpilogueCase {
  readonly operands: readonly Operand[];
  /** Given the number of the first value that it reads. */
  readonly make: (first: number) => Epilogue;
}

/** A routine with its epilogue in one step, and in two. */
export function programsOf<Name extends RoutineName>(
  name: Name,
  params: RoutineParams[Name],
  operands: readonly Operand[],
  [dtype, shape]: readonly [DType, readonly number[]],
  epilogue: EpilogueCase | null,
): [Program, Program] {
  const all = [...operands, ...(epilogue?.operands ?? [])];
  const inputs = all.map(({ data, dtype }) => shapedArray([data.length], dtype));
  const aval = shapedArray(shape, dtype);
  const own = epilogue?.make(operands.length) ?? null;
  const results: ShapedArray[] =
    own === null ? [aval] : own.kernel.outputs.map((output) => shapedArray(shape, output.dtype));
  const references = operands.map(({ shape, dtype, view }, value) => ({
    value,
    aval: shapedArray(shape, dtype),
    view: view ?? contiguousView(shape),
  }));
  const values: Program["values"] = [
    ...inputs.map((aval, index) => ({ aval, origin: { kind: "input", index } as const })),
    ...[...results, aval].map((aval) => ({ aval, origin: { kind: "step" } as const })),
  ];
  const first = inputs.length;
  const numbers = results.map((_, i) => first + i);
  const product = first + results.length;
  const routine = { kind: "routine", name, params, operands: references } as const;
  const rest = {
    inputs,
    contiguous: true,
    values,
    outputs: numbers.map((value, i) => ({ value, aval: results[i]!, view: null })),
  };
  const fused: Step = { ...routine, results: numbers, epilogue: own };
  if (own === null)
    return [
      { ...rest, steps: [fused] },
      { ...rest, steps: [fused] },
    ];
  const loads = own.kernel.loads.map((load) =>
    load.source < 0
      ? ({ ...load, source: product, map: { kind: "view", view: contiguousView(shape) } } as const)
      : load,
  );
  const apart: Step[] = [
    { ...routine, results: [product], epilogue: null },
    { kind: "kernel", kernel: { ...own.kernel, loads }, results: numbers },
  ];
  return [
    { ...rest, steps: [fused] },
    { ...rest, steps: apart },
  ];
}
