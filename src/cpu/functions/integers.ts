/**
 * Integer arithmetic on numbers that hold int8, int16, int32, uint8, uint16 or uint32 values.
 *
 * Signed functions take and give values from -2^31 to 2^31 - 1, unsigned ones from 0 to 2^32 - 1.
 * Where a function takes a width, it serves 8, 16 and 32 bits; elsewhere narrow results are made by
 * the wrap functions of conversion.ts.
 */

/** Quotient of two int32 toward zero; -1 for a zero divisor, and -2^31 / -1 wraps to -2^31. */
export function divideInt32(x: number, y: number): number {
  return y === 0 ? -1 : (x / y) | 0;
}

/** Quotient of two uint32 toward zero; 4294967295, all bits one, for a zero divisor. */
export function divideUint32(x: number, y: number): number {
  return y === 0 ? 4294967295 : (x / y) >>> 0;
}

/** Remainder of two int32 with the sign of the dividend; `x` for a zero divisor. Never -0. */
export function remainderInt32(x: number, y: number): number {
  return y === 0 ? x : (x % y) | 0;
}

/** Remainder of two uint32; `x` for a zero divisor. */
export function remainderUint32(x: number, y: number): number {
  return y === 0 ? x : x % y;
}

/** Low 32 bits of the product of two int32, as int32. */
export function multiplyInt32(x: number, y: number): number {
  return Math.imul(x, y);
}

/** Low 32 bits of the product of two uint32, as uint32. */
export function multiplyUint32(x: number, y: number): number {
  return Math.imul(x, y) >>> 0;
}

/** Whether a shift count lies inside the width; negative counts do not. */
function inside(count: number, bits: number): boolean {
  return count >= 0 && count < bits;
}

/** Shifts a signed integer of `bits` bits left, dropping what leaves; 0 for a count outside the width. */
export function shiftLeftSigned(x: number, count: number, bits: number): number {
  const spare = 32 - bits;
  return inside(count, bits) ? (x << (count + spare)) >> spare : 0;
}

/** Shifts an unsigned integer of `bits` bits left, dropping what leaves; 0 for a count outside the width. */
export function shiftLeftUnsigned(x: number, count: number, bits: number): number {
  const spare = 32 - bits;
  return inside(count, bits) ? (x << (count + spare)) >>> spare : 0;
}

/**
 * Shifts the bits of a signed integer right, filling with zeros; 0 for a count outside the width.
 *
 * The bits are those of the given width: -1 of 8 bits shifted by 1 is 127.
 */
export function shiftRightLogicalSigned(x: number, count: number, bits: number): number {
  const spare = 32 - bits;
  if (!inside(count, bits)) return 0;
  // at count 0 the top bit is the sign again
  return count === 0 ? x : (x << spare) >>> (spare + count);
}

/** Shifts an unsigned integer right, filling with zeros; 0 for a count outside the width. */
export function shiftRightLogicalUnsigned(x: number, count: number, bits: number): number {
  return inside(count, bits) ? x >>> count : 0;
}

/** Shifts a signed integer right, filling with its sign; -1 or 0 for a count outside the width. */
export function shiftRightArithmeticSigned(x: number, count: number, bits: number): number {
  return x >> (inside(count, bits) ? count : 31);
}

/**
 * Shifts an unsigned integer right, filling with its top bit, as XLA does for unsigned operands;
 * all bits of the width or none for a count outside it.
 */
export function shiftRightArithmeticUnsigned(x: number, count: number, bits: number): number {
  const spare = 32 - bits;
  const signed = (x << spare) >> spare;
  return ((signed >> (inside(count, bits) ? count : 31)) << spare) >>> spare;
}

/** How many bits of an integer of `bits` bits are one. */
export function populationCount(x: number, bits: number): number {
  let v = x << (32 - bits);
  v -= (v >>> 1) & 0x55555555;
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  v = (v + (v >>> 4)) & 0x0f0f0f0f;
  return Math.imul(v, 0x01010101) >>> 24;
}

/** How many zeros lead an integer of `bits` bits; `bits` for 0. */
export function countLeadingZeros(x: number, bits: number): number {
  const zeros = Math.clz32(x << (32 - bits));
  return zeros < bits ? zeros : bits;
}

/** High 32 bits of the 64-bit product of two uint32. */
export function multiplyHighUint32(x: number, y: number): number {
  const xLow = x & 0xffff;
  const xHigh = x >>> 16;
  const yLow = y & 0xffff;
  const yHigh = y >>> 16;
  // each sum stays below 2^33, so doubles carry it exactly
  const middle = xHigh * yLow + Math.floor((xLow * yLow) / 65536);
  const other = xLow * yHigh + (middle % 65536);
  return (xHigh * yHigh + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
}

/** High 32 bits of the 64-bit product of two int32. */
export function multiplyHighInt32(x: number, y: number): number {
  const unsigned = multiplyHighUint32(x >>> 0, y >>> 0);
  return (unsigned - (x < 0 ? y : 0) - (y < 0 ? x : 0)) | 0;
}

/**
 * Integer power by repeated squaring, low 32 bits as int32; 0^0 is 1.
 *
 * `exponent` is from 0 to 2^32 - 1; a negative one, which has no integer result, gives 1/x truncated
 * like `divideInt32`: 1 for base 1, ±1 for base -1, -1 (division by zero) for base 0, else 0.
 * For uint32 and narrower types wrap the result; low bits of a product depend on low bits only.
 */
export function powerInt32(base: number, exponent: number): number {
  if (exponent < 0) {
    const odd = (exponent & 1) !== 0;
    if (base === 1 || base === -1) return odd ? base : 1;
    return base === 0 ? -1 : 0;
  }
  let result = 1;
  let square = base | 0;
  let rest = exponent >>> 0;
  while (rest !== 0) {
    if (rest & 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
    rest >>>= 1;
  }
  return result;
}
