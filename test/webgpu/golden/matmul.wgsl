// dot, 16 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<vec4f>;
fn finish(b: u32, m: u32, n: u32, sum: f32) {
  let product = sum;
  let e = m * 128u + n;
  b0[e] = product;
}
var<workgroup> lefts: array<vec4<f32>, 128>;
var<workgroup> rights: array<vec4<f32>, 128>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let first = 0u;
  let end = 128u;
  let column = group % 4u * 32u;
  let row = group / 4u % 4u * 32u;
  let b = 0u;
  let left0k = lid % 16u;
  let left0q = lid / 16u;
  let left0p0 = row + left0q * 4u + 0u;
  let left0a0 = left0p0 * 128u;
  let left0p1 = row + left0q * 4u + 1u;
  let left0a1 = left0p1 * 128u;
  let left0p2 = row + left0q * 4u + 2u;
  let left0a2 = left0p2 * 128u;
  let left0p3 = row + left0q * 4u + 3u;
  let left0a3 = left0p3 * 128u;
  let left1k = (lid + 64u) % 16u;
  let left1q = (lid + 64u) / 16u;
  let left1p0 = row + left1q * 4u + 0u;
  let left1a0 = left1p0 * 128u;
  let left1p1 = row + left1q * 4u + 1u;
  let left1a1 = left1p1 * 128u;
  let left1p2 = row + left1q * 4u + 2u;
  let left1a2 = left1p2 * 128u;
  let left1p3 = row + left1q * 4u + 3u;
  let left1a3 = left1p3 * 128u;
  let right0k = lid / 8u;
  let right0q = lid % 8u;
  let right0p0 = column + right0q * 4u + 0u;
  let right0a0 = right0p0;
  let right1k = (lid + 64u) / 8u;
  let right1q = (lid + 64u) % 8u;
  let right1p0 = column + right1q * 4u + 0u;
  let right1a0 = right1p0;
  let down = lid / 8u;
  let across = lid % 8u;
  var c0 = vec4<f32>();
  var c1 = vec4<f32>();
  var c2 = vec4<f32>();
  var c3 = vec4<f32>();
  for (var start = first; start < end; start += 16u) {
    let left0d = start + left0k;
    let left0t = left0d;
    lefts[left0k * 8u + left0q] = vec4<f32>(b1[left0a0 + left0t], b1[left0a1 + left0t], b1[left0a2 + left0t], b1[left0a3 + left0t]);
    let left1d = start + left1k;
    let left1t = left1d;
    lefts[left1k * 8u + left1q] = vec4<f32>(b1[left1a0 + left1t], b1[left1a1 + left1t], b1[left1a2 + left1t], b1[left1a3 + left1t]);
    let right0d = start + right0k;
    let right0t = right0d * 128u;
    rights[right0k * 8u + right0q] = b2[(right0a0 + right0t) / 4u];
    let right1d = start + right1k;
    let right1t = right1d * 128u;
    rights[right1k * 8u + right1q] = b2[(right1a0 + right1t) / 4u];
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let x = lefts[k * 8u + down];
      let y = rights[k * 8u + across];
      c0 += x[0] * y;
      c1 += x[1] * y;
      c2 += x[2] * y;
      c3 += x[3] * y;
    }
    workgroupBarrier();
  }
  var sums = array<f32, 16>(c0[0], c0[1], c0[2], c0[3], c1[0], c1[1], c1[2], c1[3], c2[0], c2[1], c2[2], c2[3], c3[0], c3[1], c3[2], c3[3]);
  for (var t = 0u; t < 16u; t++) {
    let i = t / 4u;
    let j = t % 4u;
    finish(b, row + lid / 8u * 4u + i, column + lid % 8u * 4u + j, sums[t]);
  }
}
