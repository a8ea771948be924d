import type { Functions } from "./functions.ts";

/**
 * Sines and their inverses. Sources: Cephes, single precision; Payne and Hanek's reduction.
 *
 * Up to 4096 quarter turns are taken off in four pieces of pi/2 of 11 bits each, whose products are
 * exact; more by 96 bits of 2/pi in integers.
 */
export const trigonometricFunctions: Functions = {
  wideProduct: "fn wideProduct(x: u32, y: u32) -> vec2u { return vec2u(x * y, highUint(x, y)); }",
  twoOverPi: `const twoOverPi = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u,
  0xdb629599u, 0x3c439041u, 0xfe5163abu);`,
  /** Distance to the nearest multiple of pi/2, and that multiple modulo 4. */
  quarterTurns: `struct QuarterTurns { rest: f32, count: u32 }
fn quarterTurns(x: f32) -> QuarterTurns {
  if (abs(x) < 6000.0) {
    let n = floor(x * 0.636619772f + 0.5);
    var r = x - n * 1.5703125f;
    r = r - n * 0.0004837512969970703f;
    r = r - n * 7.549533620476723e-8f;
    r = r - n * 2.563344151594519e-12f;
    return QuarterTurns(r, bitcast<u32>(i32(n)) & 3u);
  }
  let bits = sizeBits(x);
  let digits = ((bits & 0x7fffffu) | 0x800000u) << 8u;
  // The digits are a fraction with its point 'exponent' bits in; words of 2/pi from there on count.
  let exponent = (bits >> 23u) - 128u;
  let word = exponent >> 5u;
  let shift = exponent & 31u;
  var table = twoOverPi;
  var w0 = table[word];
  var w1 = table[word + 1u];
  var w2 = table[word + 2u];
  if (shift > 0u) {
    let w3 = table[word + 3u];
    w0 = (w0 << shift) | (w1 >> (32u - shift));
    w1 = (w1 << shift) | (w2 >> (32u - shift));
    w2 = (w2 << shift) | (w3 >> (32u - shift));
  }
  let low = wideProduct(digits, w2);
  let middle = wideProduct(digits, w1);
  var f1 = low.y + middle.x;
  var f0 = middle.y + select(0u, 1u, f1 < middle.x) + digits * w0;
  // Now f0 and f1 are the turns in units of 2^-2, modulo 4: two bits count quarters.
  var count = f0 >> 30u;
  f0 = (f0 << 2u) | (f1 >> 30u);
  f1 = f1 << 2u;
  var sign = 1.0;
  if (f0 >= 0x80000000u) {
    count += 1u;
    sign = -1.0;
    f1 = ~f1 + 1u;
    f0 = ~f0 + select(0u, 1u, f1 == 0u);
  }
  let zeros = countLeadingZeros(f0);
  if (zeros > 0u && zeros < 32u) { f0 = (f0 << zeros) | (f1 >> (32u - zeros)); }
  if (zeros >= 32u) { f0 = f1; }
  let rest = f32(f0 >> 8u) * 5.9604644775390625e-8f + f32(f0 & 255u) * 2.3283064365386963e-10f;
  let r = scaleByPower(rest * 1.57079633f, -i32(zeros));
  if (bitcast<u32>(x) >= 0x80000000u) { return QuarterTurns(-sign * r, (0u - count) & 3u); }
  return QuarterTurns(sign * r, count & 3u);
}`,
  sinNear: `fn sinNear(x: f32) -> f32 {
  let z = x * x;
  return x + x * (z * (-1.6666654611e-1f + z * (8.3321608736e-3f + z * -1.9515295891e-4f)));
}`,
  cosNear: `fn cosNear(x: f32) -> f32 {
  let z = x * x;
  return 1.0 + (z * z * (4.166664568298827e-2f + z * (-1.388731625493765e-3f
    + z * 2.443315711809948e-5f)) - 0.5 * z);
}`,
  sinOf: `fn sinOf(x: f32) -> f32 {
  let size = sizeBits(x);
  if (size >= 0x7f800000u) { return fromBits(0x7fc00000u); }
  if (size < 0x39800000u) { return x; }
  let turns = quarterTurns(x);
  let value = select(sinNear(turns.rest), cosNear(turns.rest), (turns.count & 1u) == 1u);
  return select(value, -value, turns.count >= 2u);
}`,
  cosOf: `fn cosOf(x: f32) -> f32 {
  if (sizeBits(x) >= 0x7f800000u) { return fromBits(0x7fc00000u); }
  let turns = quarterTurns(x);
  let value = select(cosNear(turns.rest), sinNear(turns.rest), (turns.count & 1u) == 1u);
  return select(value, -value, turns.count == 1u || turns.count == 2u);
}`,
  tanOf: `fn tanOf(x: f32) -> f32 {
  let size = sizeBits(x);
  if (size >= 0x7f800000u) { return fromBits(0x7fc00000u); }
  if (size < 0x39800000u) { return x; }
  let turns = quarterTurns(x);
  let s = sinNear(turns.rest);
  let c = cosNear(turns.rest);
  return select(s / c, -c / s, (turns.count & 1u) == 1u);
}`,
  /** asin(sqrt(z))/sqrt(z) - 1 up to z = 1/4. */
  asinNear: `fn asinNear(z: f32) -> f32 {
  return z * (1.6666752422e-1f + z * (7.4953002686e-2f + z * (4.5470025998e-2f
    + z * (2.4181311049e-2f + z * 4.2163199048e-2f))));
}`,
  asinOf: `fn asinOf(x: f32) -> f32 {
  let size = abs(x);
  if (isNan(x) || size > 1.0) { return fromBits(0x7fc00000u); }
  if (size < 2.44140625e-4f) { return x; }
  if (size <= 0.5) { return x + x * asinNear(x * x); }
  let z = 0.5 * (1.0 - size);
  let root = sqrt(z);
  let value = 1.57079637f - (2.0 * (root + root * asinNear(z)) + 4.37113883e-8f);
  return withSign(value, x);
}`,
  acosOf: `fn acosOf(x: f32) -> f32 {
  let size = abs(x);
  if (isNan(x) || size > 1.0) { return fromBits(0x7fc00000u); }
  if (size <= 0.5) { return 1.57079637f - (x + (x * asinNear(x * x) + 4.37113883e-8f)); }
  let z = 0.5 * (1.0 - size);
  let root = sqrt(z);
  let value = 2.0 * (root + root * asinNear(z));
  return select(value, 3.14159274f - (value + 8.74227766e-8f), x < 0.0);
}`,
  /** atan of a number from 0 on. */
  atanOfSize: `fn atanOfSize(x: f32) -> f32 {
  var start = 0.0;
  var rest = 0.0;
  var t = x;
  if (x > 2.41421356f) {
    start = 1.57079637f;
    rest = -4.37113883e-8f;
    t = -1.0 / x;
  } else if (x > 0.414213562f) {
    start = 0.785398185f;
    rest = -2.18556941e-8f;
    t = (x - 1.0) / (x + 1.0);
  }
  let z = t * t;
  let p = z * (-3.33329491539e-1f + z * (1.99777106478e-1f + z * (-1.38776856032e-1f
    + z * 8.05374449538e-2f)));
  return start + (t + (t * p + rest));
}`,
  atanOf: `fn atanOf(x: f32) -> f32 {
  let size = sizeBits(x);
  if (size > 0x7f800000u || size < 0x39800000u) { return x; }
  if (size > 0x4c800000u) { return withSign(1.57079637f, x); }
  return withSign(atanOfSize(bitcast<f32>(size)), x);
}`,
  atan2Of: `fn atan2Of(y: f32, x: f32) -> f32 {
  let p = sizeBits(y);
  let q = sizeBits(x);
  if (p > 0x7f800000u || q > 0x7f800000u) { return fromBits(0x7fc00000u); }
  let isLeft = bitcast<u32>(x) >= 0x80000000u;
  if (p == 0u) { return withSign(select(0.0, 3.14159274f, isLeft), y); }
  if (q == 0u) { return withSign(1.57079637f, y); }
  if (p == 0x7f800000u && q == 0x7f800000u) {
    return withSign(select(0.785398185f, 2.35619450f, isLeft), y);
  }
  let a = max(i32(p >> 23u), 1);
  let b = max(i32(q >> 23u), 1);
  var angle = 0.0;
  if (p == 0x7f800000u || a - b > 30) {
    angle = 1.57079637f;
  } else if (q == 0x7f800000u || b - a > 30) {
    // Far along the axis: the angle is the ratio itself, or half a turn.
    if (isLeft) { return withSign(3.14159274f, y); }
    if (q == 0x7f800000u) { return withSign(0.0, y); }
    let up = normalOf(p);
    let down = normalOf(q);
    return withSign(scaleByPower(up.digits / down.digits, up.exponent - down.exponent), y);
  } else {
    let up = normalOf(p);
    let down = normalOf(q);
    angle = atanOfSize(scaleByPower(up.digits / down.digits, up.exponent - down.exponent));
  }
  if (isLeft) { angle = 3.14159274f - (angle + 8.74227766e-8f); }
  return withSign(angle, y);
}`,
  /** Digits from 1 to 2 and exponent of a positive finite number. */
  normalOf: `struct NormalParts { digits: f32, exponent: i32 }
fn normalOf(size: u32) -> NormalParts {
  var bits = size;
  var exponent = 0;
  if (bits < 0x800000u) {
    bits = bitcast<u32>(f32(bits));
    exponent = -149;
  }
  return NormalParts(
    bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u), exponent + i32(bits >> 23u) - 127);
}`,
};
