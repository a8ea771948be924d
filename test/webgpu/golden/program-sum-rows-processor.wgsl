// reduce by [10,1,1]
@group(0) @binding(0) var<storage, read> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
fn fromBits(bits: u32) -> f32 { return bitcast<f32>(bits); }
@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let row = wg.x * 32u + lid;
  if (row >= 300u) { return; }
  let base0 = row * 64u;
  var total0: f32 = fromBits(0u);
  {
  var r = 0u;
  for (; r + 3u < 64u; r += 4u) {
  let x0 = b0[base0 + r];
  let sum0_0 = (total0 + x0);
  let r1 = r + 1u;
  let x1 = b0[base0 + r1];
  let sum0_1 = (sum0_0 + x1);
  let r2 = r + 2u;
  let x2 = b0[base0 + r2];
  let sum0_2 = (sum0_1 + x2);
  let r3 = r + 3u;
  let x3 = b0[base0 + r3];
  let sum0_3 = (sum0_2 + x3);
  total0 = sum0_3;
  }
  for (; r < 64u; r += 1u) {
  let x4 = b0[base0 + r];
  let sum0_0 = (total0 + x4);
  total0 = sum0_0;
  }
  }
  let stage0 = total0;
  let x5 = stage0;
  b1[row] = x5;
}
