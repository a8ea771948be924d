import { type DType, dtypeInfo, integerRange, type TypedArray } from "../../core/dtype.ts";

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** Positions that still fit beside a key of 32 bits in the 53 bits of an exact number. */
const positionCount = 2 ** 21;

/** Whether a key of `dtype` and a position below `extent` fit in one exact number. */
export function isPackable(dtype: DType, extent: number): boolean {
  return dtypeInfo[dtype].bits <= 32 && extent <= positionCount;
}

/**
 * Integer below 2^32 in the order of sorting: zeros alike, NaN above infinity. The bits of a
 * float, read as an integer, are in order of size; those of negative ones run the other way.
 */
function singleKey(x: number): number {
  if (x !== x) return 0xffffffff;
  single[0] = x === 0 ? 0 : x;
  const word = bits[0] as number; // there is one word
  return (word & 0x80000000) === 0 ? word + 0x80000000 : ~word >>> 0;
}

/**
 * Positions 0 to `extent - 1` of a column in the order of its elements, equal ones as they came.
 * Element `k` is at `start + k*step`.
 */
export function sortedPacked(
  data: TypedArray,
  dtype: DType,
  start: number,
  step: number,
  extent: number,
): Float64Array {
  const packed = new Float64Array(extent);
  const isFloat = dtypeInfo[dtype].kind === "float";
  const least = isFloat ? 0 : integerRange(dtype)[0];
  for (let k = 0; k < extent; k++) {
    const x = data[start + k * step] as number; // in the column
    packed[k] = (isFloat ? singleKey(x) : x - least) * positionCount + k;
  }
  packed.sort();
  for (let k = 0; k < extent; k++) packed[k] = (packed[k] as number) % positionCount; // as above
  return packed;
}
