import { asArray } from "../../core/array.ts";
import { shapedArray } from "../../core/aval.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  absent,
  defineMultiPrimitive,
  nonlinear,
  type PrimitiveOf,
  Zero,
} from "../../core/primitive.ts";
import { sameShape } from "../../core/shape.ts";
import { bindMany, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, neg, sub } from "./arith.ts";
import { full } from "./broadcast.ts";
import { batchMatmul } from "./dot.ts";
import { triangularSolve } from "./linalg.ts";
import { lu, solveFactored } from "./lu.ts";
import {
  block,
  identityLike,
  leadingBatch,
  lowerTriangle,
  matrixExtents,
  requireMatrix,
  swapLast,
  takeRows,
  upperTriangle,
  withMatrix,
} from "./matrices.ts";
import { concatenate, pad } from "./slice.ts";

/** Parameters of `qrP`. */
export interface QrParams {
  readonly pivoting: boolean;
  readonly fullMatrices: boolean;
}

/** Options of `qr`. */
export interface QrOptions {
  /** Whether columns are taken by the size of what is left of them; false. */
  readonly pivoting?: boolean | undefined;
  /** Whether Q is square; true. */
  readonly fullMatrices?: boolean | undefined;
}

const reflectors = absent("it is a step of qr, whose own derivative does not go through it");

/** R and the reflectors that make Q: results a `[..., m, n]` and tau `[..., min(m, n)]`. */
export const geqrfP: PrimitiveOf<1, object> = defineMultiPrimitive<1>("geqrf", {
  abstractEval([x]) {
    requireMatrix("qr", x);
    return [x, x.withShape([...x.shape.slice(0, -2), Math.min(...matrixExtents(x))])];
  },
  jvp: reflectors,
  transpose: nonlinear,
  batch: leadingBatch(() => geqrfP),
  lower: { kind: "routine", name: "geqrf" },
});

/** The same with pivoting: results a, the int32 order of the columns `[..., n]`, and tau. */
export const geqp3P: PrimitiveOf<1, object> = defineMultiPrimitive<1>("geqp3", {
  abstractEval([x]) {
    requireMatrix("qr", x);
    const lead = x.shape.slice(0, -2);
    const [m, n] = matrixExtents(x);
    return [x, shapedArray([...lead, n], "int32"), x.withShape([...lead, Math.min(m, n)])];
  },
  jvp: reflectors,
  transpose: nonlinear,
  batch: leadingBatch(() => geqp3P),
  lower: { kind: "routine", name: "geqp3" },
});

/** Products of reflectors; see `householderProduct`. */
export const householderProductP: PrimitiveOf<2, object> = defineMultiPrimitive<2>(
  "householder_product",
  {
    abstractEval([a, taus]) {
      requireMatrix("householderProduct", a);
      const [m, n] = matrixExtents(a);
      const count = taus.shape.at(-1) ?? 0;
      const fits =
        taus.ndim === a.ndim - 1 && sameShape(taus.shape.slice(0, -1), a.shape.slice(0, -2));
      if (!fits || m < n || count > n) {
        throw new ShapeError(
          `lax.householderProduct: a of shape [..., m, n] with m from n on and taus of [..., k] with k up to n are required, got ${a} and ${taus}; slice or pad them`,
        );
      }
      if (taus.dtype !== a.dtype) {
        throw new DTypeError(
          `lax.householderProduct: operands must share a dtype, got ${a} and ${taus}; convert one with lax.convertElementType`,
        );
      }
      return [a];
    },
    jvp: absent("JAX gives it none either; differentiate qr"),
    transpose: nonlinear,
    batch: leadingBatch(() => householderProductP),
    lower: { kind: "routine", name: "householderProduct" },
  },
);

/** Orthogonal and triangular factors; see `qr`. */
export const qrP: PrimitiveOf<1, QrParams> = defineMultiPrimitive<1, QrParams>("qr", {
  abstractEval([x], { pivoting, fullMatrices }) {
    requireMatrix("qr", x);
    const [m, n] = matrixExtents(x);
    const k = fullMatrices ? m : Math.min(m, n);
    const order = shapedArray([...x.shape.slice(0, -2), n], "int32");
    return [withMatrix(x, m, k), withMatrix(x, k, n), ...(pivoting ? [order] : [])];
  },
  jvp: {
    kind: "rule",
    apply([x], [t], params) {
      const outs = bindMany(qrP, [x], params);
      const [q, r, order] = outs as [NDArray, NDArray, NDArray?]; // an order with pivoting
      const rest = order === undefined ? [] : [new Zero(order.aval.tangent())];
      if (t instanceof Zero) {
        return [outs, [new Zero(q.aval.tangent()), new Zero(r.aval.tangent()), ...rest]];
      }
      const inOrder = (y: NDArray): NDArray =>
        order === undefined ? y : swapLast(takeRows(swapLast(y), order));
      return [outs, [...qrTangents(inOrder(x), inOrder(t), q, r), ...rest]];
    },
  },
  transpose: nonlinear,
  batch: leadingBatch(() => qrP),
  lower: { kind: "compose", apply: ([x], params) => factorize(x, params) },
});

function factorize(x: NDArray, { pivoting, fullMatrices }: QrParams): readonly NDArray[] {
  const [m, n] = matrixExtents(x);
  const results = bindMany(pivoting ? geqp3P : geqrfP, [x], noParams);
  const a = results[0] as NDArray; // two results, three with pivoting
  const taus = results.at(-1) as NDArray;
  const order = pivoting ? [results[1] as NDArray] : [];
  const k = fullMatrices ? m : Math.min(m, n);
  const held = m < n ? block(a, [0, m], [0, m]) : a;
  const room = x.shape.map((_, axis): [number, number, number] =>
    axis === x.ndim - 1 ? [0, k - Math.min(m, n), 0] : [0, 0, 0],
  );
  const [q] = bindMany(
    householderProductP,
    [pad(held, full([], 0, x.dtype), room), taus],
    noParams,
  );
  const r = upperTriangle(block(a, [0, k], [0, n]));
  return [q as NDArray, r, ...order]; // one result
}

/** Tangents of q and r as x moves by t, columns in the order of the factors. */
function qrTangents(x: NDArray, t: NDArray, q: NDArray, r: NDArray): [NDArray, NDArray] {
  const [m, n] = matrixExtents(x);
  const last = x.ndim - 1;
  if (m < n) {
    // The first m columns are a square problem of their own; the others follow from r2 = qᵀ x2.
    const square = block(r, [0, m], [0, m]);
    const [dq, dr] = thinTangents(q, square, block(t, [0, m], [0, m]));
    const [x2, t2] = [block(x, [0, m], [m, n]), block(t, [0, m], [m, n])];
    const dr2 = add(batchMatmul(swapLast(dq), x2), batchMatmul(swapLast(q), t2));
    return [dq, concatenate([dr, dr2], last)];
  }
  const thin = block(q, [0, m], [0, n]);
  const [dq, dr] = thinTangents(thin, block(r, [0, n], [0, n]), t);
  if (q.shape[last] === n) return [dq, dr];
  const zeros = full([...x.shape.slice(0, -2), m - n, n], 0, x.dtype);
  return [
    concatenate([dq, restTangent(dq, thin, block(q, [0, m], [n, m]))], last),
    concatenate([dr, zeros], last - 1),
  ];
}

/**
 * Tangents where r is square. Source: Townsend, Differentiating the QR decomposition, 2018.
 */
function thinTangents(q: NDArray, r: NDArray, t: NDArray): [NDArray, NDArray] {
  const moved = triangularSolve(r, t);
  const inside = batchMatmul(swapLast(q), moved);
  const below = lowerTriangle(inside, 1);
  const turn = sub(below, swapLast(below));
  const dq = add(batchMatmul(q, sub(turn, inside)), moved);
  return [dq, batchMatmul(sub(inside, turn), r)];
}

/**
 * Tangent of the columns of q beyond those of x, which reflectors choose.
 * Source: arXiv 2409.13374, equations 32 and 33.
 */
function restTangent(dq: NDArray, thin: NDArray, rest: NDArray): NDArray {
  const [m, n] = matrixExtents(thin);
  const top = (y: NDArray): NDArray => block(y, [0, n], [0, n]);
  const bottom = (y: NDArray): NDArray => block(y, [n, m], [0, n]);
  const corner = top(thin);
  const [factors, , permutation] = lu(sub(corner, identityLike(corner)));
  const z = swapLast(solveFactored(factors, permutation, swapLast(bottom(thin)), true));
  const side = sub(bottom(dq), batchMatmul(z, top(dq)));
  const along = add(thin, batchMatmul(rest, z));
  return add(batchMatmul(dq, swapLast(z)), neg(batchMatmul(along, swapLast(side))));
}

/**
 * Orthogonal and triangular factors of matrices `[..., m, n]`: x = q r.
 *
 * Shapes: with `fullMatrices` q is `[..., m, m]` and r `[..., m, n]`, else q is
 * `[..., m, min(m, n)]` and r `[..., min(m, n), n]`. With `pivoting` there is a third result, the
 * int32 order `[..., n]` of columns: x taken in it is q r, and the diagonal of r descends in size.
 * The signs of the diagonal of r are those of reflectors, as in LAPACK.
 *
 * @throws ShapeError unless there are two axes at least; DTypeError unless float32 or float64.
 */
export function qr(
  x: ArrayLike,
  options: QrOptions & { readonly pivoting: true },
): readonly [q: NDArray, r: NDArray, order: NDArray];
export function qr(x: ArrayLike, options?: QrOptions): readonly [q: NDArray, r: NDArray];
export function qr(x: ArrayLike, options: QrOptions = {}): readonly NDArray[] {
  checkOptions("lax.qr", options, ["pivoting", "fullMatrices"]);
  const { pivoting = false, fullMatrices = true } = options;
  return bindMany(qrP, [asArray(x, "lax.qr")], { pivoting, fullMatrices });
}

/** R with the reflectors of Q below it, and their factors tau, as LAPACK's geqrf gives them. */
export function geqrf(x: ArrayLike): readonly [a: NDArray, taus: NDArray] {
  return bindMany(geqrfP, [asArray(x, "lax.geqrf")], noParams) as [NDArray, NDArray]; // as defined
}

/**
 * The first n columns of the product of reflectors I - tau v vᵀ, whose vectors v stand below the
 * diagonal of `a` `[..., m, n]`, a one on it; `taus` `[..., k]` has the factors of the first k.
 *
 * @throws ShapeError unless m is at least n and k at most n; DTypeError unless the dtypes are one
 * of float32 and float64.
 */
export function householderProduct(a: ArrayLike, taus: ArrayLike): NDArray {
  const where = "lax.householderProduct";
  const arrays = [asArray(a, where), asArray(taus, where)] as const;
  const [out] = bindMany(householderProductP, arrays, noParams);
  return out as NDArray; // one result
}
