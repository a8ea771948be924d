/** A binary floating-point format of IEEE shape: sign, biased exponent, fraction. */
export interface FloatFormat {
  /** Width of the exponent field, 1 to 8. */
  readonly exponentBits: number;
  /** Width of the stored fraction, 0 to 23. */
  readonly mantissaBits: number;
}

const binary32: FloatFormat = { exponentBits: 8, mantissaBits: 23 };

const doubles = new Float64Array(1);
const words = new Uint32Array(doubles.buffer);
const bigWords = new BigInt64Array(doubles.buffer);
const singles = new Float32Array(1);
const singleBits = new Int32Array(singles.buffer);

/** Index of the word with sign and exponent: 1 on little-endian machines, 0 on the others. */
const high = new Uint32Array(new Float64Array([1]).buffer)[1] === 0x3ff00000 ? 1 : 0;

/**
 * Nearest even multiple rule on a finite, non-negative double: keeps `mantissaBits` below the leading
 * bit, fewer below `smallest`, the least normal number. Adding and taking away a power of two whose
 * last place is the wanted one makes the double adder do the rounding, once and exactly.
 */
function roundSignificand(size: number, mantissaBits: number, smallest: number): number {
  doubles[0] = size < smallest ? smallest : size;
  // the word index is 0 or 1, always inside the view
  words[high] = (words[high]! & 0x7ff00000) + ((52 - mantissaBits) << 20);
  words[1 - high] = 0;
  const anchor = doubles[0];
  return size + anchor - anchor;
}

/**
 * The float16 nearest to a double, ties to even, as a double.
 *
 * Rounds once, from the double itself. Subnormals (multiples of 2^-24) are kept; sizes from 65520 on
 * become infinite. NaN, infinities and signed zeros are returned as they are.
 */
export function toFloat16(x: number): number {
  const size = Math.abs(x);
  if (size >= 65520) return x < 0 ? -Infinity : Infinity;
  if (!(size > 0)) return x;
  const rounded = roundSignificand(size, 10, 6.103515625e-5);
  return x < 0 ? -rounded : rounded;
}

/** Half a step above the greatest finite bfloat16, 0x1.ffp127. */
const bfloat16Overflow = (2 - 2 ** -8) * 2 ** 127;

/**
 * The bfloat16 nearest to a double, ties to even, as a double.
 *
 * Rounds once, from the double itself: by way of float32, 1 + 2^-8 + 2^-40 would lose its last bit,
 * become a tie and end at 1. Subnormals (multiples of 2^-133) are kept; sizes from
 * (2 - 2^-8) 2^127 on become infinite. NaN, infinities and signed zeros are returned as they are.
 */
export function toBfloat16(x: number): number {
  const size = Math.abs(x);
  if (size >= bfloat16Overflow) return x < 0 ? -Infinity : Infinity;
  if (!(size > 0)) return x;
  const rounded = roundSignificand(size, 7, 2 ** -126);
  return x < 0 ? -rounded : rounded;
}

/** Bits of the float16 nearest to a number, as an integer from 0 to 65535; NaN gives 0x7e00. */
export function float16ToBits(x: number): number {
  const value = toFloat16(x);
  if (value !== value) return 0x7e00;
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (size === Infinity) return sign | 0x7c00;
  // below the normal range the field is the value itself in units of 2^-24
  if (size < 6.103515625e-5) return sign | (size * 16777216);
  doubles[0] = size;
  // the word index is 0 or 1, always inside the view
  return sign | ((words[high]! >>> 10) - (1008 << 10));
}

/** Value of 16 bits read as a float16; only the low 16 bits of the argument count. */
export function float16FromBits(bits: number): number {
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 5.960464477539063e-8;
  doubles[0] = 0;
  words[high] = ((exponent + 1008) << 20) | (fraction << 10);
  return sign * doubles[0];
}

/** Bits of the bfloat16 nearest to a number, as an integer from 0 to 65535; NaN gives 0x7fc0. */
export function bfloat16ToBits(x: number): number {
  if (x !== x) return 0x7fc0;
  singles[0] = toBfloat16(x);
  // a view of one element
  return singleBits[0]! >>> 16;
}

/** Value of 16 bits read as a bfloat16; only the low 16 bits of the argument count. */
export function bfloat16FromBits(bits: number): number {
  singleBits[0] = bits << 16;
  return singles[0]!; // a view of one element
}

/** Where every double is an integer, and adding 2^52 rounds to one. */
const integersFrom = 4503599627370496;

/**
 * The nearest integer, ties to the even one.
 *
 * Edge values: the sign survives (-0.4 gives -0); NaN, infinities and sizes from 2^52 on unchanged.
 */
export function roundHalfEven(x: number): number {
  if (!(Math.abs(x) < integersFrom)) return x;
  if (x > 0) return x + integersFrom - integersFrom;
  return x < 0 ? -(integersFrom - x - integersFrom) : x;
}

/**
 * The nearest integer, ties away from zero.
 *
 * Edge values: the sign survives (-0.4 gives -0), 0.49999999999999994 gives 0; NaN, infinities and
 * sizes from 2^52 on unchanged.
 */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  // the difference is exact; adding a half before truncating would not be
  if (Math.abs(x - whole) >= 0.5) return whole + (x < 0 ? -1 : 1);
  return whole;
}

/**
 * The value of `x` after a trip through a narrower format, as `lax.reduce_precision` has it.
 *
 * `x` is a number of the `source` format, by default float32. The fraction is rounded to nearest
 * even; without fraction bits a tie goes to the even exponent, since that is then the last bit.
 * Only where the exponent field is really narrower, sizes above its range become infinite and sizes
 * below its normal range become zero of the same sign: the narrow format has no subnormals here.
 * NaN is kept, even where no fraction bit could say so.
 *
 * Source: XLA's operation ReducePrecision; the sample values in the tests come from JAX.
 */
export function reducePrecision(
  x: number,
  exponentBits: number,
  mantissaBits: number,
  source: FloatFormat = binary32,
): number {
  const size = Math.abs(x);
  if (!(size > 0) || size === Infinity) return x;
  const sourceBias = 2 ** (source.exponentBits - 1) - 1;
  const smallest = 2 ** (1 - sourceBias);
  let rounded = size;
  if (mantissaBits < source.mantissaBits) {
    rounded = roundSignificand(size, mantissaBits, smallest);
    if (mantissaBits === 0) rounded = tieOnExponent(size, rounded, smallest, sourceBias);
  }
  const bias = 2 ** (Math.min(exponentBits, source.exponentBits) - 1) - 1;
  if (exponentBits < source.exponentBits && rounded < 2 ** (1 - bias)) rounded = 0;
  if (rounded >= 2 ** (bias + 1)) rounded = Infinity;
  return x < 0 ? -rounded : rounded;
}

/** Rounding without fraction bits: halfway between two powers of two, the even biased exponent wins. */
function tieOnExponent(size: number, rounded: number, smallest: number, bias: number): number {
  doubles[0] = size;
  // the word index is 0 or 1, always inside the view
  const exponent = (words[high]! >>> 20) - 1023;
  const below = 2 ** exponent;
  if (size < smallest || size !== 1.5 * below) return rounded;
  return (exponent + bias) % 2 === 0 ? below : 2 * below;
}

/** The next integer key from that of `x` towards `y`, where keys order floats of one width. */
function step(bits: number, upward: boolean): number {
  return upward ? bits + 1 : bits - 1;
}

/**
 * The float32 that follows `x` in the direction of `y`; `x` must be a float32.
 *
 * Edge values: NaN if either is NaN; `y` itself, with its sign, where the two are equal; from zero
 * the least subnormal with the sign of `y`; from the greatest finite number infinity.
 */
export function nextAfter32(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 1.401298464324817e-45 : -1.401298464324817e-45;
  singles[0] = x;
  // a view of one element; bits grow with the size, whatever the sign
  singleBits[0] = step(singleBits[0]!, y > x === x > 0);
  return singles[0];
}

/** The float64 that follows `x` in the direction of `y`, with the edge values of `nextAfter32`. */
export function nextAfter64(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 5e-324 : -5e-324;
  doubles[0] = x;
  // a view of one element
  bigWords[0] = bigWords[0]! + (y > x === x > 0 ? 1n : -1n);
  return doubles[0];
}

/** The float16 that follows `x`, with the edge values of `nextAfter32`; `x` must be a float16. */
export function nextAfterFloat16(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 2 ** -24 : -(2 ** -24);
  return float16FromBits(step(float16ToBits(x), y > x === x > 0));
}

/** The bfloat16 that follows `x`, with the edge values of `nextAfter32`; `x` must be a bfloat16. */
export function nextAfterBfloat16(x: number, y: number): number {
  if (x !== x || y !== y) return NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? 2 ** -133 : -(2 ** -133);
  return bfloat16FromBits(step(bfloat16ToBits(x), y > x === x > 0));
}
