// reduce parts by [13,1,1]
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<u32>;
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }
var<workgroup> shared0: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let row = group / 13u;
  let part = group - row * 13u;
  let lane = lid;
  let first = part * 3847u;
  let limit = min(first + 3847u, 50000u);
  var total0: f32 = fromBits(0u);
  {
  var r = first + lane;
  for (; r + 192u < limit; r += 256u) {
  let x0 = b0[r];
  let sum0_0 = (total0 + x0);
  let r1 = r + 64u;
  let x1 = b0[r1];
  let sum0_1 = (sum0_0 + x1);
  let r2 = r + 128u;
  let x2 = b0[r2];
  let sum0_2 = (sum0_1 + x2);
  let r3 = r + 192u;
  let x3 = b0[r3];
  let sum0_3 = (sum0_2 + x3);
  total0 = sum0_3;
  }
  for (; r < limit; r += 64u) {
  let x4 = b0[r];
  let sum0_0 = (total0 + x4);
  total0 = sum0_0;
  }
  }
  shared0[lid] = total0;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half = half / 2u) {
  if (lane < half) {
  shared0[lid] = (shared0[lid] + shared0[lid + half]);
  }
  workgroupBarrier();
  }
  let sum0 = shared0[lid - lane];
  if (lane == 0u) {
  b1[group] = bitcast<u32>(sum0);
  }
}

// reduce sums by [1,1,1]
@group(0) @binding(0) var<storage, read> b0: array<u32>;
@group(0) @binding(1) var<storage, read_write> b1: array<u32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }
var<workgroup> shared0: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = wg.x;
  let lane = lid;
  var total0: f32 = fromBits(0u);
  for (var p = lane; p < 13u; p += 64u) {
  let word = b0[row * 13u + p];
  let part = bitcast<f32>(word);
  total0 = (total0 + part);
  }
  shared0[lid] = total0;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half = half / 2u) {
  if (lane < half) {
  shared0[lid] = (shared0[lid] + shared0[lid + half]);
  }
  workgroupBarrier();
  }
  let sum0 = shared0[lid - lane];
  let stage0 = sum0;
  if (lane == 0u) {
  b1[row] = bitcast<u32>(stage0);
  let x0 = stage0;
  b2[row] = x0;
  }
}
