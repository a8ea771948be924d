import type { Product } from "./product.ts";
import { columnsOf, type ProductPlan, rowsOf, sumsBatch } from "./product-plan.ts";

/** Lines that name the batch `b` of a workgroup, and its first `row` and `column`. */
export function tileLines({ batches, m, n }: Product, { tile, splits }: ProductPlan): string[] {
  const across = Math.ceil(n / columnsOf(tile));
  const down = Math.ceil(m / rowsOf(tile));
  return [
    `let column = group % ${across}u * ${columnsOf(tile)}u;`,
    `let row = group / ${across}u % ${down}u * ${rowsOf(tile)}u;`,
    `let b = ${batches === 1 ? "0u" : `group / ${across * down}u${splits === 1 ? "" : ` % ${batches}u`}`};`,
  ];
}

/**
 * Lines that finish the sums of one invocation, `sumOf(i, j)` being the text of that of its row i
 * and column j; `rowAt` and `columnAt` give the text of their places.
 *
 * The loop keeps the text of the epilogue single. Sums are in an array only from here on.
 */
export function finishLines(
  product: Product,
  plan: ProductPlan,
  sumOf: (i: number, j: number) => string,
  rowAt: (i: string) => string,
  columnAt: (j: string) => string,
): string[] {
  const { m, n, arithmetic } = product;
  const { tile } = plan;
  const { rows, columns } = tile;
  const isRagged = m % rowsOf(tile) !== 0 || n % columnsOf(tile) !== 0;
  const call = `finish(${sumsBatch(product, plan)}, ${isRagged ? "m, n" : `${rowAt("i")}, ${columnAt("j")}`}, sums[t]);`;
  return [
    `var sums = array<${arithmetic.type}, ${rows * columns}>(${places(rows)
      .flatMap((i) => places(columns).map((j) => sumOf(i, j)))
      .join(", ")});`,
    `for (var t = 0u; t < ${rows * columns}u; t++) {`,
    `  let i = t / ${columns}u;`,
    `  let j = t % ${columns}u;`,
    ...(isRagged
      ? [
          `  let m = ${rowAt("i")};`,
          `  let n = ${columnAt("j")};`,
          `  if (m < ${m}u && n < ${n}u) { ${call} }`,
        ]
      : [`  ${call}`]),
    "}",
  ];
}

/** The integers from 0 to `count - 1`. */
export function places(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
