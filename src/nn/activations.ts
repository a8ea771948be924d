import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { bitwiseAnd, gt, lt, select } from "../lax/ops/compare.ts";
import { erfc } from "../lax/ops/special.ts";
import { logistic } from "../lax/ops/transcendental.ts";
import {
  add,
  divide,
  maximum,
  minimum,
  multiply,
  negative,
} from "../numpy/elementwise-arithmetic.ts";
import { greater, greaterEqual, less, lessEqual } from "../numpy/elementwise-comparison.ts";
import { abs, exp, expm1, log, log1p, sqrt, square, tanh } from "../numpy/elementwise-math.ts";
import { power } from "../numpy/elementwise-power.ts";
import { logaddexp } from "../numpy/log-sums.ts";
import { inexact, toArray } from "../numpy/promote.ts";
import { clip, whereOf as where } from "../numpy/selection.ts";
import { split } from "../numpy/splitting.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

export { tanh };

type Unary = CustomJvp<[NDArray], NDArray>;

const rectified: Unary = /* @__PURE__ */ customJvp((x: NDArray) => maximum(x, 0)).defJvps(
  (t, _, x) => select(gt(x, 0), t, fullLike(t, 0)),
);

const rectified6: Unary = /* @__PURE__ */ customJvp((x: NDArray) =>
  minimum(maximum(x, 0), 6),
).defJvps((t, _, x) => select(bitwiseAnd(gt(x, 0), lt(x, 6)), t, fullLike(t, 0)));

/** max(x, 0), element by element; its derivative at 0 is 0. */
export function relu(x: ArrayLike): NDArray {
  return rectified(toArray("nn.relu", x));
}

/** min(max(x, 0), 6); its derivative at 0 and at 6 is 0. */
export function relu6(x: ArrayLike): NDArray {
  return rectified6(toArray("nn.relu6", x));
}

/** 1 / (1 + exp(-x)), without overflow. Integers become float32. */
export function sigmoid(x: ArrayLike): NDArray {
  return logistic(inexact("nn.sigmoid", x));
}

/** log(sigmoid(x)), exact to the last digits where sigmoid rounds to 0 or 1. */
export function logSigmoid(x: ArrayLike): NDArray {
  return negative(softplus(negative(toArray("nn.logSigmoid", x))));
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: ArrayLike): NDArray {
  return logaddexp(toArray("nn.softplus", x), 0);
}

/** The quotient of x and 1 + |x|, element by element. */
export function softSign(x: ArrayLike): NDArray {
  const array = toArray("nn.softSign", x);
  return divide(array, add(abs(array), 1));
}

/** x sigmoid(x), also called swish. Source: Elfwing, Uchibe and Doya, 2017. */
export function silu(x: ArrayLike): NDArray {
  const array = inexact("nn.silu", x);
  return multiply(array, logistic(array));
}

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** Slope below 0; 0.01. */
  negativeSlope?: ArrayLike | undefined;
}

/** x where x is not negative, `negativeSlope` times x below. */
export function leakyRelu(x: ArrayLike, options: LeakyReluOptions = {}): NDArray {
  checkOptions("nn.leakyRelu", options, ["negativeSlope"]);
  return where(greaterEqual(x, 0), x, multiply(options.negativeSlope ?? 0.01, x));
}

/** Options of `elu` and `celu`. */
export interface AlphaOptions {
  /** Minus the limit at minus infinity; 1. */
  alpha?: ArrayLike | undefined;
}

/** x above 0, alpha (exp(x) - 1) below. Source: Clevert, Unterthiner and Hochreiter, 2015. */
export function elu(x: ArrayLike, options: AlphaOptions = {}): NDArray {
  checkOptions("nn.elu", options, ["alpha"]);
  const isAbove = greater(x, 0);
  // The inner choice keeps exp from overflowing where its result is not used.
  const below = multiply(options.alpha ?? 1, expm1(where(isAbove, 0, x)));
  return where(isAbove, x, below);
}

/** max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1). Source: Barron, 2017. */
export function celu(x: ArrayLike, options: AlphaOptions = {}): NDArray {
  checkOptions("nn.celu", options, ["alpha"]);
  const alpha = options.alpha ?? 1;
  return add(maximum(x, 0), multiply(alpha, expm1(divide(minimum(x, 0), alpha))));
}

/** Scaled `elu` that keeps mean and variance. Source: Klambauer et al., 2017. */
export function selu(x: ArrayLike): NDArray {
  return multiply(
    1.0507009873554804934193349852946,
    elu(toArray("nn.selu", x), { alpha: 1.6732632423543772848170429916717 }),
  );
}

/** Options of `gelu`. */
export interface GeluOptions {
  /** Whether to use the formula with tanh instead of erf; true. */
  approximate?: boolean | undefined;
}

/** x times the normal distribution function of x. Source: Hendrycks and Gimpel, 2016. */
export function gelu(x: ArrayLike, options: GeluOptions = {}): NDArray {
  checkOptions("nn.gelu", options, ["approximate"]);
  const array = inexact("nn.gelu", x);
  if (options.approximate === false) {
    const tail = erfc(multiply(negative(array), Math.sqrt(0.5)));
    return multiply(multiply(0.5, array), tail);
  }
  const cubic = add(array, multiply(0.044715, power(array, 3)));
  const cdf = multiply(0.5, add(1, tanh(multiply(Math.sqrt(2 / Math.PI), cubic))));
  return multiply(array, cdf);
}

/** Options of `glu`. */
export interface GluOptions {
  /** The axis that is halved; the last. */
  axis?: number | undefined;
}

/**
 * First half along an axis, times the sigmoid of the second half.
 *
 * @throws ShapeError if the extent of the axis is odd.
 */
export function glu(x: ArrayLike, options: GluOptions = {}): NDArray {
  checkOptions("nn.glu", options, ["axis"]);
  const [a, b] = split(x, 2, { axis: options.axis ?? -1 }) as [NDArray, NDArray]; // two sections
  return multiply(a, sigmoid(b));
}

/** x between -1 and 1, the nearer bound outside. */
export function hardTanh(x: ArrayLike): NDArray {
  const array = toArray("nn.hardTanh", x);
  return where(greater(array, 1), 1, where(less(array, -1), -1, array));
}

/** relu6(x + 3) / 6. */
export function hardSigmoid(x: ArrayLike): NDArray {
  return divide(relu6(add(toArray("nn.hardSigmoid", x), 3)), 6);
}

/** x hardSigmoid(x), also called hardSwish. Source: Howard et al., 2019. */
export function hardSilu(x: ArrayLike): NDArray {
  const array = toArray("nn.hardSilu", x);
  return multiply(array, hardSigmoid(array));
}

/** x tanh(softplus(x)). Source: Misra, 2019. */
export function mish(x: ArrayLike): NDArray {
  const array = toArray("nn.mish", x);
  return multiply(array, tanh(softplus(array)));
}

/** Options of `squareplus`. */
export interface SquareplusOptions {
  /** Width of the bend; 4. */
  b?: ArrayLike | undefined;
}

/** (x + sqrt(x^2 + b)) / 2. Source: Barron, 2021. */
export function squareplus(x: ArrayLike, options: SquareplusOptions = {}): NDArray {
  checkOptions("nn.squareplus", options, ["b"]);
  return divide(add(x, sqrt(add(square(x), options.b ?? 4))), 2);
}

/** 0 below -1, x above 1, (x + 1)^2 / 4 between. */
export function sparsePlus(x: ArrayLike): NDArray {
  const array = inexact("nn.sparsePlus", x);
  const bend = divide(power(add(array, 1), 2), 4);
  return where(lessEqual(array, -1), 0, where(greaterEqual(array, 1), array, bend));
}

/** The derivative of `sparsePlus`: 0 below -1, 1 above 1, a line between. */
export function sparseSigmoid(x: ArrayLike): NDArray {
  return multiply(0.5, clip(add(toArray("nn.sparseSigmoid", x), 1), 0, 2));
}

/** log(1 - exp(-x)) for positive x, exact to the last digits on both sides of log 2. */
export function log1mexp(x: ArrayLike): NDArray {
  const array = inexact("nn.log1mexp", x);
  const isSmall = less(array, Math.LN2);
  // Each formula sees an argument it is good for, so that its gradient is finite.
  const small = log(negative(expm1(negative(where(isSmall, array, 1)))));
  const large = log1p(negative(exp(negative(where(isSmall, 1, array)))));
  return where(isSmall, small, large);
}

/** The argument itself, as an array. */
export function identity(x: ArrayLike): NDArray {
  return toArray("nn.identity", x);
}
