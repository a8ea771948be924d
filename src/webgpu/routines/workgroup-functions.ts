import type { Shader } from "../shader.ts";

/** The better of two pairs of a key and a position: the larger key wins, of equal ones the lower position. */
export const better = `fn better(a: vec2u, b: vec2u) -> vec2u {
  return select(a, b, b.x > a.x || (b.x == a.x && b.y < a.y));
}`;

/**
 * Add `workgroupSum(lid, x)` and `workgroupBest(lid, pair)` over a workgroup of `size` invocations,
 * a power of two: all of them must call, and all get the result, which is uniform.
 */
export function addWorkgroupFunctions(shader: Shader, size: number): void {
  shader.global(better);
  shader.global(`var<workgroup> sums: array<f32, ${size}>;
fn workgroupSum(lid: u32, x: f32) -> f32 {
  sums[lid] = x;
  workgroupBarrier();
  for (var step = ${size / 2}u; step > 0u; step >>= 1u) {
    if (lid < step) { sums[lid] += sums[lid + step]; }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&sums[0]);
}
var<workgroup> pairs: array<vec2u, ${size}>;
fn workgroupBest(lid: u32, pair: vec2u) -> vec2u {
  pairs[lid] = pair;
  workgroupBarrier();
  for (var step = ${size / 2}u; step > 0u; step >>= 1u) {
    if (lid < step) { pairs[lid] = better(pairs[lid], pairs[lid + step]); }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&pairs[0]);
}`);
}

/** Text of whether a value is not zero: true of NaN too, which WGSL's own comparison may deny. */
export function isNotZero(value: string): string {
  return `(bitcast<u32>(${value}) << 1u) != 0u`;
}

/** Text of the key by which the largest size wins; NaN has the largest. */
export function sizeKey(value: string): string {
  return `(bitcast<u32>(${value}) & 0x7fffffffu)`;
}
