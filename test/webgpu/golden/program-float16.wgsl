// map by [1,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
fn roundHalf(x: f32) -> f32 {
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
}
fn halfValue(bits: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let size = bits & 0x7fffu;
  if (size >= 0x7c00u) {
    return bitcast<f32>(sign | select(0x7fc00000u, 0x7f800000u, size == 0x7c00u));
  }
  if (size < 0x400u) {
    return bitcast<f32>(sign | bitcast<u32>(f32(size) * 5.9604644775390625e-8f));
  }
  return bitcast<f32>(sign | ((size << 13u) + 0x38000000u));
}
fn halfBits(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return 0x7e00u; }
  if (size == 0x7f800000u) { return sign | 0x7c00u; }
  if (size < 0x38800000u) { return sign | u32(bitcast<f32>(size) * 16777216.0f); }
  return sign | ((size >> 13u) - 114688u);
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let word = wg.x * 64u + lid;
  if (word >= 5u) { return; }
  var packed0 = 0u;
  for (var lane = 0u; lane < 2u; lane++) {
  let e = word * 2u + lane;
  if (e >= 10u) { break; }
  let x0 = halfValue(extractBits(b1[(e) >> 1u], ((e) & 1u) * 16u, 16u));
  let x1 = roundHalf((x0 * x0));
  packed0 |= halfBits(x1) << ((e % 2u) * 16u);
  if (e % 2u == 1u || e + 1u == 10u) {
    b0[e / 2u] = packed0;
    packed0 = 0u;
  }
  }
}
