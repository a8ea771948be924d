const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);
const double = new Float64Array(1);
const doubleWords = new Int32Array(double.buffer);
/** Which of the two words of a double holds its low bits. */
const lowWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** Bits of a float32 as an integer. */
export function bitsOf(x: number): number {
  single[0] = x;
  return singleBits[0] as number; // a view of one element, here and below
}

/** The float32 of these bits. */
export function fromBits(bits: number): number {
  singleBits[0] = bits;
  return single[0] as number;
}

/** Low 32 bits of a float64. */
export function lowBits(x: number): number {
  double[0] = x;
  return doubleWords[lowWord] as number; // a view of two elements
}

/** Whether a number has a negative sign, as -0 has; NaN has none. */
export function isNegative(x: number): boolean {
  return x < 0 || (x === 0 && 1 / x < 0);
}
