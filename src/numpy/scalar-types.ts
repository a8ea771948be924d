import type { DType } from "../core/dtype.ts";
import type { NDArray } from "../core/value.ts";
import { type ArrayData, fromData } from "./creation.ts";

/** Makes an array of its own dtype, which is not weak, of what `array` takes. */
export type DTypeConstructor = (data: ArrayData) => NDArray;

function constructorOf(dtype: DType): DTypeConstructor {
  return (data) => fromData(`numpy.${dtype}`, data, { dtype });
}

/** Array or scalar of bool. */
export const bool: DTypeConstructor = /* @__PURE__ */ constructorOf("bool");
/** Array or scalar of int8. */
export const int8: DTypeConstructor = /* @__PURE__ */ constructorOf("int8");
/** Array or scalar of uint8. */
export const uint8: DTypeConstructor = /* @__PURE__ */ constructorOf("uint8");
/** Array or scalar of int16. */
export const int16: DTypeConstructor = /* @__PURE__ */ constructorOf("int16");
/** Array or scalar of uint16. */
export const uint16: DTypeConstructor = /* @__PURE__ */ constructorOf("uint16");
/** Array or scalar of int32. */
export const int32: DTypeConstructor = /* @__PURE__ */ constructorOf("int32");
/** Array or scalar of uint32. */
export const uint32: DTypeConstructor = /* @__PURE__ */ constructorOf("uint32");
/** Array or scalar of float16. */
export const float16: DTypeConstructor = /* @__PURE__ */ constructorOf("float16");
/** Array or scalar of bfloat16. */
export const bfloat16: DTypeConstructor = /* @__PURE__ */ constructorOf("bfloat16");
/** Array or scalar of float32. */
export const float32: DTypeConstructor = /* @__PURE__ */ constructorOf("float32");
/** Array or scalar of float64. */
export const float64: DTypeConstructor = /* @__PURE__ */ constructorOf("float64");
