import { shapedArray } from "../core/aval.ts";
import { ShapeError } from "../core/errors.ts";
import { registerPytreeNode } from "../core/pytree-registry.ts";
import { getEvaluator } from "../core/trace.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { mul } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import { scatterAdd } from "../lax/ops/gather.ts";
import { expandDims, reshape } from "../lax/ops/layout.ts";
import { toArray } from "../numpy/promote.ts";
import { take } from "../numpy/take.ts";
import type { SparsityPattern } from "./pattern.ts";

let isRegistered = false;

/**
 * A matrix of which only the places of a pattern are stored; all others are zero.
 *
 * A pytree of one leaf, `values`: it goes in and out of `jit`, `vmap` and `grad`.
 */
export class SparseMatrix {
  /** The number at each place of the pattern, row by row. */
  readonly values: NDArray;
  readonly pattern: SparsityPattern;

  constructor(values: NDArray, pattern: SparsityPattern) {
    if (!isRegistered) {
      isRegistered = true;
      registerPytreeNode(SparseMatrix, {
        flatten: (matrix) => [[matrix.values], matrix.pattern],
        unflatten: (known: SparsityPattern, [leaf]) => new SparseMatrix(leaf as NDArray, known), // one child
        keys: () => ["values"],
        equals: (a, b) => a.equals(b),
      });
    }
    this.values = values;
    this.pattern = pattern;
  }

  get shape(): readonly [rows: number, cols: number] {
    return this.pattern.shape;
  }

  /** The row of each value. */
  get rows(): Int32Array {
    return this.pattern.rows;
  }

  /** The column of each value. */
  get cols(): Int32Array {
    return this.pattern.cols;
  }

  /** The type of the values, and the pattern. */
  toString(): string {
    return `SparseMatrix(${this.values.aval}, ${this.pattern})`;
  }

  /** The matrix with its zeros. */
  toDense(): NDArray {
    const [m, n] = this.shape;
    const { rows, cols } = this.pattern;
    const flat = rows.map((i, k) => i * n + (cols[k] as number)); // one each
    return reshape(summedAt(this.values, flat, m * n), [m, n]);
  }

  /**
   * Product with a vector of as many elements as there are columns.
   *
   * @throws ShapeError for another array.
   */
  matvec(x: ArrayLike): NDArray {
    return this.product(x, this.cols, this.rows, this.shape[1], this.shape[0], "matvec");
  }

  /**
   * Product of a vector, of as many elements as there are rows, with the matrix.
   *
   * @throws ShapeError for another array.
   */
  vecmat(x: ArrayLike): NDArray {
    return this.product(x, this.rows, this.cols, this.shape[0], this.shape[1], "vecmat");
  }

  private product(
    x: ArrayLike,
    from: Int32Array,
    to: Int32Array,
    size: number,
    count: number,
    name: string,
  ): NDArray {
    const vector = toArray(`SparseMatrix.${name}`, x);
    if (vector.ndim !== 1 || vector.size !== size) {
      throw new ShapeError(
        `SparseMatrix.${name}: a vector of ${size} elements is required, got ${vector.aval}; ravel it`,
      );
    }
    const factors = take(vector, indices(from, vector));
    return summedAt(mul(this.values, factors), to, count);
  }
}

/** Positions as an array where `beside` is, if that is known. */
export function indices(data: Int32Array, beside: NDArray): NDArray {
  const known = beside.concrete();
  return getEvaluator().upload(data, shapedArray([data.length], "int32"), known?.device);
}

/** A vector of `size` zeros, with values added up at places. */
function summedAt(values: NDArray, places: Int32Array, size: number): NDArray {
  const zeros = full([size], 0, values.dtype);
  return scatterAdd(zeros, expandDims(indices(places, values), [1]), values, {
    dimensionNumbers: {
      updateWindowDims: [],
      insertedWindowDims: [0],
      scatterDimsToOperandDims: [0],
    },
  });
}
