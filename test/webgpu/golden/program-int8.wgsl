// map by [1,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let word = wg.x * 64u + lid;
  if (word >= 3u) { return; }
  var packed0 = 0u;
  for (var lane = 0u; lane < 4u; lane++) {
  let e = word * 4u + lane;
  if (e >= 10u) { break; }
  let x0 = extractBits(bitcast<i32>(b1[(e) >> 2u]), ((e) & 3u) * 8u, 8u);
  let x1 = extractBits((x0 + x0), 0u, 8u);
  packed0 |= (bitcast<u32>(x1) & 255u) << ((e % 4u) * 8u);
  if (e % 4u == 3u || e + 1u == 10u) {
    b0[e / 4u] = packed0;
    packed0 = 0u;
  }
  }
}
