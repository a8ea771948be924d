import type { Shader } from "../shader.ts";
import type { Product } from "./product.ts";
import { type ProductPlan, sumsBatch } from "./product-plan.ts";

/**
 * Lines that sum each element of the result by itself: few rows, few columns or little depth. With
 * several lanes an element has as many neighbouring invocations, each of which takes every such
 * step of the depth, and their sums are added as a tree.
 */
export function thinLines(product: Product, plan: ProductPlan, shader: Shader): string[] {
  const { batches, m, n, left, right, arithmetic } = product;
  const { tile, lanes, splits } = plan;
  const batch = sumsBatch(product, plan);
  const size = batches * m * n;
  const { type, zero } = arithmetic;
  const last = `${size - 1}u`;
  const lane = lanes === 1 ? "0u" : `lid % ${lanes}u`;
  const own = lanes === 1 ? "lid" : `lid / ${lanes}u`;
  const term = `${left.factor("l", "lk", shader)} * ${right.factor("r", "rk", shader)}`;
  const kept = right.has === null ? term : `select(${zero}, ${term}, ${right.has("r", "rk")})`;
  const lines = [
    `let place = ${splits === 1 ? "group" : `group % ${Math.ceil(size / tile.width)}u`} * ${tile.width}u + ${own};`,
    // All invocations reach the barriers; those beyond the end sum the last element again.
    `let e = min(place, ${last});`,
    `let b = e / ${m * n}u;`,
    `let m = e / ${n}u % ${m}u;`,
    `let n = e % ${n}u;`,
    ...left.across("l", "m", "b"),
    ...right.across("r", "n", "b"),
    `var sum = ${zero};`,
    `for (var k = first + ${lane}; k < end; k += ${lanes}u) {`,
    ...left.along("lk", "k").map((line) => `  ${line}`),
    ...right.along("rk", "k").map((line) => `  ${line}`),
    `  sum += ${kept};`,
    "}",
  ];
  if (lanes === 1) return [...lines, `if (place < ${size}u) { finish(${batch}, m, n, sum); }`];
  shader.global(`var<workgroup> sums: array<${type}, ${tile.width * lanes}>;`);
  lines.push("sums[lid] = sum;");
  for (let half = lanes / 2; half >= 1; half /= 2) {
    lines.push(
      "workgroupBarrier();",
      `if (lid % ${lanes}u < ${half}u) { sums[lid] += sums[lid + ${half}u]; }`,
    );
  }
  lines.push(
    `if (place < ${size}u && lid % ${lanes}u == 0u) { finish(${batch}, m, n, sums[lid]); }`,
  );
  return lines;
}
