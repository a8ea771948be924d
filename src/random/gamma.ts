import { checkDtype } from "../core/dtype.ts";
import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { broadcastInDim, fullLike, reduceSum } from "../lax/ops/broadcast.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs, max } from "../lax/ops/extrema.ts";
import { pow } from "../lax/ops/power.ts";
import { reduceMax } from "../lax/ops/reduce.ts";
import { randomGamma, randomPoisson } from "../lax/ops/sampling.ts";
import { exp, sqrt } from "../lax/ops/transcendental.ts";
import { toArray } from "../numpy/promote.ts";
import { reshape } from "../numpy/shape.ts";
import { rademacher } from "./bernoulli.ts";
import { type DrawOptions, floatDtype } from "./bits.ts";
import { exponential, normal } from "./continuous.ts";
import { drawShape, spreadTo } from "./draw-shape.ts";
import { hash, rawKey, splitInTwo } from "./key.ts";

type Shape = readonly number[];

/** A parameter and the shape of the draws: as given, or that of all parameters. */
function prepare(
  name: string,
  shape: Shape | null | undefined,
  params: readonly ArrayLike[],
  options: DrawOptions,
): {
  readonly shape: Shape;
  readonly dtype: ReturnType<typeof floatDtype>;
  readonly params: NDArray[];
} {
  const where = `random.${name}`;
  checkOptions(where, options, ["dtype"]);
  const dtype = floatDtype(options.dtype, where);
  const arrays = params.map((x) => convertElementType(toArray(where, x), dtype));
  const form = drawShape(where, shape, arrays);
  return { shape: form, dtype, params: arrays.map((x) => spreadTo(x, form, where)) };
}

function gammaOf(k: NDArray, alpha: NDArray, logSpace: boolean, where: string): NDArray {
  // A key of its own for each draw, numbered in row-major order.
  const [k0, k1] = hash(k, alpha.shape, where);
  return randomGamma(k0, k1, alpha, logSpace);
}

/**
 * Gamma draws with exponent `a` and rate 1; the shape is that of `a` by default.
 *
 * Gradients by `a` are those of the draws for fixed randomness.
 */
export function gamma(
  k: NDArray,
  a: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const { params } = prepare("gamma", shape, [a], options);
  return gammaOf(k, params[0] as NDArray, false, "random.gamma"); // one parameter
}

/** Logarithms of gamma draws, exact where the draws themselves underflow. */
export function loggamma(
  k: NDArray,
  a: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const { params } = prepare("loggamma", shape, [a], options);
  return gammaOf(k, params[0] as NDArray, true, "random.loggamma"); // one parameter
}

/** Beta draws with exponents `a` and `b`. */
export function beta(
  k: NDArray,
  a: ArrayLike,
  b: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const { params } = prepare("beta", shape, [a, b], options);
  const [keyA, keyB] = splitInTwo(k);
  const [x, y] = params as [NDArray, NDArray]; // two parameters
  const logA = gammaOf(keyA, x, true, "random.beta");
  const logB = gammaOf(keyB, y, true, "random.beta");
  const largest = max(logA, logB);
  const first = exp(sub(logA, largest));
  return div(first, add(first, exp(sub(logB, largest))));
}

/**
 * Dirichlet draws: vectors that sum to 1, with exponents along the last axis of `alpha`.
 *
 * @throws ShapeError if `alpha` has no axis.
 */
export function dirichlet(
  k: NDArray,
  alpha: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const exponents = toArray("random.dirichlet", alpha);
  const size = exponents.shape.at(-1);
  if (size === undefined) {
    throw new ShapeError(
      `random.dirichlet: at least one axis is required, got ${exponents.aval}; pass a vector`,
    );
  }
  const form = shape == null ? exponents.shape : [...shape, size];
  const logs = loggamma(k, exponents, form, options);
  const axis = logs.ndim - 1;
  const along = (x: NDArray): NDArray =>
    broadcastInDim(
      x,
      logs.shape,
      form.slice(0, -1).map((_, i) => i),
    );
  const shifted = exp(sub(logs, along(reduceMax(logs, [axis]))));
  return div(shifted, along(reduceSum(shifted, [axis])));
}

/** Chi-square draws with `df` degrees of freedom. */
export function chisquare(
  k: NDArray,
  df: ArrayLike,
  options: DrawOptions & { shape?: Shape | null | undefined } = {},
): NDArray {
  const { shape, ...rest } = options;
  const { params } = prepare("chisquare", shape, [df], rest);
  const half = div(params[0] as NDArray, 2); // one parameter
  return mul(exp(gammaOf(k, half, true, "random.chisquare")), 2);
}

/** Draws of Student's t distribution with `df` degrees of freedom. */
export function t(
  k: NDArray,
  df: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const { params, shape: form, dtype } = prepare("t", shape, [df], options);
  const [keyN, keyG] = splitInTwo(k);
  const half = div(params[0] as NDArray, 2); // one parameter
  const draw = gammaOf(keyG, half, false, "random.t");
  return mul(normal(keyN, form, { dtype }), sqrt(div(half, draw)));
}

/** Draws of the F distribution with `dfnum` and `dfden` degrees of freedom. */
export function f(
  k: NDArray,
  dfnum: ArrayLike,
  dfden: ArrayLike,
  options: DrawOptions & { shape?: Shape | null | undefined } = {},
): NDArray {
  const { shape, ...rest } = options;
  const { params, dtype } = prepare("f", shape, [dfnum, dfden], rest);
  const [keyDen, keyNum] = splitInTwo(k);
  const [num, den] = params as [NDArray, NDArray]; // two parameters
  return div(
    div(chisquare(keyNum, num, { dtype }), num),
    div(chisquare(keyDen, den, { dtype }), den),
  );
}

/** Draws with density proportional to exp(-|x|^p). */
export function generalizedNormal(
  k: NDArray,
  p: number,
  shape: Shape = [],
  options: DrawOptions = {},
): NDArray {
  const { shape: form, dtype } = prepare("generalizedNormal", shape, [1], options);
  const [keyG, keyR] = splitInTwo(k);
  const draw = gamma(keyG, 1 / p, form, { dtype });
  return mul(rademacher(keyR, form, { dtype }), pow(draw, fullLike(draw, 1 / p)));
}

/** Options of `ball`. */
export interface BallOptions extends DrawOptions {
  /** Which norm; 2. */
  p?: number | undefined;
  /** Shape of the draws, before the axis of the dimensions; `[]`. */
  shape?: Shape | undefined;
}

/** Points of the unit ball of the p-norm in `d` dimensions, along the last axis. */
export function ball(k: NDArray, d: number, options: BallOptions = {}): NDArray {
  checkOptions("random.ball", options, ["p", "shape", "dtype"]);
  const { p = 2, shape = [], dtype } = options;
  const [keyG, keyE] = splitInTwo(k);
  const points = generalizedNormal(keyG, p, [...shape, d], { dtype });
  const extra = exponential(keyE, shape, { dtype });
  const powers = pow(abs(points), fullLike(points, p));
  const total = add(reduceSum(powers, [shape.length]), extra);
  const length = pow(total, fullLike(total, 1 / p));
  return div(
    points,
    broadcastInDim(
      length,
      points.shape,
      shape.map((_, i) => i),
    ),
  );
}

/** Poisson draws of mean `lam`; int32 unless another integer dtype is given. */
export function poisson(
  k: NDArray,
  lam: ArrayLike,
  shape?: Shape | null,
  options: DrawOptions = {},
): NDArray {
  const where = "random.poisson";
  checkOptions(where, options, ["dtype"]);
  const rates = convertElementType(toArray(where, lam), "float32");
  const form = drawShape(where, shape, [rates]);
  const spread = (x: NDArray): NDArray => broadcastInDim(x, form, []);
  const [k0, k1] = rawKey(k, where);
  const size = form.reduce((a, b) => a * b, 1);
  const index = reshape(iota("uint32", [size], 0), form);
  const draws = randomPoisson(spread(k0), spread(k1), index, spreadTo(rates, form, where));
  return convertElementType(draws, checkDtype(options.dtype ?? "int32", where));
}
