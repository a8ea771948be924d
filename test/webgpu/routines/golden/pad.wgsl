// assemble, 1 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
@group(0) @binding(2) var<storage, read> b2: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let invocation = wg.x * 64u + lid;
  if (invocation >= 6u) { return; }
  let word = invocation;
  var packed = 0u;
  for (var lane = 0u; lane < 4u; lane++) {
  let e = word * 4u + lane;
  if (e >= 24u) { break; }
  let c1 = e % 6u;
  let c0 = e / 6u;
  var value: bool;
  if ((c0 - 1u) < 2u && c1 < 5u && c1 % 2u == 0u) { value = (extractBits(b1[((c0 - 1u) * 3u + (c1 / 2u)) >> 2u], (((c0 - 1u) * 3u + (c1 / 2u)) & 3u) * 8u, 8u) != 0u); }
  else { value = (extractBits(b2[(0u) >> 2u], ((0u) & 3u) * 8u, 8u) != 0u); }
  packed |= select(0u, 1u, value) << (lane * 8u);
  }
  b0[word] = packed;
}
