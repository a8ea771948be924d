import { asArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import type { DType } from "../../core/dtype.ts";
import { ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { batchRule, definePrimitive, type PrimitiveOf } from "../../core/primitive.ts";
import type { ConvParams } from "../../core/routines.ts";
import { invertPermutation } from "../../core/shape.ts";
import { bind2 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { full } from "./broadcast.ts";
import {
  type ConvDimensions,
  convDimensions,
  convShape,
  inputPadding,
  weightPadding,
} from "./conv-shapes.ts";
import { convertElementType } from "./convert.ts";
import { resultDtype } from "./dot.ts";
import { moveAxis, reshape, rev, transpose } from "./layout.ts";
import { dilated, type Padding, paddingPairs, perAxis } from "./window-shapes.ts";

/** Parameters of a convolution in the order N C spatial..., O I spatial..., and its dtype. */
export interface ConvGeneralParams extends ConvParams {
  readonly preferredElementType: DType | null;
}

/** Options of `convGeneralDilated`. Lists have one entry for each spatial axis. */
export interface ConvOptions {
  /** Steps from one window to the next; 1 by default. */
  readonly windowStrides?: readonly number[] | undefined;
  /** "VALID" by default. */
  readonly padding?: Padding | undefined;
  /** Steps between neighbours of the input; 1 by default. */
  readonly lhsDilation?: readonly number[] | undefined;
  /** Steps between neighbours of the weights; 1 by default. */
  readonly rhsDilation?: readonly number[] | undefined;
  /** Groups of features that do not see one another; 1 by default. */
  readonly featureGroupCount?: number | undefined;
  /** Groups of the batch, each with weights of its own; 1 by default. */
  readonly batchGroupCount?: number | undefined;
  /** By default N C spatial..., O I spatial..., N C spatial.... */
  readonly dimensionNumbers?: ConvDimensions | null | undefined;
  /** Dtype of sums and result; that of the operands by default. */
  readonly preferredElementType?: DType | null | undefined;
}

/** Convolution of N C spatial... with O I spatial...; see `convGeneralDilated`. */
export const convGeneralDilatedP: PrimitiveOf<2, ConvGeneralParams> = definePrimitive<
  2,
  ConvGeneralParams
>("conv_general_dilated", {
  abstractEval([x, w], params) {
    const dtype = resultDtype("convGeneralDilated", x, w, params.preferredElementType);
    const weak = x.weakType && w.weakType && dtype === x.dtype;
    return shapedArray(convShape(x, w, params), dtype, weak);
  },
  jvp: {
    kind: "partials",
    terms: [
      (t, [, w], _out, params) => bind2(convGeneralDilatedP, t, w, params),
      (t, [x], _out, params) => bind2(convGeneralDilatedP, x, t, params),
    ],
  },
  transpose: { kind: "bilinear", terms: [inputCotangent, weightCotangent] },
  batch: batchRule(([x, w], [dx, dw], params, { size }) => {
    if (dx === null && dw === null) return [bind2(convGeneralDilatedP, x, w, params), null];
    // No group can be empty, so nothing folds into one.
    if (size === 0) return [emptyBatch(x, w, dx, dw, params), 0];
    if (dw === null) return batchedInput(x, w, dx as number, size, params); // one is batched
    if (dx === null) return batchedWeights(x, w, dw, size, params);
    const { featureGroupCount, batchGroupCount } = params;
    const byBatch = batchGroupCount > 1;
    const out = bind2(convGeneralDilatedP, mergeAxis(x, dx, byBatch ? 0 : 1), mergeAxis(w, dw, 0), {
      ...params,
      featureGroupCount: byBatch ? featureGroupCount : featureGroupCount * size,
      batchGroupCount: byBatch ? batchGroupCount * size : batchGroupCount,
    });
    return [splitAxis(out, 1, size), 1];
  }),
  lower: {
    kind: "routine",
    name: "conv",
    params: ({ preferredElementType: _, ...params }) => params,
  },
});

/** Axis `from` made the slower part of the axis that, without it, is at `to`. */
function mergeAxis(x: NDArray, from: number, to: number): NDArray {
  const moved = moveAxis(x, from, to);
  const extent = (moved.shape[to] as number) * (moved.shape[to + 1] as number); // two of its axes
  return reshape(moved, moved.shape.toSpliced(to, 2, extent));
}

/** An axis as two, of which the first has extent `size`. */
function splitAxis(x: NDArray, axis: number, size: number): NDArray {
  const extent = x.shape[axis] as number; // an axis of x
  return reshape(x, x.shape.toSpliced(axis, 1, size, extent / size));
}

function emptyBatch(
  x: NDArray,
  w: NDArray,
  dx: number | null,
  dw: number | null,
  params: ConvGeneralParams,
): NDArray {
  const without = ({ aval }: NDArray, d: number | null) =>
    d === null ? aval : aval.withShape(aval.shape.toSpliced(d, 1));
  const shape = convShape(without(x, dx), without(w, dw), params);
  return full([0, ...shape], 0, params.preferredElementType ?? x.dtype);
}

function batchedInput(
  x: NDArray,
  w: NDArray,
  dim: number,
  size: number,
  params: ConvGeneralParams,
): readonly [NDArray, number] {
  // The batch is [groups, rest]; the new axis goes between, so that groups stay together.
  const groups = params.batchGroupCount;
  const front = moveAxis(x, dim, 0);
  const split = splitAxis(front, 1, groups);
  const merged = mergeAxis(mergeAxis(split, 0, 1), 0, 0);
  return [splitAxis(bind2(convGeneralDilatedP, merged, w, params), 0, size), 0];
}

function batchedWeights(
  x: NDArray,
  w: NDArray,
  dim: number,
  size: number,
  params: ConvGeneralParams,
): readonly [NDArray, number] {
  // The outputs are [groups, rest]; the new axis goes between, and comes out between.
  const groups = Math.max(params.featureGroupCount, params.batchGroupCount);
  const front = moveAxis(w, dim, 0);
  const split = splitAxis(front, 1, groups);
  const out = bind2(convGeneralDilatedP, x, mergeAxis(mergeAxis(split, 0, 1), 0, 0), params);
  const parts = splitAxis(splitAxis(out, 1, groups), 2, size);
  return [mergeAxis(parts, 1, 2), 1];
}

/**
 * Cotangent of the input: `ct` spread by the strides, convolved with the weights turned around,
 * inputs and outputs exchanged.
 */
function inputCotangent(
  ct: NDArray,
  w: NDArray,
  params: ConvGeneralParams,
  x: ShapedArray,
): NDArray {
  const { featureGroupCount, batchGroupCount, windowStrides, lhsDilation } = params;
  const groups = Math.max(featureGroupCount, batchGroupCount);
  const padding = inputPadding(x.shape, w.shape, ct.shape, params);
  const grouped = groups === 1 ? w : mergeAxis(splitAxis(w, 0, groups), 0, 1);
  const turned = moveAxis(rev(grouped, spatialAxes(w)), 1, 0);
  const out = bind2(convGeneralDilatedP, ct, like(turned, ct), {
    ...params,
    windowStrides: lhsDilation,
    lhsDilation: windowStrides,
    padding,
    featureGroupCount: groups,
    batchGroupCount: 1,
    preferredElementType: null,
  });
  const placed = batchGroupCount === 1 ? out : mergeAxis(splitAxis(out, 1, batchGroupCount), 1, 0);
  return convertElementType(placed, x.dtype, placed.weakType && placed.dtype === x.dtype);
}

/**
 * Cotangent of the weights: the input convolved with `ct` spread by the strides, features taken
 * for the batch and the batch for features.
 */
function weightCotangent(
  ct: NDArray,
  x: NDArray,
  params: ConvGeneralParams,
  w: ShapedArray,
): NDArray {
  const { featureGroupCount, batchGroupCount, windowStrides, rhsDilation } = params;
  if (ct.size === 0) return full(w.shape, 0, w.dtype);
  const padding = weightPadding(x.shape, w.shape, ct.shape, params);
  const out = bind2(convGeneralDilatedP, like(moveAxis(x, 1, 0), ct), moveAxis(ct, 1, 0), {
    ...params,
    windowStrides: rhsDilation,
    rhsDilation: windowStrides,
    padding,
    featureGroupCount: batchGroupCount,
    batchGroupCount: featureGroupCount,
    preferredElementType: null,
  });
  const placed = moveAxis(out, 1, 0);
  return convertElementType(placed, w.dtype, placed.weakType && placed.dtype === w.dtype);
}

/** An operand in the dtype of the cotangent, which is wider where one was preferred. */
function like(x: NDArray, ct: NDArray): NDArray {
  return x.dtype === ct.dtype ? x : convertElementType(x, ct.dtype);
}

function spatialAxes(x: NDArray): number[] {
  return x.shape.map((_, axis) => axis).slice(2);
}

const optionNames = [
  "windowStrides",
  "padding",
  "lhsDilation",
  "rhsDilation",
  "featureGroupCount",
  "batchGroupCount",
  "dimensionNumbers",
  "preferredElementType",
];

/**
 * Convolution (cross-correlation) of `x` with windows of weights `w`, over any number of spatial
 * axes.
 *
 * Shapes: in the default order `x` is [batch, features, ...spatial], `w` is [outputs,
 * features / featureGroupCount, ...window] and the result [batch / batchGroupCount, outputs,
 * ...results], with floor((padded - window) / stride) + 1 results along each axis, both extents
 * dilated. Padding may be negative. Group k of the features (or of the batch) makes group k of
 * the outputs; at most one of the counts may be above 1.
 * Dtype: as in `dotGeneral`.
 *
 * @throws ShapeError if extents, counts or lists do not fit; DTypeError if dtypes do not;
 * ArgumentError for an unknown option, padding or letter.
 * Source: XLA, operation semantics of Conv.
 */
export function convGeneralDilated(x: ArrayLike, w: ArrayLike, options: ConvOptions = {}): NDArray {
  const where = "lax.convGeneralDilated";
  checkOptions(where, options, optionNames);
  const [input, weights] = [asArray(x, where), asArray(w, where)];
  if (input.ndim !== weights.ndim || input.ndim < 2) {
    throw new ShapeError(
      `${where}: operands of one rank, at least 2, are required, got ${input.aval} and ${weights.aval}; add the batch or feature axis`,
    );
  }
  const specs = convDimensions(where, input.ndim, options.dimensionNumbers);
  const lhs = transpose(input, specs.lhsSpec);
  const rhs = transpose(weights, specs.rhsSpec);
  const count = input.ndim - 2;
  const windowStrides = perAxis(where, "windowStrides", options.windowStrides, count);
  const lhsDilation = perAxis(where, "lhsDilation", options.lhsDilation, count);
  const rhsDilation = perAxis(where, "rhsDilation", options.rhsDilation, count);
  const windows = rhs.shape.slice(2).map((extent, i) => dilated(extent, rhsDilation[i] as number)); // as many
  const padding = paddingPairs(
    where,
    options.padding ?? "VALID",
    lhs.shape.slice(2),
    windows,
    windowStrides,
  );
  const out = bind2(convGeneralDilatedP, lhs, rhs, {
    windowStrides,
    padding,
    lhsDilation,
    rhsDilation,
    featureGroupCount: options.featureGroupCount ?? 1,
    batchGroupCount: options.batchGroupCount ?? 1,
    preferredElementType: options.preferredElementType ?? null,
  });
  return transpose(out, invertPermutation(specs.outSpec));
}
