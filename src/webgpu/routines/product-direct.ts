import type { Shader } from "../shader.ts";
import type { Product } from "./product.ts";
import { columnsOf, type ProductPlan, rowsOf } from "./product-plan.ts";
import { finishLines, places, tileLines } from "./product-tile.ts";

/**
 * Lines that sum a tile for each invocation, reading factors where they lie: for devices whose
 * memory is as near as that of a workgroup would be.
 *
 * Neighbouring invocations have neighbouring columns. A sum takes several steps at once, as the
 * stores to variables are what a simple compiler does not save.
 */
export function directLines(product: Product, plan: ProductPlan, shader: Shader): string[] {
  const { m, n, depth, left, right, arithmetic } = product;
  const { tile, splits, part } = plan;
  const { width, rows, columns } = tile;
  // Steps of the depth between two updates of the sums; texts that are long stand there once.
  const isPlain = left.isPlain && right.isPlain;
  const steps = isPlain ? (rows * columns > 64 ? 2 : 4) : 1;
  const rowAt = (i: string) => `row + lid / ${width}u * ${rows}u + ${i}`;
  const columnAt = (j: string) => `column + lid % ${width}u + ${j} * ${width}u`;
  // What is beyond the edge is read at the edge, and not stored.
  const inside = (text: string, extent: number, size: number) =>
    extent % size === 0 ? text : `min(${text}, ${extent - 1}u)`;
  const lines = [
    ...tileLines(product, plan),
    ...places(rows).flatMap((i) => [
      `let m${i} = ${inside(rowAt(`${i}u`), m, rowsOf(tile))};`,
      ...left.across(`l${i}`, `m${i}`, "b"),
    ]),
    ...places(columns).flatMap((j) => [
      `let n${j} = ${inside(columnAt(`${j}u`), n, columnsOf(tile))};`,
      ...right.across(`r${j}`, `n${j}`, "b"),
    ]),
    ...places(rows).map((i) =>
      places(columns)
        .map((j) => `var c${i}_${j} = ${arithmetic.zero};`)
        .join(" "),
    ),
    "var k = first;",
  ];
  const advance = (count: number): string[] => [
    ...places(count).flatMap((u) => [
      `let k${u} = k + ${u}u;`,
      ...left.along(`lk${u}`, `k${u}`),
      ...right.along(`rk${u}`, `k${u}`),
    ]),
    ...places(rows).flatMap((i) =>
      places(count).map((u) => `let x${i}_${u} = ${left.factor(`l${i}`, `lk${u}`, shader)};`),
    ),
    ...places(columns).flatMap((j) => [
      ...places(count).map((u) => `let y${u}_${j} = ${right.factor(`r${j}`, `rk${u}`, shader)};`),
      ...places(count).flatMap((u) =>
        right.has === null ? [] : [`let h${u}_${j} = ${right.has(`r${j}`, `rk${u}`)};`],
      ),
      ...places(rows).map((i) => {
        const terms = places(count).map((u) => {
          const term = `x${i}_${u} * y${u}_${j}`;
          return right.has === null ? term : `select(${arithmetic.zero}, ${term}, h${u}_${j})`;
        });
        return `c${i}_${j} = ${[`c${i}_${j}`, ...terms].reduce((sum, term) => `(${sum} + ${term})`)};`;
      }),
    ]),
  ];
  const loop = (condition: string, count: number) => [
    `for (; ${condition}; k += ${count}u) {`,
    ...advance(count).map((line) => `  ${line}`),
    "}",
  ];
  if (depth >= steps) lines.push(...loop(`k + ${steps - 1}u < end`, steps));
  const isWhole = depth % steps === 0 && (splits === 1 || part % steps === 0);
  if (!isWhole) lines.push(...loop("k < end", 1));
  return [...lines, ...finishLines(product, plan, (i, j) => `c${i}_${j}`, rowAt, columnAt)];
}
