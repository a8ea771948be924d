import type { Functions } from "./functions.ts";

/** Rounding to narrower floats, to nearest and ties to even, in integers alone. */
export const narrowFunctions: Functions = {
  /** Nearest float16. */
  roundHalf: `fn roundHalf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let sign = bits & 0x80000000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return x; }
  if (size >= 0x477ff000u) { return bitcast<f32>(sign | 0x7f800000u); }
  if (size >= 0x38800000u) {
    return bitcast<f32>(sign | ((size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u));
  }
  let exponent = size >> 23u;
  if (exponent < 102u) { return bitcast<f32>(sign); }
  let fraction = (size & 0x7fffffu) | 0x800000u;
  let shift = 126u - exponent;
  let low = fraction & ((1u << shift) - 1u);
  let half = 1u << (shift - 1u);
  let count = fraction >> shift;
  let up = low > half || (low == half && (count & 1u) == 1u);
  let units = f32(count + select(0u, 1u, up)) * 5.9604644775390625e-8f;
  return bitcast<f32>(sign | bitcast<u32>(units));
}`,
  /** Nearest bfloat16. */
  roundBrain: `fn roundBrain(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let up = (bits + 0x7fffu + ((bits >> 16u) & 1u)) & 0xffff0000u;
  return bitcast<f32>(select(up, bits, (bits & 0x7fffffffu) > 0x7f800000u));
}`,
  /** Bits of a float16 that a float32 holds. */
  halfBits: `fn halfBits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7e00u; }
  if (size == 0x7f800000u) { return sign | 0x7c00u; }
  if (size < 0x38800000u) { return sign | u32(bitcast<f32>(size) * 16777216.0f); }
  return sign | ((size >> 13u) - 114688u);
}`,
  /** Value of the low 16 bits as a float16. */
  halfValue: `fn halfValue(bits: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let size = bits & 0x7fffu;
  if (size >= 0x7c00u) {
    return bitcast<f32>(sign | select(0x7fc00000u, 0x7f800000u, size == 0x7c00u));
  }
  if (size < 0x400u) {
    return bitcast<f32>(sign | bitcast<u32>(f32(size) * 5.9604644775390625e-8f));
  }
  return bitcast<f32>(sign | ((size << 13u) + 0x38000000u));
}`,
  /** Bits of a bfloat16 that a float32 holds. */
  brainBits: `fn brainBits(x: f32) -> u32 {
  return select(bitcast<u32>(x) >> 16u, 0x7fc0u, isNan(x));
}`,
  nextAfterHalf: `fn nextAfterHalf(x: f32, y: f32) -> f32 {
  let here = placeOf(x);
  let to = placeOf(y);
  if (isNan(x) || isNan(y)) { return fromBits(0x7fc00000u); }
  if (here == to) { return y; }
  if (here == 0) { return withSign(5.9604644775390625e-8f, y); }
  let bits = halfBits(x);
  return halfValue(select(bits - 1u, bits + 1u, (to > here) == (here > 0)));
}`,
  /** A trip through a narrower format, from one of these widths. */
  reducedPrecision: `fn reducedPrecision(
  x: f32, exponentBits: u32, mantissaBits: u32, ownExponentBits: u32, ownMantissaBits: u32
) -> f32 {
  let bits = bitcast<u32>(x);
  let sign = bits & 0x80000000u;
  var size = bits & 0x7fffffffu;
  if (size == 0u || size >= 0x7f800000u) { return x; }
  let ownBias = (1u << (ownExponentBits - 1u)) - 1u;
  if (mantissaBits < ownMantissaBits) {
    // Below the normal numbers of its format a number has fewer bits to lose.
    let least = (128u - ownBias) << 23u;
    var drop = 23u - mantissaBits;
    if (size < least && ownExponentBits < 8u) { drop += (least >> 23u) - (size >> 23u); }
    if (drop > 24u) {
      size = 0u;
    } else if (drop == 24u) {
      let up = size & 0x7fffffu;
      size = select(0u, (size & 0x7f800000u) + 0x800000u, up > 0u);
    } else {
      size = (size + (1u << (drop - 1u)) - 1u + ((size >> drop) & 1u)) & ~((1u << drop) - 1u);
    }
  }
  let bias = (1u << (exponentBits - 1u)) - 1u;
  if (exponentBits < ownExponentBits && size < ((128u - bias) << 23u)) { size = 0u; }
  if (size >= ((128u + bias) << 23u)) { size = 0x7f800000u; }
  return bitcast<f32>(sign | size);
}`,
};
