import { type DType, dtypeInfo } from "../../core/dtype.ts";

/** How zeros of either sign compare. */
export type Zeros = "alike" | "signed";

/**
 * Text of a u32 in the order of the values of a dtype, NaN above infinity; `value` is the name of
 * a value.
 *
 * The bits of a float, read as an integer, are in order of size; those of negative ones run the
 * other way. Only integers are compared, so that no compiler can take NaN for a number.
 */
export function orderKey(value: string, dtype: DType, zeros: Zeros): string {
  switch (dtypeInfo[dtype].kind) {
    case "bool":
      return `select(0u, 1u, ${value})`;
    case "uint":
      return value;
    case "int":
      return `(bitcast<u32>(${value}) + ${2 ** (dtypeInfo[dtype].bits - 1)}u)`;
    default:
      return `${zeros === "alike" ? "orderKey" : "signedOrderKey"}(${value})`;
  }
}

/** Bits of keys that tell them apart: from `low` up to, not including, `high`. */
export interface KeyBits {
  readonly low: number;
  readonly high: number;
}

/** The bits of keys that tell values of a dtype apart. */
export function keyBits(dtype: DType): KeyBits {
  switch (dtype) {
    case "bool":
      return { low: 0, high: 1 };
    // Fractions of 10 and 7 bits, as float32: the bits below are alike in numbers of one sign.
    case "float16":
      return { low: 13, high: 32 };
    case "bfloat16":
      return { low: 16, high: 32 };
    default:
      return { low: 0, high: dtypeInfo[dtype].bits };
  }
}

/** The inverse of `orderKey` with signed zeros; `key` is the name of a u32. */
export function fromOrderKey(key: string, dtype: DType): string {
  switch (dtypeInfo[dtype].kind) {
    case "bool":
      return `(${key} != 0u)`;
    case "uint":
      return key;
    case "int":
      return `bitcast<i32>(${key} - ${2 ** (dtypeInfo[dtype].bits - 1)}u)`;
    default:
      return `fromOrderKey(${key})`;
  }
}

/**
 * Text of a key by which the smallest value comes last, but NaN still after all. It is its own
 * inverse.
 */
export function smallestLast(key: string, dtype: DType): string {
  return dtypeInfo[dtype].kind === "float" ? `smallestLast(${key})` : `~${key}`;
}

/** Functions that the texts above call, for the module scope of a shader. */
export const orderKeyFunctions = `fn signedOrderKey(x: f32) -> u32 {
  let word = bitcast<u32>(x);
  if ((word & 0x7fffffffu) > 0x7f800000u) { return 0xffffffffu; }
  return select(~word, word | 0x80000000u, (word >> 31u) == 0u);
}
fn orderKey(x: f32) -> u32 {
  if ((bitcast<u32>(x) << 1u) == 0u) { return 0x80000000u; }
  return signedOrderKey(x);
}
fn smallestLast(key: u32) -> u32 {
  return select(0xfffffffeu - key, key, key == 0xffffffffu);
}
fn fromOrderKey(key: u32) -> f32 {
  if (key == 0xffffffffu) { return bitcast<f32>(0x7fc00000u + (key & 0u)); }
  return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}`;
