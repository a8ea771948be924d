// map by [2,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
fn sizeBits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffffu; }
fn withoutSign(x: f32) -> f32 { return bitcast<f32>(sizeBits(x)); }
fn expOfRest(r: f32) -> f32 {
  let p = 5.0000001201e-1f + r * (1.6666665459e-1f + r * (4.1665795894e-2f + r * (8.3334519073e-3f
    + r * (1.3981999507e-3f + r * 1.9875691500e-4f))));
  return 1.0 + (r + r * r * p);
}
fn powerOfTwo(k: f32) -> f32 { return bitcast<f32>(bitcast<u32>(k + 12583039.0) << 23u); }
fn expNear(x: f32) -> f32 {
  let n = floor(x * 1.44269504f + 0.5);
  return expOfRest((x - n * 0.693359375f) + n * 2.12194440e-4f) * powerOfTwo(n);
}
fn withSign(size: f32, sign: f32) -> f32 {
  return bitcast<f32>(sizeBits(size) | (bitcast<u32>(sign) & 0x80000000u));
}
fn tanhOf(x: f32) -> f32 {
  let size = withoutSign(x);
  let z = size * size;
  let near = size + size * z * (-3.33332819422e-1f + z * (1.33314422036e-1f + z * (-5.37397155531e-2f
    + z * (2.06390887954e-2f + z * -5.70498872745e-3f))));
  let far = 1.0 - 2.0 / (expNear(2.0 * min(size, 10.0)) + 1.0);
  let bits = sizeBits(x);
  return select(withSign(select(far, near, size < 0.625), x), x, bits < 0x39000000u || bits > 0x7f800000u);
}
fn negated(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u); }
fn scaledTwice(x: f32, k: f32) -> f32 {
  let half = floor(k * 0.5);
  return (x * powerOfTwo(k - half)) * powerOfTwo(half);
}
fn isNan(x: f32) -> bool { return sizeBits(x) > 0x7f800000u; }
fn expScaled(x: f32, k: f32) -> f32 {
  let y = clamp(x, -120.0, 120.0);
  let n = floor(y * 1.44269504f + 0.5);
  let r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  return select(scaledTwice(expOfRest(r), n + k), x, isNan(x));
}
fn expOf(x: f32) -> f32 { return expScaled(x, 0.0); }
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let word = wg.x * 64u + lid;
  if (word >= 100u) { return; }
  let x0 = b1[word];
  let x1 = (x0 * 2.0f);
  let x2 = (x1 + 1.0f);
  let x3 = tanhOf(x2);
  let x4 = (x0 * x0);
  let x5 = negated(x4);
  let x6 = expOf(x5);
  let x7 = (x3 * x6);
  b0[word] = x7;
}
