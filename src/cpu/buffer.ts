import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Buffer } from "../core/backend.ts";
import { type DType, dtypeInfo, hostArray, type TypedArray } from "../core/dtype.ts";
import { contiguousView, type View } from "../core/view.ts";
import { copyView } from "./copy.ts";
import type { HostOperand } from "./routine.ts";

/** Elements in host memory from position `start` of `data` on; `start` counts elements. */
export class CpuBuffer implements Buffer {
  readonly device = "cpu";
  readonly byteLength: number;
  readonly data: TypedArray;
  readonly start: number;

  constructor(data: TypedArray, start: number, byteLength: number) {
    this.data = data;
    this.start = start;
    this.byteLength = byteLength;
  }

  readSync(aval: ShapedArray, view: View | null): TypedArray {
    if (view === null) {
      return this.data.slice(this.start, this.start + aval.size * dtypeInfo[aval.dtype].words);
    }
    const source = view ?? contiguousView(aval.shape);
    return copyView(this.data, { ...source, offset: source.offset + this.start }, aval.dtype);
  }

  async read(aval: ShapedArray, view: View | null): Promise<TypedArray> {
    return this.readSync(aval, view);
  }

  dispose(): void {}
}

/** Largest array, in bytes, that is cut from a slab: larger ones cost little beside their work. */
const slabLimit = 1024;
const slabBytes = 16 * 1024;

interface Slab {
  data: TypedArray;
  used: number;
}

const slabs: (Slab | undefined)[] = [];

/**
 * Zeroed memory for `length` elements.
 *
 * Small pieces share a slab, since an own typed array costs half a microsecond to make and collect.
 */
export function allocate(dtype: DType, length: number): CpuBuffer {
  const { code, words } = dtypeInfo[dtype];
  const bytes = length * words * 8; // as if of the widest type, so that one bound serves all
  if (bytes > slabLimit || words !== 1) {
    const data = hostArray(dtype, length);
    return new CpuBuffer(data, 0, data.byteLength);
  }
  let slab = slabs[code];
  if (slab === undefined || slab.used + length > slab.data.length) {
    slab = { data: hostArray(dtype, slabBytes / 8), used: 0 };
    slabs[code] = slab;
  }
  const buffer = new CpuBuffer(slab.data, slab.used, length * slab.data.BYTES_PER_ELEMENT);
  slab.used += length;
  return buffer;
}

/** Node's memory that is not cleared; elsewhere there is none. */
const uncleared = (
  globalThis as { readonly Buffer?: { allocUnsafeSlow?(bytes: number): { buffer: ArrayBuffer } } }
).Buffer?.allocUnsafeSlow;

/** From so many bytes on, clearing memory takes longer than asking for memory that is not. */
const clearBytes = 16 * 1024;

/**
 * The largest piece that the C library of Linux may learn to keep: once a piece of this size has
 * been freed, pieces up to it are handed out again with their pages in place.
 */
const keptBytes = 31 * 1024 * 1024;
let isWarm = false;

/** Memory for `length` elements, all of which will be written: it need not hold zeros. */
export function allocateUnset(dtype: DType, length: number): CpuBuffer {
  const { bits, kind, words } = dtypeInfo[dtype];
  const bytes = (length * bits) / 8;
  const isPlain = words === 1 && (kind === "float" || kind === "int" || kind === "uint");
  if (uncleared === undefined || bytes < clearBytes || !isPlain || bits < 32) {
    return allocate(dtype, length);
  }
  if (!isWarm) isWarm = new ArrayBuffer(keptBytes).byteLength > 0; // dropped at once
  const data = typedArray(dtype, uncleared(bytes).buffer);
  return new CpuBuffer(data, 0, bytes);
}

function typedArray(dtype: DType, memory: ArrayBuffer): TypedArray {
  if (dtype === "float64") return new Float64Array(memory);
  if (dtype === "float32") return new Float32Array(memory);
  return dtype === "int32" ? new Int32Array(memory) : new Uint32Array(memory);
}

/** The elements of a cpu array where a routine or a kernel can read them. */
export function hostOperand(x: DeviceArray): HostOperand {
  const { aval, buffer, layout } = x;
  if (buffer === null) {
    const data = hostArray(aval.dtype, 1);
    data[0] = x.value;
    const strides = new Array<number>(aval.ndim).fill(0);
    return { aval, data, view: { shape: aval.shape, strides, offset: 0 } };
  }
  const { data, start } = buffer as CpuBuffer; // the evaluator hands cpu arrays to this device
  const source = layout ?? contiguousView(aval.shape);
  return { aval, data, view: start === 0 ? source : { ...source, offset: source.offset + start } };
}

/** An array over memory that a step has filled; one element becomes a number. */
export function wrap(aval: ShapedArray, buffer: CpuBuffer): DeviceArray {
  if (aval.ndim === 0 && dtypeInfo[aval.dtype].words === 1) {
    return new DeviceArray(aval, null, null, buffer.data[buffer.start] as number); // it has one
  }
  return new DeviceArray(aval, buffer, null, 0);
}
