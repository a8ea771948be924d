// map by [1,1,1]
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
fn placeOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  return select(bits, -(bits & 0x7fffffff), bits < 0);
}
fn sizeBits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffffu; }
fn isNan(x: f32) -> bool { return sizeBits(x) > 0x7f800000u; }
fn isBelow(x: f32, y: f32) -> bool {
  return placeOf(x) < placeOf(y) && !isNan(x) && !isNan(y);
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let word = wg.x * 64u + lid;
  if (word >= 3u) { return; }
  var packed0 = 0u;
  for (var lane = 0u; lane < 4u; lane++) {
  let e = word * 4u + lane;
  if (e >= 10u) { break; }
  let x0 = b1[e];
  let x1 = isBelow(2.0f, x0);
  packed0 |= select(0u, 1u, x1) << ((e % 4u) * 8u);
  if (e % 4u == 3u || e + 1u == 10u) {
    b0[e / 4u] = packed0;
    packed0 = 0u;
  }
  }
}
