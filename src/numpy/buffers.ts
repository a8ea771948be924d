import { byteWidth, checkDtype, type DType, hostArray, type TypedArray } from "../core/dtype.ts";
import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { NDArray } from "../core/value.ts";
import { bitcastConvertType } from "../lax/ops/convert.ts";
import { fromNumbers } from "./creation.ts";

/** Options of `frombuffer`. */
export interface BufferOptions {
  /** Dtype of the elements; float32. */
  dtype?: DType | undefined;
  /** How many elements; -1, the default, for all. */
  count?: number | undefined;
  /** Where to start, in bytes. */
  offset?: number | undefined;
}

/**
 * Vector of the elements in a buffer, which is copied, least significant byte first.
 *
 * @throws ArgumentError if the buffer has no whole number of them, or not as many as asked for.
 */
export function frombuffer(
  buffer: ArrayBufferLike | ArrayBufferView,
  options?: BufferOptions,
): NDArray {
  checkOptions("numpy.frombuffer", options, ["dtype", "count", "offset"]);
  const { count = -1, offset = 0 } = options ?? {};
  const dtype = checkDtype(options?.dtype ?? "float32", "numpy.frombuffer");
  const bytes = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  const width = byteWidth(dtype);
  const length = count < 0 ? (bytes.length - offset) / width : count;
  if (!Number.isInteger(length) || offset + length * width > bytes.length) {
    throw new ArgumentError(
      `numpy.frombuffer: a whole number of ${dtype} elements is required, got ${bytes.length - offset} bytes; pass count or offset`,
    );
  }
  const copy = bytes.slice(offset, offset + length * width);
  if (dtype === "float16" || dtype === "bfloat16") {
    const bits = new Uint16Array(copy.buffer);
    return bitcastConvertType(fromNumbers(bits, [length], "uint16"), dtype);
  }
  const data: TypedArray = hostArray(dtype, length);
  new Uint8Array(data.buffer).set(copy);
  return fromNumbers(data, [length], dtype);
}
