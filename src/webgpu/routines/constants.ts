import { type DType, dtypeInfo } from "../../core/dtype.ts";
import type { Shader } from "../shader.ts";
import { constantText } from "../spell.ts";
import { scalarBits } from "../transfer.ts";

/**
 * Text of a number of any dtype, once in a shader for each `name`: infinities and NaN, which WGSL
 * refuses as constants, come from a variable that holds their bits.
 */
export function numberText(shader: Shader, name: string, value: number, dtype: DType): string {
  const { kind } = dtypeInfo[dtype];
  if (kind === "key") return `vec2u(${value >>> 0}u)`;
  if (kind !== "float" || Number.isFinite(value)) {
    return kind === "float" && Object.is(value, -0)
      ? bitsText(shader, name, value)
      : constantText(value, dtype);
  }
  return bitsText(shader, name, value);
}

function bitsText(shader: Shader, name: string, value: number): string {
  shader.global(`var<private> ${name}Bits: u32 = ${scalarBits(value, "float32")}u;`);
  return `bitcast<f32>(${name}Bits)`;
}
