import { expect } from "vitest";
import { type ShapedArray, shapedArray } from "../../src/core/aval.ts";
import { type DType, hostArray, type TypedArray } from "../../src/core/dtype.ts";
import type { Kernel } from "../../src/kernel/kernel.ts";
import type { Program } from "../../src/kernel/program.ts";
import { deviceNamed } from "../../src/runtime/devices.ts";
import { WebGpuDevice } from "../../src/webgpu/device.ts";

/** An array for a kernel to read. */
export interface Input {
  readonly aval: ShapedArray;
  readonly data: TypedArray;
}

/** An array of these numbers, which must be numbers of the dtype. */
export function inputOf(values: ArrayLike<number>, dtype: DType): Input {
  const data = hostArray(dtype, values.length);
  data.set(values);
  return { aval: shapedArray([values.length], dtype), data };
}

/** The types of a kernel's results: over the parallel axes, or flat where it has a view. */
export function resultsOf({ space, parallel, outputs }: Kernel): ShapedArray[] {
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  return outputs.map(({ dtype, view }) =>
    shapedArray(view === null ? space.slice(0, parallel) : [size(space)], dtype),
  );
}

/** A program of one kernel whose loads read the inputs by number. */
export function programOf(kernel: Kernel, inputs: readonly ShapedArray[], isJit: boolean): Program {
  const results = resultsOf(kernel);
  return {
    inputs,
    contiguous: isJit,
    values: [
      ...inputs.map((aval, index) => ({ aval, origin: { kind: "input" as const, index } })),
      ...results.map((aval) => ({ aval, origin: { kind: "step" as const } })),
    ],
    steps: [{ kind: "kernel", kernel, results: results.map((_, i) => inputs.length + i) }],
    outputs: results.map((aval, i) => ({ value: inputs.length + i, aval, view: null })),
  };
}

/** What a kernel gives on a device. */
export async function runKernel(
  device: string,
  kernel: Kernel,
  inputs: readonly Input[],
  isJit = true,
): Promise<TypedArray[]> {
  const target = deviceNamed(device);
  const program = programOf(
    kernel,
    inputs.map(({ aval }) => aval),
    isJit,
  );
  const arrays = inputs.map(({ data, aval }) => target.upload(data.slice(), aval));
  const gpu = target instanceof WebGpuDevice ? target.gpu : null;
  gpu?.pushErrorScope("validation");
  const outs = target.compile(program).run(arrays);
  const error = await gpu?.popErrorScope();
  if (error) throw new Error(`${error.message}\n${shaderTexts(kernel, inputs, isJit)}`);
  return Promise.all(outs.map((x) => x.data()));
}

function shaderTexts(kernel: Kernel, inputs: readonly Input[], isJit: boolean): string {
  return JSON.stringify([
    kernel.space,
    kernel.parallel,
    inputs.map(({ aval }) => `${aval}`),
    isJit,
  ]);
}

/** Whether two numbers are equal, or as near as `tolerance` says; NaN is NaN, zeros have signs. */
export function isNear(x: number, y: number, tolerance: number): boolean {
  if (Object.is(x, y)) return true;
  if (x === 0 && y === 0) return false;
  return Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y));
}

/** Check that the device gives what the interpreter gives, to a relative tolerance. */
export async function kernelAgrees(
  kernel: Kernel,
  inputs: readonly Input[],
  tolerance = 0,
  isJit = true,
): Promise<void> {
  const expected = await runKernel("cpu", kernel, inputs);
  const found = await runKernel("webgpu", kernel, inputs, isJit);
  expected.forEach((want, result) => {
    const got = found[result]!;
    expect(got.length).toBe(want.length);
    for (let i = 0; i < want.length; i++) {
      if (isNear(want[i]!, got[i]!, tolerance)) continue;
      expect.fail(
        `[${kernel.space}], ${kernel.parallel} parallel, jit ${isJit}: result ${result}, element ${i}: ${got[i]} instead of ${want[i]}`,
      );
    }
  });
}
