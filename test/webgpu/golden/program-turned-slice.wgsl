// map by [1,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let word = wg.x * 64u + lid;
  if (word >= 18u) { return; }
  let lq1 = word / 6u;
  let li1 = word - lq1 * 6u;
  let x0 = b1[lq1 + li1 * 8u + 1u];
  let x1 = (x0 + 1.0f);
  b0[word] = x1;
}
