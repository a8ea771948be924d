// scatter: clear, 13 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let e = wg.x * 64u + lid;
  if (e >= 800u) { return; }
  b0[e] = 0u;
}

// scatter: winners, 25 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<atomic<u32>>;
@group(0) @binding(1) var<storage, read> b1: array<i32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let e = wg.x * 64u + lid;
  if (e >= 1600u) { return; }
  let u2 = e % 16u;
  let u0 = e / 16u;
  let start0 = bitcast<u32>(b1[u0]);
  if (start0 <= 49u) { atomicMax(&b0[start0 * 16u + u2], e + 1u); }
}

// scatter, 13 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
@group(0) @binding(3) var<storage, read> b3: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let invocation = wg.x * 64u + lid;
  if (invocation >= 800u) { return; }
  let e = invocation;
  let c1 = e % 16u;
  let c0 = e / 16u;
  var value: f32;
  let winner = b1[e];
  if (winner == 0u) { value = b2[c0 * 16u + c1]; } else {
  let u = winner - 1u;
  let u2 = u % 16u;
  let u0 = u / 16u;
  value = b3[u0 * 16u + u2];
  }
  b0[e] = value;
}
