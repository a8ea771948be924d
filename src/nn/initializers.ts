import type { DType } from "../core/dtype.ts";
import { ArgumentError, ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { normalizeAxes } from "../core/shape.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { IndexUpdate } from "../numpy/at.ts";
import { full as filled } from "../numpy/creation.ts";
import { multiply } from "../numpy/elementwise-arithmetic.ts";
import { moveaxis, reshape } from "../numpy/shape.ts";
import { uniform as drawUniform } from "../random/bits.ts";
import { normal as drawNormal, truncatedNormal as drawTruncated } from "../random/continuous.ts";
import { orthogonal as drawOrthogonal } from "../random/matrices.ts";

/** A function that draws the initial value of a parameter. */
export type Initializer = (key: NDArray, shape: readonly number[], dtype?: DType) => NDArray;

/** Which axes of a weight are inputs, outputs, or neither (batches). */
export interface FanOptions {
  /** Axis or axes of the inputs; -2. */
  inAxis?: number | readonly number[] | undefined;
  /** Axis or axes of the outputs; -1. */
  outAxis?: number | readonly number[] | undefined;
  /** Axis or axes along which weights are drawn independently; none. */
  batchAxis?: number | readonly number[] | undefined;
  /** Dtype where the call gives none; float32. */
  dtype?: DType | undefined;
}

const fanNames = ["inAxis", "outAxis", "batchAxis", "dtype"];

/** What counts as the size of a layer. */
export type FanMode = "fan_in" | "fan_out" | "fan_avg" | "fan_geo_avg";

/** What the weights are drawn from. */
export type Distribution = "truncated_normal" | "normal" | "uniform";

/** Zeros, whatever the key. */
export function zeros(_key: NDArray, shape: readonly number[], dtype: DType = "float32"): NDArray {
  return filled(shape, 0, { dtype });
}

/** Ones, whatever the key. */
export function ones(_key: NDArray, shape: readonly number[], dtype: DType = "float32"): NDArray {
  return filled(shape, 1, { dtype });
}

/** An initializer that gives one value everywhere. */
export function constant(value: ArrayLike, dtype: DType = "float32"): Initializer {
  return (_key, shape, own = dtype) => filled(shape, value, { dtype: own });
}

/** An initializer that draws uniformly from 0 up to `scale`. */
export function uniform(scale: ArrayLike = 0.01, dtype: DType = "float32"): Initializer {
  return (key, shape, own = dtype) => multiply(drawUniform(key, shape, { dtype: own }), scale);
}

/** An initializer that draws normally with standard deviation `stddev`. */
export function normal(stddev: ArrayLike = 0.01, dtype: DType = "float32"): Initializer {
  return (key, shape, own = dtype) => multiply(drawNormal(key, shape, { dtype: own }), stddev);
}

/** Standard deviation of a standard normal number cut off at -2 and 2. */
const truncatedDeviation = 0.87962566103423978;

/** Bounds of `truncatedNormal`, in standard deviations before the cut. */
export interface TruncatedNormalOptions {
  dtype?: DType | undefined;
  /** -2. */
  lower?: number | undefined;
  /** 2. */
  upper?: number | undefined;
}

/** An initializer that draws normally, cut off at bounds, with standard deviation `stddev` before the cut. */
export function truncatedNormal(
  stddev: ArrayLike = 0.01,
  options: TruncatedNormalOptions = {},
): Initializer {
  checkOptions("nn.initializers.truncatedNormal", options, ["dtype", "lower", "upper"]);
  const { dtype = "float32", lower = -2, upper = 2 } = options;
  return (key, shape, own = dtype) =>
    multiply(drawTruncated(key, lower, upper, shape, { dtype: own }), stddev);
}

/**
 * An initializer whose variance is `scale` over the size of the layer, as `mode` counts it.
 *
 * Axes that are neither inputs, outputs nor batches belong to the receptive field.
 *
 * @throws ArgumentError for an unknown mode or distribution.
 */
export function varianceScaling(
  scale: number,
  mode: FanMode,
  distribution: Distribution,
  options: FanOptions = {},
): Initializer {
  const where = "nn.initializers.varianceScaling";
  checkOptions(where, options, fanNames);
  const { dtype = "float32" } = options;
  return (key, shape, own = dtype) => {
    const variance = scale / fanOf(shape, mode, options, where);
    switch (distribution) {
      case "truncated_normal": {
        const stddev = Math.sqrt(variance) / truncatedDeviation;
        return multiply(drawTruncated(key, -2, 2, shape, { dtype: own }), stddev);
      }
      case "normal":
        return multiply(drawNormal(key, shape, { dtype: own }), Math.sqrt(variance));
      case "uniform": {
        const drawn = drawUniform(key, shape, { dtype: own, minval: -1 });
        return multiply(drawn, Math.sqrt(3 * variance));
      }
      default:
        distribution satisfies never;
        throw new ArgumentError(
          `${where}: distribution must be truncated_normal, normal or uniform, got ${String(distribution)}; choose one`,
        );
    }
  };
}

/** Size of a layer. @throws ShapeError for a weight of fewer than two axes. */
function fanOf(
  shape: readonly number[],
  mode: FanMode,
  { inAxis = -2, outAxis = -1, batchAxis = [] }: FanOptions,
  where: string,
): number {
  if (shape.length <= 1) {
    throw new ShapeError(
      `${where}: a weight of at least two axes is required, got shape [${shape}]; use normal or uniform`,
    );
  }
  const product = (axes: readonly number[]): number =>
    axes.reduce((n, axis) => n * (shape[axis] ?? 1), 1);
  const [ins, outs, batches] = [inAxis, outAxis, batchAxis].map((axes) =>
    product(normalizeAxes(axes, shape.length, where)),
  ) as [number, number, number]; // three in, three out
  const field = product(shape.map((_, i) => i)) / ins / outs / batches;
  const fanIn = ins * field;
  const fanOut = outs * field;
  switch (mode) {
    case "fan_in":
      return fanIn;
    case "fan_out":
      return fanOut;
    case "fan_avg":
      return (fanIn + fanOut) / 2;
    case "fan_geo_avg":
      return Math.sqrt(fanIn * fanOut);
    default:
      mode satisfies never;
      throw new ArgumentError(
        `${where}: mode must be fan_in, fan_out, fan_avg or fan_geo_avg, got ${String(mode)}; choose one`,
      );
  }
}

/** Uniform weights of variance 1 over the mean of inputs and outputs. Source: Glorot and Bengio, 2010. */
export function glorotUniform(options: FanOptions = {}): Initializer {
  return varianceScaling(1, "fan_avg", "uniform", options);
}

/** Normal weights (cut off) of variance 1 over the mean of inputs and outputs. */
export function glorotNormal(options: FanOptions = {}): Initializer {
  return varianceScaling(1, "fan_avg", "truncated_normal", options);
}

/** Uniform weights of variance 1 over the inputs. Source: LeCun et al., 1998. */
export function lecunUniform(options: FanOptions = {}): Initializer {
  return varianceScaling(1, "fan_in", "uniform", options);
}

/** Normal weights (cut off) of variance 1 over the inputs. */
export function lecunNormal(options: FanOptions = {}): Initializer {
  return varianceScaling(1, "fan_in", "truncated_normal", options);
}

/** Uniform weights of variance 2 over the inputs. Source: He et al., 2015. */
export function heUniform(options: FanOptions = {}): Initializer {
  return varianceScaling(2, "fan_in", "uniform", options);
}

/** Normal weights (cut off) of variance 2 over the inputs. */
export function heNormal(options: FanOptions = {}): Initializer {
  return varianceScaling(2, "fan_in", "truncated_normal", options);
}

/** Options of `orthogonal`. */
export interface OrthogonalOptions {
  /** Axis of the outputs; the last. */
  columnAxis?: number | undefined;
  dtype?: DType | undefined;
}

/**
 * An initializer of matrices with orthonormal rows or columns, whichever are fewer, times `scale`.
 *
 * All axes but `columnAxis` count as rows. Source: Saxe, McClelland and Ganguli, 2014.
 */
export function orthogonal(scale = 1, options: OrthogonalOptions = {}): Initializer {
  const where = "nn.initializers.orthogonal";
  checkOptions(where, options, ["columnAxis", "dtype"]);
  const { columnAxis = -1, dtype = "float32" } = options;
  return (key, shape, own = dtype) => {
    if (shape.length < 2) {
      throw new ShapeError(
        `${where}: a weight of at least two axes is required, got shape [${shape}]; use normal`,
      );
    }
    const [axis = 0] = normalizeAxes(columnAxis, shape.length, where);
    const columns = shape[axis] ?? 1;
    if (shape.includes(0)) return filled(shape, 0, { dtype: own });
    const rows = shape.reduce((a, b) => a * b, 1) / columns;
    const matrix = drawOrthogonal(key, rows, [], { dtype: own, m: columns });
    const spread = reshape(matrix, [...shape.toSpliced(axis, 1), columns]);
    return multiply(moveaxis(spread, -1, axis), scale);
  };
}

/**
 * An initializer of convolution kernels `[...spatial, in, out]` that are `orthogonal` in the middle
 * and zero elsewhere. Source: Xiao et al., 2018.
 *
 * @throws ShapeError unless there are one to three spatial axes and no more inputs than outputs.
 */
export function deltaOrthogonal(scale = 1, options: OrthogonalOptions = {}): Initializer {
  const where = "nn.initializers.deltaOrthogonal";
  const inner = orthogonal(scale, options);
  return (key, shape, own) => {
    const [ins = 0, outs = 0] = shape.slice(-2);
    if (shape.length < 3 || shape.length > 5 || outs < ins) {
      throw new ShapeError(
        `${where}: a kernel [...spatial, in, out] of one to three spatial axes with in up to out is required, got shape [${shape}]; reorder its axes`,
      );
    }
    const matrix = inner(key, [ins, outs], own);
    const middle = shape.slice(0, -2).map((extent) => Math.floor((extent - 1) / 2));
    return new IndexUpdate(filled(shape, 0, { dtype: matrix.dtype }), middle).set(matrix);
  };
}
