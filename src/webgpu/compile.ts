import { InternalError } from "../core/errors.ts";
import { isControl, type Program, type ProgramValue, scopesOf } from "../kernel/program.ts";
import { emitMap } from "./emit.ts";
import { emitReduce } from "./emit-reduce.ts";
import type { PlainStep } from "./flow.ts";
import { routineNamed } from "./routine.ts";
import {
  type Compiled,
  type Features,
  fitsBindings,
  type Limits,
  type StepContext,
} from "./step.ts";

/**
 * The shaders of a program without control flow, step by step.
 *
 * `scalars` gives the position in the block of scalars of the values that are numbers; `varies`
 * tells whether such programs come with many shapes.
 */
export function compileSteps(
  { values, steps }: Program,
  scalars: ReadonlyMap<number, number>,
  limits: Limits,
  features: Features,
  varies: boolean,
): readonly Compiled[] {
  const context: StepContext = {
    aval: (value) => (values[value] as ProgramValue).aval, // steps refer to the program's values
    scalar: (value) => scalars.get(value) ?? null,
    limits,
    features,
    varies,
  };
  return steps.map((step) => {
    if (isControl(step)) throw new InternalError("webgpu: control flow is not one step");
    return compileStep(step, context);
  });
}

/** The shaders of one step. */
export function compileStep(step: PlainStep, context: StepContext): Compiled {
  const compiled = emitStep(step, context);
  // Extents that are data take a binding, which a shader at the limit has not left.
  const isGood = !context.varies || fitsBindings(compiled.dispatches, context.limits);
  const { dispatches, scratch } = isGood ? compiled : emitStep(step, { ...context, varies: false });
  const scopes = scopesOf(step, (value) => context.scope?.(value));
  if (scopes === "") return { dispatches, scratch };
  const named = dispatches.map((dispatch) => ({
    ...dispatch,
    label: `${scopes}: ${dispatch.label}`,
  }));
  return { dispatches: named, scratch };
}

function emitStep(step: PlainStep, context: StepContext): Compiled {
  switch (step.kind) {
    case "kernel":
      return step.kernel.stages.length === 0
        ? emitMap(step.kernel, step.results, context)
        : emitReduce(step.kernel, step.results, context);
    case "routine":
      return routineNamed(step.name)(step, context);
    default:
      step satisfies never;
      throw new InternalError("webgpu: unknown kind of step");
  }
}
