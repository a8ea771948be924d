import type { DType } from "../core/dtype.ts";

/** One array of a file: its name and what it holds. */
export interface NamedTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements as bytes, little endian and in row-major order. */
  readonly bytes: Uint8Array;
}

const codes: Readonly<Partial<Record<DType, string>>> = {
  bool: "BOOL",
  uint8: "U8",
  uint16: "U16",
  uint32: "U32",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  bfloat16: "BF16",
  float16: "F16",
  float32: "F32",
  float64: "F64",
};

/**
 * Arrays in the safetensors format: the length of a header in 8 bytes, the header in JSON, padded
 * with spaces to a multiple of 8, and the bytes of all arrays one after the other.
 */
export function safetensors(tensors: readonly NamedTensor[]): Uint8Array {
  const header: Record<string, object> = {};
  let at = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    const end = at + bytes.length;
    header[name] = { dtype: codes[dtype], shape, data_offsets: [at, end] };
    at = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length);
  file.set(text, 8);
  let place = 8 + length;
  for (const { bytes } of tensors) {
    file.set(bytes, place);
    place += bytes.length;
  }
  return file;
}
