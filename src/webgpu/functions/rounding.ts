import type { Functions } from "./functions.ts";

/** Floats to whole numbers and integers; fractions, remainders. */
export const roundingFunctions: Functions = {
  /** Both halves are exact, so that their sum rounds once; drivers convert in two steps that round. */
  uintToFloat:
    "fn uintToFloat(x: u32) -> f32 { return f32(x >> 16u) * 65536.0 + f32(x & 0xffffu); }",
  floorOf: `fn floorOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (bits > 0x80000000u && bits < 0x80800000u) { return -1.0; }
  return withSign(floor(x), x);
}`,
  ceilOf: `fn ceilOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if (bits > 0u && bits < 0x800000u) { return 1.0; }
  return withSign(ceil(x), x);
}`,
  roundAwayOf: `fn roundAwayOf(x: f32) -> f32 {
  if (sizeBits(x) >= 0x4b000000u) { return x; }
  let whole = trunc(x);
  let rest = abs(x - whole);
  return withSign(abs(whole) + select(0.0, 1.0, rest >= 0.5), x);
}`,
  /** Toward zero, kept in range; NaN gives 0. */
  toInt: `fn toInt(x: f32, low: f32, lowest: i32, high: f32, highest: i32) -> i32 {
  if (isNan(x)) { return 0; }
  if (x >= high) { return highest; }
  if (x <= low) { return lowest; }
  return i32(x);
}`,
  toUint: `fn toUint(x: f32, high: f32, highest: u32) -> u32 {
  if (isNan(x) || !(x > 0.0)) { return 0u; }
  if (x >= high) { return highest; }
  return u32(x);
}`,
  /** The exact remainder, eight bits of the quotient at a time. */
  remainderOf: `fn remainderOf(x: f32, y: f32) -> f32 {
  let p = sizeBits(x);
  let q = sizeBits(y);
  if (p >= 0x7f800000u || q > 0x7f800000u || q == 0u) { return fromBits(0x7fc00000u); }
  if (p < q) { return x; }
  var exponent = i32(max(p >> 23u, 1u));
  let target_ = i32(max(q >> 23u, 1u));
  var rest = select(p & 0x7fffffu, (p & 0x7fffffu) | 0x800000u, p >= 0x800000u);
  let divisor = select(q & 0x7fffffu, (q & 0x7fffffu) | 0x800000u, q >= 0x800000u);
  rest = rest % divisor;
  while (exponent > target_) {
    let step = min(exponent - target_, 8);
    rest = (rest << u32(step)) % divisor;
    exponent -= step;
  }
  let sign = bitcast<u32>(x) & 0x80000000u;
  if (rest == 0u) { return bitcast<f32>(sign); }
  // The rest times 2^(exponent - 150), whose leading bit goes to its place.
  let shift = min(i32(countLeadingZeros(rest)) - 8, exponent - 1);
  let fraction = rest << u32(shift);
  let field = select(0u, u32(exponent - shift), fraction >= 0x800000u);
  return bitcast<f32>(sign | (field << 23u) | (fraction & 0x7fffffu));
}`,
};
