// gather, 25 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<i32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
var<private> fillBits: u32 = 2143289344u;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let invocation = wg.x * 64u + lid;
  if (invocation >= 1600u) { return; }
  let e = invocation;
  let c1 = e % 16u;
  let c0 = e / 16u;
  let start0 = bitcast<u32>(b1[c0]);
  var value: f32 = bitcast<f32>(fillBits);
  if (start0 <= 49u) { value = b2[start0 * 16u + c1]; }
  b0[e] = value;
}
