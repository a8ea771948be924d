import { asArray } from "../../core/array.ts";
import type { ShapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import {
  batchRule,
  definePrimitive,
  type PrimitiveOf,
  transposeRule,
  Zero,
} from "../../core/primitive.ts";
import { sameShape } from "../../core/shape.ts";
import { bind, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, mul, neg } from "./arith.ts";
import { full } from "./broadcast.ts";
import { batchToFront, moveAxis, reshape } from "./layout.ts";
import { alongColumns, requireMatrix } from "./matrices.ts";
import { pad } from "./slice.ts";

/** Solutions of tridiagonal systems; see `tridiagonalSolve`. Linear in `b`. */
export const tridiagonalSolveP: PrimitiveOf<4, object> = definePrimitive<4>("tridiagonal_solve", {
  abstractEval(operands) {
    checkOperands(operands);
    return operands[3];
  },
  jvp: {
    kind: "rule",
    apply([dl, d, du, b], [tl, td, tu, tb]) {
      const x = bind(tridiagonalSolveP, [dl, d, du, b], noParams);
      const neighbours = [shiftRows(x, 1), x, shiftRows(x, -1)] as const;
      // One right side for all: what b gains less what the matrix, moved, gives for x.
      const terms = [tl, td, tu].flatMap((t, i) =>
        t instanceof Zero ? [] : [neg(mul(alongColumns(t, x), neighbours[i] as NDArray))],
      );
      const [first, ...rest] = tb instanceof Zero ? terms : [tb, ...terms];
      if (first === undefined) return [[x], [new Zero(x.aval.tangent())]];
      const right = rest.reduce((sum, term) => add(sum, term), first);
      return [[x], [bind(tridiagonalSolveP, [dl, d, du, right], noParams)]];
    },
  },
  transpose: transposeRule(
    (ct, operands) => {
      const [dl, d, du] = operands as readonly NDArray[] as [NDArray, NDArray, NDArray]; // only b is linear
      // The transpose has the diagonals beside the middle one in each other's place.
      const bands = [shiftLast(du, 1), d, shiftLast(dl, -1), ct] as const;
      return [null, null, null, bind(tridiagonalSolveP, bands, noParams)];
    },
    [3],
  ),
  batch: batchRule((operands, dims, _, { size }) => {
    const [dl, d, du, b] = operands;
    const at = dims[3];
    if (at !== null && dims.slice(0, 3).every((dim) => dim === null)) {
      // One matrix for all: the batch axis is one more axis of right-hand sides.
      const wide = moveAxis(b, at, b.ndim - 1);
      const [columns, count] = wide.shape.slice(-2) as [number, number]; // its last two axes
      const flat = reshape(wide, [...wide.shape.slice(0, -2), columns * count]);
      const out = bind(tridiagonalSolveP, [dl, d, du, flat], noParams);
      return [reshape(out, wide.shape), wide.ndim - 1];
    }
    const front = operands.map((x, i) => batchToFront(x, dims[i] ?? null, size));
    const all = front as unknown as typeof operands; // one for each
    return [bind(tridiagonalSolveP, all, noParams), 0];
  }),
  lower: { kind: "routine", name: "tridiagonalSolve" },
});

/** Rows moved down by one (1) or up (-1), zeros in the place left free. */
export function shiftRows(x: NDArray, by: 1 | -1): NDArray {
  return shifted(x, by, x.ndim - 2);
}

/** The same with elements along the last axis. */
function shiftLast(x: NDArray, by: 1 | -1): NDArray {
  return shifted(x, by, x.ndim - 1);
}

function shifted(x: NDArray, by: 1 | -1, at: number): NDArray {
  const config = x.shape.map((_, axis): [number, number, number] =>
    axis === at ? [by, -by, 0] : [0, 0, 0],
  );
  return x.shape[at] === 0 ? x : pad(x, full([], 0, x.dtype), config);
}

function checkOperands(operands: readonly [ShapedArray, ShapedArray, ShapedArray, ShapedArray]) {
  const [dl, d, du, b] = operands;
  requireMatrix("tridiagonalSolve", b);
  if (operands.some((x) => x.dtype !== b.dtype)) {
    throw new DTypeError(
      `lax.tridiagonalSolve: operands must share a dtype, got ${operands.join(", ")}; convert with lax.convertElementType`,
    );
  }
  if ([dl, d, du].every((x) => sameShape(x.shape, b.shape.slice(0, -1)))) return;
  throw new ShapeError(
    `lax.tridiagonalSolve: three diagonals of shape [..., n] and b of [..., n, m] are required, got ${operands.join(", ")}; pad the outer diagonals with a zero`,
  );
}

/**
 * Solution x of a x = b for tridiagonal matrices given by their diagonals: `dl[i]` is
 * `a[i, i - 1]` (its first element is not read), `d[i]` `a[i, i]`, `du[i]` `a[i, i + 1]` (its last
 * one is not read).
 *
 * Shapes: the diagonals are `[..., n]`, `b` and the result `[..., n, m]`.
 * Edge values: a singular matrix gives NaN everywhere.
 *
 * @throws ShapeError unless they fit; DTypeError unless the dtypes are one of float32 and float64.
 */
export function tridiagonalSolve(
  dl: ArrayLike,
  d: ArrayLike,
  du: ArrayLike,
  b: ArrayLike,
): NDArray {
  const operands = [dl, d, du, b].map((x) => asArray(x, "lax.linalg.tridiagonalSolve")) as [
    NDArray,
    NDArray,
    NDArray,
    NDArray,
  ]; // four given
  return bind(tridiagonalSolveP, operands, noParams);
}
