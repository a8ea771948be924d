// cumulative: totals, 5 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
var<private> identityBits: u32 = 2147483648u;
var<workgroup> totals: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let column = group / 5u;
  let block = group % 5u;
  var total = bitcast<f32>(identityBits);
  for (var k = 0u; k < 16u; k++) {
  let at = block * 1024u + lid * 16u + k;
  if (at >= 5000u) { break; }
  let place = 4999u - at;
  let value = b1[place];
  let own = value;
  total = (total + own);
  }
  totals[lid] = total;
  workgroupBarrier();
  for (var step = 1u; step < 64u; step <<= 1u) {
  var earlier = bitcast<f32>(identityBits);
  if (lid >= step) { earlier = totals[lid - step]; }
  let own = totals[lid];
  workgroupBarrier();
  totals[lid] = (earlier + own);
  workgroupBarrier();
  }
  var before = bitcast<f32>(identityBits);
  if (lid > 0u) { before = totals[lid - 1u]; }
  if (lid == 63u) { b0[group] = totals[lid]; }
}

// cumulative: before blocks, 1 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
var<private> identityBits: u32 = 2147483648u;
var<workgroup> totals: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let first = group * 5u + min(lid * 1u, 5u);
  let limit = group * 5u + min((lid + 1u) * 1u, 5u);
  var total = bitcast<f32>(identityBits);
  for (var i = first; i < limit; i++) {
  let own = b0[i];
  total = (total + own);
  }
  totals[lid] = total;
  workgroupBarrier();
  for (var step = 1u; step < 64u; step <<= 1u) {
  var earlier = bitcast<f32>(identityBits);
  if (lid >= step) { earlier = totals[lid - step]; }
  let own = totals[lid];
  workgroupBarrier();
  totals[lid] = (earlier + own);
  workgroupBarrier();
  }
  var before = bitcast<f32>(identityBits);
  if (lid > 0u) { before = totals[lid - 1u]; }
  for (var i = first; i < limit; i++) {
  let own = b0[i];
  b0[i] = before;
  before = (before + own);
  }
}

// cumulative, 5 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
var<private> identityBits: u32 = 2147483648u;
var<workgroup> totals: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let column = group / 5u;
  let block = group % 5u;
  var owns: array<f32, 16>;
  var total = bitcast<f32>(identityBits);
  for (var k = 0u; k < 16u; k++) {
  let at = block * 1024u + lid * 16u + k;
  if (at >= 5000u) { break; }
  let place = 4999u - at;
  let value = b1[place];
  let own = value;
  total = (total + own);
  owns[k] = total;
  }
  totals[lid] = total;
  workgroupBarrier();
  for (var step = 1u; step < 64u; step <<= 1u) {
  var earlier = bitcast<f32>(identityBits);
  if (lid >= step) { earlier = totals[lid - step]; }
  let own = totals[lid];
  workgroupBarrier();
  totals[lid] = (earlier + own);
  workgroupBarrier();
  }
  var before = bitcast<f32>(identityBits);
  if (lid > 0u) { before = totals[lid - 1u]; }
  let earlier = b2[group];
  before = (earlier + before);
  for (var k = 0u; k < 16u; k++) {
  let at = block * 1024u + lid * 16u + k;
  if (at >= 5000u) { break; }
  let own = owns[k];
  let running = (before + own);
  b0[column * 5000u + (4999u - at)] = running;
  }
}
