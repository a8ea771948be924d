import type { Functions } from "./functions.ts";

/**
 * Floats told apart by their bits: drivers may assume that there is no NaN and no infinity, and
 * flush what is below the normal numbers.
 */
export const bitFunctions: Functions = {
  // A call is no constant expression, in which WGSL refuses infinities and NaN.
  fromBits: "fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }",
  sizeBits: "fn sizeBits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffffu; }",
  isNan: "fn isNan(x: f32) -> bool { return sizeBits(x) > 0x7f800000u; }",
  isFiniteFloat: "fn isFiniteFloat(x: f32) -> bool { return sizeBits(x) < 0x7f800000u; }",
  negated: "fn negated(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u); }",
  withoutSign: "fn withoutSign(x: f32) -> f32 { return bitcast<f32>(sizeBits(x)); }",
  withSign: `fn withSign(size: f32, sign: f32) -> f32 {
  return bitcast<f32>(sizeBits(size) | (bitcast<u32>(sign) & 0x80000000u));
}`,
  signOf: `fn signOf(x: f32) -> f32 {
  let size = sizeBits(x);
  if (size == 0u || size > 0x7f800000u) { return x; }
  return bitcast<f32>(0x3f800000u | (bitcast<u32>(x) & 0x80000000u));
}`,
  /** An integer that grows with the number; one for both zeros. */
  placeOf: `fn placeOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  return select(bits, -(bits & 0x7fffffff), bits < 0);
}`,
  isEqual: `fn isEqual(x: f32, y: f32) -> bool {
  return placeOf(x) == placeOf(y) && !isNan(x);
}`,
  isBelow: `fn isBelow(x: f32, y: f32) -> bool {
  return placeOf(x) < placeOf(y) && !isNan(x) && !isNan(y);
}`,
  isAtMost: `fn isAtMost(x: f32, y: f32) -> bool {
  return placeOf(x) <= placeOf(y) && !isNan(x) && !isNan(y);
}`,
  /** An integer that grows with the number, -0 below 0, NaN above all. */
  rankOf: `fn rankOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  let rank = bits ^ ((bits >> 31u) & 0x7fffffff);
  return select(rank, 0x7fc00000, isNan(x));
}`,
  /** The same with NaN below all. */
  lowRankOf: `fn lowRankOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  let rank = bits ^ ((bits >> 31u) & 0x7fffffff);
  return select(rank, bitcast<i32>(0x803fffffu), isNan(x));
}`,
  ofRank:
    "fn ofRank(rank: i32) -> f32 { return bitcast<f32>(rank ^ ((rank >> 31u) & 0x7fffffff)); }",
  maximum: "fn maximum(x: f32, y: f32) -> f32 { return ofRank(max(rankOf(x), rankOf(y))); }",
  minimum: "fn minimum(x: f32, y: f32) -> f32 { return ofRank(min(lowRankOf(x), lowRankOf(y))); }",
  nextAfterBits: `fn nextAfterBits(x: f32, y: f32, unit: u32) -> f32 {
  if (isNan(x) || isNan(y)) { return fromBits(0x7fc00000u); }
  let here = placeOf(x);
  let to = placeOf(y);
  if (here == to) { return y; }
  if (here == 0) { return bitcast<f32>((bitcast<u32>(y) & 0x80000000u) | unit); }
  let bits = bitcast<u32>(x);
  return bitcast<f32>(select(bits - unit, bits + unit, (to > here) == (here > 0)));
}`,
  /** x times 2^k for normal x, exact but for one rounding where the result is below the normal numbers. */
  scaleByPower: `fn scaleByPower(x: f32, k: i32) -> f32 {
  let bits = bitcast<u32>(x);
  let exponent = i32((bits >> 23u) & 255u) + k;
  if (exponent > 0 && exponent < 255) { return bitcast<f32>(bits + (bitcast<u32>(k) << 23u)); }
  let sign = bits & 0x80000000u;
  if (exponent >= 255) { return bitcast<f32>(sign | 0x7f800000u); }
  if (exponent < -24) { return bitcast<f32>(sign); }
  let shift = u32(1 - exponent);
  let fraction = (bits & 0x7fffffu) | 0x800000u;
  let rest = fraction & ((1u << shift) - 1u);
  let half = 1u << (shift - 1u);
  let whole = fraction >> shift;
  let up = rest > half || (rest == half && (whole & 1u) == 1u);
  return bitcast<f32>(sign | (whole + select(0u, 1u, up)));
}`,
};
