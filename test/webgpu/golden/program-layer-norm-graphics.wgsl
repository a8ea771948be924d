// reduce by [32,1,1]
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
fn sqrtOf(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let isTiny = bits < 0x800000u;
  // 2^126 times what is below the normal numbers, from its bits.
  let normal = select(x, bitcast<f32>(bits | 0x3f800000u) - 1.0, isTiny);
  let root = sqrt(normal) * select(1.0, 1.0842021724855044e-19f, isTiny);
  return select(root, x, bits == 0x80000000u);
}
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }
var<workgroup> shared0: array<f32, 64>;
var<workgroup> shared1: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let lane = lid % 8u;
  let own = wg.x * 8u + lid / 8u;
  let row = min(own, 256u - 1u);
  let base0 = row * 64u;
  let base1 = row * 64u;
  var total0: f32 = fromBits(0u);
  {
  var r = lane;
  for (; r + 24u < 64u; r += 32u) {
  let x0 = b0[base0 + r];
  let sum0_0 = (total0 + x0);
  let r1 = r + 8u;
  let x1 = b0[base0 + r1];
  let sum0_1 = (sum0_0 + x1);
  let r2 = r + 16u;
  let x2 = b0[base0 + r2];
  let sum0_2 = (sum0_1 + x2);
  let r3 = r + 24u;
  let x3 = b0[base0 + r3];
  let sum0_3 = (sum0_2 + x3);
  total0 = sum0_3;
  }
  for (; r < 64u; r += 8u) {
  let x4 = b0[base0 + r];
  let sum0_0 = (total0 + x4);
  total0 = sum0_0;
  }
  }
  shared0[lid] = total0;
  workgroupBarrier();
  for (var half = 4u; half > 0u; half = half / 2u) {
  if (lane < half) {
  shared0[lid] = (shared0[lid] + shared0[lid + half]);
  }
  workgroupBarrier();
  }
  let sum0 = shared0[lid - lane];
  let stage0 = sum0;
  var total1: f32 = fromBits(0u);
  {
  var r = lane;
  for (; r + 24u < 64u; r += 32u) {
  let x5 = b0[base0 + r];
  let x6 = stage0;
  let x7 = (x6 / 64.0f);
  let x8 = (x5 - x7);
  let x9 = (x8 * x8);
  let sum0_0 = (total1 + x9);
  let r1 = r + 8u;
  let x10 = b0[base0 + r1];
  let x11 = stage0;
  let x12 = (x11 / 64.0f);
  let x13 = (x10 - x12);
  let x14 = (x13 * x13);
  let sum0_1 = (sum0_0 + x14);
  let r2 = r + 16u;
  let x15 = b0[base0 + r2];
  let x16 = stage0;
  let x17 = (x16 / 64.0f);
  let x18 = (x15 - x17);
  let x19 = (x18 * x18);
  let sum0_2 = (sum0_1 + x19);
  let r3 = r + 24u;
  let x20 = b0[base0 + r3];
  let x21 = stage0;
  let x22 = (x21 / 64.0f);
  let x23 = (x20 - x22);
  let x24 = (x23 * x23);
  let sum0_3 = (sum0_2 + x24);
  total1 = sum0_3;
  }
  for (; r < 64u; r += 8u) {
  let x25 = b0[base0 + r];
  let x26 = stage0;
  let x27 = (x26 / 64.0f);
  let x28 = (x25 - x27);
  let x29 = (x28 * x28);
  let sum0_0 = (total1 + x29);
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
  let x30 = b0[base0 + r];
  let x31 = stage0;
  let x32 = (x31 / 64.0f);
  let x33 = (x30 - x32);
  let x34 = stage1;
  let x35 = (x34 / 64.0f);
  let x36 = (x35 + 0.00000999999975f);
  let x37 = sqrtOf(x36);
  let x38 = (x33 / x37);
  b1[base1 + r] = x38;
  }
  }
  }
}
