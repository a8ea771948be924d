import { asArray } from "../../core/array.ts";
import type { DType } from "../../core/dtype.ts";
import { checkOptions } from "../../core/options.ts";
import { invertPermutation } from "../../core/shape.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastInDim } from "./broadcast.ts";
import { eq } from "./compare.ts";
import { iota } from "./constants.ts";
import { convGeneralDilated } from "./conv.ts";
import { type ConvDimensions, convDimensions } from "./conv-shapes.ts";
import { convertElementType } from "./convert.ts";
import { reshape, rev, transpose } from "./layout.ts";
import { dilated, type Padding, perAxis } from "./window-shapes.ts";

/** Options of `conv` and `convWithGeneralPadding`. */
export interface ConvFormOptions {
  /** Dtype of sums and result; that of the operands by default. */
  readonly preferredElementType?: DType | null | undefined;
}

/** Options of `convTranspose`. */
export interface ConvTransposeOptions extends ConvFormOptions {
  /** Steps between neighbours of the weights; 1 by default. */
  readonly rhsDilation?: readonly number[] | undefined;
  /** By default the features come last: N spatial... C, spatial... I O, N spatial... C. */
  readonly dimensionNumbers?: ConvDimensions | null | undefined;
  /** Whether to turn the weights around and exchange their features, as a gradient does. */
  readonly transposeKernel?: boolean | undefined;
}

/** Options of `convGeneralDilatedPatches`. */
export interface ConvPatchesOptions extends ConvFormOptions {
  readonly lhsDilation?: readonly number[] | undefined;
  readonly rhsDilation?: readonly number[] | undefined;
  readonly dimensionNumbers?: ConvDimensions | null | undefined;
}

/**
 * Convolution of [batch, features, ...spatial] with [outputs, features, ...window].
 *
 * @throws ShapeError if extents or lists do not fit.
 */
export function conv(
  x: ArrayLike,
  w: ArrayLike,
  windowStrides: readonly number[],
  padding: Padding,
  options: ConvFormOptions = {},
): NDArray {
  checkOptions("lax.conv", options, ["preferredElementType"]);
  return convGeneralDilated(x, w, { ...options, windowStrides, padding });
}

/**
 * Convolution of [batch, features, ...spatial] with [outputs, features, ...window], both dilated.
 *
 * @throws ShapeError if extents or lists do not fit.
 */
export function convWithGeneralPadding(
  x: ArrayLike,
  w: ArrayLike,
  windowStrides: readonly number[],
  padding: Padding,
  lhsDilation?: readonly number[] | undefined,
  rhsDilation?: readonly number[] | undefined,
  options: ConvFormOptions = {},
): NDArray {
  checkOptions("lax.convWithGeneralPadding", options, ["preferredElementType"]);
  return convGeneralDilated(x, w, { ...options, windowStrides, padding, lhsDilation, rhsDilation });
}

/**
 * Convolution with the input spread by `strides`: "SAME" gives `stride` results for each element,
 * "VALID" all that a window touches. Pairs of padding are those of the spread input.
 *
 * @throws ShapeError if extents or lists do not fit.
 */
export function convTranspose(
  x: ArrayLike,
  w: ArrayLike,
  strides: readonly number[],
  padding: Padding,
  options: ConvTransposeOptions = {},
): NDArray {
  const where = "lax.convTranspose";
  const names = ["rhsDilation", "dimensionNumbers", "transposeKernel", "preferredElementType"];
  checkOptions(where, options, names);
  const weights = asArray(w, where);
  const { ndim } = weights;
  const count = Math.max(0, ndim - 2);
  const dimensions = convDimensions(where, ndim, options.dimensionNumbers ?? featuresLast(count));
  const [outputs = 0, inputs = 0, ...spatial] = dimensions.rhsSpec;
  const rhsDilation = perAxis(where, "rhsDilation", options.rhsDilation, count);
  const steps = perAxis(where, "strides", strides, count);
  const name = typeof padding === "string" ? padding.toUpperCase() : null;
  const pads: Padding =
    name === "SAME" || name === "VALID"
      ? spatial.map((axis, i) => {
          // Lists have one entry for each spatial axis of the weights.
          const window = dilated(weights.shape[axis] as number, rhsDilation[i] as number);
          return transposedPadding(window, steps[i] as number, name);
        })
      : padding;
  const exchange = weights.shape.map((_, axis) => axis);
  exchange[outputs] = inputs;
  exchange[inputs] = outputs;
  const { transposeKernel = false, preferredElementType } = options;
  return convGeneralDilated(
    x,
    transposeKernel ? transpose(rev(weights, spatial), exchange) : weights,
    {
      padding: pads,
      lhsDilation: steps,
      rhsDilation,
      dimensionNumbers: dimensions,
      preferredElementType,
    },
  );
}

function featuresLast(count: number): ConvDimensions {
  const spatial = Array.from({ length: count }, (_, i) => i);
  const shifted = spatial.map((i) => i + 1);
  return {
    lhsSpec: [0, count + 1, ...shifted],
    rhsSpec: [count + 1, count, ...spatial],
    outSpec: [0, count + 1, ...shifted],
  };
}

/** Padding of the spread input that undoes a convolution with this window and stride. */
function transposedPadding(
  window: number,
  stride: number,
  name: "SAME" | "VALID",
): readonly [number, number] {
  const total = window + stride - 2 + (name === "VALID" ? Math.max(window - stride, 0) : 0);
  const whole = name === "VALID" || stride > window - 1;
  const before = whole ? window - 1 : Math.ceil(total / 2);
  return [before, total - before];
}

/**
 * The elements of every window along the feature axis, feature by feature, each window in
 * row-major order.
 *
 * Shapes: as of a convolution with weights of `filterShape` and features * size(filterShape)
 * outputs; in the weights' part of `dimensionNumbers` only the order of the spatial axes counts.
 *
 * @throws ShapeError if extents or lists do not fit.
 */
export function convGeneralDilatedPatches(
  x: ArrayLike,
  filterShape: readonly number[],
  windowStrides: readonly number[],
  padding: Padding,
  options: ConvPatchesOptions = {},
): NDArray {
  const where = "lax.convGeneralDilatedPatches";
  checkOptions(where, options, [
    "lhsDilation",
    "rhsDilation",
    "dimensionNumbers",
    "preferredElementType",
  ]);
  const input = asArray(x, where);
  const dimensions = convDimensions(where, input.ndim, options.dimensionNumbers);
  const features = input.shape[dimensions.lhsSpec[1] ?? 0] ?? 1;
  const size = filterShape.reduce((product, extent) => product * extent, 1);
  // Output k of each feature picks element k of the window.
  const same = eq(iota("int32", [size, size], 0), iota("int32", [size, size], 1));
  const pick = reshape(convertElementType(same, input.dtype), [1, size, 1, ...filterShape]);
  const all = [features, size, 1, ...filterShape];
  const weights = reshape(
    broadcastInDim(
      pick,
      all,
      all.map((_, axis) => axis),
    ),
    [features * size, 1, ...filterShape],
  );
  return convGeneralDilated(input, transpose(weights, invertPermutation(dimensions.rhsSpec)), {
    ...options,
    windowStrides,
    padding,
    dimensionNumbers: dimensions,
    featureGroupCount: features,
  });
}
