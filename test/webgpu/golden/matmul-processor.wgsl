// dot, 6 x 1 x 1
@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read> b1: array<f32>;
@group(0) @binding(2) var<storage, read> b2: array<f32>;
fn finish(b: u32, m: u32, n: u32, sum: f32) {
  let product = sum;
  let e = m * 20u + n;
  b0[e] = product;
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wg: vec3u, @builtin(local_invocation_index) lid: u32) {
  let group = wg.x;
  let first = 0u;
  let end = 20u;
  let column = group % 2u * 16u;
  let row = group / 2u % 3u * 16u;
  let b = 0u;
  let m0 = min(row + lid / 8u * 2u + 0u, 35u);
  let l0 = m0 * 20u;
  let m1 = min(row + lid / 8u * 2u + 1u, 35u);
  let l1 = m1 * 20u;
  let n0 = min(column + lid % 8u + 0u * 8u, 19u);
  let r0 = n0;
  let n1 = min(column + lid % 8u + 1u * 8u, 19u);
  let r1 = n1;
  var c0_0 = 0.0; var c0_1 = 0.0;
  var c1_0 = 0.0; var c1_1 = 0.0;
  var k = first;
  for (; k + 3u < end; k += 4u) {
    let k0 = k + 0u;
    let lk0 = k0;
    let rk0 = k0 * 20u;
    let k1 = k + 1u;
    let lk1 = k1;
    let rk1 = k1 * 20u;
    let k2 = k + 2u;
    let lk2 = k2;
    let rk2 = k2 * 20u;
    let k3 = k + 3u;
    let lk3 = k3;
    let rk3 = k3 * 20u;
    let x0_0 = b1[l0 + lk0];
    let x0_1 = b1[l0 + lk1];
    let x0_2 = b1[l0 + lk2];
    let x0_3 = b1[l0 + lk3];
    let x1_0 = b1[l1 + lk0];
    let x1_1 = b1[l1 + lk1];
    let x1_2 = b1[l1 + lk2];
    let x1_3 = b1[l1 + lk3];
    let y0_0 = b2[r0 + rk0];
    let y1_0 = b2[r0 + rk1];
    let y2_0 = b2[r0 + rk2];
    let y3_0 = b2[r0 + rk3];
    c0_0 = ((((c0_0 + x0_0 * y0_0) + x0_1 * y1_0) + x0_2 * y2_0) + x0_3 * y3_0);
    c1_0 = ((((c1_0 + x1_0 * y0_0) + x1_1 * y1_0) + x1_2 * y2_0) + x1_3 * y3_0);
    let y0_1 = b2[r1 + rk0];
    let y1_1 = b2[r1 + rk1];
    let y2_1 = b2[r1 + rk2];
    let y3_1 = b2[r1 + rk3];
    c0_1 = ((((c0_1 + x0_0 * y0_1) + x0_1 * y1_1) + x0_2 * y2_1) + x0_3 * y3_1);
    c1_1 = ((((c1_1 + x1_0 * y0_1) + x1_1 * y1_1) + x1_2 * y2_1) + x1_3 * y3_1);
  }
  var sums = array<f32, 4>(c0_0, c0_1, c1_0, c1_1);
  for (var t = 0u; t < 4u; t++) {
    let i = t / 2u;
    let j = t % 2u;
    let m = row + lid / 8u * 2u + i;
    let n = column + lid % 8u + j * 8u;
    if (m < 36u && n < 20u) { finish(b, m, n, sums[t]); }
  }
}
