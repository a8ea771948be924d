import { DeviceError } from "../core/errors.ts";
import type { RoutineName, RoutineParams } from "../core/routines.ts";
import type { Epilogue, Reference } from "../kernel/program.ts";
import type { Compiled, StepContext } from "./step.ts";

/** A routine to compile. Views of operands are of their row-major elements; null: all of them. */
export interface RoutineStep<P extends object> {
  readonly params: P;
  readonly operands: readonly Reference[];
  readonly results: readonly number[];
  /** For products only; null elsewhere. */
  readonly epilogue: Epilogue | null;
}

/** What writes the shaders of a routine. */
export type RoutineEmitter<P extends object> = (
  step: RoutineStep<P>,
  context: StepContext,
) => Compiled;

/** Emitters by the names of routines. */
export type RoutineEmitters = {
  readonly [Name in RoutineName]?: RoutineEmitter<RoutineParams[Name]>;
};

const installed: { -readonly [Name in keyof RoutineEmitters]: RoutineEmitters[Name] } = {};

/** Make emitters known to the device. */
export function installRoutines(emitters: RoutineEmitters): void {
  Object.assign(installed, emitters);
}

/** The emitter of a routine. @throws DeviceError if the device has none. */
export function routineNamed(name: RoutineName): RoutineEmitter<object> {
  const emitter = installed[name] as RoutineEmitter<object> | undefined; // the table pairs name and params
  if (emitter === undefined) {
    throw new DeviceError(`webgpu: the device has no routine ${name}; compute on the cpu device`);
  }
  return emitter;
}
