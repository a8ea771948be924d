// sort: keys, 79 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<vec2u>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
fn signedOrderKey(x: f32) -> u32 {
  let word = bitcast<u32>(x);
  if ((word & 0x7fffffffu) > 0x7f800000u) { return 0xffffffffu; }
  return select(~word, word | 0x80000000u, (word >> 31u) == 0u);
}
fn orderKey(x: f32) -> u32 {
  if ((bitcast<u32>(x) << 1u) == 0u) { return 0x80000000u; }
  return signedOrderKey(x);
}
fn smallestLast(key: u32) -> u32 {
  return select(0xfffffffeu - key, key, key == 0xffffffffu);
}
fn fromOrderKey(key: u32) -> f32 {
  if (key == 0xffffffffu) { return bitcast<f32>(0x7fc00000u + (key & 0u)); }
  return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let e = wg.x * 64u + lid;
  if (e >= 5000u) { return; }
  let column = e / 5000u;
  let position = e % 5000u;
  let value = b1[position];
  b0[e] = vec2u(orderKey(value), position);
}

// sort: count, 5 x 1 x 1
@group(0) @binding(0) var<storage, read> b0: array<vec2u>;
@group(0) @binding(1) var<storage, read_write> b1: array<u32>;
@group(0) @binding(2) var<storage, read> b2: array<u32>;
var<workgroup> found: array<atomic<u32>, 16>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  if (lid < 16u) { atomicStore(&found[lid], 0u); }
  workgroupBarrier();
  let column = group / 5u;
  let block = group % 5u;
  for (var k = 0u; k < 16u; k++) {
  let at = block * 1024u + lid * 16u + k;
  if (at >= 5000u) { break; }
  let pair = b0[column * 5000u + at];
  let digit = (pair.x >> b2[0]) & 15u;
  atomicAdd(&found[digit], 1u);
  }
  workgroupBarrier();
  if (lid < 16u) {
  b1[(column * 16u + lid) * 5u + block] = atomicLoad(&found[lid]);
  }
}

// sort: places, 1 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
var<workgroup> sums: array<u32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let first = group * 80u + min(lid * 2u, 80u);
  let limit = group * 80u + min((lid + 1u) * 2u, 80u);
  var sum = 0u;
  for (var i = first; i < limit; i++) { sum += b0[i]; }
  sums[lid] = sum;
  workgroupBarrier();
  for (var step = 1u; step < 64u; step <<= 1u) {
  var before = 0u;
  if (lid >= step) { before = sums[lid - step]; }
  workgroupBarrier();
  sums[lid] += before;
  workgroupBarrier();
  }
  var place = sums[lid] - sum;
  for (var i = first; i < limit; i++) {
  let own = b0[i];
  b0[i] = place;
  place += own;
  }
}

// sort: move, 5 x 1 x 1
@group(0) @binding(0) var<storage, read> b0: array<vec2u>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec2u>;
@group(0) @binding(3) var<storage, read> b3: array<u32>;
var<workgroup> ranks: array<u32, 512>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  for (var d = 0u; d < 8u; d++) { ranks[d * 64u + lid] = 0u; }
  let column = group / 5u;
  let block = group % 5u;
  for (var k = 0u; k < 16u; k++) {
  let at = block * 1024u + lid * 16u + k;
  if (at >= 5000u) { break; }
  let pair = b0[column * 5000u + at];
  let digit = (pair.x >> b3[0]) & 15u;
  let word = (digit >> 1u) * 64u + lid;
  let half = (digit & 1u) * 16u;
  let own = ranks[word];
  ranks[word] = own + (1u << half);
  }
  workgroupBarrier();
  if (lid < 8u) {
  var before = 0u;
  for (var t = 0u; t < 64u; t++) {
  let own = ranks[lid * 64u + t];
  ranks[lid * 64u + t] = before;
  before += own;
  }
  }
  workgroupBarrier();
  for (var k = 0u; k < 16u; k++) {
  let at = block * 1024u + lid * 16u + k;
  if (at >= 5000u) { break; }
  let pair = b0[column * 5000u + at];
  let digit = (pair.x >> b3[0]) & 15u;
  let word = (digit >> 1u) * 64u + lid;
  let half = (digit & 1u) * 16u;
  let own = ranks[word];
  ranks[word] = own + (1u << half);
  let first = b1[(column * 16u + digit) * 5u + block];
  b2[column * 5000u + first + ((own >> half) & 0xffffu)] = pair;
  }
}

// sort: positions, 79 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<u32>;
@group(0) @binding(1) var<storage, read> b1: array<vec2u>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let e = wg.x * 64u + lid;
  if (e >= 5000u) { return; }
  b0[e] = b1[e].y;
}

// sort: take, 79 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<u32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let invocation = wg.x * 64u + lid;
  if (invocation >= 5000u) { return; }
  let e = invocation;
  let c0 = e;
  let position = b1[(0u) * 5000u + c0];
  b0[e] = b2[position];
}
