import type { Reference } from "../../kernel/program.ts";
import { Shader } from "../shader.ts";
import type { Sequence } from "./sequence.ts";

/** Gives, in a shader, the text of the i32 start along an axis. */
export type StartText = (shader: Shader, axis: number) => string;

/**
 * The starts of a dynamic slice. Those that lie in memory are gathered into scratch first where
 * they would take more bindings than `bindings`.
 */
export function startsOf(
  sequence: Sequence,
  starts: readonly Reference[],
  bindings: number,
): StartText {
  const { context } = sequence;
  const load = (shader: Shader, axis: number): string => {
    const { value, view } = starts[axis] as Reference; // a start for each axis
    return shader.load(value, "int32", `${view?.offset ?? 0}u`);
  };
  const inMemory = starts
    .map((_, axis) => axis)
    .filter((axis) => {
      const { value } = starts[axis] as Reference; // as above
      return context.scalar(value) === null;
    });
  if (new Set(inMemory.map((axis) => starts[axis]?.value)).size <= bindings) return load;
  const gathered = sequence.memory(starts.length);
  const each = context.limits.maxStorageBuffersPerShaderStage - 1;
  for (let first = 0; first < inMemory.length; first += each) {
    const shader = new Shader(context);
    const to = shader.scratch(gathered, "i32", "read_write");
    const some = inMemory.slice(first, first + each);
    const lines = some.map((axis) => `${to}[${axis}u] = ${load(shader, axis)};`);
    sequence.each("starts", shader, 1, lines);
  }
  return (shader, axis) =>
    inMemory.includes(axis)
      ? `${shader.scratch(gathered, "i32", "read")}[${axis}u]`
      : load(shader, axis);
}

/**
 * Append the lines that move starts so that a box of `sizes` is inside of `shape`; gives their
 * names, of type u32.
 */
export function clampedStarts(
  shader: Shader,
  start: StartText,
  shape: readonly number[],
  sizes: readonly number[],
  lines: string[],
): string[] {
  return shape.map((extent, axis) => {
    const largest = extent - (sizes[axis] as number); // a size for each axis
    if (largest === 0) return "0u";
    lines.push(`let start${axis} = u32(clamp(${start(shader, axis)}, 0, ${largest}));`);
    return `start${axis}`;
  });
}
