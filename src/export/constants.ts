import type { ShapedArray } from "../core/aval.ts";
import { byteWidth, type DType, isFloat, type TypedArray } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { physical, tensorType } from "./tensor-types.ts";

/** More elements than this are written as bytes. */
const mostListed = 16;

const bits = new DataView(new ArrayBuffer(8));

/** A number as `dense` takes it; what has no decimal form is written by its bits. */
export function numberText(value: number, dtype: DType): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  if (!isFloat(dtype)) return String(value);
  if (!Number.isFinite(value)) return `0x${bitsText(value, dtype)}`;
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  if (/^-?\d+$/.test(text)) return `${text}.0`;
  return text.includes(".") ? text : text.replace("e", ".0e");
}

function bitsText(value: number, dtype: DType): string {
  const digits = 2 * byteWidth(dtype);
  putElement(bits, 0, value, dtype);
  let text = "";
  for (let i = digits / 2 - 1; i >= 0; i--) text += bits.getUint8(i).toString(16).padStart(2, "0");
  return text.toUpperCase();
}

/** Write one element, little endian, as wide as its dtype. */
export function putElement(view: DataView, at: number, value: number, dtype: DType): void {
  switch (dtype) {
    case "float64":
      view.setFloat64(at, value, true);
      return;
    case "float32":
      view.setFloat32(at, value, true);
      return;
    case "bfloat16":
      view.setUint16(at, brainBits(value), true);
      return;
    case "float16":
      view.setUint16(at, halfBits(value), true);
      return;
    case "uint32":
    case "int32":
      view.setUint32(at, value, true);
      return;
    case "uint16":
    case "int16":
      view.setUint16(at, value, true);
      return;
    default:
      view.setUint8(at, value);
  }
}

const word = new DataView(new ArrayBuffer(4));

/** Bits of a value that is a bfloat16 already. */
function brainBits(value: number): number {
  word.setFloat32(0, value);
  return word.getUint16(0);
}

/** Bits of a value that is a float16 already: sign, 5 bits of exponent, 10 of mantissa. */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return 0x7e00;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}

/** The elements as bytes, little endian. */
export function elementBytes(data: TypedArray, dtype: DType): Uint8Array {
  const width = byteWidth(dtype);
  const bytes = new Uint8Array(data.length * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) putElement(view, i * width, data[i] as number, dtype); // in range
  return bytes;
}

/** An array as an attribute: `dense<[1.0, 2.0]> : tensor<2xf32>`. */
export function denseText(data: TypedArray, aval: ShapedArray): string {
  const held = physical(aval);
  const type = tensorType(held);
  if (data.length !== held.size) {
    throw new ArgumentError(
      `exportStableHLO: a constant ${aval} of ${held.size} elements is required, got ${data.length}; pass arrays of their shape`,
    );
  }
  if (data.length === 0) return `dense<> : ${type}`;
  const first = data[0] as number; // there is one
  if (data.every((x) => Object.is(x, first))) {
    return `dense<${numberText(first, held.dtype)}> : ${type}`;
  }
  if (data.length > mostListed && held.dtype !== "bool") {
    return `dense<"0x${hexOf(elementBytes(data, held.dtype))}"> : ${type}`;
  }
  return `dense<${listText(data, held.dtype, held.shape, 0, 0)}> : ${type}`;
}

const hexDigits = Array.from({ length: 256 }, (_, i) =>
  i.toString(16).padStart(2, "0").toUpperCase(),
);

function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexDigits[byte];
  return text;
}

function listText(
  data: TypedArray,
  dtype: DType,
  shape: readonly number[],
  axis: number,
  start: number,
): string {
  const extent = shape[axis];
  if (extent === undefined) return numberText(data[start] as number, dtype); // within the data
  let stride = 1;
  for (const inner of shape.slice(axis + 1)) stride *= inner;
  const parts = Array.from({ length: extent }, (_, i) =>
    listText(data, dtype, shape, axis + 1, start + i * stride),
  );
  return `[${parts.join(", ")}]`;
}
