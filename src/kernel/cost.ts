import type { Cost } from "../core/backend.ts";
import { byteWidth } from "../core/dtype.ts";
import { nodesOf } from "./kernel.ts";
import type { Program, ProgramValue } from "./program.ts";

/** What one run of a program takes: bytes as the dtypes define them, scalar operations of kernels. */
export function costOf({ steps, values }: Program): Cost {
  const bytes = (value: number): number => {
    const { aval } = values[value] as ProgramValue; // steps refer to the program's values
    return aval.size * byteWidth(aval.dtype);
  };
  const total = (list: readonly number[]): number =>
    list.reduce((sum, value) => sum + bytes(value), 0);
  let bytesRead = 0;
  let bytesWritten = 0;
  let flops = 0;
  for (const step of steps) {
    bytesWritten += total(step.results);
    if (step.kind === "routine") {
      bytesRead += total(step.operands.map(({ value }) => value));
      continue;
    }
    const { loads, space, stages, outputs } = step.kernel;
    bytesRead += total(loads.map(({ source }) => source));
    const roots = [...stages, ...outputs].map(({ value }) => value);
    const operations = nodesOf(roots).filter(({ kind }) => kind === "op").length + stages.length;
    flops += operations * space.reduce((size, extent) => size * extent, 1);
  }
  return { kernels: steps.length, bytesRead, bytesWritten, flops };
}
