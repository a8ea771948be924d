import type { ShapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import type { BatchRule, Params, PrimitiveOf } from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { add, mul } from "./arith.ts";
import { broadcastInDim, fullLike, reduceSum } from "./broadcast.ts";
import { eq, ge, le, select } from "./compare.ts";
import { iota } from "./constants.ts";
import { convertElementType } from "./convert.ts";
import { gather } from "./gather.ts";
import { batchToFront, expandDims, transpose } from "./layout.ts";
import { requireKind } from "./shared.ts";
import { slice } from "./slice.ts";

/** @throws ShapeError unless `x` holds square matrices; DTypeError unless they are floats. */
export function requireSquare(op: string, x: ShapedArray): void {
  requireKind(op, x, ["float"]);
  if (x.ndim >= 2 && x.shape.at(-1) === x.shape.at(-2)) return;
  throw new ShapeError(
    `lax.${op}: square matrices in the last two axes are required, got ${x}; slice or pad it`,
  );
}

/** @throws ShapeError unless `x` holds matrices; DTypeError unless they are float32 or float64. */
export function requireMatrix(op: string, x: ShapedArray): void {
  if (x.dtype !== "float32" && x.dtype !== "float64") {
    throw new DTypeError(
      `lax.${op}: float32 or float64 is required, got ${x}; convert with lax.convertElementType`,
    );
  }
  if (x.ndim >= 2) return;
  throw new ShapeError(
    `lax.${op}: matrices in the last two axes are required, got ${x}; reshape it`,
  );
}

/** Extents of the last two axes. */
export function matrixExtents({ shape }: { readonly shape: readonly number[] }): [number, number] {
  return shape.slice(-2) as [number, number]; // callers have checked that there are two
}

/** The leading axes of `x`, then others. */
export function withMatrix(x: ShapedArray, ...extents: readonly number[]): ShapedArray {
  return x.withShape([...x.shape.slice(0, -2), ...extents]);
}

/** Batching rule of a primitive that works on any leading axes: the mapped one comes first. */
export function leadingBatch<N extends number, P extends Params>(
  primitive: () => PrimitiveOf<N, P>,
): BatchRule<N, P> {
  return {
    kind: "rule",
    apply(operands, dims, params, { size }) {
      const list: readonly NDArray[] = operands;
      const at: readonly (number | null)[] = dims;
      const outs = bindMany(
        primitive() as unknown as PrimitiveOf<number, P>, // as many operands as it was given
        list.map((x, i) => batchToFront(x, at[i] ?? null, size)),
        params,
      );
      return [outs, outs.map(() => 0)];
    },
  };
}

/** Row and column of each element of the matrices in the last two axes. */
export function matrixIndices(x: NDArray): readonly [NDArray, NDArray] {
  return [iota("int32", x.shape, x.ndim - 2), iota("int32", x.shape, x.ndim - 1)];
}

/** The matrices in the last two axes, transposed. */
export function swapLast(x: NDArray): NDArray {
  const axes = x.shape.map((_, axis) => axis);
  return transpose(x, [...axes.slice(0, -2), x.ndim - 1, x.ndim - 2]);
}

/** The mean of square matrices and their transposes. */
export function symmetrize(x: NDArray): NDArray {
  return mul(add(x, swapLast(x)), fullLike(x, 0.5));
}

/** What stands on and below the diagonal moved down by `offset`, zero elsewhere. */
export function lowerTriangle(x: NDArray, offset = 0): NDArray {
  const [row, column] = matrixIndices(x);
  return select(ge(add(row, fullLike(row, -offset)), column), x, fullLike(x, 0));
}

/** What stands on and above the diagonal, zero elsewhere. */
export function upperTriangle(x: NDArray): NDArray {
  const [row, column] = matrixIndices(x);
  return select(le(row, column), x, fullLike(x, 0));
}

/** Matrices of the shape of `x` with ones on the diagonal and zeros elsewhere. */
export function identityLike(x: NDArray): NDArray {
  const [row, column] = matrixIndices(x);
  return convertElementType(eq(row, column), x.dtype);
}

/** Diagonals of square matrices. */
export function diagonalOf(x: NDArray): NDArray {
  const [row, column] = matrixIndices(x);
  return reduceSum(select(eq(row, column), x, fullLike(x, 0)), [x.ndim - 1]);
}

/** Vectors [..., n] as the rows of matrices like `x`, every row the same. */
export function alongRows(vector: NDArray, x: NDArray): NDArray {
  const dims = vector.shape.map((_, axis) => (axis === vector.ndim - 1 ? axis + 1 : axis));
  return broadcastInDim(vector, x.shape, dims);
}

/** Vectors [..., m] as the columns of matrices like `x`, every column the same. */
export function alongColumns(vector: NDArray, x: NDArray): NDArray {
  const dims = vector.shape.map((_, axis) => axis);
  return broadcastInDim(vector, x.shape, dims);
}

/** A block of the matrices in the last two axes: rows and columns from one number to another. */
export function block(
  x: NDArray,
  rows: readonly [from: number, to: number],
  columns: readonly [from: number, to: number],
): NDArray {
  const lead = x.shape.slice(0, -2);
  const none = lead.map(() => 0);
  return slice(x, [...none, rows[0], columns[0]], [...lead, rows[1], columns[1]]);
}

/** The rows of matrices in the order that a vector for each of them gives; its leading axes are theirs. */
export function takeRows(x: NDArray, order: NDArray): NDArray {
  const batch = order.shape.map((_, axis) => axis).slice(0, -1);
  return gather(x, expandDims(order, [order.ndim]), {
    dimensionNumbers: {
      offsetDims: [x.ndim - 1],
      collapsedSliceDims: [x.ndim - 2],
      startIndexMap: [x.ndim - 2],
      operandBatchingDims: batch,
      startIndicesBatchingDims: batch,
    },
    sliceSizes: x.shape.map((extent, axis) => (axis === x.ndim - 1 ? extent : 1)),
    mode: "promiseInBounds",
    uniqueIndices: true,
  });
}
