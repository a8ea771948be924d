import { type DType, dtypeInfo, isFloat } from "../../core/dtype.ts";
import type { Shader } from "../shader.ts";
import { spell } from "../spell.ts";
import { storageOf } from "../storage.ts";

/**
 * How products of elements of one dtype are summed for a result of another.
 *
 * Floats are summed in float32 and rounded once, integers modulo 2^32 and cut to the dtype once;
 * booleans are counted.
 */
export interface Arithmetic {
  /** WGSL type of factors and sums. */
  readonly type: "f32" | "i32" | "u32";
  /** Zero of that type. */
  readonly zero: string;
  /** An element of an operand, as its dtype is computed with, as a factor. */
  factor(element: string): string;
  /** A sum as an element of the result. */
  rounded(sum: string, shader: Shader): string;
}

/** Arithmetic of products of `from` with results of `to`. */
export function arithmeticOf(from: DType, to: DType): Arithmetic {
  if (dtypeInfo[to].kind === "bool") {
    return {
      type: "u32",
      zero: "0u",
      factor: (element) => `select(0u, 1u, ${element})`,
      rounded: (sum) => `(${sum} != 0u)`,
    };
  }
  if (isFloat(to)) {
    return {
      type: "f32",
      zero: "0.0",
      factor: (element) => (isFloat(from) ? element : `f32(${element})`),
      rounded: (sum, shader) =>
        to === "float32" ? sum : spell("convert", [sum], "float32", to, shader),
    };
  }
  const type = storageOf(to).value === "i32" ? "i32" : "u32";
  const wide = type === "i32" ? "int32" : "uint32";
  return {
    type,
    zero: type === "i32" ? "0i" : "0u",
    factor: (element) => element,
    rounded: (sum, shader) => (to === wide ? sum : spell("convert", [sum], wide, to, shader)),
  };
}
