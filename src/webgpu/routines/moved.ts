import { shapedArray } from "../../core/aval.ts";
import type { DType } from "../../core/dtype.ts";
import type { Shader } from "../shader.ts";
import type { StepContext } from "../step.ts";
import { packText } from "../storage.ts";
import { encode } from "../transfer.ts";
import { numberText } from "./constants.ts";

/**
 * The dtype as which a routine that only moves elements handles them: the bits of narrow floats,
 * which are then neither unpacked nor rounded.
 */
export function movedDtype(dtype: DType): DType {
  return isNarrowFloat(dtype) ? "uint16" : dtype;
}

function isNarrowFloat(dtype: DType): boolean {
  return dtype === "float16" || dtype === "bfloat16";
}

/** As `Shader.load`, of a value of `movedDtype(dtype)`. */
export function loadMoved(
  shader: Shader,
  { scalar }: StepContext,
  value: number,
  dtype: DType,
  index: string,
): string {
  // Numbers in the block of scalars are float32.
  if (isNarrowFloat(dtype) && scalar(value) !== null) {
    return packText(dtype, shader.load(value, dtype, index));
  }
  return shader.load(value, movedDtype(dtype), index);
}

/** As `numberText`, of a value of `movedDtype(dtype)`. */
export function movedNumberText(shader: Shader, name: string, value: number, dtype: DType): string {
  if (!isNarrowFloat(dtype)) return numberText(shader, name, value, dtype);
  const { buffer } = encode(Float32Array.of(value), shapedArray([], dtype));
  return `${new Uint16Array(buffer)[0]}u`;
}
