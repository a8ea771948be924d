import { InternalError } from "../../core/errors.ts";
import type { Shader } from "../shader.ts";
import type { StepContext } from "../step.ts";
import { storageOf } from "../storage.ts";

/** Line that stores element `index` of a result of the step. */
export function storeLine(
  result: number,
  index: string,
  value: string,
  shader: Shader,
  context: StepContext,
): string {
  const { dtype } = context.aval(result);
  if (storageOf(dtype).lanes > 1) {
    throw new InternalError(`webgpu: results of ${dtype} are not written yet`);
  }
  return `${shader.value(result, "read_write")}[${index}] = ${value};`;
}
