import type { ShapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import {
  batchRule,
  definePrimitive,
  type PrimitiveOf,
  type Tangent,
  transposeRule,
  Zero,
} from "../../core/primitive.ts";
import { sameShape } from "../../core/shape.ts";
import { bind } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { add, neg } from "./arith.ts";
import { iota } from "./constants.ts";
import { stopGradient } from "./convert.ts";
import { batchMatmul } from "./dot.ts";
import { batchToFront, moveAxis, reshape } from "./layout.ts";
import { cholesky, triangularSolve } from "./linalg.ts";
import { lu, solveFactored } from "./lu.ts";
import { requireSquare, swapLast } from "./matrices.ts";

/** How the factor of a linear solve was made, and whether the transpose is solved with. */
export interface LinearSolveParams {
  /** "lu" with exchanges of rows, or a triangle of "cholesky". */
  readonly factor: "lu" | "lower" | "upper";
  readonly transposeA: boolean;
}

/**
 * Solution x of a x = b from a factor of `a` made before; operands a, b, factor, permutation.
 *
 * Linear in `b`. The derivative by `a` is that of the equation, solved with the same factor: the
 * factorisation itself is never differentiated.
 */
export const linearSolveP: PrimitiveOf<4, LinearSolveParams> = definePrimitive<
  4,
  LinearSolveParams
>("linear_solve", {
  abstractEval([a, b, factor, permutation]) {
    checkSolve(a, b);
    if (!sameShape(a.shape, factor.shape) || !sameShape(permutation.shape, a.shape.slice(0, -1))) {
      throw new ShapeError(
        `lax.linearSolve: a factor and a permutation of ${a} are required, got ${factor} and ${permutation}; factorise it`,
      );
    }
    return a.weakType ? b : b.strong();
  },
  jvp: {
    kind: "rule",
    apply([a, b, factor, permutation], [ta, tb], params) {
      const x = bind(linearSolveP, [a, b, factor, permutation], params);
      const moved =
        ta instanceof Zero ? null : neg(batchMatmul(params.transposeA ? swapLast(ta) : ta, x));
      const right = sumOf(moved, tb);
      if (right === null) return [[x], [new Zero(x.aval.tangent())]];
      return [[x], [bind(linearSolveP, [a, right, factor, permutation], params)]];
    },
  },
  transpose: transposeRule(
    (ct, [a, , factor, permutation], params) => {
      // Only b is linear, so the others are arrays.
      const fixed = [a, factor, permutation] as readonly NDArray[] as [NDArray, NDArray, NDArray];
      const turned = { ...params, transposeA: !params.transposeA };
      return [null, bind(linearSolveP, [fixed[0], ct, fixed[1], fixed[2]], turned), null, null];
    },
    [1],
  ),
  batch: batchRule(([a, b, factor, permutation], dims, params, { size }) => {
    const [da, db, df, dp] = dims;
    if (da === null && df === null && dp === null && db !== null) {
      // One matrix for all: the batch axis is one more axis of right-hand sides.
      const wide = moveAxis(b, db, b.ndim - 1);
      const [columns, count] = wide.shape.slice(-2) as [number, number]; // its last two axes
      const flat = reshape(wide, [...wide.shape.slice(0, -2), columns * count]);
      const out = bind(linearSolveP, [a, flat, factor, permutation], params);
      return [reshape(out, wide.shape), wide.ndim - 1];
    }
    const [a1, b1, f1, p1] = [a, b, factor, permutation].map((x, i) =>
      batchToFront(x, dims[i] ?? null, size),
    ) as [NDArray, NDArray, NDArray, NDArray]; // four operands
    return [bind(linearSolveP, [a1, b1, f1, p1], params), 0];
  }),
  lower: {
    kind: "compose",
    apply([, b, factor, permutation], { factor: kind, transposeA }) {
      if (kind === "lu") return [solveFactored(factor, permutation, b, transposeA)];
      // Symmetric, so the transpose is solved alike.
      const lower = kind === "lower";
      const form = { leftSide: true, lower };
      const half = triangularSolve(factor, b, { ...form, transposeA: !lower });
      return [triangularSolve(factor, half, { ...form, transposeA: lower })];
    },
  },
});

/** The sum of terms of a right side, null where both are zero. */
function sumOf(x: NDArray | null, t: Tangent): NDArray | null {
  if (t instanceof Zero) return x;
  return x === null ? t : add(x, t);
}

function checkSolve(a: ShapedArray, b: ShapedArray): void {
  requireSquare("linearSolve", a);
  if (a.dtype !== b.dtype) {
    throw new DTypeError(
      `lax.linearSolve: operands must share a dtype, got ${a} and ${b}; convert one with lax.convertElementType`,
    );
  }
  const fits = a.ndim === b.ndim && sameShape(a.shape.slice(0, -1), b.shape.slice(0, -1));
  if (fits) return;
  throw new ShapeError(
    `lax.linearSolve: operands of shapes [..., n, n] and [..., n, m] are required, got ${a} and ${b}; broadcast or transpose one`,
  );
}

/**
 * Solution x of a x = b for square matrices `[..., n, n]` and `b` `[..., n, m]` of equal leading
 * axes, by triangular factors with exchanges of rows.
 */
export function solveByLu(a: NDArray, b: NDArray): NDArray {
  checkSolve(a.aval, b.aval);
  const [factor, , permutation] = lu(stopGradient(a));
  return bind(linearSolveP, [a, b, factor, permutation], { factor: "lu", transposeA: false });
}

/** The same for symmetric positive definite matrices, of which one triangle is read. */
export function solveByCholesky(a: NDArray, b: NDArray, lower: boolean): NDArray {
  checkSolve(a.aval, b.aval);
  const fixed = stopGradient(a);
  const options = { symmetrizeInput: false };
  const factor = lower ? cholesky(fixed, options) : swapLast(cholesky(swapLast(fixed), options));
  const order = iota("int32", a.shape.slice(0, -1), a.ndim - 2);
  const params: LinearSolveParams = { factor: lower ? "lower" : "upper", transposeA: false };
  return bind(linearSolveP, [a, b, factor, order], params);
}
