/**
 * Products of a panel of four rows and a panel of four columns.
 *
 * A panel holds four vectors side by side, element by element: entry `4*k + i` is element `k` of
 * vector `i`. The sums run over `k` in ascending order, each in one accumulator, so they do not
 * depend on how the operands were laid out. The three functions differ in their arrays alone: an
 * engine compiles each for one kind of array, which one function for all would not allow.
 */

/** Sums of products of single-precision panels, in doubles: 16 results, row by row, to `out`. */
export function multiplyPanels32(
  left: Float32Array,
  leftAt: number,
  right: Float32Array,
  rightAt: number,
  depth: number,
  out: Float64Array,
): void {
  let a = leftAt;
  let b = rightAt;
  const end = leftAt + 4 * depth;
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];
  let [s20, s21, s22, s23] = [0, 0, 0, 0];
  let [s30, s31, s32, s33] = [0, 0, 0, 0];
  for (; a < end; a += 4, b += 4) {
    // Both panels have four entries for each k below depth.
    const b0 = right[b] as number;
    const b1 = right[b + 1] as number;
    const b2 = right[b + 2] as number;
    const b3 = right[b + 3] as number;
    const a0 = left[a] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[a + 1] as number;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[a + 2] as number;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[a + 3] as number;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s02;
  out[3] = s03;
  out[4] = s10;
  out[5] = s11;
  out[6] = s12;
  out[7] = s13;
  out[8] = s20;
  out[9] = s21;
  out[10] = s22;
  out[11] = s23;
  out[12] = s30;
  out[13] = s31;
  out[14] = s32;
  out[15] = s33;
}

/** Sums of products of double-precision panels: 16 results, row by row, to `out`. */
export function multiplyPanels64(
  left: Float64Array,
  leftAt: number,
  right: Float64Array,
  rightAt: number,
  depth: number,
  out: Float64Array,
): void {
  let a = leftAt;
  let b = rightAt;
  const end = leftAt + 4 * depth;
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];
  let [s20, s21, s22, s23] = [0, 0, 0, 0];
  let [s30, s31, s32, s33] = [0, 0, 0, 0];
  for (; a < end; a += 4, b += 4) {
    // Both panels have four entries for each k below depth.
    const b0 = right[b] as number;
    const b1 = right[b + 1] as number;
    const b2 = right[b + 2] as number;
    const b3 = right[b + 3] as number;
    const a0 = left[a] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = left[a + 1] as number;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = left[a + 2] as number;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = left[a + 3] as number;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s02;
  out[3] = s03;
  out[4] = s10;
  out[5] = s11;
  out[6] = s12;
  out[7] = s13;
  out[8] = s20;
  out[9] = s21;
  out[10] = s22;
  out[11] = s23;
  out[12] = s30;
  out[13] = s31;
  out[14] = s32;
  out[15] = s33;
}

/** Sums of products of panels of integers modulo 2^32: 16 results, row by row, to `out`. */
export function multiplyPanelsInt(
  left: Int32Array,
  leftAt: number,
  right: Int32Array,
  rightAt: number,
  depth: number,
  out: Int32Array,
): void {
  let a = leftAt;
  let b = rightAt;
  const end = leftAt + 4 * depth;
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];
  let [s20, s21, s22, s23] = [0, 0, 0, 0];
  let [s30, s31, s32, s33] = [0, 0, 0, 0];
  for (; a < end; a += 4, b += 4) {
    // Both panels have four entries for each k below depth.
    const b0 = right[b] as number;
    const b1 = right[b + 1] as number;
    const b2 = right[b + 2] as number;
    const b3 = right[b + 3] as number;
    const a0 = left[a] as number;
    s00 = (s00 + Math.imul(a0, b0)) | 0;
    s01 = (s01 + Math.imul(a0, b1)) | 0;
    s02 = (s02 + Math.imul(a0, b2)) | 0;
    s03 = (s03 + Math.imul(a0, b3)) | 0;
    const a1 = left[a + 1] as number;
    s10 = (s10 + Math.imul(a1, b0)) | 0;
    s11 = (s11 + Math.imul(a1, b1)) | 0;
    s12 = (s12 + Math.imul(a1, b2)) | 0;
    s13 = (s13 + Math.imul(a1, b3)) | 0;
    const a2 = left[a + 2] as number;
    s20 = (s20 + Math.imul(a2, b0)) | 0;
    s21 = (s21 + Math.imul(a2, b1)) | 0;
    s22 = (s22 + Math.imul(a2, b2)) | 0;
    s23 = (s23 + Math.imul(a2, b3)) | 0;
    const a3 = left[a + 3] as number;
    s30 = (s30 + Math.imul(a3, b0)) | 0;
    s31 = (s31 + Math.imul(a3, b1)) | 0;
    s32 = (s32 + Math.imul(a3, b2)) | 0;
    s33 = (s33 + Math.imul(a3, b3)) | 0;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s02;
  out[3] = s03;
  out[4] = s10;
  out[5] = s11;
  out[6] = s12;
  out[7] = s13;
  out[8] = s20;
  out[9] = s21;
  out[10] = s22;
  out[11] = s23;
  out[12] = s30;
  out[13] = s31;
  out[14] = s32;
  out[15] = s33;
}
