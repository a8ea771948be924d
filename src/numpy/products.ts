import { checkDtype, type DType } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { broadcastPair, normalizeAxes, normalizeAxis, type Shape } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { mul, sub } from "../lax/ops/arith.ts";
import { dotGeneral } from "../lax/ops/dot.ts";
import { expandDims, moveAxis, reshape, squeeze } from "../lax/ops/layout.ts";
import { concatenate } from "../lax/ops/slice.ts";
import { multiply } from "./elementwise-arithmetic.ts";
import { broadcastTogether, constantLike, promote, stretch } from "./promote.ts";
import { moveaxis, ravel } from "./shape.ts";
import { sliceAlong } from "./stacking.ts";

/** Options of products. */
export interface ProductOptions {
  /** Dtype in which sums accumulate, and of the result. */
  preferredElementType?: DType | undefined;
}

const productNames = ["preferredElementType"];

function preferred(where: string, options: ProductOptions | undefined): DType | undefined {
  checkOptions(where, options, productNames);
  const dtype = options?.preferredElementType;
  return dtype === undefined ? undefined : checkDtype(dtype, where);
}

function contraction(
  x: NDArray,
  y: NDArray,
  contract: readonly [readonly number[], readonly number[]],
  batch: readonly [readonly number[], readonly number[]],
  preferredElementType: DType | undefined,
): NDArray {
  return dotGeneral(x, y, { contract, batch, preferredElementType });
}

const noBatch: readonly [readonly number[], readonly number[]] = [[], []];

/** Two arguments in their common dtype. */
function promoted(where: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  return promote(where, [x, y]) as [NDArray, NDArray]; // as many as were given
}

function mismatch(where: string, x: NDArray, y: NDArray): ShapeError {
  return new ShapeError(
    `${where}: axes that are summed over must have equal extents, got ${x.aval} and ${y.aval}; transpose one`,
  );
}

/**
 * The last axis of `x` against the second to last of `y` (the only one of a vector); a scalar
 * multiplies.
 *
 * @throws ShapeError if the two extents differ.
 */
export function dot(x: ArrayLike, y: ArrayLike, options?: ProductOptions): NDArray {
  const dtype = preferred("numpy.dot", options);
  const [a, b] = promoted("numpy.dot", x, y);
  if (a.ndim === 0 || b.ndim === 0) {
    return contraction(a, b, noBatch, noBatch, dtype);
  }
  const axis = Math.max(b.ndim - 2, 0);
  if (a.shape[a.ndim - 1] !== b.shape[axis]) throw mismatch("numpy.dot", a, b);
  return contraction(a, b, [[a.ndim - 1], [axis]], noBatch, dtype);
}

/**
 * Products of the matrices in the last two axes, leading axes broadcast; a vector is a row on the
 * left, a column on the right, and loses that axis again.
 *
 * @throws ShapeError for scalars, or if the extents do not fit.
 */
export function matmul(x: ArrayLike, y: ArrayLike, options?: ProductOptions): NDArray {
  const dtype = preferred("numpy.matmul", options);
  const [a, b] = promoted("numpy.matmul", x, y);
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(
      `numpy.matmul: operands with axes are required, got ${a.aval} and ${b.aval}; use multiply`,
    );
  }
  if (a.ndim <= 2 && b.ndim <= 2) {
    const axis = Math.max(b.ndim - 2, 0);
    if (a.shape[a.ndim - 1] !== b.shape[axis]) throw mismatch("numpy.matmul", a, b);
    return contraction(a, b, [[a.ndim - 1], [axis]], noBatch, dtype);
  }
  const rows = a.ndim === 1 ? expandDims(a, [0]) : a;
  const columns = b.ndim === 1 ? expandDims(b, [1]) : b;
  if (rows.shape.at(-1) !== columns.shape.at(-2)) throw mismatch("numpy.matmul", a, b);
  const out = batchedMatrices(rows, columns, dtype);
  const gone = [...(a.ndim === 1 ? [out.ndim - 2] : []), ...(b.ndim === 1 ? [out.ndim - 1] : [])];
  return gone.length === 0 ? out : squeeze(out, gone);
}

/** Leading axes that only one operand has stay free on its side, and are moved in front after. */
function batchedMatrices(a: NDArray, b: NDArray, dtype: DType | undefined): NDArray {
  const lead = broadcastPair(a.shape.slice(0, -2), b.shape.slice(0, -2), "numpy.matmul");
  const rank = lead.length;
  const all = lead.map((_, i) => i);
  if (b.ndim === 2) return contraction(a, b, [[a.ndim - 1], [0]], noBatch, dtype);
  const left = stretch(a, [...lead, ...a.shape.slice(-2)]);
  const right = stretch(b, [...lead, ...b.shape.slice(-2)]);
  return contraction(left, right, [[rank + 1], [rank]], [all, all], dtype);
}

/** Matrices of the last two axes times vectors of the last axis, leading axes broadcast. */
export function matvec(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoted("numpy.matvec", x, y);
  return squeeze(matmul(a, expandDims(b, [b.ndim])), [Math.max(a.ndim, b.ndim + 1) - 1]);
}

/** Vectors of the last axis times matrices of the last two axes, leading axes broadcast. */
export function vecmat(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoted("numpy.vecmat", x, y);
  const out = matmul(expandDims(a, [a.ndim - 1]), b);
  return squeeze(out, [out.ndim - 2]);
}

/** Sum over the last axes of both. @throws ShapeError if their extents differ. */
export function inner(x: ArrayLike, y: ArrayLike, options?: ProductOptions): NDArray {
  const dtype = preferred("numpy.inner", options);
  const [a, b] = promoted("numpy.inner", x, y);
  if (a.ndim === 0 || b.ndim === 0) return contraction(a, b, noBatch, noBatch, dtype);
  if (a.shape.at(-1) !== b.shape.at(-1)) throw mismatch("numpy.inner", a, b);
  return contraction(a, b, [[a.ndim - 1], [b.ndim - 1]], noBatch, dtype);
}

/** Product of each element of `x` with each of `y`, both flattened: a matrix. */
export function outer(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = promoted("numpy.outer", x, y);
  return multiply(reshape(a, [a.size, 1]), reshape(b, [1, b.size]));
}

/** Sum of the products of all elements, both flattened. @throws ShapeError if the sizes differ. */
export function vdot(x: ArrayLike, y: ArrayLike, options?: ProductOptions): NDArray {
  const dtype = preferred("numpy.vdot", options);
  const [a, b] = promoted("numpy.vdot", ravel(x), ravel(y));
  if (a.size !== b.size) throw mismatch("numpy.vdot", a, b);
  return contraction(a, b, [[0], [0]], noBatch, dtype);
}

/** Sum of the products along one axis (-1), the others broadcast. */
export function vecdot(
  x: ArrayLike,
  y: ArrayLike,
  options?: ProductOptions & { axis?: number | undefined },
): NDArray {
  checkOptions("numpy.vecdot", options, [...productNames, "axis"]);
  const [p, q] = promoted("numpy.vecdot", x, y);
  const axis = options?.axis ?? -1;
  const last = (z: NDArray): NDArray =>
    moveAxis(z, normalizeAxis(axis, z.ndim, "numpy.vecdot"), z.ndim - 1);
  const [a, b] = [last(p), last(q)];
  if (a.shape.at(-1) !== b.shape.at(-1)) throw mismatch("numpy.vecdot", p, q);
  const [u, v] = broadcastTogether("numpy.vecdot", [a, b]) as [NDArray, NDArray]; // as given
  const lead = u.shape.slice(0, -1).map((_, i) => i);
  const dtype = options?.preferredElementType;
  return contraction(u, v, [[u.ndim - 1], [v.ndim - 1]], [lead, lead], dtype);
}

/** Options of `tensordot`. */
export interface TensordotOptions extends ProductOptions {
  /** How many last axes of `x` pair with first ones of `y` (2), or the axes of each. */
  axes?: number | readonly [number | readonly number[], number | readonly number[]] | undefined;
}

/** Sum over pairs of axes. @throws ShapeError if extents of a pair differ. */
export function tensordot(x: ArrayLike, y: ArrayLike, options?: TensordotOptions): NDArray {
  checkOptions("numpy.tensordot", options, [...productNames, "axes"]);
  const [a, b] = promoted("numpy.tensordot", x, y);
  const axes = options?.axes ?? 2;
  const [left, right] =
    typeof axes === "number"
      ? [range(a.ndim - axes, a.ndim), range(0, axes)]
      : [
          normalizeAxes(axes[0], a.ndim, "numpy.tensordot"),
          normalizeAxes(axes[1], b.ndim, "numpy.tensordot"),
        ];
  const fits =
    left.length === right.length && left.every((i, k) => a.shape[i] === b.shape[right[k] ?? -1]);
  if (!fits) throw mismatch("numpy.tensordot", a, b);
  return contraction(a, b, [left, right], noBatch, options?.preferredElementType);
}

function range(start: number, stop: number): number[] {
  return Array.from({ length: Math.max(stop - start, 0) }, (_, i) => start + i);
}

/** Kronecker product: each element of `x` replaced by it times `y`. */
export function kron(x: ArrayLike, y: ArrayLike): NDArray {
  const [p, q] = promoted("numpy.kron", x, y);
  const rank = Math.max(p.ndim, q.ndim);
  const shapeOf = (z: NDArray): Shape => [...Array<number>(rank - z.ndim).fill(1), ...z.shape];
  const [m, n] = [shapeOf(p), shapeOf(q)];
  const a = reshape(
    p,
    m.flatMap((extent) => [extent, 1]),
  );
  const b = reshape(
    q,
    n.flatMap((extent) => [1, extent]),
  );
  const [u, v] = broadcastTogether("numpy.kron", [a, b]) as [NDArray, NDArray]; // as given
  return reshape(
    mul(u, v),
    m.map((extent, i) => extent * (n[i] as number)), // of one rank
  );
}

/** Options of `cross`. */
export interface CrossOptions {
  /** Axis of the vectors of all three arrays; instead of the others. */
  axis?: number | undefined;
  axisa?: number | undefined;
  axisb?: number | undefined;
  axisc?: number | undefined;
}

/**
 * Vector products along the last axes; of vectors with two elements, the third component.
 *
 * @throws ShapeError unless the vectors have 2 or 3 elements.
 */
export function cross(x: ArrayLike, y: ArrayLike, options?: CrossOptions): NDArray {
  checkOptions("numpy.cross", options, ["axis", "axisa", "axisb", "axisc"]);
  const { axis, axisa = axis ?? -1, axisb = axis ?? -1, axisc = axis ?? -1 } = options ?? {};
  const [p, q] = promoted("numpy.cross", x, y);
  const [a, b] = [moveaxis(p, axisa, -1), moveaxis(q, axisb, -1)];
  const [m, n] = [a.shape.at(-1), b.shape.at(-1)];
  if (![2, 3].includes(m ?? 0) || ![2, 3].includes(n ?? 0)) {
    throw new ShapeError(
      `numpy.cross: vectors of 2 or 3 elements are required, got ${p.aval} and ${q.aval}; name their axis`,
    );
  }
  const component = (z: NDArray, i: number): NDArray => {
    const missing = i === 2 && z.shape.at(-1) === 2;
    const part = squeeze(sliceAlong(z, z.ndim - 1, missing ? 0 : i, missing ? 1 : i + 1), [
      z.ndim - 1,
    ]);
    return missing ? constantLike(part, 0) : part;
  };
  const minor = (i: number, j: number): NDArray => {
    const [ai, aj, bi, bj] = broadcastTogether("numpy.cross", [
      component(a, i),
      component(a, j),
      component(b, i),
      component(b, j),
    ]) as [NDArray, NDArray, NDArray, NDArray]; // as given
    return sub(mul(ai, bj), mul(aj, bi));
  };
  if (m === 2 && n === 2) return minor(0, 1);
  const parts = [minor(1, 2), minor(2, 0), minor(0, 1)];
  const out = concatenate(
    parts.map((z) => expandDims(z, [z.ndim])),
    parts[0]?.ndim ?? 0,
  );
  return moveaxis(out, -1, axisc);
}
