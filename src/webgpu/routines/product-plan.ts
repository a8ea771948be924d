import type { StepContext } from "../step.ts";
import type { Product } from "./product.ts";

/** How one invocation and one workgroup share the elements of a result. */
export interface Tile {
  /** Invocations of a workgroup, across the columns and across the rows. */
  readonly width: number;
  readonly height: number;
  /** Rows and columns that one invocation sums. */
  readonly rows: number;
  readonly columns: number;
}

/** How the shaders of a product go about it. */
export interface ProductPlan {
  /**
   * `thin`: an element of the result for `lanes` invocations; `direct`: tiles of elements in
   * registers, factors read where they lie; `staged`: the same, factors by way of workgroup memory.
   */
  readonly form: "thin" | "direct" | "staged";
  readonly tile: Tile;
  readonly lanes: number;
  /** Into how many parts of `part` steps the depth is cut, summed apart and then together. */
  readonly splits: number;
  readonly part: number;
}

/** Invocations of a workgroup of the thin form. */
const workgroup = 64;

/** Tiles by preference, the largest first: where factors are read most often once read. */
const directTiles: readonly Tile[] = [
  { width: 4, height: 4, rows: 16, columns: 16 },
  { width: 4, height: 4, rows: 8, columns: 16 },
  { width: 8, height: 8, rows: 4, columns: 4 },
  { width: 16, height: 4, rows: 4, columns: 4 },
  { width: 32, height: 2, rows: 4, columns: 4 },
  { width: 4, height: 16, rows: 8, columns: 2 },
  { width: 8, height: 8, rows: 2, columns: 2 },
];
const stagedTiles: readonly Tile[] = [
  { width: 16, height: 16, rows: 4, columns: 4 },
  { width: 8, height: 8, rows: 4, columns: 4 },
];

/** Workgroups that keep a device busy. */
const enough = 16;

/** Steps of the depth that are worth a part of their own. */
const leastPart = 256;

/** Choose for a product with at least one element. */
export function planProduct(product: Product, { features }: StepContext): ProductPlan {
  const { batches, m, n, depth, left, right } = product;
  if (Math.min(m, n) <= 2 || depth <= 2 || m * n <= 64) {
    // Where what is read most lies along the depth, so do neighbouring invocations.
    const isDeep = m > n ? left.isDeep : right.isDeep;
    const count = batches * m * n;
    const lanes = depth < 16 ? 1 : count <= 64 ? 64 : isDeep ? 16 : 1;
    const tile = { width: workgroup / lanes, height: 1, rows: 1, columns: 1 };
    const workgroups = Math.ceil((count * lanes) / workgroup);
    return { form: "thin", tile, lanes, ...splitDepth(workgroups, depth, leastPart * lanes) };
  }
  // What goes through workgroup memory has no room to say that it is nothing.
  const form = features.processor || right.has !== null ? "direct" : "staged";
  const tiles = form === "direct" ? directTiles : stagedTiles;
  const workgroups = (tile: Tile) =>
    batches * tileCount(m, rowsOf(tile)) * tileCount(n, columnsOf(tile));
  // Elements computed for nothing, at the edges, count as work.
  const waste = (tile: Tile) =>
    (tileCount(m, rowsOf(tile)) * rowsOf(tile) * tileCount(n, columnsOf(tile)) * columnsOf(tile)) /
    (m * n);
  const fits = tiles.filter((tile) => waste(tile) <= 1.3);
  const tile =
    fits.find((each) => workgroups(each) >= enough) ??
    fits.at(-1) ??
    tiles.reduce((best, each) => (waste(each) < waste(best) ? each : best));
  return { form, tile, lanes: 1, ...splitDepth(workgroups(tile), depth, leastPart) };
}

/** Cut a depth into parts of at least `least` steps, as long as there are few workgroups. */
function splitDepth(
  workgroups: number,
  depth: number,
  least: number,
): Pick<ProductPlan, "splits" | "part"> {
  const wanted = Math.min(Math.ceil(enough / workgroups), Math.floor(depth / least));
  if (workgroups >= enough || wanted <= 1) return { splits: 1, part: depth };
  const part = 16 * Math.ceil(depth / wanted / 16);
  return { splits: Math.ceil(depth / part), part };
}

/** Rows of the result that a workgroup sums. */
export function rowsOf({ height, rows }: Tile): number {
  return height * rows;
}

/** Columns of the result that a workgroup sums. */
export function columnsOf({ width, columns }: Tile): number {
  return width * columns;
}

function tileCount(extent: number, size: number): number {
  return Math.ceil(extent / size);
}

/**
 * Text of the batch that the sums of a workgroup belong to; those of the parts of a depth are kept
 * as batches of their own, part after part.
 */
export function sumsBatch({ batches }: Product, { splits }: ProductPlan): string {
  return splits === 1 ? "b" : `part * ${batches}u + b`;
}
