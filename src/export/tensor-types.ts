import { type ShapedArray, shapedArray } from "../core/aval.ts";
import type { DType } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";

/** Names of element types in StableHLO; keys are pairs of words, `float0` has no form. */
export const elementNames: Readonly<Record<DType, string | null>> = {
  bool: "i1",
  uint8: "ui8",
  uint16: "ui16",
  uint32: "ui32",
  int8: "i8",
  int16: "i16",
  int32: "i32",
  bfloat16: "bf16",
  float16: "f16",
  float32: "f32",
  float64: "f64",
  "key<fry>": null,
  float0: null,
};

/** Type in which a value is held: keys have their two words along a last axis. */
export function physical(aval: ShapedArray): ShapedArray {
  return aval.dtype === "key<fry>" ? shapedArray([...aval.shape, 2], "uint32") : aval;
}

/** @throws DTypeError for an element type that StableHLO does not have. */
export function elementName(dtype: DType): string {
  const name = elementNames[dtype];
  if (name !== null) return name;
  throw new DTypeError(
    `exportStableHLO: a dtype with a StableHLO form is required, got ${dtype}; leave such values out of arguments and results`,
  );
}

/** A tensor type of these extents: `tensor<2x3xf32>`. */
export function tensorOf(shape: readonly number[], dtype: DType): string {
  const extents = shape.length === 0 ? "" : `${shape.join("x")}x`;
  return `tensor<${extents}${elementName(dtype)}>`;
}

const types = new Map<ShapedArray, string>();

/** The tensor type of an aval. */
export function tensorType(aval: ShapedArray): string {
  let text = types.get(aval);
  if (text === undefined) {
    const { shape, dtype } = physical(aval);
    text = tensorOf(shape, dtype);
    types.set(aval, text);
  }
  return text;
}

/** Types of operands or results of an operation: one bare, others in parentheses. */
export function typeList(types: readonly string[]): string {
  return types.length === 1 ? (types[0] as string) : `(${types.join(", ")})`; // there is one
}
