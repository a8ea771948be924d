import { asArray, DeviceArray, scalarArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import type { DType } from "../../core/dtype.ts";
import { ShapeError } from "../../core/errors.ts";
import { literalValue } from "../../core/number.ts";
import { batchRule, definePrimitive, linear, transposeRule } from "../../core/primitive.ts";
import { bind1, currentTrace } from "../../core/trace.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastView } from "../../core/view.ts";
import { checkLiteral, numeric, operands, requireKind } from "./shared.ts";

/** Parameters of a broadcast: axis `i` of the operand becomes axis `dims[i]` of `shape`. */
export interface BroadcastParams {
  readonly shape: readonly number[];
  readonly dims: readonly number[];
}

/** Parameters of a reduction: distinct axes in ascending order. */
export interface ReduceParams {
  readonly axes: readonly number[];
}

/** Repetition along new axes and axes of extent 1. Its transpose is `reduceSumP`. */
export const broadcastInDimP = definePrimitive<1, BroadcastParams>("broadcast_in_dim", {
  abstractEval([x], { shape, dims }) {
    const fits =
      dims.length === x.ndim &&
      new Set(dims).size === dims.length &&
      dims.every(
        (d, i) => d >= 0 && d < shape.length && (x.shape[i] === 1 || x.shape[i] === shape[d]),
      );
    if (!fits) {
      throw new ShapeError(
        `lax.broadcastInDim: each axis of the operand must have extent 1 or that of its own axis of the result, got ${x} to [${shape}] at axes [${dims}]; give one distinct result axis for each operand axis`,
      );
    }
    return x.withShape(shape);
  },
  jvp: linear,
  transpose: transposeRule((ct, [x], { shape, dims }) => {
    const expanded = dims.filter((d, i) => x.aval.shape[i] === 1 && shape[d] !== 1);
    const fresh = shape.map((_, i) => i).filter((i) => !dims.includes(i));
    const summed = [...fresh, ...expanded].sort((a, b) => a - b);
    const kept = shape.map((_, i) => i).filter((i) => !summed.includes(i));
    const sum = reduceSum(ct, summed);
    // What is left stands in the order of the result's axes; put it back in the operand's.
    const target = kept.map((axis) => dims.indexOf(axis));
    return [broadcastInDim(sum, x.aval.shape, target)];
  }),
  batch: batchRule(([x], [d], { shape, dims }, { size }) => {
    if (d === null) return [broadcastInDim(x, shape, dims), null];
    const shifted = dims.map((axis) => axis + 1);
    shifted.splice(d, 0, 0);
    return [broadcastInDim(x, [size, ...shape], shifted), 0];
  }),
  lower: { kind: "view", apply: (view, { shape, dims }) => broadcastView(view, shape, dims) },
});

/** Sum over `axes`. Its transpose is `broadcastInDimP`, which is why the two share a file. */
export const reduceSumP = definePrimitive<1, ReduceParams>("reduce_sum", {
  abstractEval([x], { axes }) {
    requireKind("reduceSum", x, numeric);
    checkAxes("reduceSum", axes, x.ndim);
    return x.withShape(x.shape.filter((_, i) => !axes.includes(i)));
  },
  jvp: linear,
  transpose: transposeRule((ct, [x], { axes }) => {
    const kept = x.aval.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    return [broadcastInDim(ct, x.aval.shape, kept)];
  }),
  batch: batchRule(([x], [d], { axes }) => {
    if (d === null) return [reduceSum(x, axes), null];
    return [reduceSum(x, shiftAxes(axes, d)), keptDim(axes, d)];
  }),
  lower: { kind: "reduce", op: "add", axes: ({ axes }) => axes },
});

/** @throws ShapeError unless `axes` are distinct integers from 0 to `ndim - 1`, ascending. */
export function checkAxes(op: string, axes: readonly number[], ndim: number): void {
  axes.forEach((axis, i) => {
    if (!Number.isInteger(axis) || axis < 0 || axis >= ndim) {
      throw new ShapeError(
        `lax.${op}: axes must be integers from 0 to ${ndim - 1}, got [${axes}]; negative axes are for numpy`,
      );
    }
    const before = axes[i - 1];
    if (before !== undefined && before >= axis) {
      throw new ShapeError(
        `lax.${op}: axes must be distinct and ascending, got [${axes}]; sort them`,
      );
    }
  });
}

/** Where axes of an unbatched value are once a batch axis stands at `dim`. */
export function shiftAxes(axes: readonly number[], dim: number): number[] {
  return axes.map((axis) => shiftAxis(axis, dim));
}

/** Where one axis of an unbatched value is once a batch axis stands at `dim`. */
export function shiftAxis(axis: number, dim: number): number {
  return axis >= dim ? axis + 1 : axis;
}

/** Where a batch axis at `dim` is once the unbatched `axes` are reduced away. */
export function keptDim(axes: readonly number[], dim: number): number {
  return dim - axes.filter((axis) => axis < dim).length;
}

/**
 * Broadcast to `shape`, axis `i` of `x` becoming axis `dims[i]`.
 *
 * @throws ShapeError if an extent is neither 1 nor that of its result axis.
 */
export function broadcastInDim(
  x: ArrayLike,
  shape: readonly number[],
  dims: readonly number[],
): NDArray {
  const array = asArray(x, "lax.broadcastInDim");
  const same =
    shape.length === array.ndim && dims.every((d, i) => d === i && shape[i] === array.shape[i]);
  return same && dims.length === array.ndim
    ? array
    : bind1(broadcastInDimP, array, { shape, dims });
}

/** Sum over `axes` (distinct, ascending); an empty sum is 0. */
export function reduceSum(x: ArrayLike, axes: readonly number[]): NDArray {
  const array = asArray(x, "lax.reduceSum");
  return axes.length === 0 ? array : bind1(reduceSumP, array, { axes });
}

/** An array of `shape` holding `value` everywhere; integers wrap into the dtype, floats round. */
export function full(shape: readonly number[], value: number, dtype: DType): NDArray {
  return repeated(value, shapedArray(shape, dtype));
}

/** `value` in the shape, dtype and weak type of `x`. */
export function fullLike(x: NDArray, value: number): NDArray {
  return repeated(value, x.aval);
}

const noAxes: readonly number[] = Object.freeze([]);

/**
 * The array of a type that holds one number everywhere, converted as a literal is.
 *
 * At once it is no work, since such an array needs no buffer; a program that is being recorded
 * gets a literal and its broadcast, so that it holds no constant of that size.
 */
export function repeated(value: number, aval: ShapedArray): NDArray {
  const { shape, dtype, weakType } = aval;
  if (shape.length === 0 || !currentTrace().isStaging) {
    return new DeviceArray(aval, null, null, literalValue(value, dtype));
  }
  return bind1(broadcastInDimP, scalarArray(value, dtype, weakType), { shape, dims: noAxes });
}

/**
 * Two operands of a strict binary primitive: a number or boolean takes the dtype and shape of
 * the array beside it.
 */
export function pairOf(op: string, x: ArrayLike, y: ArrayLike): readonly [NDArray, NDArray] {
  if (x instanceof NDArray) return y instanceof NDArray ? [x, y] : [x, spread(op, y, x.aval)];
  if (y instanceof NDArray) return [spread(op, x, y.aval), y];
  return operands(op, [x, y]) as [NDArray, NDArray]; // as many as were given
}

/** A literal in the shape and dtype of the array beside it, weakly typed. */
function spread(op: string, x: number | boolean, beside: ShapedArray): NDArray {
  checkLiteral(op, x, beside);
  const { weakType, shape, dtype } = beside;
  return repeated(Number(x), weakType ? beside : shapedArray(shape, dtype, true));
}
