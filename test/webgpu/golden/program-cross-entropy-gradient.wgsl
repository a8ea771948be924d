// reduce by [1,1,1]
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
fn ofRank(rank: i32) -> f32 { return bitcast<f32>(rank ^ ((rank >> 31u) & 0x7fffffff)); }
fn sizeBits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffffu; }
fn isNan(x: f32) -> bool { return sizeBits(x) > 0x7f800000u; }
fn rankOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  let rank = bits ^ ((bits >> 31u) & 0x7fffffff);
  return select(rank, 0x7fc00000, isNan(x));
}
fn maximum(x: f32, y: f32) -> f32 { return ofRank(max(rankOf(x), rankOf(y))); }
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }
fn powerOfTwo(k: f32) -> f32 { return bitcast<f32>(bitcast<u32>(k + 12583039.0) << 23u); }
fn scaledTwice(x: f32, k: f32) -> f32 {
  let half = floor(k * 0.5);
  return (x * powerOfTwo(k - half)) * powerOfTwo(half);
}
fn expOfRest(r: f32) -> f32 {
  let p = 5.0000001201e-1f + r * (1.6666665459e-1f + r * (4.1665795894e-2f + r * (8.3334519073e-3f
    + r * (1.3981999507e-3f + r * 1.9875691500e-4f))));
  return 1.0 + (r + r * r * p);
}
fn expScaled(x: f32, k: f32) -> f32 {
  let y = clamp(x, -120.0, 120.0);
  let n = floor(y * 1.44269504f + 0.5);
  let r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
  return select(scaledTwice(expOfRest(r), n + k), x, isNan(x));
}
fn expOf(x: f32) -> f32 { return expScaled(x, 0.0); }
fn negated(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ 0x80000000u); }
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = wg.x * 64u + lid;
  if (row >= 32u) { return; }
  let base0 = row * 10u;
  let base3 = row * 10u;
  var total0: i32 = bitcast<i32>(0x807fffffu);
  {
  var r = 0u;
  for (; r + 3u < 10u; r += 4u) {
  let x0 = b0[base0 + r];
  let sum0_0 = max(total0, rankOf(x0));
  let r1 = r + 1u;
  let x1 = b0[base0 + r1];
  let sum0_1 = max(sum0_0, rankOf(x1));
  let r2 = r + 2u;
  let x2 = b0[base0 + r2];
  let sum0_2 = max(sum0_1, rankOf(x2));
  let r3 = r + 3u;
  let x3 = b0[base0 + r3];
  let sum0_3 = max(sum0_2, rankOf(x3));
  total0 = sum0_3;
  }
  for (; r < 10u; r += 1u) {
  let x4 = b0[base0 + r];
  let sum0_0 = max(total0, rankOf(x4));
  total0 = sum0_0;
  }
  }
  let stage0 = ofRank(total0);
  var total1: f32 = fromBits(0u);
  var total2: f32 = fromBits(0u);
  {
  var r = 0u;
  for (; r < 10u; r += 1u) {
  let x5 = b0[base0 + r];
  let x6 = stage0;
  let x7 = maximum(fromBits(4286578688u), x6);
  let x8 = (x5 - x7);
  let x9 = expOf(x8);
  let x10 = negated(1.0f);
  let x11 = i32(row);
  let x12 = i32(r);
  let x13 = (x11 == x12);
  let x14 = select(0.0, 1.0, x13);
  let x15 = (x10 * x14);
  let x16 = negated(x15);
  let sum0_0 = (total1 + x9);
  let sum1_0 = (total2 + x16);
  total1 = sum0_0;
  total2 = sum1_0;
  }
  }
  let stage1 = total1;
  let stage2 = total2;
  for (var r = 0u; r < 10u; r += 1u) {
  {
  let x17 = negated(1.0f);
  let x18 = i32(row);
  let x19 = i32(r);
  let x20 = (x18 == x19);
  let x21 = select(0.0, 1.0, x20);
  let x22 = (x17 * x21);
  let x23 = stage2;
  let x24 = stage1;
  let x25 = (x23 / x24);
  let x26 = b0[base0 + r];
  let x27 = stage0;
  let x28 = maximum(fromBits(4286578688u), x27);
  let x29 = (x26 - x28);
  let x30 = expOf(x29);
  let x31 = (x25 * x30);
  let x32 = (x22 + x31);
  b1[base3 + r] = x32;
  }
  }
}
