import type { ShapedArray } from "../../core/aval.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import type { ConvParams } from "../../core/routines.ts";
import { isPermutation } from "../../core/shape.ts";
import { dilated, windowCount } from "./window-shapes.ts";

/** Axes of an operand: batch and feature (for weights: output and input), then the spatial ones. */
export type AxisOrder = readonly number[];

/** Where the axes of input, weights and output of a convolution are. */
export interface ConvDimensionNumbers {
  readonly lhsSpec: AxisOrder;
  readonly rhsSpec: AxisOrder;
  readonly outSpec: AxisOrder;
}

/**
 * The same as a user writes it: lists of axes, or strings with a letter for each axis in order,
 * `["NHWC", "HWIO", "NHWC"]`: N batch, C feature, O and I output and input features of the
 * weights, any others spatial.
 */
export type ConvDimensions =
  | ConvDimensionNumbers
  | readonly [lhs: string, rhs: string, out: string];

/**
 * Places of the axes of operands of `ndim` axes; spatial axes are in the order of the weights'.
 *
 * @throws ArgumentError if a string does not have one letter for each axis, or the letters of the
 * spatial axes differ; ShapeError if a list is not a permutation.
 */
export function convDimensions(
  where: string,
  ndim: number,
  dimensions: ConvDimensions | null | undefined,
): ConvDimensionNumbers {
  if (dimensions === null || dimensions === undefined) {
    const order = Array.from({ length: ndim }, (_, i) => i);
    return { lhsSpec: order, rhsSpec: order, outSpec: order };
  }
  if ("lhsSpec" in dimensions) {
    for (const spec of [dimensions.lhsSpec, dimensions.rhsSpec, dimensions.outSpec]) {
      if (isPermutation(spec, ndim)) continue;
      throw new ShapeError(
        `${where}: dimensionNumbers must name each of ${ndim} axes once, got [${spec}]; batch and feature first, then the spatial axes`,
      );
    }
    return dimensions;
  }
  const [lhs, rhs, out] = dimensions;
  const spatial = [...rhs].filter((letter) => letter !== "O" && letter !== "I");
  return {
    lhsSpec: orderOf(where, lhs, ["N", "C", ...spatial], ndim),
    rhsSpec: orderOf(where, rhs, ["O", "I", ...spatial], ndim),
    outSpec: orderOf(where, out, ["N", "C", ...spatial], ndim),
  };
}

function orderOf(where: string, text: string, letters: readonly string[], ndim: number): AxisOrder {
  const order = letters.map((letter) => text.indexOf(letter));
  if (text.length === ndim && isPermutation(order, ndim)) return order;
  throw new ArgumentError(
    `${where}: dimensionNumbers must have one letter for each of ${ndim} axes, ${letters.join(", ")} in some order, got ${JSON.stringify(text)}; for images write ["NCHW", "OIHW", "NCHW"] or ["NHWC", "HWIO", "NHWC"]`,
  );
}

/**
 * Shape of a convolution of N C spatial... with O I spatial..., in the order N O spatial....
 *
 * @throws ShapeError if ranks, features, groups or lists do not fit.
 */
export function convShape(x: ShapedArray, w: ShapedArray, params: ConvParams): number[] {
  const { featureGroupCount, batchGroupCount } = params;
  checkRanks(x, w, params);
  // Both have at least two axes, and all lists one entry for each spatial axis.
  const [batch, features] = x.shape as readonly [number, number];
  const [outputs, inputs] = w.shape as readonly [number, number];
  checkGroups(featureGroupCount, batchGroupCount);
  if (features !== inputs * featureGroupCount) {
    throw new ShapeError(
      `lax.convGeneralDilated: the input must have the weights' input features times featureGroupCount, got ${features} and ${inputs} times ${featureGroupCount} for ${x} and ${w} (batch and features, outputs and inputs first); check dimensionNumbers`,
    );
  }
  if (
    outputs % Math.max(featureGroupCount, batchGroupCount) !== 0 ||
    batch % batchGroupCount !== 0
  ) {
    throw new ShapeError(
      `lax.convGeneralDilated: group counts must divide the output features, and batchGroupCount the batch, got ${outputs} outputs and a batch of ${batch} with featureGroupCount ${featureGroupCount} and batchGroupCount ${batchGroupCount}; choose divisors`,
    );
  }
  const spatial = params.padding.map(([low, high], i) => {
    const base = dilated(x.shape[i + 2] as number, params.lhsDilation[i] as number);
    const window = dilated(w.shape[i + 2] as number, params.rhsDilation[i] as number);
    return windowCount(base + low + high, window, params.windowStrides[i] as number);
  });
  return [batch / batchGroupCount, outputs, ...spatial];
}

function checkGroups(featureGroupCount: number, batchGroupCount: number): void {
  const counts = [featureGroupCount, batchGroupCount];
  if (counts.every((n) => Number.isSafeInteger(n) && n >= 1) && counts.includes(1)) return;
  throw new ArgumentError(
    `lax.convGeneralDilated: group counts must be integers from 1, one of them 1, got featureGroupCount ${featureGroupCount} and batchGroupCount ${batchGroupCount}; leave one out`,
  );
}

function checkRanks(x: ShapedArray, w: ShapedArray, params: ConvParams): void {
  if (x.ndim !== w.ndim || x.ndim < 2) {
    throw new ShapeError(
      `lax.convGeneralDilated: operands of one rank, at least 2, are required, got ${x} and ${w}; add the batch or feature axis`,
    );
  }
  const lists = [params.windowStrides, params.padding, params.lhsDilation, params.rhsDilation];
  if (lists.some((list) => list.length !== x.ndim - 2)) {
    throw new ShapeError(
      `lax.convGeneralDilated: strides, padding and dilations must have one entry for each of ${x.ndim - 2} spatial axes, got ${lists.map((list) => list.length).join(", ")}; leave out batch and features`,
    );
  }
}

/** Padding of the convolution that gives the cotangent of the input. */
export function inputPadding(
  x: readonly number[],
  w: readonly number[],
  out: readonly number[],
  params: ConvParams,
): readonly (readonly [number, number])[] {
  // Lists have one entry for each spatial axis, from axis 2 on.
  return params.padding.map(([low], i) => {
    const base = dilated(x[i + 2] as number, params.lhsDilation[i] as number);
    const window = dilated(w[i + 2] as number, params.rhsDilation[i] as number);
    const spread = dilated(out[i + 2] as number, params.windowStrides[i] as number);
    const before = window - low - 1;
    return [before, base + window - 1 - spread - before] as const;
  });
}

/** Padding of the convolution that gives the cotangent of the weights. */
export function weightPadding(
  x: readonly number[],
  w: readonly number[],
  out: readonly number[],
  params: ConvParams,
): readonly (readonly [number, number])[] {
  // As in inputPadding.
  return params.padding.map(([low], i) => {
    const base = dilated(x[i + 2] as number, params.lhsDilation[i] as number);
    const window = dilated(w[i + 2] as number, params.rhsDilation[i] as number);
    const spread = dilated(out[i + 2] as number, params.windowStrides[i] as number);
    return [low, spread - base + window - low - 1] as const;
  });
}
