import { InternalError } from "../core/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Compiled, StepContext } from "./step.ts";

/** A kernel with stages as shaders. */
export function emitReduce(
  _kernel: Kernel,
  _results: readonly number[],
  _context: StepContext,
): Compiled {
  throw new InternalError("webgpu: reductions are not written yet");
}
