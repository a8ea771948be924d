import type { Functions } from "./functions.ts";

/**
 * Exponentials, logarithms and powers. Sources: Cephes (exp), FreeBSD's msun (the others), whose
 * float32 forms need no wider arithmetic: what must be exact is a product of numbers cut to 12 bits.
 */
export const exponentialFunctions: Functions = {
  /** exp(r) for r within log(2) / 2 of zero. */
  expOfRest: `fn expOfRest(r: f32) -> f32 {
  let p = 5.0000001201e-1f + r * (1.6666665459e-1f + r * (4.1665795894e-2f + r * (8.3334519073e-3f
    + r * (1.3981999507e-3f + r * 1.9875691500e-4f))));
  return 1.0 + (r + r * r * p);
}`,
  /** 2^k for whole k from -126 to 127: the last bits of 1.5 2^23 + 127 + k are its exponent. */
  powerOfTwo:
    "fn powerOfTwo(k: f32) -> f32 { return bitcast<f32>(bitcast<u32>(k + 12583039.0) << 23u); }",
  /** x 2^k for whole k from -252 to 254, in two steps that each have a normal power; no branch. */
  scaledTwice: `fn scaledTwice(x: f32, k: f32) -> f32 {
  let half = floor(k * 0.5);
  return (x * powerOfTwo(k - half)) * powerOfTwo(half);
}`,
  /** exp(x) 2^k for whole k from -2 to 2. */
  expScaled: `fn expScaled(x: f32, k: f32) -> f32 {
  let y = clamp(x, -120.0, 120.0);
  let n = floor(y * 1.44269504f + 0.5);
  let r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  return select(scaledTwice(expOfRest(r), n + k), x, isNan(x));
}`,
  expOf: "fn expOf(x: f32) -> f32 { return expScaled(x, 0.0); }",
  /** exp(x) for x from -80 to 80. */
  expNear: `fn expNear(x: f32) -> f32 {
  let n = floor(x * 1.44269504f + 0.5);
  return expOfRest((x - n * 0.693359375f) + n * 2.12194440e-4f) * powerOfTwo(n);
}`,
  exp2Of: `fn exp2Of(x: f32) -> f32 {
  let y = clamp(x, -180.0, 180.0);
  let n = floor(y + 0.5);
  return select(scaledTwice(expOfRest((y - n) * 0.693147181f), n), x, isNan(x));
}`,
  expm1Of: `fn expm1Of(y: f32) -> f32 {
  if (isNan(y) || sizeBits(y) < 0x33000000u) { return y; }
  if (y > 88.8) { return fromBits(0x7f800000u); }
  if (y < -18.0) { return -1.0; }
  var x = y;
  var c = 0.0;
  var k = 0;
  if (abs(y) > 0.34657359f) {
    k = i32(floor(y * 1.44269504f + 0.5));
    if (abs(y) < 1.03972077f) { k = select(1, -1, y < 0.0); }
    let high = y - f32(k) * 6.9313812256e-1f;
    let low = f32(k) * 9.0580006145e-6f;
    x = high - low;
    c = (high - x) - low;
  }
  let half = 0.5 * x;
  let square = x * half;
  let r = 1.0 + square * (-3.3333212137e-2f + square * 1.5807170421e-3f);
  let t = 3.0 - r * half;
  var e = square * ((r - t) / (6.0 - x * t));
  if (k == 0) { return x - (x * e - square); }
  e = (x * (e - c) - c) - square;
  if (k == -1) { return 0.5 * (x - e) - 0.5; }
  if (k == 1) {
    if (x < -0.25) { return -2.0 * (e - (x + 0.5)); }
    return 1.0 + 2.0 * (x - e);
  }
  if (k < 0 || k > 56) {
    return scaleByPower(1.0 - (e - x), k) - 1.0;
  }
  let small = scaleByPower(1.0, -k);
  if (k < 23) { return scaleByPower((x - e) + (1.0 - small), k); }
  return scaleByPower((x - (e + small)) + 1.0, k);
}`,
  /** log(1 + f) + k log 2 + c for f from sqrt(1/2) - 1 to sqrt(2) - 1. */
  logNear: `fn logNear(f: f32, k: f32, c: f32) -> f32 {
  let s = f / (2.0 + f);
  let z = s * s;
  let w = z * z;
  let r = z * (0.66666662693f + w * 0.28498786688f) + w * (0.40000972152f + w * 0.24279078841f);
  let half = 0.5 * f * f;
  return s * (half + r) + (k * 9.0580006145e-6f + c) - half + f + k * 6.9313812256e-1f;
}`,
  logOf: `fn logOf(x: f32) -> f32 {
  var bits = bitcast<u32>(x);
  var k = 0;
  if (bits - 0x800000u >= 0x7f000000u) {
    if ((bits & 0x7fffffffu) == 0u) { return fromBits(0xff800000u); }
    if (bits == 0x7f800000u || isNan(x)) { return x; }
    if (bits > 0x80000000u) { return fromBits(0x7fc00000u); }
    bits = bitcast<u32>(f32(bits));
    k = -149;
  }
  bits += 0x4afb0du;
  k += i32(bits >> 23u) - 127;
  return logNear(bitcast<f32>((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0, f32(k), 0.0);
}`,
  log1pOf: `fn log1pOf(x: f32) -> f32 {
  if (isNan(x) || sizeBits(x) < 0x33000000u || bitcast<u32>(x) == 0x7f800000u) { return x; }
  if (x <= -1.0) { return fromBits(select(0x7fc00000u, 0xff800000u, x == -1.0)); }
  if (x > -0.29289323f && x < 0.41421354f) { return logNear(x, 0.0, 0.0); }
  let u = 1.0 + x;
  let bits = bitcast<u32>(u) + 0x4afb0du;
  let k = i32(bits >> 23u) - 127;
  var c = 0.0;
  if (k < 25) { c = select(x - (u - 1.0), 1.0 - (u - x), k >= 2) / u; }
  return logNear(bitcast<f32>((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0, f32(k), c);
}`,
  /** The first 12 bits. */
  cutFloat: "fn cutFloat(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }",
  /** log2 of a positive finite number, as a number of 12 bits and the rest. */
  log2Parts: `fn log2Parts(size: f32) -> vec2f {
  var bits = bitcast<u32>(size);
  var n = 0;
  if (bits < 0x800000u) {
    bits = bitcast<u32>(f32(bits));
    n = -149;
  }
  n += i32(bits >> 23u) - 127;
  let j = bits & 0x7fffffu;
  bits = j | 0x3f800000u;
  var k = 0u;
  if (j >= 0x5db3d7u) {
    n += 1;
    bits -= 0x800000u;
  } else if (j > 0x1cc471u) {
    k = 1u;
  }
  let isMiddle = k == 1u;
  let near = select(1.0, 1.5, isMiddle);
  let x = bitcast<f32>(bits);
  let u = x - near;
  let v = 1.0 / (x + near);
  let s = u * v;
  let s1 = cutFloat(s);
  let t1 = bitcast<f32>((((bits >> 1u) & 0xfffff000u) | 0x20000000u) + 0x400000u + (k << 21u));
  let t2 = x - (t1 - near);
  let s2 = v * ((u - s1 * t1) - s1 * t2);
  let q = s * s;
  var r = q * q * (6.0000002384e-1f + q * (4.2857143283e-1f + q * (3.3333334327e-1f
    + q * (2.7272811532e-1f + q * (2.3066075146e-1f + q * 2.0697501302e-1f)))));
  r += s2 * (s1 + s);
  let q1 = s1 * s1;
  let w1 = cutFloat(3.0 + q1 + r);
  let w2 = r - ((w1 - 3.0) - q1);
  let a = s1 * w1;
  let b = s2 * w1 + w2 * s;
  let p1 = cutFloat(a + b);
  let p2 = b - (p1 - a);
  let z1 = 9.6191406250e-1f * p1;
  let z2 = -1.1736857402e-4f * p1 + p2 * 9.6179670095e-1f + select(0.0, 1.56322085e-6f, isMiddle);
  let d1 = select(0.0, 5.84960938e-1f, isMiddle);
  let t = f32(n);
  let high = cutFloat(((z1 + z2) + d1) + t);
  return vec2f(high, z2 - (((high - t) - d1) - z1));
}`,
  /** 2^(high + low), where high has few bits. */
  exp2Parts: `fn exp2Parts(high: f32, low: f32) -> f32 {
  let z = low + high;
  if (z >= 129.0) { return fromBits(0x7f800000u); }
  if (z < -151.0) { return 0.0; }
  let n = floor(z + 0.5);
  let p = high - n;
  let t = cutFloat(low + p);
  let u = t * 6.93145752e-1f;
  let v = (low - (t - p)) * 6.9314718246e-1f + t * 1.42860654e-6f;
  let r = u + v;
  let w = v - (r - u);
  let q = r * r;
  let c = r - q * (1.6666667163e-1f + q * (-2.7777778450e-3f + q * (6.6137559770e-5f
    + q * (-1.6533901999e-6f + q * 4.1381369442e-8f))));
  let e = (r * c) / (c - 2.0) - (w + r * w);
  return scaleByPower(1.0 - (e - r), i32(n));
}`,
  /** Positive x to the power y, both finite. */
  powerOfSize: `fn powerOfSize(x: f32, y: f32) -> f32 {
  var parts = vec2f(0.0, 0.0);
  if (abs(y) > 134217728.0) {
    let t = x - 1.0;
    if (abs(t) > 9.5e-7f) {
      return fromBits(select(0u, 0x7f800000u, (t > 0.0) == (y > 0.0)));
    }
    let w = (t * t) * (0.5 - t * (0.333333333f - t * 0.25));
    let u = 1.4426879883f * t;
    let v = t * 7.0526075433e-6f - w * 1.4426950216f;
    parts.x = cutFloat(u + v);
    parts.y = v - (parts.x - u);
  } else {
    parts = log2Parts(x);
  }
  let y1 = cutFloat(y);
  let low = (y - y1) * parts.x + y * parts.y;
  let high = y1 * parts.x;
  if (high + low > 200.0) { return fromBits(0x7f800000u); }
  if (high + low < -200.0) { return 0.0; }
  return exp2Parts(high, low);
}`,
  powOf: `fn powOf(x: f32, y: f32) -> f32 {
  let p = sizeBits(x);
  let q = sizeBits(y);
  if (q == 0u || bitcast<u32>(x) == 0x3f800000u) { return 1.0; }
  if (p > 0x7f800000u || q > 0x7f800000u) { return fromBits(0x7fc00000u); }
  let grows = bitcast<u32>(y) < 0x80000000u;
  if (q == 0x7f800000u) {
    if (p == 0x3f800000u) { return 1.0; }
    return fromBits(select(0u, 0x7f800000u, (p > 0x3f800000u) == grows));
  }
  let isNegative = bitcast<u32>(x) >= 0x80000000u;
  var sign = 0u;
  var isWhole = q >= 0x4b000000u;
  if (!isWhole && q >= 0x3f800000u) {
    let drop = 150u - (q >> 23u);
    let digits = (q & 0x7fffffu) | 0x800000u;
    isWhole = (digits & ((1u << drop) - 1u)) == 0u;
    if (isWhole && isNegative && ((digits >> drop) & 1u) == 1u) { sign = 0x80000000u; }
  } else if (isNegative && q >= 0x4b000000u && q < 0x4b800000u && (q & 1u) == 1u) {
    sign = 0x80000000u;
  }
  if (p == 0u || p == 0x7f800000u) {
    return bitcast<f32>(sign | select(0u, 0x7f800000u, (p != 0u) == grows));
  }
  if (isNegative && !isWhole) { return fromBits(0x7fc00000u); }
  return bitcast<f32>(sign | bitcast<u32>(powerOfSize(bitcast<f32>(p), y)));
}`,
  sqrtOf: `fn sqrtOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let isTiny = bits < 0x800000u;
  // 2^126 times what is below the normal numbers, from its bits.
  let normal = select(x, bitcast<f32>(bits | 0x3f800000u) - 1.0, isTiny);
  let root = sqrt(normal) * select(1.0, 1.0842021724855044e-19f, isTiny);
  return select(root, x, bits == 0x80000000u);
}`,
  rsqrtOf: `fn rsqrtOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return bitcast<f32>(bits | 0x7f800000u); }
  if (bits < 0x800000u) { return 3.777893186295716e22f / sqrt(f32(bits) * 2.0); }
  return 1.0 / sqrt(x);
}`,
  cbrtOf: `fn cbrtOf(x: f32) -> f32 {
  let size = sizeBits(x);
  if (size == 0u || size >= 0x7f800000u) { return x; }
  var a = bitcast<f32>(size);
  var unit = 1.0;
  if (size < 0x800000u) {
    a = f32(size) * 2.0;
    unit = 8.881784197001252e-16f;
  }
  let t = bitcast<f32>(bitcast<u32>(a) / 3u + 709958130u);
  let r = (t / a) * (t * t);
  let s = 5.4285717010e-1f + r;
  let root = t * (3.5714286566e-1f + 1.6071428061f / (s + 1.4142856598f + -7.0530611277e-1f / s));
  // One step of Newton's method on the cut root, whose square is exact.
  let cut = cutFloat(root);
  let quotient = a / (cut * cut);
  return withSign((cut + cut * ((quotient - cut) / (cut + cut + quotient))) * unit, x);
}`,
};
