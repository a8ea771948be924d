// reduce by [38,1,1]
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }
var<workgroup> shared0: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let lane = lid / 8u;
  let own = wg.x * 8u + lid % 8u;
  let row = min(own, 300u - 1u);
  var total0: f32 = fromBits(0u);
  {
  var r = lane;
  for (; r + 24u < 64u; r += 32u) {
  let x0 = b0[row + r * 300u];
  let sum0_0 = (total0 + x0);
  let r1 = r + 8u;
  let x1 = b0[row + r1 * 300u];
  let sum0_1 = (sum0_0 + x1);
  let r2 = r + 16u;
  let x2 = b0[row + r2 * 300u];
  let sum0_2 = (sum0_1 + x2);
  let r3 = r + 24u;
  let x3 = b0[row + r3 * 300u];
  let sum0_3 = (sum0_2 + x3);
  total0 = sum0_3;
  }
  for (; r < 64u; r += 8u) {
  let x4 = b0[row + r * 300u];
  let sum0_0 = (total0 + x4);
  total0 = sum0_0;
  }
  }
  shared0[lid] = total0;
  workgroupBarrier();
  for (var half = 4u; half > 0u; half = half / 2u) {
  if (lane < half) {
  shared0[lid] = (shared0[lid] + shared0[lid + half * 8u]);
  }
  workgroupBarrier();
  }
  let sum0 = shared0[lid - lane * 8u];
  let stage0 = sum0;
  if (lane == 0u && own == row) {
  let x5 = stage0;
  b1[row] = x5;
  }
}
