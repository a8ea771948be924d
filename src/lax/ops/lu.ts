import { asArray } from "../../core/array.ts";
import { shapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import {
  defineMultiPrimitive,
  nonlinear,
  type PrimitiveOf,
  Zero,
  zeroJvp,
} from "../../core/primitive.ts";
import { bindMany, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add } from "./arith.ts";
import { full } from "./broadcast.ts";
import { iota } from "./constants.ts";
import { batchMatmul } from "./dot.ts";
import { triangularSolve } from "./linalg.ts";
import {
  block,
  identityLike,
  leadingBatch,
  lowerTriangle,
  matrixExtents,
  requireMatrix,
  takeRows,
  upperTriangle,
} from "./matrices.ts";
import { concatenate } from "./slice.ts";
import { sortKeyVal } from "./sort.ts";

/** Triangular factors with row exchanges; see `lu`. */
export const luP: PrimitiveOf<1, object> = defineMultiPrimitive<1>("lu", {
  abstractEval([x]) {
    requireMatrix("lu", x);
    const [m, n] = matrixExtents(x);
    const lead = x.shape.slice(0, -2);
    return [x, shapedArray([...lead, Math.min(m, n)], "int32"), shapedArray([...lead, m], "int32")];
  },
  jvp: {
    kind: "rule",
    apply([x], [t]) {
      const [factors, pivots, permutation] = lu(x);
      const outs = [factors, pivots, permutation];
      const moved = t instanceof Zero ? t : luTangent(takeRows(t, permutation), factors);
      return [outs, [moved, new Zero(pivots.aval.tangent()), new Zero(permutation.aval.tangent())]];
    },
  },
  transpose: nonlinear,
  batch: leadingBatch(() => luP),
  lower: { kind: "routine", name: "lu" },
});

/** Parameters of `luPivotsToPermutationP`. */
export interface PermutationParams {
  readonly permutationSize: number;
}

/** Permutations that row exchanges amount to; see `luPivotsToPermutation`. */
export const luPivotsToPermutationP: PrimitiveOf<1, PermutationParams> = defineMultiPrimitive<
  1,
  PermutationParams
>("lu_pivots_to_permutation", {
  abstractEval([pivots], { permutationSize }) {
    if (pivots.dtype !== "int32") {
      throw new DTypeError(
        `lax.luPivotsToPermutation: int32 pivots are required, got ${pivots}; pass those of lax.linalg.lu`,
      );
    }
    const count = pivots.shape.at(-1);
    if (count === undefined || !Number.isSafeInteger(permutationSize) || permutationSize < count) {
      throw new ShapeError(
        `lax.luPivotsToPermutation: a size of at least the number of pivots is required, got ${permutationSize} for ${pivots}; pass the number of rows`,
      );
    }
    return [pivots.withShape([...pivots.shape.slice(0, -1), permutationSize])];
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: leadingBatch(() => luPivotsToPermutationP),
  lower: { kind: "routine", name: "pivotsToPermutation" },
});

/**
 * Tangent of L and U in one matrix, from that of the matrix with its rows exchanged: with
 * F = L⁻¹ t U⁻¹, L takes what is below the diagonal of F, and U the rest.
 *
 * Source: de Hoog, Anderssen and Lukas, Differentiation of matrix functionals using triangular
 * factorization, 2011.
 */
function luTangent(t: NDArray, factors: NDArray): NDArray {
  const [m, n] = matrixExtents(factors);
  const k = Math.min(m, n);
  const [lower, upper] = splitFactors(factors);
  // Square matrices: L goes on with columns of the identity, U with rows of it.
  const l = k < m ? concatenate([lower, identityPart(factors, m, k)], t.ndim - 1) : lower;
  const u = k < n ? concatenate([upper, identityPart(factors, n, k, true)], t.ndim - 2) : upper;
  const half = triangularSolve(l, t, { leftSide: true, lower: true, unitDiagonal: true });
  const both = triangularSolve(u, half);
  return add(batchMatmul(l, lowerTriangle(both, 1)), batchMatmul(upperTriangle(both), u));
}

/** Columns (or rows) of the identity of size `n` from `k` on. */
function identityPart(like: NDArray, n: number, k: number, asRows = false): NDArray {
  const whole = identityLike(full([...like.shape.slice(0, -2), n, n], 0, like.dtype));
  return asRows ? block(whole, [k, n], [0, n]) : block(whole, [0, n], [k, n]);
}

/** L [..., m, k] with its unit diagonal and U [..., k, n], from the one matrix that holds them. */
export function splitFactors(factors: NDArray): readonly [NDArray, NDArray] {
  const [m, n] = matrixExtents(factors);
  const k = Math.min(m, n);
  const below = lowerTriangle(block(factors, [0, m], [0, k]), 1);
  return [add(below, identityLike(below)), upperTriangle(block(factors, [0, k], [0, n]))];
}

/**
 * Triangular factors of matrices `[..., m, n]` with partial pivoting: P x = L U.
 *
 * Results: `[lu, pivots, permutation]`. `lu` holds U on and above the diagonal and L below it,
 * whose diagonal of ones is not stored; `pivots`, int32 `[..., min(m, n)]`, has the row that was
 * exchanged with each row, in order; `permutation`, int32 `[..., m]`, says which row of `x` each
 * row of L U is.
 * Edge values: a singular matrix has a zero on the diagonal of U; NaN goes where it goes.
 *
 * @throws ShapeError unless there are two axes at least; DTypeError unless float32 or float64.
 */
export function lu(x: ArrayLike): readonly [lu: NDArray, pivots: NDArray, permutation: NDArray] {
  return bindMany(luP, [asArray(x, "lax.lu")], noParams) as [NDArray, NDArray, NDArray]; // as defined
}

/**
 * The permutation of `permutationSize` rows that exchanging row i with row `pivots[i]`, one after
 * the other, amounts to. Leading axes are batches.
 *
 * @throws ShapeError if there are more pivots than rows; DTypeError unless they are int32.
 */
export function luPivotsToPermutation(pivots: ArrayLike, permutationSize: number): NDArray {
  const array = asArray(pivots, "lax.luPivotsToPermutation");
  const [out] = bindMany(luPivotsToPermutationP, [array], { permutationSize });
  return out as NDArray; // one result
}

/**
 * Solution of x = b, or of its transpose, from the factors that `lu` gives: `factors` and the
 * matrices of `b` `[..., n, m]` have the leading axes of `permutation`.
 */
export function solveFactored(
  factors: NDArray,
  permutation: NDArray,
  b: NDArray,
  transposeA: boolean,
): NDArray {
  const unit = { leftSide: true, lower: true, unitDiagonal: true, transposeA };
  const upper = { leftSide: true, lower: false, transposeA };
  if (!transposeA) {
    return triangularSolve(
      factors,
      triangularSolve(factors, takeRows(b, permutation), unit),
      upper,
    );
  }
  const x = triangularSolve(factors, triangularSolve(factors, b, upper), unit);
  const places = iota("int32", permutation.shape, permutation.ndim - 1);
  const [, inverse] = sortKeyVal(permutation, places);
  return takeRows(x, inverse);
}
