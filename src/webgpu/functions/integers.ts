import type { Functions } from "./functions.ts";

/** Integer arithmetic that WGSL leaves open or lacks. */
export const integerFunctions: Functions = {
  divideInt: `fn divideInt(x: i32, y: i32) -> i32 {
  if (y == 0) { return -1; }
  if (y == -1) { return -x; }
  return x / y;
}`,
  divideUint:
    "fn divideUint(x: u32, y: u32) -> u32 { return select(x / max(y, 1u), 0xffffffffu, y == 0u); }",
  remainderInt: `fn remainderInt(x: i32, y: i32) -> i32 {
  if (y == 0) { return x; }
  if (y == -1) { return 0; }
  return x % y;
}`,
  remainderUint:
    "fn remainderUint(x: u32, y: u32) -> u32 { return select(x % max(y, 1u), x, y == 0u); }",
  highUint: `fn highUint(x: u32, y: u32) -> u32 {
  let a = x & 0xffffu;
  let b = x >> 16u;
  let c = y & 0xffffu;
  let d = y >> 16u;
  let middle = b * c + ((a * c) >> 16u);
  let other = a * d + (middle & 0xffffu);
  return b * d + (middle >> 16u) + (other >> 16u);
}`,
  highInt: `fn highInt(x: i32, y: i32) -> i32 {
  let high = bitcast<i32>(highUint(bitcast<u32>(x), bitcast<u32>(y)));
  return high - select(0, y, x < 0) - select(0, x, y < 0);
}`,
  powerUint: `fn powerUint(base: u32, exponent: u32) -> u32 {
  var result = 1u;
  var square = base;
  var rest = exponent;
  while (rest != 0u) {
    if ((rest & 1u) == 1u) { result = result * square; }
    square = square * square;
    rest = rest >> 1u;
  }
  return result;
}`,
  powerInt: `fn powerInt(base: i32, exponent: i32) -> i32 {
  if (exponent < 0) {
    if (base == 1 || base == -1) { return select(1, base, (exponent & 1) != 0); }
    return select(0, -1, base == 0);
  }
  return bitcast<i32>(powerUint(bitcast<u32>(base), bitcast<u32>(exponent)));
}`,
  shiftLeft: `fn shiftLeft(x: u32, count: u32, bits: u32) -> u32 {
  return select(0u, x << (count & 31u), count < bits);
}`,
  shiftRight: `fn shiftRight(x: u32, count: u32, bits: u32) -> u32 {
  return select(0u, x >> (count & 31u), count < bits);
}`,
  shiftRightSigned: `fn shiftRightSigned(x: i32, count: u32, bits: u32) -> i32 {
  return x >> select(31u, count & 31u, count < bits);
}`,
};
