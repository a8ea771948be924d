import { asArray } from "../../core/array.ts";
import { checkDtype, type DType, isInteger, type Kind } from "../../core/dtype.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import {
  batchRule,
  definePrimitive,
  type JvpRule,
  nonlinear,
  type PrimitiveOf,
  type ReduceOp,
  zeroJvp,
} from "../../core/primitive.ts";
import { bind1 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul } from "./arith.ts";
import {
  broadcastInDim,
  checkAxes,
  keptDim,
  type ReduceParams,
  reduceSum,
  shiftAxes,
  shiftAxis,
} from "./broadcast.ts";
import { eq } from "./compare.ts";
import { convertElementType } from "./convert.ts";
import { reshape, transpose } from "./layout.ts";
import { bitwise, numeric, ordered, requireKind } from "./shared.ts";
import { concatenate, slice } from "./slice.ts";

/** Parameters of a search for the position of an extreme element. */
export interface ArgReduceParams {
  readonly axis: number;
}

/** Largest elements over `axes`; see `reduceMax`. */
export const reduceMaxP = reduction("reduce_max", "reduceMax", "max", ordered, {
  kind: "partials",
  terms: [shareEqually],
});

/** Smallest elements over `axes`; see `reduceMin`. */
export const reduceMinP = reduction("reduce_min", "reduceMin", "min", ordered, {
  kind: "partials",
  terms: [shareEqually],
});

/** Products over `axes`; see `reduceProd`. */
export const reduceProdP = reduction("reduce_prod", "reduceProd", "mul", numeric, {
  kind: "partials",
  terms: [(t, [x], _out, { axes }) => productTangent(t, x, axes)],
});

/** Bitwise conjunctions over `axes`; see `reduceAnd`. */
export const reduceAndP = reduction("reduce_and", "reduceAnd", "and", bitwise, zeroJvp);

/** Bitwise disjunctions over `axes`; see `reduceOr`. */
export const reduceOrP = reduction("reduce_or", "reduceOr", "or", bitwise, zeroJvp);

/** Bitwise exclusive disjunctions over `axes`; see `reduceXor`. */
export const reduceXorP = reduction("reduce_xor", "reduceXor", "xor", bitwise, zeroJvp);

/** Position of the first largest element along an axis; see `argmax`. */
export const argmaxP = argReduction("argmax", "max");

/** Position of the first smallest element along an axis; see `argmin`. */
export const argminP = argReduction("argmin", "min");

/** A primitive that reduces operand 0 by a monoid. The sum stands beside its transpose instead. */
function reduction(
  name: string,
  title: string,
  op: ReduceOp,
  kinds: readonly Kind[],
  jvp: JvpRule<1, ReduceParams>,
): PrimitiveOf<1, ReduceParams> {
  const prim: PrimitiveOf<1, ReduceParams> = definePrimitive<1, ReduceParams>(name, {
    abstractEval([x], { axes }) {
      requireKind(title, x, kinds);
      checkAxes(title, axes, x.ndim);
      return x.withShape(x.shape.filter((_, i) => !axes.includes(i)));
    },
    jvp,
    transpose: nonlinear,
    batch: batchRule(([x], [d], { axes }) =>
      d === null
        ? [bind1(prim, x, { axes }), null]
        : [bind1(prim, x, { axes: shiftAxes(axes, d) }), keptDim(axes, d)],
    ),
    lower: { kind: "reduce", op, axes: ({ axes }) => axes },
  });
  return prim;
}

/** A primitive that finds the first extreme element along one axis, as int32. */
function argReduction(name: string, op: "max" | "min"): PrimitiveOf<1, ArgReduceParams> {
  const prim: PrimitiveOf<1, ArgReduceParams> = definePrimitive<1, ArgReduceParams>(name, {
    abstractEval([x], { axis }) {
      requireKind(name, x, ordered);
      checkAxes(name, [axis], x.ndim);
      if (x.shape[axis] === 0) {
        throw new ShapeError(
          `lax.${name}: at least one element along the axis is required, got ${x} along axis ${axis}; test for the empty case first`,
        );
      }
      return x.withShape(x.shape.toSpliced(axis, 1)).withDtype("int32");
    },
    jvp: zeroJvp,
    transpose: nonlinear,
    batch: batchRule(([x], [d], { axis }) =>
      d === null
        ? [bind1(prim, x, { axis }), null]
        : [bind1(prim, x, { axis: shiftAxis(axis, d) }), keptDim([axis], d)],
    ),
    lower: { kind: "routine", name: "argReduce", params: ({ axis }) => ({ op, axis }) },
  });
  return prim;
}

/**
 * Mean of the tangents at all positions that hold the extreme value. Where that is NaN no
 * position does, and the mean is 0/0: NaN.
 */
function shareEqually(
  t: NDArray,
  [x]: readonly [NDArray],
  out: NDArray,
  { axes }: ReduceParams,
): NDArray {
  const spread = broadcastInDim(out, x.shape, keptAxes(x, axes));
  const chosen = convertElementType(eq(x, spread), x.dtype, x.weakType);
  return div(reduceSum(mul(t, chosen), axes), reduceSum(chosen, axes));
}

/**
 * Tangent of the product over `axes`, by halving: of two factors (x, t) and (y, s) the pair
 * (x y, t y + x s). No division, hence right beside zeros.
 */
export function productTangent(t: NDArray, x: NDArray, axes: readonly number[]): NDArray {
  const kept = keptAxes(x, axes);
  const shape = kept.map((axis) => x.shape[axis] as number); // axes of x
  let count = 1;
  for (const axis of axes) count *= x.shape[axis] as number; // axes of x
  if (count === 0) return reduceSum(t, axes);
  const flat = (a: NDArray) => reshape(transpose(a, [...axes, ...kept]), [count, ...shape]);
  let factors = flat(x);
  let tangents = flat(t);
  while (count > 1) {
    const half = count >> 1;
    const left = rows(factors, 0, half);
    const right = rows(factors, half, 2 * half);
    const sum = add(mul(rows(tangents, 0, half), right), mul(left, rows(tangents, half, 2 * half)));
    const odd = count > 2 * half;
    const last = (a: NDArray) => rows(a, 2 * half, count);
    tangents = odd ? concatenate([sum, last(tangents)], 0) : sum;
    factors = odd ? concatenate([mul(left, right), last(factors)], 0) : mul(left, right);
    count = odd ? half + 1 : half;
  }
  return reshape(tangents, shape);
}

/** Rows `start` to `limit` of the first axis. */
function rows(x: NDArray, start: number, limit: number): NDArray {
  const starts = x.shape.map((_, i) => (i === 0 ? start : 0));
  return slice(x, starts, x.shape.with(0, limit));
}

/** Axes of `x` that are not among `axes`. */
function keptAxes(x: NDArray, axes: readonly number[]): number[] {
  return x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
}

function reduceBy(
  op: string,
  prim: PrimitiveOf<1, ReduceParams>,
  x: ArrayLike,
  axes: readonly number[],
): NDArray {
  return bind1(prim, asArray(x, `lax.${op}`), { axes });
}

/**
 * Largest element over `axes` (distinct, ascending), of any dtype with an order.
 *
 * NaN wins, and 0 is above -0. Over nothing it is the least value of the dtype: -infinity, the
 * smallest integer, false. The gradient is shared equally among all positions that hold the
 * largest value.
 *
 * @throws ShapeError if an axis is out of range or the axes are not ascending.
 */
export function reduceMax(x: ArrayLike, axes: readonly number[]): NDArray {
  return reduceBy("reduceMax", reduceMaxP, x, axes);
}

/**
 * Smallest element over `axes` (distinct, ascending), of any dtype with an order.
 *
 * NaN wins, and -0 is below 0. Over nothing it is the greatest value of the dtype: infinity, the
 * largest integer, true. The gradient is shared equally among all positions that hold the
 * smallest value.
 *
 * @throws ShapeError if an axis is out of range or the axes are not ascending.
 */
export function reduceMin(x: ArrayLike, axes: readonly number[]): NDArray {
  return reduceBy("reduceMin", reduceMinP, x, axes);
}

/**
 * Product over `axes` (distinct, ascending); integers wrap, the product of nothing is 1.
 *
 * Its derivatives are right beside zeros.
 *
 * @throws ShapeError if an axis is out of range or the axes are not ascending.
 */
export function reduceProd(x: ArrayLike, axes: readonly number[]): NDArray {
  return reduceBy("reduceProd", reduceProdP, x, axes);
}

/**
 * Bitwise AND of booleans or integers over `axes` (distinct, ascending); of nothing, all ones.
 *
 * @throws DTypeError if the dtype is a float.
 */
export function reduceAnd(x: ArrayLike, axes: readonly number[]): NDArray {
  return reduceBy("reduceAnd", reduceAndP, x, axes);
}

/**
 * Bitwise OR of booleans or integers over `axes` (distinct, ascending); of nothing, zero.
 *
 * @throws DTypeError if the dtype is a float.
 */
export function reduceOr(x: ArrayLike, axes: readonly number[]): NDArray {
  return reduceBy("reduceOr", reduceOrP, x, axes);
}

/**
 * Bitwise exclusive OR of booleans or integers over `axes` (distinct, ascending); of nothing, zero.
 *
 * @throws DTypeError if the dtype is a float.
 */
export function reduceXor(x: ArrayLike, axes: readonly number[]): NDArray {
  return reduceBy("reduceXor", reduceXorP, x, axes);
}

/**
 * Position of the first largest element along `axis`, as `indexDtype`.
 *
 * A NaN is above everything, and the first one counts; -0 and 0 tie.
 *
 * @throws ShapeError if the axis is out of range or has no elements.
 * @throws DTypeError if `indexDtype` is not an integer dtype.
 */
export function argmax(x: ArrayLike, axis: number, indexDtype: DType = "int32"): NDArray {
  return argReduce(argmaxP, x, axis, indexDtype);
}

/**
 * Position of the first smallest element along `axis`, as `indexDtype`.
 *
 * A NaN is below everything, and the first one counts; -0 and 0 tie.
 *
 * @throws ShapeError if the axis is out of range or has no elements.
 * @throws DTypeError if `indexDtype` is not an integer dtype.
 */
export function argmin(x: ArrayLike, axis: number, indexDtype: DType = "int32"): NDArray {
  return argReduce(argminP, x, axis, indexDtype);
}

function argReduce(
  prim: PrimitiveOf<1, ArgReduceParams>,
  x: ArrayLike,
  axis: number,
  indexDtype: DType,
): NDArray {
  const where = `lax.${prim.name}`;
  if (!isInteger(checkDtype(indexDtype, where))) {
    throw new DTypeError(
      `${where}: indexDtype must be an integer dtype, got ${indexDtype}; use "int32"`,
    );
  }
  const found = bind1(prim, asArray(x, where), { axis });
  return indexDtype === "int32" ? found : convertElementType(found, indexDtype);
}
