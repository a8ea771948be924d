import { gridOf, Shader } from "./shader.ts";
import type { Dispatch, StepContext } from "./step.ts";
import { storageBytes, storageOf } from "./storage.ts";

/** Invocations of a workgroup. */
const workgroup = 64;

/** Fills the memory of a value with one word, which is at `position` of the block of scalars. */
export function emitFill(value: number, position: number, context: StepContext): Dispatch {
  const aval = context.aval(value);
  const words = storageBytes(aval) / 4;
  const shader = new Shader(context);
  const out = shader.value(value, "read_write");
  const word = `${shader.scalars()}[${position}u]`;
  const type = storageOf(aval.dtype).word;
  const { workgroups, number } = gridOf(Math.ceil(words / workgroup), context);
  return shader.dispatch("fill", [workgroup, 1, 1], workgroups, [
    `let word = ${number} * ${workgroup}u + lid;`,
    `if (word >= ${words}u) { return; }`,
    `${out}[word] = ${type === "u32" ? word : `bitcast<${type}>(${word})`};`,
  ]);
}
