import type { Cost } from "../core/backend.ts";
import { byteWidth } from "../core/dtype.ts";
import type { ConvParams, DotParams } from "../core/routines.ts";
import type { Expr } from "../core/scalar.ts";
import { type Kernel, nodesOf } from "./kernel.ts";
import { valuesRead } from "./plan.ts";
import {
  type ControlStep,
  isControl,
  type Program,
  type ProgramValue,
  type Step,
} from "./program.ts";

const nothing: Cost = { kernels: 0, bytesRead: 0, bytesWritten: 0, flops: 0 };

/**
 * What one run of a program takes: bytes as the dtypes define them, each value once for each step
 * that reads or writes it; scalar operations of kernels, additions and multiplications of products.
 *
 * A loop counts as often as it turns, of a conditional the branch that takes most. A while loop,
 * whose turns are not known beforehand, counts one turn.
 */
export function costOf({ steps, values }: Program): Cost {
  const bytes = (list: Iterable<number>): number => {
    let sum = 0;
    for (const value of list) {
      const { aval } = values[value] as ProgramValue; // steps refer to the program's values
      sum += aval.size * byteWidth(aval.dtype);
    }
    return sum;
  };
  let total = nothing;
  for (const step of steps) {
    if (isControl(step)) {
      total = sum(total, controlCost(step));
      continue;
    }
    const bytesRead = bytes(new Set(valuesRead(step)));
    const bytesWritten = bytes(step.results);
    total = sum(total, { kernels: 1, bytesRead, bytesWritten, flops: flopsOf(step) });
  }
  return total;
}

function controlCost(step: ControlStep): Cost {
  switch (step.kind) {
    case "cond":
      return step.branches
        .map(costOf)
        .reduce((a, b) => (b.flops + b.bytesWritten > a.flops + a.bytesWritten ? b : a));
    case "while":
      return sum(costOf(step.cond), costOf(step.body));
    default:
      return sum(nothing, costOf(step.body), step.length);
  }
}

/** `a` and `times` times `b`. */
function sum(a: Cost, b: Cost, times = 1): Cost {
  return {
    kernels: a.kernels + b.kernels * times,
    bytesRead: a.bytesRead + b.bytesRead * times,
    bytesWritten: a.bytesWritten + b.bytesWritten * times,
    flops: a.flops + b.flops * times,
  };
}

function flopsOf(step: Exclude<Step, ControlStep>): number {
  if (step.kind === "kernel") return kernelFlops(step.kernel);
  const epilogue = step.epilogue === null ? 0 : kernelFlops(step.epilogue.kernel);
  return epilogue + productFlops(step);
}

function kernelFlops({ space, parallel, stages, outputs }: Kernel): number {
  const operations = (parts: readonly { readonly value: Expr }[]): number =>
    nodesOf(parts.map(({ value }) => value)).filter(({ kind }) => kind === "op").length;
  const whole = outputs.filter(({ view }) => view !== null);
  const perPoint = outputs.filter(({ view }) => view === null);
  const reduced = operations(stages) + stages.length + operations(whole);
  const points = stages.length === 0 ? 0 : sizeOf(space);
  return reduced * points + operations(perPoint) * sizeOf(space.slice(0, parallel));
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
