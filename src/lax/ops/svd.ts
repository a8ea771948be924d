import { asArray } from "../../core/array.ts";
import { MissingRuleError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  defineMultiPrimitive,
  nonlinear,
  type PrimitiveOf,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { bindMany } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul, sub } from "./arith.ts";
import { fullLike } from "./broadcast.ts";
import { eq } from "./compare.ts";
import { convertElementType } from "./convert.ts";
import { batchMatmul } from "./dot.ts";
import {
  alongColumns,
  alongRows,
  diagonalOf,
  identityLike,
  leadingBatch,
  matrixExtents,
  requireMatrix,
  swapLast,
  withMatrix,
} from "./matrices.ts";

/** Parameters of `svdP`. */
export interface SvdParams {
  readonly fullMatrices: boolean;
  readonly computeUv: boolean;
}

/** Options of `svd`. */
export interface SvdOptions {
  /** Whether u and v are square; true. */
  readonly fullMatrices?: boolean | undefined;
  /** Whether to give u and v at all; true. */
  readonly computeUv?: boolean | undefined;
}

/** Singular values, and with `computeUv` u and vᵀ; see `svd`. */
export const svdP: PrimitiveOf<1, SvdParams> = defineMultiPrimitive<1, SvdParams>("svd", {
  abstractEval([x], { fullMatrices, computeUv }) {
    requireMatrix("svd", x);
    const [m, n] = matrixExtents(x);
    const k = Math.min(m, n);
    const values = x.withShape([...x.shape.slice(0, -2), k]);
    if (!computeUv) return [values];
    return [values, withMatrix(x, m, fullMatrices ? m : k), withMatrix(x, fullMatrices ? n : k, n)];
  },
  jvp: {
    kind: "rule",
    apply([x], [t], params) {
      const { fullMatrices, computeUv } = params;
      if (t instanceof Zero) {
        const outs = bindMany(svdP, [x], params);
        return [outs, outs.map((out): Tangent => new Zero(out.aval.tangent()))];
      }
      const [m, n] = matrixExtents(x);
      if (computeUv && fullMatrices && m !== n) {
        throw new MissingRuleError(
          `jvp: svd has no JVP rule for the full vectors of ${x.aval}, which are not determined; set fullMatrices: false`,
        );
      }
      const thin = bindMany(svdP, [x], { fullMatrices: false, computeUv: true });
      const [s, u, vt] = thin as [NDArray, NDArray, NDArray]; // as defined
      const inside = batchMatmul(batchMatmul(swapLast(u), t), swapLast(vt));
      if (!computeUv) return [[s], [diagonalOf(inside)]];
      return [
        [s, u, vt],
        [diagonalOf(inside), ...vectorTangents(t, s, u, vt, inside)],
      ];
    },
  },
  transpose: nonlinear,
  batch: leadingBatch(() => svdP),
  lower: { kind: "routine", name: "svd" },
});

/**
 * Tangents of u and vᵀ, where `inside` is uᵀ t v.
 * Source: Giles, Collected matrix derivative results, 2008, section 3.2.
 */
function vectorTangents(
  t: NDArray,
  s: NDArray,
  u: NDArray,
  vt: NDArray,
  inside: NDArray,
): [NDArray, NDArray] {
  const v = swapLast(vt);
  const [row, column] = [alongRows(s, inside), alongColumns(s, inside)];
  const one = identityLike(inside);
  const gaps = mul(add(row, column), sub(row, column));
  const f = sub(div(fullLike(gaps, 1), add(gaps, one)), one);
  const right = mul(row, inside);
  const left = mul(column, inside);
  const isZero = convertElementType(eq(s, fullLike(s, 0)), s.dtype);
  const inverse = sub(div(fullLike(s, 1), add(s, isZero)), isZero);
  // On the diagonal alone, where it is zero for real matrices but its own derivative may not be.
  const skew = mul(fullLike(inside, 0.5), sub(inside, swapLast(inside)));
  const turn = mul(skew, mul(alongRows(inverse, inside), one));
  const dv = batchMatmul(v, mul(f, add(left, swapLast(left))));
  const du = batchMatmul(u, add(mul(f, add(right, swapLast(right))), turn));
  const [m, n] = [u.shape.at(-2) as number, vt.shape.at(-1) as number]; // matrices both
  return [
    m > n ? add(du, outside(t, u, v, s)) : du,
    swapLast(n > m ? add(dv, outside(swapLast(t), v, u, s)) : dv),
  ];
}

/** The part of the tangent of u outside its span: (I - u uᵀ) t v / s. */
function outside(t: NDArray, u: NDArray, v: NDArray, s: NDArray): NDArray {
  const moved = batchMatmul(t, v);
  const within = batchMatmul(u, batchMatmul(swapLast(u), moved));
  return div(sub(moved, within), alongRows(s, moved));
}

/**
 * Singular values and vectors of matrices `[..., m, n]`: x = u diag(s) vᵀ.
 *
 * Results: `[u, s, vt]`, or `s` alone without `computeUv`. `s` `[..., min(m, n)]` descends; with
 * `fullMatrices` u is `[..., m, m]` and vt `[..., n, n]`, else they have min(m, n) columns or
 * rows. The common sign of a pair of vectors is left open.
 * Edge values: a matrix with an element that is not finite gives NaN. Where values are equal the
 * derivative of vectors is infinite or NaN, that of values is not.
 *
 * @throws ShapeError unless there are two axes at least; DTypeError unless float32 or float64.
 */
export function svd(x: ArrayLike, options: SvdOptions & { readonly computeUv: false }): NDArray;
export function svd(
  x: ArrayLike,
  options?: SvdOptions & { readonly computeUv?: true | undefined },
): readonly [u: NDArray, s: NDArray, vt: NDArray];
export function svd(x: ArrayLike, options: SvdOptions = {}): NDArray | readonly NDArray[] {
  checkOptions("lax.svd", options, ["fullMatrices", "computeUv"]);
  const { fullMatrices = true, computeUv = true } = options;
  const outs = bindMany(svdP, [asArray(x, "lax.svd")], { fullMatrices, computeUv });
  const [s, u, vt] = outs as [NDArray, NDArray, NDArray]; // s alone without computeUv
  return computeUv ? [u, s, vt] : s;
}
