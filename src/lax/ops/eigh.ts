import { asArray } from "../../core/array.ts";
import { checkOptions } from "../../core/options.ts";
import { defineMultiPrimitive, nonlinear, type PrimitiveOf, Zero } from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, mul, sub } from "./arith.ts";
import { batchMatmul } from "./dot.ts";
import {
  alongColumns,
  alongRows,
  diagonalOf,
  identityLike,
  leadingBatch,
  matrixExtents,
  requireMatrix,
  requireSquare,
  swapLast,
  symmetrize,
} from "./matrices.ts";
import { integerPow } from "./power.ts";

/** Parameters of `eighP`. */
export interface EighParams {
  readonly lower: boolean;
}

/** Options of `eigh`. */
export interface EighOptions {
  /** Which triangle is read without `symmetrizeInput`; true. */
  readonly lower?: boolean | undefined;
  /** Whether to take the mean of the matrix and its transpose first; true. */
  readonly symmetrizeInput?: boolean | undefined;
  /** Kept for its name: eigenvalues are always ascending. */
  readonly sortEigenvalues?: boolean | undefined;
}

/** Eigenvectors and eigenvalues of symmetric matrices; see `eigh`. */
export const eighP: PrimitiveOf<1, EighParams> = defineMultiPrimitive<1, EighParams>("eigh", {
  abstractEval([x]) {
    requireMatrix("eigh", x);
    requireSquare("eigh", x);
    return [x, x.withShape([...x.shape.slice(0, -2), matrixExtents(x)[0]])];
  },
  jvp: {
    kind: "rule",
    apply([x], [t], params) {
      const [v, w] = bindMany(eighP, [x], params) as [NDArray, NDArray]; // as defined
      if (t instanceof Zero)
        return [
          [v, w],
          [t, new Zero(w.aval.tangent())],
        ];
      const inside = batchMatmul(batchMatmul(swapLast(v), t), v);
      const dv = batchMatmul(v, mul(reciprocalGaps(w, x), inside));
      return [
        [v, w],
        [dv, diagonalOf(inside)],
      ];
    },
  },
  transpose: nonlinear,
  batch: leadingBatch(() => eighP),
  lower: { kind: "routine", name: "eigh" },
});

/** 1 / (w_j - w_i), with zeros on the diagonal; infinite where eigenvalues are equal. */
function reciprocalGaps(w: NDArray, x: NDArray): NDArray {
  const one = identityLike(x);
  const gaps = sub(add(one, alongRows(w, x)), alongColumns(w, x));
  return sub(integerPow(gaps, -1), one);
}

/**
 * Eigenvectors and eigenvalues of symmetric matrices in the last two axes: x v = v w.
 *
 * Results: `[v, w]`, the eigenvectors as columns of `v` `[..., n, n]`, the eigenvalues ascending
 * in `w` `[..., n]`. The sign of an eigenvector is left open.
 * Edge values: a matrix with an element that is not finite gives NaN. Where eigenvalues are equal
 * the derivative of eigenvectors is infinite or NaN, that of eigenvalues is not.
 *
 * @throws ShapeError unless the matrices are square; DTypeError unless float32 or float64.
 */
export function eigh(x: ArrayLike, options: EighOptions = {}): readonly [v: NDArray, w: NDArray] {
  checkOptions("lax.eigh", options, ["lower", "symmetrizeInput", "sortEigenvalues"]);
  const { lower = true, symmetrizeInput = true } = options;
  const array = asArray(x, "lax.eigh");
  requireMatrix("eigh", array.aval);
  requireSquare("eigh", array.aval);
  const matrix = symmetrizeInput ? symmetrize(array) : array;
  return bindMany(eighP, [matrix], { lower }) as [NDArray, NDArray]; // as defined
}
