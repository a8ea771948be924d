import type { ShapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";

/**
 * How elements of a dtype lie in a storage buffer, and as what a shader computes with them.
 *
 * Storage is an array of 32-bit words, or of pairs of them for keys. Elements narrower than a
 * word share one, the first in the lowest bits, so that a buffer of integers or booleans has the
 * bytes that a host typed array has.
 */
export interface Storage {
  /** Element type of the WGSL array that a buffer is bound as. */
  readonly word: "f32" | "i32" | "u32" | "vec2u";
  /** Elements in a word: 1, 2 or 4. */
  readonly lanes: number;
  /** Type of four elements, the first of them at a multiple of four; null: they are never taken so. */
  readonly quad: "vec4f" | "vec4i" | "vec4u" | "vec2u" | "u32" | null;
  /** WGSL type of a value in a shader. */
  readonly value: "f32" | "i32" | "u32" | "bool" | "vec2u";
}

const storages: Readonly<Partial<Record<DType, Storage>>> = {
  float32: { word: "f32", lanes: 1, quad: "vec4f", value: "f32" },
  int32: { word: "i32", lanes: 1, quad: "vec4i", value: "i32" },
  uint32: { word: "u32", lanes: 1, quad: "vec4u", value: "u32" },
  float16: { word: "u32", lanes: 2, quad: "vec2u", value: "f32" },
  bfloat16: { word: "u32", lanes: 2, quad: "vec2u", value: "f32" },
  int16: { word: "u32", lanes: 2, quad: "vec2u", value: "i32" },
  uint16: { word: "u32", lanes: 2, quad: "vec2u", value: "u32" },
  int8: { word: "u32", lanes: 4, quad: "u32", value: "i32" },
  uint8: { word: "u32", lanes: 4, quad: "u32", value: "u32" },
  bool: { word: "u32", lanes: 4, quad: "u32", value: "bool" },
  "key<fry>": { word: "vec2u", lanes: 1, quad: null, value: "vec2u" },
};

/** Dtypes that can be on the device. */
export const deviceDtypes: ReadonlySet<DType> = new Set([
  ...(Object.keys(storages) as DType[]), // the table's keys are dtypes
  "float0",
]);

/**
 * How elements of `dtype` are stored.
 *
 * @throws DTypeError if the device cannot hold them.
 */
export function storageOf(dtype: DType): Storage {
  const storage = storages[dtype];
  if (storage !== undefined) return storage;
  throw new DTypeError(
    `webgpu: a dtype that WGSL has is required, got ${dtype}; use float32, or compute on the cpu device`,
  );
}

/** Bytes of a buffer for an array: whole words, at least one, as bindings must not be empty. */
export function storageBytes({ dtype, size }: ShapedArray): number {
  if (dtype === "float0") return 4;
  const { lanes, word } = storageOf(dtype);
  return Math.max(1, Math.ceil(size / lanes)) * (word === "vec2u" ? 8 : 4);
}

/** WGSL of the element at `index`, text of a u32, of the buffer bound as `name`. */
export function loadText(dtype: DType, name: string, index: string): string {
  const { lanes } = storageOf(dtype);
  if (lanes === 1) return `${name}[${index}]`;
  return laneText(dtype, `${name}[(${index}) >> ${lanes === 2 ? 1 : 2}u]`, index);
}

/** WGSL of the element with this index, of the word that holds it. */
export function laneText(dtype: DType, word: string, index: string): string {
  const { lanes } = storageOf(dtype);
  if (lanes === 1) return word;
  const bits = 32 / lanes;
  const shift = `((${index}) & ${lanes - 1}u) * ${bits}u`;
  if (dtypeInfo[dtype].kind === "int")
    return `extractBits(bitcast<i32>(${word}), ${shift}, ${bits}u)`;
  return fromBitsText(`extractBits(${word}, ${shift}, ${bits}u)`, dtype);
}

/** WGSL of one of the four elements of a quad. */
export function quadLaneText(dtype: DType, quad: string, lane: number): string {
  const { lanes } = storageOf(dtype);
  const word = lanes === 4 ? quad : `${quad}.${"xyzw"[Math.floor(lane / lanes)]}`;
  return laneText(dtype, word, `${lane}u`);
}

/** WGSL of the quad that holds four values. */
export function quadText(dtype: DType, values: readonly string[]): string {
  const { lanes, quad } = storageOf(dtype);
  if (lanes === 1) return `${quad}(${values.join(", ")})`;
  const words: string[] = [];
  for (let first = 0; first < 4; first += lanes) {
    const parts = values.slice(first, first + lanes);
    words.push(
      parts.map((value, i) => `(${packText(dtype, value)} << ${(i * 32) / lanes}u)`).join(" | "),
    );
  }
  return lanes === 4 ? (words[0] as string) : `vec2u(${words.join(", ")})`; // one word of four
}

/** WGSL of the value whose bits are the low ones of `word`, all others being zero. */
export function fromBitsText(word: string, dtype: DType): string {
  switch (dtype) {
    case "float16":
      return `halfValue(${word})`;
    case "bfloat16":
      return `bitcast<f32>(${word} << 16u)`;
    case "float32":
      return `bitcast<f32>(${word})`;
    case "bool":
      return `(${word} != 0u)`;
    default: {
      const { kind, bits } = dtypeInfo[dtype];
      if (kind !== "int") return word;
      const signed = `bitcast<i32>(${word})`;
      return bits === 32 ? signed : `extractBits(${signed}, 0u, ${bits}u)`;
    }
  }
}

/** WGSL of the bits of a value in the low ones of a word, all others being zero. */
export function bitsText(value: string, dtype: DType): string {
  switch (dtype) {
    case "float16":
      return `halfBits(${value})`;
    case "bfloat16":
      return `brainBits(${value})`;
    case "bool":
      return `select(0u, 1u, ${value})`;
    default: {
      const { kind, bits } = dtypeInfo[dtype];
      if (kind === "uint") return value;
      const word = `bitcast<u32>(${value})`;
      return bits === 32 ? word : `(${word} & ${2 ** bits - 1}u)`;
    }
  }
}

/** WGSL of the low `32 / lanes` bits that stand for `value`, for dtypes narrower than a word. */
export function packText(dtype: DType, value: string): string {
  return bitsText(value, dtype);
}
