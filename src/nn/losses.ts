import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import {
  add,
  divide,
  maximum,
  minimum,
  multiply,
  negative,
  subtract,
} from "../numpy/elementwise-arithmetic.ts";
import { equal } from "../numpy/elementwise-comparison.ts";
import { abs, exp, log, sqrt, square } from "../numpy/elementwise-math.ts";
import { logaddexp } from "../numpy/log-sums.ts";
import { inexact, toArray } from "../numpy/promote.ts";
import { sum } from "../numpy/reductions.ts";
import { clip, whereOf } from "../numpy/selection.ts";
import { expandDims, squeeze } from "../numpy/shape.ts";
import { takeAlongAxis } from "../numpy/take.ts";
import { logSigmoid } from "./activations.ts";
import { logSoftmax } from "./normalization.ts";

// Losses are elementwise, or over the last axis where they compare distributions; take a mean or
// a sum of them to train. Definitions are those of Optax.

/** Square of the difference of predictions and targets; targets are 0 if not given. */
export function squaredError(predictions: ArrayLike, targets: ArrayLike = 0): NDArray {
  return square(subtract(inexact("nn.squaredError", predictions), targets));
}

/** Half of `squaredError`. */
export function l2Loss(predictions: ArrayLike, targets: ArrayLike = 0): NDArray {
  return multiply(0.5, squaredError(toArray("nn.l2Loss", predictions), targets));
}

/** Size of the difference of predictions and targets. */
export function absoluteError(predictions: ArrayLike, targets: ArrayLike = 0): NDArray {
  return abs(subtract(inexact("nn.absoluteError", predictions), targets));
}

/** Options of `huberLoss`. */
export interface HuberOptions {
  /** Size of the error from which on the loss grows linearly; 1. */
  delta?: number | undefined;
}

/** Half the square of errors up to `delta`, linear beyond. Source: Huber, 1964. */
export function huberLoss(
  predictions: ArrayLike,
  targets: ArrayLike = 0,
  options: HuberOptions = {},
): NDArray {
  checkOptions("nn.huberLoss", options, ["delta"]);
  const { delta = 1 } = options;
  const error = absoluteError(predictions, targets);
  const quadratic = minimum(error, delta);
  return add(multiply(0.5, square(quadratic)), multiply(delta, subtract(error, quadratic)));
}

/** Logarithm of the hyperbolic cosine of the error, without overflow. */
export function logCosh(predictions: ArrayLike, targets: ArrayLike = 0): NDArray {
  const error = subtract(inexact("nn.logCosh", predictions), targets);
  return subtract(logaddexp(error, negative(error)), Math.LN2);
}

/** max(0, 1 - prediction * target), for targets -1 and 1. */
export function hingeLoss(predictions: ArrayLike, targets: ArrayLike): NDArray {
  return maximum(0, subtract(1, multiply(toArray("nn.hingeLoss", predictions), targets)));
}

/**
 * Cross entropy of independent yes-or-no labels (0 to 1) and logits, without overflow.
 */
export function sigmoidBinaryCrossEntropy(logits: ArrayLike, labels: ArrayLike): NDArray {
  const x = inexact("nn.sigmoidBinaryCrossEntropy", logits);
  const yes = logSigmoid(x);
  const no = logSigmoid(negative(x));
  return negative(add(multiply(labels, yes), multiply(subtract(1, labels), no)));
}

/** Options of losses over classes. */
export interface ClassLossOptions {
  /** Axis of the classes; the last. */
  axis?: number | undefined;
}

/**
 * Cross entropy of soft labels, which sum to 1 along the classes, and logits.
 *
 * Shapes: those of the logits without the axis of the classes. A label of 0 contributes nothing,
 * even where its logit is minus infinity.
 */
export function softmaxCrossEntropy(
  logits: ArrayLike,
  labels: ArrayLike,
  options: ClassLossOptions = {},
): NDArray {
  checkOptions("nn.softmaxCrossEntropy", options, ["axis"]);
  const { axis = -1 } = options;
  const terms = multiply(labels, logSoftmax(logits, { axis }));
  return negative(sum(whereOf(equal(labels, 0), 0, terms), { axis }));
}

/**
 * Cross entropy of integer labels and logits.
 *
 * Shapes: labels have the shape of the logits without the axis of the classes, and so has the
 * result. A label outside the classes gives NaN.
 *
 * @throws ShapeError if the labels do not have one axis less than the logits.
 */
export function softmaxCrossEntropyWithIntegerLabels(
  logits: ArrayLike,
  labels: ArrayLike,
  options: ClassLossOptions = {},
): NDArray {
  const where = "nn.softmaxCrossEntropyWithIntegerLabels";
  checkOptions(where, options, ["axis"]);
  const { axis = -1 } = options;
  const scores = logSoftmax(logits, { axis });
  const classes = toArray(where, labels);
  if (classes.ndim !== scores.ndim - 1) {
    throw new ShapeError(
      `${where}: labels must have one axis less than the logits, got ${classes.aval} and ${scores.aval}; use softmaxCrossEntropy for soft labels`,
    );
  }
  const chosen = takeAlongAxis(scores, expandDims(classes, axis), { axis });
  return negative(squeeze(chosen, { axis }));
}

/**
 * Kullback-Leibler divergence of targets, which are probabilities, from predictions, which are
 * their logarithms: the sum of t (log t - p) over the last axis.
 */
export function klDivergence(logPredictions: ArrayLike, targets: ArrayLike): NDArray {
  const t = inexact("nn.klDivergence", targets);
  const isZero = equal(t, 0);
  const logs = log(whereOf(isZero, 1, t));
  return sum(multiply(t, subtract(whereOf(isZero, 0, logs), logPredictions)), { axis: -1 });
}

/** As `klDivergence`, of targets that are logarithms of probabilities too. */
export function klDivergenceWithLogTargets(
  logPredictions: ArrayLike,
  logTargets: ArrayLike,
): NDArray {
  const wanted = toArray("nn.klDivergenceWithLogTargets", logTargets);
  return sum(multiply(exp(wanted), subtract(wanted, logPredictions)), { axis: -1 });
}

/** Options of cosine similarity and distance. */
export interface CosineOptions {
  /** Smallest length that a vector counts as having; 0. */
  epsilon?: number | undefined;
}

/** Cosine of the angle between vectors along the last axis. */
export function cosineSimilarity(
  predictions: ArrayLike,
  targets: ArrayLike,
  options: CosineOptions = {},
): NDArray {
  checkOptions("nn.cosineSimilarity", options, ["epsilon"]);
  const { epsilon = 0 } = options;
  const unit = (x: ArrayLike): NDArray => {
    const array = inexact("nn.cosineSimilarity", x);
    const length = sqrt(sum(square(array), { axis: -1, keepdims: true }));
    return divide(array, clip(length, epsilon, null));
  };
  return sum(multiply(unit(predictions), unit(targets)), { axis: -1 });
}

/** 1 less `cosineSimilarity`. */
export function cosineDistance(
  predictions: ArrayLike,
  targets: ArrayLike,
  options: CosineOptions = {},
): NDArray {
  return subtract(1, cosineSimilarity(predictions, targets, options));
}
