// dot, 25 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
fn finish(b: u32, m: u32, n: u32, sum: f32) {
  let product = sum;
  let e = m;
  b0[e] = product;
}
var<workgroup> sums: array<f32, 64>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let first = 0u;
  let end = 300u;
  let place = group * 4u + lid / 16u;
  let e = min(place, 99u);
  let b = e / 100u;
  let m = e / 1u % 100u;
  let n = e % 1u;
  let l = m * 300u;
  let r = 0u;
  var sum = 0.0;
  for (var k = first + lid % 16u; k < end; k += 16u) {
    let lk = k;
    let rk = k;
    sum += b1[l + lk] * b2[r + rk];
  }
  sums[lid] = sum;
  workgroupBarrier();
  if (lid % 16u < 8u) { sums[lid] += sums[lid + 8u]; }
  workgroupBarrier();
  if (lid % 16u < 4u) { sums[lid] += sums[lid + 4u]; }
  workgroupBarrier();
  if (lid % 16u < 2u) { sums[lid] += sums[lid + 2u]; }
  workgroupBarrier();
  if (lid % 16u < 1u) { sums[lid] += sums[lid + 1u]; }
  if (place < 100u && lid % 16u == 0u) { finish(b, m, n, sums[lid]); }
}
