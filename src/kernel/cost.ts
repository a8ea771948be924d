import type { Cost } from "../core/backend.ts";
import { byteWidth } from "../core/dtype.ts";
import type { ConvParams, DotParams } from "../core/routines.ts";
import { type Kernel, nodesOf } from "./kernel.ts";
import { valuesRead } from "./plan.ts";
import type { Program, ProgramValue, Step } from "./program.ts";

/**
 * What one run of a program takes: bytes as the dtypes define them, each value once for each step
 * that reads or writes it; scalar operations of kernels, additions and multiplications of products.
 */
export function costOf({ steps, values }: Program): Cost {
  const bytes = (value: number): number => {
    const { aval } = values[value] as ProgramValue; // steps refer to the program's values
    return aval.size * byteWidth(aval.dtype);
  };
  const total = (list: Iterable<number>): number => {
    let sum = 0;
    for (const value of list) sum += bytes(value);
    return sum;
  };
  let bytesRead = 0;
  let bytesWritten = 0;
  let flops = 0;
  for (const step of steps) {
    bytesWritten += total(step.results);
    bytesRead += total(new Set(valuesRead(step)));
    flops += flopsOf(step);
  }
  return { kernels: steps.length, bytesRead, bytesWritten, flops };
}

function flopsOf(step: Step): number {
  if (step.kind === "kernel") return kernelFlops(step.kernel);
  const epilogue = step.epilogue === null ? 0 : kernelFlops(step.epilogue.kernel);
  return epilogue + productFlops(step);
}

function kernelFlops({ space, parallel, stages, outputs }: Kernel): number {
  const operations = (
    roots: readonly { readonly value: Parameters<typeof nodesOf>[0][number] }[],
  ) => nodesOf(roots.map(({ value }) => value)).filter(({ kind }) => kind === "op").length;
  const points = sizeOf(space);
  const whole = outputs.filter(({ view }) => view !== null);
  const perPoint = outputs.filter(({ view }) => view === null);
  const reduced = operations(stages) + stages.length + operations(whole);
  return (
    (stages.length === 0 ? 0 : reduced * points) +
    operations(perPoint) * sizeOf(space.slice(0, parallel))
  );
}

/** Two operations for each term of a product over axes; other routines are not counted. */
function productFlops(step: Extract<Step, { kind: "routine" }>): number {
  const [a, b] = step.operands.map(({ aval }) => aval.shape);
  if (a === undefined || b === undefined) return 0;
  if (step.name === "dot") {
    const { contract, batch } = step.params as DotParams; // the name says which parameters these are
    const shared = [...contract[1], ...batch[1]].map((axis) => b[axis] as number); // axes of b
    return (2 * sizeOf(a) * sizeOf(b)) / Math.max(1, sizeOf(shared));
  }
  if (step.name === "conv") {
    const { windowStrides, padding, lhsDilation, rhsDilation } = step.params as ConvParams; // as above
    const places = windowStrides.map((stride, i) => {
      const extent = ((a[i + 2] as number) - 1) * (lhsDilation[i] as number) + 1;
      const window = ((b[i + 2] as number) - 1) * (rhsDilation[i] as number) + 1;
      const [low, high] = padding[i] as readonly [number, number]; // one for each spatial axis
      return Math.max(0, Math.floor((extent + low + high - window) / stride) + 1);
    });
    return 2 * (a[0] as number) * sizeOf(places) * sizeOf(b);
  }
  return 0;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}
