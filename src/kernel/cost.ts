import type { Cost } from "../core/backend.ts";
import { byteWidth } from "../core/dtype.ts";
import { nodesOf } from "./kernel.ts";
import { valuesRead } from "./plan.ts";
import { type ControlStep, isControl, type Program, type ProgramValue } from "./program.ts";

/**
 * What one run of a program takes.
 *
 * A loop counts as often as it turns, of a conditional the branch that takes most. A while loop,
 * whose turns are not known beforehand, counts one turn.
 */
export function costOf({ steps, values }: Program): Cost {
  const bytes = (list: readonly number[]): number =>
    list.reduce((sum, value) => {
      const { aval } = values[value] as ProgramValue; // steps refer to the program's values
      return sum + aval.size * byteWidth(aval.dtype);
    }, 0);
  let total: Cost = { kernels: 0, bytesRead: 0, bytesWritten: 0, flops: 0 };
  for (const step of steps) {
    if (isControl(step)) {
      total = sum(total, controlCost(step));
      continue;
    }
    const moved = { bytesRead: bytes(valuesRead(step)), bytesWritten: bytes(step.results) };
    if (step.kind === "routine") {
      total = sum(total, { kernels: 1, ...moved, flops: 0 });
      continue;
    }
    const { space, stages, outputs } = step.kernel;
    const roots = [...stages, ...outputs].map(({ value }) => value);
    const operations = nodesOf(roots).filter(({ kind }) => kind === "op").length + stages.length;
    const flops = operations * space.reduce((size, extent) => size * extent, 1);
    total = sum(total, { kernels: 1, ...moved, flops });
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
      return sum(
        { kernels: 0, bytesRead: 0, bytesWritten: 0, flops: 0 },
        costOf(step.body),
        step.length,
      );
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
