import { asArray } from "../../core/array.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  batchRule,
  definePrimitive,
  nonlinear,
  type PrimitiveOf,
  transposeRule,
} from "../../core/primitive.ts";
import type { TriangularSolveParams } from "../../core/routines.ts";
import { sameShape } from "../../core/shape.ts";
import { bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { mul, neg } from "./arith.ts";
import { broadcastInDim, fullLike } from "./broadcast.ts";
import { eq, ge, gt, select } from "./compare.ts";
import { batchMatmul } from "./dot.ts";
import { expandDims, moveAxis, reshape, squeeze } from "./layout.ts";
import { matrixIndices, requireSquare, swapLast, symmetrize } from "./matrices.ts";

/** Options of `cholesky`. */
export interface CholeskyOptions {
  /** Whether to take the mean of the matrix and its transpose first; true by default. */
  readonly symmetrizeInput?: boolean | undefined;
}

/** Options of `triangularSolve`; all false by default. */
export type TriangularSolveOptions = {
  readonly [Name in keyof TriangularSolveParams]?: boolean | undefined;
};

/** Lower factors of symmetric matrices; see `cholesky`. */
export const choleskyP: PrimitiveOf<1, object> = definePrimitive<1>("cholesky", {
  abstractEval([x]) {
    requireSquare("cholesky", x);
    return x;
  },
  jvp: { kind: "partials", terms: [(t, _primals, out) => choleskyTangent(t, out)] },
  transpose: nonlinear,
  batch: batchRule(([x], [d]) =>
    d === null
      ? [bind1(choleskyP, x, noParams), null]
      : [bind1(choleskyP, moveAxis(x, d, 0), noParams), 0],
  ),
  lower: { kind: "routine", name: "cholesky" },
});

/** Solutions of triangular systems; see `triangularSolve`. Linear in `b`. */
export const triangularSolveP: PrimitiveOf<2, TriangularSolveParams> = definePrimitive<
  2,
  TriangularSolveParams
>("triangular_solve", {
  abstractEval([a, b], { leftSide }) {
    requireSquare("triangularSolve", a);
    if (a.dtype !== b.dtype) {
      throw new DTypeError(
        `lax.triangularSolve: operands must share a dtype, got ${a} and ${b}; convert one with lax.convertElementType`,
      );
    }
    const fits =
      a.ndim === b.ndim &&
      sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) &&
      a.shape.at(-1) === b.shape.at(leftSide ? -2 : -1);
    if (!fits) {
      const wanted = leftSide ? "[..., n, n] and [..., n, m]" : "[..., n, n] and [..., m, n]";
      throw new ShapeError(
        `lax.triangularSolve: operands of shapes ${wanted} are required, got ${a} and ${b}; broadcast or transpose one`,
      );
    }
    return a.weakType ? b : b.strong();
  },
  jvp: {
    kind: "partials",
    terms: [
      (t, [a], x, params) => matrixTangent(t, a, x, params),
      (t, [a], _x, params) => bind2(triangularSolveP, a, t, params),
    ],
  },
  transpose: transposeRule(
    (ct, [a], params) => [
      null,
      // Only b is linear, so a is an array.
      bind2(triangularSolveP, a as NDArray, ct, { ...params, transposeA: !params.transposeA }),
    ],
    [1],
  ),
  batch: batchRule(([a, b], [da, db], params, { size }) => {
    if (da !== null) {
      const front =
        db === null ? broadcastInDim(b, [size, ...b.shape], shifted(b)) : moveAxis(b, db, 0);
      return [bind2(triangularSolveP, moveAxis(a, da, 0), front, params), 0];
    }
    if (db === null) return [bind2(triangularSolveP, a, b, params), null];
    // One matrix for all: the batch axis is one more axis of right-hand sides.
    const at = params.leftSide ? b.ndim - 1 : b.ndim - 3;
    const wide = moveAxis(b, db, at);
    const fused = params.leftSide ? at - 1 : at;
    const columns = (wide.shape[fused] as number) * (wide.shape[fused + 1] as number); // two of its axes
    const flat = reshape(wide, wide.shape.toSpliced(fused, 2, columns));
    return [reshape(bind2(triangularSolveP, a, flat, params), wide.shape), at];
  }),
  lower: { kind: "routine", name: "triangularSolve" },
});

function shifted(x: NDArray): number[] {
  return x.shape.map((_, axis) => axis + 1);
}

/**
 * Tangent of a factor L of x: L phi(L^-1 t L^-T), where phi takes the lower triangle and halves
 * its diagonal.
 * Source: I. Murray, Differentiation of the Cholesky decomposition, 2016, equation 8.
 */
function choleskyTangent(t: NDArray, factor: NDArray): NDArray {
  const solve = { lower: true, leftSide: false, transposeA: true, unitDiagonal: false };
  const right = bind2(triangularSolveP, factor, t, solve);
  const both = bind2(triangularSolveP, factor, right, {
    ...solve,
    leftSide: true,
    transposeA: false,
  });
  const [row, column] = matrixIndices(both);
  const half = select(eq(row, column), fullLike(both, 0.5), fullLike(both, 1));
  const lower = select(ge(row, column), both, fullLike(both, 0));
  return batchMatmul(factor, mul(lower, half));
}

/**
 * Tangent of x in op(a) x = b as a moves by t: -op(a)^-1 op(t) x, or -x op(t) op(a)^-1 on the
 * other side, in the cheaper order. What a does not hold, neither does t.
 */
function matrixTangent(t: NDArray, a: NDArray, x: NDArray, params: TriangularSolveParams): NDArray {
  const { leftSide, lower, transposeA, unitDiagonal } = params;
  const [row, column] = matrixIndices(t);
  const [high, low] = lower ? [row, column] : [column, row];
  const held = select(unitDiagonal ? gt(high, low) : ge(high, low), t, fullLike(t, 0));
  const moved = neg(transposeA ? swapLast(held) : held);
  const inverse = (b: NDArray) => bind2(triangularSolveP, a, b, params);
  const [m, n] = x.shape.slice(-2) as [number, number]; // x has two axes at least
  if (leftSide) {
    return m > n ? inverse(batchMatmul(moved, x)) : batchMatmul(inverse(moved), x);
  }
  return m < n ? inverse(batchMatmul(x, moved)) : batchMatmul(x, inverse(moved));
}

/**
 * Lower triangular L with x = L L', for symmetric positive definite matrices in the last two axes.
 *
 * Without `symmetrizeInput` only the lower triangle is read. A matrix that is not positive
 * definite gives NaN in the lower triangle; the upper one is 0 all the same.
 *
 * @throws ShapeError unless the matrices are square; DTypeError unless the dtype is a float.
 */
export function cholesky(x: ArrayLike, options: CholeskyOptions = {}): NDArray {
  checkOptions("lax.cholesky", options, ["symmetrizeInput"]);
  const array = asArray(x, "lax.cholesky");
  requireSquare("cholesky", array.aval);
  if (options.symmetrizeInput === false) return bind1(choleskyP, array, noParams);
  return bind1(choleskyP, symmetrize(array), noParams);
}

/**
 * Solution x of op(a) x = b, or of x op(a) = b without `leftSide`, for triangular matrices `a`
 * in the last two axes; op transposes with `transposeA`.
 *
 * Shapes: `a` is [..., n, n]; `b` and the result are [..., n, m] with `leftSide`, else
 * [..., m, n]; a `b` with one axis less is one column, or one row. Only the triangle that
 * `lower` names is read, and with `unitDiagonal` its diagonal counts as ones.
 * Edge values: a zero on the diagonal divides, so gives infinities and NaN.
 *
 * @throws ShapeError if the shapes do not fit; DTypeError unless the dtypes are one float dtype.
 */
export function triangularSolve(
  a: ArrayLike,
  b: ArrayLike,
  options: TriangularSolveOptions = {},
): NDArray {
  checkOptions("lax.triangularSolve", options, ["leftSide", "lower", "transposeA", "unitDiagonal"]);
  const { leftSide = false, lower = false, transposeA = false, unitDiagonal = false } = options;
  const params = { leftSide, lower, transposeA, unitDiagonal };
  const matrix = asArray(a, "lax.triangularSolve");
  const right = asArray(b, "lax.triangularSolve");
  if (right.ndim !== matrix.ndim - 1) return bind2(triangularSolveP, matrix, right, params);
  const axis = leftSide ? -1 : -2;
  const out = bind2(triangularSolveP, matrix, expandDims(right, [axis]), params);
  return squeeze(out, [axis]);
}
