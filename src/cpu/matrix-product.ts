import type { TypedArray } from "../core/dtype.ts";
import { multiplyPanels32, multiplyPanels64, multiplyPanelsInt } from "./micro-kernels.ts";

/** Vectors along the contracted axis: element k of vector i is at offset + i*step + k*depthStep. */
export interface Vectors {
  readonly data: TypedArray;
  readonly offset: number;
  readonly step: number;
  readonly depthStep: number;
}

/** Arithmetic of a product: sums in doubles of single or double entries, or modulo 2^32. */
export type Arithmetic = "single" | "double" | "integer";

/** Vectors packed into panels of four, the last one filled up with zeros. */
export interface Panels {
  readonly count: number;
  readonly depth: number;
  readonly data: Float32Array | Float64Array | Int32Array;
}

/** Memory for the panels of `count` vectors of `depth` elements. */
export function newPanels(arithmetic: Arithmetic, count: number, depth: number): Panels {
  const length = 4 * Math.ceil(count / 4) * depth;
  switch (arithmetic) {
    case "single":
      return { count, depth, data: new Float32Array(length) };
    case "double":
      return { count, depth, data: new Float64Array(length) };
    case "integer":
      return { count, depth, data: new Int32Array(length) };
    default:
      return arithmetic satisfies never;
  }
}

/** Copy vectors into panels; the rest of the last panel keeps its zeros. */
export function pack({ data: to, count, depth }: Panels, from: Vectors): void {
  const { data, offset, step, depthStep } = from;
  const full = count - (count % 4);
  let at = 0;
  for (let i = 0; i < full; i += 4) {
    let address = offset + i * step;
    for (let k = 0; k < depth; k++, at += 4, address += depthStep) {
      // The addresses are those of the four vectors, by the definition of Vectors.
      to[at] = data[address] as number;
      to[at + 1] = data[address + step] as number;
      to[at + 2] = data[address + 2 * step] as number;
      to[at + 3] = data[address + 3 * step] as number;
    }
  }
  for (let k = 0; k < depth; k++, at += 4) {
    for (let i = full; i < count; i++) {
      to[at + i - full] = data[offset + i * step + k * depthStep] as number; // as above
    }
  }
}

/** Panels of floats. */
export interface FloatPanels extends Panels {
  readonly data: Float32Array | Float64Array;
}

/**
 * A faster way to the same sums into `to`, to the bit but for singles into singles: false where it
 * will not, and the loops here do it.
 */
export type FastProduct = (
  left: FloatPanels,
  right: FloatPanels,
  to: {
    readonly data: Float32Array | Float64Array;
    readonly at: number;
    readonly rowStep: number;
  },
) => boolean;

let fastProduct: FastProduct = () => false;

/** Have products of floats tried this way first. */
export function installFastProduct(product: FastProduct): void {
  fastProduct = product;
}

const tile = new Float64Array(16);
const integerTile = new Int32Array(16);

/**
 * Products of all pairs of vectors: that of left `i` and right `j` to `outAt + i*rowStep + j`.
 *
 * Each is one sum over the contracted axis in ascending order; `out` rounds or wraps it. Panels
 * must hold the same kind of array.
 */
export function multiplyPacked(
  left: Panels,
  right: Panels,
  out: TypedArray,
  outAt: number,
  rowStep: number,
): void {
  if (isFloats(left.data) && isFloats(right.data) && isFloats(out)) {
    const to = { data: out, at: outAt, rowStep };
    // Their data were just looked at.
    if (fastProduct(left as FloatPanels, right as FloatPanels, to)) return;
  }
  multiplyTiles(left, right, out, outAt, rowStep);
}

function isFloats(data: TypedArray): data is Float32Array | Float64Array {
  return data instanceof Float32Array || data instanceof Float64Array;
}

/** The same, tile by tile in JavaScript. */
export function multiplyTiles(
  left: Panels,
  right: Panels,
  out: TypedArray,
  outAt: number,
  rowStep: number,
): void {
  const { depth } = left;
  for (let j = 0; j < right.count; j += 4) {
    const columns = Math.min(4, right.count - j);
    for (let i = 0; i < left.count; i += 4) {
      const sums = multiplyTile(left.data, i * depth, right.data, j * depth, depth);
      const rows = Math.min(4, left.count - i);
      const corner = outAt + i * rowStep + j;
      if (rows === 4 && columns === 4) storeFull(sums, out, corner, rowStep);
      else storePart(sums, out, corner, rowStep, rows, columns);
    }
  }
}

function multiplyTile(
  left: Panels["data"],
  leftAt: number,
  right: Panels["data"],
  rightAt: number,
  depth: number,
): Float64Array | Int32Array {
  if (left instanceof Float32Array && right instanceof Float32Array) {
    multiplyPanels32(left, leftAt, right, rightAt, depth, tile);
    return tile;
  }
  if (left instanceof Int32Array) {
    multiplyPanelsInt(left, leftAt, right as Int32Array, rightAt, depth, integerTile); // alike
    return integerTile;
  }
  // Panels of one product are alike, and only doubles are left.
  multiplyPanels64(left as Float64Array, leftAt, right as Float64Array, rightAt, depth, tile);
  return tile;
}

function storeFull(
  sums: Float64Array | Int32Array,
  out: TypedArray,
  corner: number,
  rowStep: number,
): void {
  let to = corner;
  for (let at = 0; at < 16; at += 4, to += rowStep) {
    out[to] = sums[at] as number; // a tile has 16 entries
    out[to + 1] = sums[at + 1] as number;
    out[to + 2] = sums[at + 2] as number;
    out[to + 3] = sums[at + 3] as number;
  }
}

function storePart(
  sums: Float64Array | Int32Array,
  out: TypedArray,
  corner: number,
  rowStep: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      out[corner + i * rowStep + j] = sums[4 * i + j] as number; // within the tile of 16
    }
  }
}

/** Rows that share one pass over the vector when the matrix runs along its rows. */
const rowBlock = 1024;

/**
 * Products of `count` vectors and one other, `vector`, in doubles: number `i` to
 * `outAt + i*outStep`. Reads the matrix in the order in which it lies, without packing it.
 */
export function multiplyVector(
  { data, offset, step, depthStep }: Vectors,
  count: number,
  vector: Float64Array,
  out: TypedArray,
  outAt: number,
  outStep: number,
): void {
  const depth = vector.length;
  if (Math.abs(depthStep) <= Math.abs(step) || count === 1) {
    for (let i = 0; i < count; i++) {
      out[outAt + i * outStep] = dotVector(data, offset + i * step, depthStep, vector);
    }
    return;
  }
  const sums = new Float64Array(Math.min(rowBlock, count));
  for (let first = 0; first < count; first += rowBlock) {
    const rows = Math.min(rowBlock, count - first);
    sums.fill(0);
    for (let k = 0; k < depth; k++) {
      const factor = vector[k] as number; // k is below its length
      let address = offset + first * step + k * depthStep;
      for (let i = 0; i < rows; i++, address += step) {
        sums[i] = (sums[i] as number) + (data[address] as number) * factor; // i is below rows
      }
    }
    for (let i = 0; i < rows; i++) out[outAt + (first + i) * outStep] = sums[i] as number; // as above
  }
}

function dotVector(data: TypedArray, start: number, step: number, vector: Float64Array): number {
  let sum = 0;
  let address = start;
  for (let k = 0; k < vector.length; k++, address += step) {
    sum += (data[address] as number) * (vector[k] as number); // both have an element k
  }
  return sum;
}

/** Copy vector `i` to `out`, which has its length, as doubles. */
export function readVector(
  { data, offset, step, depthStep }: Vectors,
  i: number,
  out: Float64Array,
): void {
  let address = offset + i * step;
  for (let k = 0; k < out.length; k++, address += depthStep) out[k] = data[address] as number; // in range
}

/** Products of all pairs of vectors of one element: that of `i` and `j` to `outAt + i*n + j`. */
export function multiplyOuter(
  left: Vectors,
  m: number,
  right: Vectors,
  n: number,
  out: TypedArray,
  outAt: number,
): void {
  const row = new Float64Array(n);
  readVector({ ...right, depthStep: right.step }, 0, row);
  for (let i = 0, at = outAt; i < m; i++) {
    const factor = left.data[left.offset + i * left.step] as number; // in range
    // A sum of one product: it starts from 0, so -0 becomes 0 as in longer ones.
    for (let j = 0; j < n; j++) out[at++] = 0 + factor * (row[j] as number); // n of them
  }
}

/** Product of vector `i` of one operand and vector `j` of the other, where neither is used again. */
export function multiplyPair(
  left: Vectors,
  i: number,
  right: Vectors,
  j: number,
  depth: number,
): number {
  let sum = 0;
  let a = left.offset + i * left.step;
  let b = right.offset + j * right.step;
  for (let k = 0; k < depth; k++, a += left.depthStep, b += right.depthStep) {
    sum += (left.data[a] as number) * (right.data[b] as number); // in range
  }
  return sum;
}
