import type { ShapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo, hostArray, type TypedArray } from "../core/dtype.ts";
import { storageBytes, storageOf } from "./storage.ts";

/** Host elements as the words that a buffer holds. */
export function encode(data: TypedArray, aval: ShapedArray): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(storageBytes(aval));
  if (aval.dtype === "float16" || aval.dtype === "bfloat16") {
    const bits = new Uint16Array(bytes.buffer);
    for (let i = 0; i < aval.size; i++) bits[i] = halfBits(data[i] as number, aval.dtype);
    return bytes;
  }
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return bytes;
}

/** Words of a buffer as host elements. */
export function decode(bytes: ArrayBuffer, aval: ShapedArray): TypedArray {
  const out = hostArray(aval.dtype, aval.size);
  if (aval.dtype === "float16" || aval.dtype === "bfloat16") {
    const bits = new Uint16Array(bytes);
    for (let i = 0; i < aval.size; i++) out[i] = halfValue(bits[i] as number, aval.dtype);
    return out;
  }
  new Uint8Array(out.buffer).set(new Uint8Array(bytes, 0, out.byteLength));
  return out;
}

/** A number in the form that the block of scalars holds. */
export function scalarBits(value: number, dtype: DType): number {
  const { kind } = dtypeInfo[dtype];
  if (kind !== "float") return value >>> 0;
  floats[0] = value;
  return words[0] as number; // one word
}

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

function halfBits(value: number, dtype: "float16" | "bfloat16"): number {
  if (dtype === "bfloat16") return scalarBits(value, "float32") >>> 16;
  // The value is a float16 already, so only its fields move.
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}

function halfValue(bits: number, dtype: "float16" | "bfloat16"): number {
  if (dtype === "bfloat16") {
    words[0] = bits << 16;
    return floats[0] as number; // one word
  }
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Whether a dtype has elements on the device. */
export function hasElements(dtype: DType): boolean {
  return dtype !== "float0" && storageOf(dtype).lanes > 0;
}
