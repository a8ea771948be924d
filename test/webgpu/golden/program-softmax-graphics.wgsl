// reduce by [32,1,1]
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
var<workgroup> shared0: array<i32, 64>;
var<workgroup> shared1: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let lane = lid % 8u;
  let own = wg.x * 8u + lid / 8u;
  let row = min(own, 256u - 1u);
  let base0 = row * 64u;
  let base1 = row * 64u;
  var total0: i32 = bitcast<i32>(0x807fffffu);
  {
  var r = lane;
  for (; r + 24u < 64u; r += 32u) {
  let x0 = b0[base0 + r];
  let sum0_0 = max(total0, rankOf(x0));
  let r1 = r + 8u;
  let x1 = b0[base0 + r1];
  let sum0_1 = max(sum0_0, rankOf(x1));
  let r2 = r + 16u;
  let x2 = b0[base0 + r2];
  let sum0_2 = max(sum0_1, rankOf(x2));
  let r3 = r + 24u;
  let x3 = b0[base0 + r3];
  let sum0_3 = max(sum0_2, rankOf(x3));
  total0 = sum0_3;
  }
  for (; r < 64u; r += 8u) {
  let x4 = b0[base0 + r];
  let sum0_0 = max(total0, rankOf(x4));
  total0 = sum0_0;
  }
  }
  shared0[lid] = total0;
  workgroupBarrier();
  for (var half = 4u; half > 0u; half = half / 2u) {
  if (lane < half) {
  shared0[lid] = max(shared0[lid], shared0[lid + half]);
  }
  workgroupBarrier();
  }
  let sum0 = shared0[lid - lane];
  let stage0 = ofRank(sum0);
  var total1: f32 = fromBits(0u);
  {
  var r = lane;
  for (; r < 64u; r += 8u) {
  let x5 = b0[base0 + r];
  let x6 = stage0;
  let x7 = maximum(fromBits(4286578688u), x6);
  let x8 = (x5 - x7);
  let x9 = expOf(x8);
  let sum0_0 = (total1 + x9);
  total1 = sum0_0;
  }
  }
  shared1[lid] = total1;
  workgroupBarrier();
  for (var half = 4u; half > 0u; half = half / 2u) {
  if (lane < half) {
  shared1[lid] = (shared1[lid] + shared1[lid + half]);
  }
  workgroupBarrier();
  }
  let sum1 = shared1[lid - lane];
  let stage1 = sum1;
  if (own == row) {
  for (var r = lane; r < 64u; r += 8u) {
  {
  let x10 = b0[base0 + r];
  let x11 = stage0;
  let x12 = maximum(fromBits(4286578688u), x11);
  let x13 = (x10 - x12);
  let x14 = expOf(x13);
  let x15 = stage1;
  let x16 = (x14 / x15);
  b1[base1 + r] = x16;
  }
  }
  }
}
