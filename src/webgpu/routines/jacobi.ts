import type { Shader } from "../shader.ts";

/** Invocations of a workgroup, which has one matrix. */
export const threads = 64;

/** Sweeps over all pairs after which a matrix counts as converged; most take six to ten. */
export const mostSweeps = 24;

/**
 * Lines that go over all pairs of `n` rows in rounds of pairs that share no row, until a sweep
 * rotates none. `round` is for one round, in which `lid` takes pairs `t`, `t + threads` and so on by
 * `pairOf(round, t)`, p below q, q not below `n` where there is none; it counts in `rotations`.
 */
export function sweepLines(shader: Shader, n: number, round: readonly string[]): string[] {
  const players = n + (n % 2);
  shader.global(`fn pairOf(round: u32, t: u32) -> vec2u {
  var p = ${players - 1}u;
  var q = round;
  if (t > 0u) {
    p = (round + t) % ${Math.max(1, players - 1)}u;
    q = (round + ${players - 1}u - t) % ${Math.max(1, players - 1)}u;
  }
  return vec2u(min(p, q), max(p, q));
}`);
  return [
    `for (var sweep = 0u; sweep < ${mostSweeps}u; sweep++) {`,
    "var rotations = 0.0;",
    `for (var round = 0u; round < ${players - 1}u; round++) {`,
    ...round,
    "}",
    "if (workgroupSum(lid, rotations) == 0.0) { break; }",
    "}",
  ];
}

/** `rotationFor(difference, product)`: cosine and sine that make the product of two rows zero. */
export const rotationFunction = `fn rotationFor(difference: f32, product: f32) -> vec2f {
  let ratio = difference / (2.0 * product);
  var tangent = 1.0 / (abs(ratio) + sqrt(1.0 + ratio * ratio));
  if (ratio < 0.0) { tangent = -tangent; }
  let c = 1.0 / sqrt(1.0 + tangent * tangent);
  return vec2f(c, tangent * c);
}`;

/** `scaleFor(key)`: the power of 2 that brings a number whose bits are `key`, sign apart, near 1. */
export const scaleFunction = `fn scaleFor(key: u32) -> f32 {
  return bitcast<f32>(clamp(254u - min(key >> 23u, 253u), 1u, 253u) << 23u);
}`;
