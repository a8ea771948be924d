import { contiguousView, permuteView, type View } from "../core/view.ts";
import type { Kernel, Load } from "../kernel/kernel.ts";
import {
  isControl,
  type Program,
  type Reference,
  type Step,
  withReferences,
} from "../kernel/program.ts";

/**
 * The same program with the layouts of its inputs written into it, so that every load and every
 * operand says what it reads. `layouts[i]` is null where input `i` is row-major.
 */
export function withLayouts(program: Program, layouts: readonly (View | null)[]): Program {
  const layoutOf = (value: number): View | null => {
    const origin = program.values[value]?.origin;
    return origin?.kind === "input" ? (layouts[origin.index] ?? null) : null;
  };
  const place = (load: Load): Load => {
    if (load.map.kind === "view" || load.source < 0) return load;
    const { shape } = (program.values[load.source] as Program["values"][number]).aval; // loads read values
    const own = layoutOf(load.source) ?? contiguousView(shape);
    const view = load.map.order === null ? own : permuteView(own, load.map.order);
    return { ...load, map: { kind: "view", view } };
  };
  const kernel = (k: Kernel): Kernel => ({ ...k, loads: k.loads.map(place) });
  const refer = (reference: Reference): Reference =>
    reference.view === null ? { ...reference, view: layoutOf(reference.value) } : reference;
  const steps = program.steps.map((step): Step => {
    if (step.kind === "kernel") return { ...step, kernel: kernel(step.kernel) };
    if (isControl(step)) return withReferences(step, refer);
    const { epilogue } = step;
    return {
      ...step,
      operands: step.operands.map(refer),
      epilogue: epilogue === null ? null : { ...epilogue, kernel: kernel(epilogue.kernel) },
    };
  });
  return { ...program, contiguous: true, steps, outputs: program.outputs.map(refer) };
}
