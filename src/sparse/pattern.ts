import { ArgumentError, ShapeError } from "../core/errors.ts";
import { NDArray } from "../core/value.ts";
import { describe } from "../transforms/flatten.ts";

/** Places of a matrix, as lists of equal length. */
export interface Coordinates {
  readonly rows: ArrayLike<number>;
  readonly cols: ArrayLike<number>;
}

/** A pattern as users give it: one, its places, or a matrix that is not zero there. */
export type PatternLike = SparsityPattern | Coordinates | NDArray | readonly (readonly unknown[])[];

/** The places of a matrix that may be other than zero, row by row and in order. */
export class SparsityPattern {
  readonly shape: readonly [rows: number, cols: number];
  /** For each row, where its places begin in `indices`; at the end their number. */
  readonly starts: Int32Array;
  /** The column of each place. */
  readonly indices: Int32Array;

  constructor(shape: readonly [number, number], starts: Int32Array, indices: Int32Array) {
    this.shape = shape;
    this.starts = starts;
    this.indices = indices;
  }

  /** How many places there are. */
  get size(): number {
    return this.indices.length;
  }

  /** The row of each place. */
  get rows(): Int32Array {
    const rows = new Int32Array(this.size);
    for (let i = 0; i < this.shape[0]; i++) rows.fill(i, this.starts[i], this.starts[i + 1]);
    return rows;
  }

  /** The column of each place. */
  get cols(): Int32Array {
    return this.indices;
  }

  /** The pattern of the transposed matrix. */
  transpose(): SparsityPattern {
    const [m, n] = this.shape;
    const starts = new Int32Array(n + 1);
    for (const j of this.indices) (starts[j + 1] as number)++;
    for (let j = 0; j < n; j++) starts[j + 1] = (starts[j + 1] as number) + (starts[j] as number); // n + 1 of them
    const next = starts.slice();
    const indices = new Int32Array(this.size);
    for (let i = 0; i < m; i++) {
      for (let k = this.starts[i] as number; k < (this.starts[i + 1] as number); k++) {
        const j = this.indices[k] as number; // a column, as k runs over the places
        const at = next[j] as number;
        indices[at] = i;
        next[j] = at + 1;
      }
    }
    return new SparsityPattern([n, m], starts, indices);
  }

  /** Whether another pattern has the same places in a matrix of the same shape. */
  equals(other: SparsityPattern): boolean {
    if (this === other) return true;
    return (
      sameNumbers(this.shape, other.shape) &&
      sameNumbers(this.starts, other.starts) &&
      sameNumbers(this.indices, other.indices)
    );
  }

  /** The shape and the number of places. */
  toString(): string {
    const [m, n] = this.shape;
    return `SparsityPattern(${m}x${n}, ${this.size} of ${m * n})`;
  }
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The pattern of these places; what repeats counts once. All are within the shape. */
function ofPlaces(
  shape: readonly [number, number],
  rows: ArrayLike<number>,
  cols: ArrayLike<number>,
) {
  const [m, n] = shape;
  const places = Float64Array.from({ length: rows.length }, (_, k) => {
    return (rows[k] as number) * n + (cols[k] as number); // two lists of one length
  }).sort();
  const starts = new Int32Array(m + 1);
  const indices: number[] = [];
  let last = -1;
  for (const place of places) {
    if (place === last) continue;
    last = place;
    (starts[Math.floor(place / n) + 1] as number)++;
    indices.push(place % n);
  }
  for (let i = 0; i < m; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number); // m + 1
  return new SparsityPattern(shape, starts, Int32Array.from(indices));
}

/**
 * A pattern for a matrix of `shape` as the user gave it.
 *
 * @throws ShapeError if it is of another shape, or a place lies outside; ArgumentError if it is
 * none.
 */
export function toPattern(
  given: unknown,
  shape: readonly [number, number],
  where: string,
): SparsityPattern {
  const [m, n] = shape;
  const refuseShape = (got: string): ShapeError =>
    new ShapeError(
      `${where}: sparsity must fit a Jacobian of ${m} rows and ${n} columns, got ${got}; count the numbers of the result and of the argument`,
    );
  if (given instanceof SparsityPattern) {
    if (!sameNumbers(given.shape, shape)) throw refuseShape(String(given));
    return given;
  }
  if (given instanceof NDArray || Array.isArray(given)) {
    const matrix: unknown = given instanceof NDArray ? given.js() : given;
    const list: readonly unknown[] = Array.isArray(matrix) ? matrix : [];
    const isMatrix =
      list.length === m && list.every((row) => Array.isArray(row) && row.length === n);
    if (!isMatrix)
      throw refuseShape(given instanceof NDArray ? String(given.aval) : "another list");
    const [rows, cols]: [number[], number[]] = [[], []];
    list.forEach((row, i) => {
      // Rows are lists, as checked.
      (row as readonly unknown[]).forEach((x, j) => {
        if (x === 0 || x === false) return;
        rows.push(i);
        cols.push(j);
      });
    });
    return ofPlaces(shape, rows, cols);
  }
  const { rows, cols } = (given ?? {}) as Partial<Coordinates>; // looked at below
  if (!isList(rows) || !isList(cols) || rows.length !== cols.length) {
    throw new ArgumentError(
      `${where}: sparsity must be a SparsityPattern, a matrix, or { rows, cols } of one length, got ${describe(given)}; jacobianSparsity finds it`,
    );
  }
  for (let k = 0; k < rows.length; k++) {
    const [i, j] = [rows[k] as number, cols[k] as number]; // k runs over both
    const isInside =
      Number.isInteger(i) && Number.isInteger(j) && i >= 0 && i < m && j >= 0 && j < n;
    if (!isInside) throw refuseShape(`the place [${i}, ${j}]`);
  }
  return ofPlaces(shape, rows, cols);
}

function isList(x: unknown): x is ArrayLike<number> {
  return Array.isArray(x) || (ArrayBuffer.isView(x) && "length" in x);
}
