import type { Shader } from "../shader.ts";
import type { Product, ProductOperand } from "./product.ts";
import { columnsOf, type ProductPlan, rowsOf } from "./product-plan.ts";
import { finishLines, places, tileLines } from "./product-tile.ts";

/** Steps of the depth that a workgroup keeps in its memory. */
const stage = 16;

/** Neighbours across that are kept as one vector. */
const lanes = 4;

/**
 * Lines that sum a tile for each invocation, factors going through the memory of the workgroup
 * `stage` steps at a time, in vectors of neighbouring rows and columns.
 */
export function stagedLines(product: Product, plan: ProductPlan, shader: Shader): string[] {
  const { m, n, depth, left, right, arithmetic } = product;
  const { tile, splits } = plan;
  const { width } = tile;
  const { type } = arithmetic;
  const vector = `vec4<${type}>`;
  const [down, across] = [rowsOf(tile) / lanes, columnsOf(tile) / lanes];
  shader.global(`var<workgroup> lefts: array<${vector}, ${stage * down}>;`);
  shader.global(`var<workgroup> rights: array<${vector}, ${stage * across}>;`);
  const isWhole = depth % stage === 0 && splits === 1;
  const side = (
    operand: ProductOperand,
    name: string,
    start: string,
    extent: number,
    quads: number,
  ) =>
    loaderLines(
      operand,
      { name, start, extent, quads, plan, type: vector, zero: arithmetic.zero, isWhole },
      shader,
    );
  const [loadLeft, loadRight] = [
    side(left, "left", "row", m, down),
    side(right, "right", "column", n, across),
  ];
  const rowAt = (i: string) => `row + lid / ${width}u * ${lanes}u + ${i}`;
  const columnAt = (j: string) => `column + lid % ${width}u * ${lanes}u + ${j}`;
  return [
    ...tileLines(product, plan),
    ...loadLeft.before,
    ...loadRight.before,
    `let down = lid / ${width}u;`,
    `let across = lid % ${width}u;`,
    ...places(lanes).map((i) => `var c${i} = ${vector}();`),
    `for (var start = first; start < end; start += ${stage}u) {`,
    ...[
      ...loadLeft.each,
      ...loadRight.each,
      "workgroupBarrier();",
      `for (var k = 0u; k < ${stage}u; k++) {`,
      `  let x = lefts[k * ${down}u + down];`,
      `  let y = rights[k * ${across}u + across];`,
      ...places(lanes).map((i) => `  c${i} += x[${i}] * y;`),
      "}",
      "workgroupBarrier();",
    ].map((line) => `  ${line}`),
    "}",
    ...finishLines(product, plan, (i, j) => `c${i}[${j}]`, rowAt, columnAt),
  ];
}

/** How one operand is brought to the workgroup. */
interface Loader {
  readonly name: "left" | "right" | string;
  /** Name of the first place across of the workgroup. */
  readonly start: string;
  readonly extent: number;
  /** Vectors across of the workgroup. */
  readonly quads: number;
  readonly plan: ProductPlan;
  readonly type: string;
  readonly zero: string;
  /** Whether every stage is full. */
  readonly isWhole: boolean;
}

/** Lines that name where an invocation reads, and that read and keep its vectors of one stage. */
function loaderLines(
  operand: ProductOperand,
  { name, start, extent, quads, plan, type, zero, isWhole }: Loader,
  shader: Shader,
): { before: string[]; each: string[] } {
  const { tile } = plan;
  const invocations = tile.width * tile.height;
  const before: string[] = [];
  const each: string[] = [];
  const isRagged = extent % (quads * lanes) !== 0;
  for (const item of places((quads * stage) / invocations)) {
    // Neighbouring invocations read neighbours in memory. Both extents divide the workgroup's size.
    const own = item === 0 ? "lid" : `(lid + ${item * invocations}u)`;
    const [deep, quad] = operand.isDeep
      ? [`${own} % ${stage}u`, `${own} / ${stage}u`]
      : [`${own} / ${quads}u`, `${own} % ${quads}u`];
    const id = `${name}${item}`;
    before.push(`let ${id}k = ${deep};`, `let ${id}q = ${quad};`);
    const whole = operand.quad !== null && extent % lanes === 0;
    for (const lane of whole ? [0] : places(lanes)) {
      const place = `${start} + ${id}q * ${lanes}u + ${lane}u`;
      // What is beyond the edge is read at the edge, and not stored.
      const edge = whole ? extent - lanes : extent - 1;
      before.push(
        `let ${id}p${lane} = ${isRagged ? `min(${place}, ${edge}u)` : place};`,
        ...operand.across(`${id}a${lane}`, `${id}p${lane}`, "b"),
      );
    }
    each.push(`let ${id}d = start + ${id}k;`, ...operand.along(`${id}t`, `${id}d`));
    const value =
      whole && operand.quad !== null
        ? operand.quad(`${id}a0`, `${id}t`, shader)
        : `${type}(${places(lanes)
            .map((lane) => operand.factor(`${id}a${lane}`, `${id}t`, shader))
            .join(", ")})`;
    // Steps beyond the end must add nothing.
    const kept = isWhole ? value : `select(${type}(${zero}), ${value}, ${id}d < end)`;
    each.push(`${name}s[${id}k * ${quads}u + ${id}q] = ${kept};`);
  }
  return { before, each };
}
