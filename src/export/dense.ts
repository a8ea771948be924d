import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { byteWidth, type DType, hostArray, isFloat } from "../core/dtype.ts";
import { literalValue } from "../core/number.ts";
import { getEvaluator } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";

/** The array that `dense<...>` is: one number for all, nested lists, or bytes. */
export function denseArray(text: string, aval: ShapedArray): NDArray {
  const body = text.slice(text.indexOf("<") + 1, -1).trim();
  const data = hostArray(aval.dtype, aval.size);
  if (body.startsWith('"0x')) {
    const hex = body.slice(3, -1);
    const width = byteWidth(aval.dtype);
    const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
      Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
    );
    const view = new DataView(bytes.buffer);
    const isRepeated = bytes.length === width;
    for (let i = 0; i < data.length; i++) {
      data[i] = elementAt(view, isRepeated ? 0 : i * width, aval.dtype);
    }
    return getEvaluator().upload(data, aval, "cpu");
  }
  const numbers = (body.match(/true|false|-?0x[0-9A-Fa-f]+|[-+.\w]+/g) ?? []).map((word) =>
    numberOf(word, aval.dtype),
  );
  if (numbers.length === 1 && aval.size !== 1) {
    return new DeviceArray(aval, null, null, numbers[0] as number); // there is one
  }
  if (aval.ndim === 0) return new DeviceArray(aval, null, null, numbers[0] as number); // as above
  numbers.forEach((value, i) => {
    data[i] = value;
  });
  return getEvaluator().upload(data, aval, "cpu");
}

function numberOf(word: string, dtype: DType): number {
  if (word === "true") return 1;
  if (word === "false") return 0;
  if (!word.startsWith("0x") || !isFloat(dtype)) return literalValue(Number(word), dtype);
  const width = byteWidth(dtype);
  const digits = word.slice(2).padStart(2 * width, "0");
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < width; i++) {
    view.setUint8(width - 1 - i, Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
  }
  return elementAt(view, 0, dtype);
}

/** One element from bytes, little endian. */
function elementAt(view: DataView, at: number, dtype: DType): number {
  switch (dtype) {
    case "float64":
      return view.getFloat64(at, true);
    case "float32":
      return view.getFloat32(at, true);
    case "bfloat16": {
      const wide = new DataView(new ArrayBuffer(4));
      wide.setUint16(0, view.getUint16(at, true));
      return wide.getFloat32(0);
    }
    case "float16":
      return halfAt(view.getUint16(at, true));
    case "uint32":
      return view.getUint32(at, true);
    case "int32":
      return view.getInt32(at, true);
    case "uint16":
      return view.getUint16(at, true);
    case "int16":
      return view.getInt16(at, true);
    case "int8":
      return view.getInt8(at);
    default:
      return view.getUint8(at);
  }
}

function halfAt(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
