import type { DType } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { reduceSum } from "../lax/ops/broadcast.ts";
import { le, lt, select } from "../lax/ops/compare.ts";
import { convertElementType, stopGradient } from "../lax/ops/convert.ts";
import { abs, sign } from "../lax/ops/extrema.ts";
import { integerPow, pow, square } from "../lax/ops/power.ts";
import { nextafter } from "../lax/ops/rounding.ts";
import { erf, erfInv } from "../lax/ops/special.ts";
import { exp, log, log1p, sqrt, tan } from "../lax/ops/transcendental.ts";
import { toArray } from "../numpy/promote.ts";
import { clip } from "../numpy/selection.ts";
import { rademacher } from "./bernoulli.ts";
import { between, type DrawOptions, floatDtype } from "./bits.ts";
import { drawShape, spreadTo } from "./draw-shape.ts";
import { splitInTwo as two } from "./key.ts";

/** Smallest positive normal number of a float dtype. */
const tiny: Readonly<Partial<Record<DType, number>>> = {
  float64: 2 ** -1022,
  float32: 2 ** -126,
  float16: 2 ** -14,
  bfloat16: 2 ** -126,
};
/** Distance from 1 to the next larger number. */
const epsilon: Readonly<Partial<Record<DType, number>>> = {
  float64: 2 ** -52,
  float32: 2 ** -23,
  float16: 2 ** -10,
  bfloat16: 2 ** -7,
};

/** A form of draw: shape and dtype, checked. */
interface Form {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly where: string;
}

function formOf(
  name: string,
  shape: readonly number[] | null | undefined,
  options: DrawOptions,
  ...params: readonly ArrayLike[]
): Form {
  const where = `random.${name}`;
  checkOptions(where, options, ["dtype"]);
  const arrays = params.map((x) => toArray(where, x));
  return {
    shape: drawShape(where, shape, arrays),
    dtype: floatDtype(options.dtype, where),
    where,
  };
}

/** A parameter in the dtype and shape of the draws. */
function parameter(x: ArrayLike, { shape, dtype, where }: Form): NDArray {
  return spreadTo(convertElementType(toArray(where, x), dtype), shape, where);
}

function uniformIn(k: NDArray, { shape, dtype, where }: Form, low = 0, high = 1): NDArray {
  return between(k, shape, dtype, low, high, where);
}

/** Standard normal floats: mean 0, variance 1. */
export function normal(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  return normalOf(k, formOf("normal", shape, options));
}

function normalOf(k: NDArray, form: Form): NDArray {
  // From the number above -1, so that the inverse error function stays finite.
  const low = -1 + (epsilon[form.dtype] ?? 0) / 2;
  return mul(erfInv(uniformIn(k, form, low, 1)), Math.SQRT2);
}

/** Standard normal floats between two bounds; the shape is that of the bounds by default. */
export function truncatedNormal(
  k: NDArray,
  lower: ArrayLike,
  upper: ArrayLike,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const form = formOf("truncatedNormal", shape, options, lower, upper);
  const low = parameter(lower, form);
  const high = parameter(upper, form);
  const bound = (x: NDArray): NDArray => erf(div(x, Math.SQRT2));
  const u = between(k, form.shape, form.dtype, bound(low), bound(high), form.where);
  const out = mul(erfInv(u), Math.SQRT2);
  return clip(
    out,
    nextafter(stopGradient(low), Number.POSITIVE_INFINITY),
    nextafter(stopGradient(high), Number.NEGATIVE_INFINITY),
  );
}

/** Exponentially distributed floats of rate 1. */
export function exponential(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  return neg(log1p(neg(uniformIn(k, formOf("exponential", shape, options)))));
}

/** Floats of the standard Gumbel distribution. */
export function gumbel(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const form = formOf("gumbel", shape, options);
  return neg(log(neg(log(uniformIn(k, form, tiny[form.dtype])))));
}

/** Floats of the standard Laplace distribution. */
export function laplace(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const form = formOf("laplace", shape, options);
  const u = uniformIn(k, form, -1 + (epsilon[form.dtype] ?? 0) / 2);
  return mul(sign(u), log1p(neg(abs(u))));
}

/** Floats of the standard logistic distribution. */
export function logistic(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const form = formOf("logistic", shape, options);
  const u = uniformIn(k, form, tiny[form.dtype]);
  return sub(log(u), log1p(neg(u)));
}

/** Floats of the standard Cauchy distribution. */
export function cauchy(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const form = formOf("cauchy", shape, options);
  const u = uniformIn(k, form, epsilon[form.dtype]);
  return tan(mul(sub(u, 0.5), Math.PI));
}

/** Exponentials of normal floats of standard deviation `sigma`. */
export function lognormal(
  k: NDArray,
  sigma: ArrayLike = 1,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const form = formOf("lognormal", shape, options, sigma);
  return exp(mul(normalOf(k, form), parameter(sigma, form)));
}

/** Floats of the Pareto distribution with exponent `b`: density b / x^(b+1) from 1 on. */
export function pareto(
  k: NDArray,
  b: ArrayLike,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const form = formOf("pareto", shape, options, b);
  return exp(div(exponential(k, form.shape, { dtype: form.dtype }), parameter(b, form)));
}

/** Floats of the Rayleigh distribution. */
export function rayleigh(
  k: NDArray,
  scale: ArrayLike,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const form = formOf("rayleigh", shape, options, scale);
  return mul(parameter(scale, form), sqrt(mul(log(uniformIn(k, form)), -2)));
}

/** Floats of the Weibull distribution. */
export function weibullMin(
  k: NDArray,
  scale: ArrayLike,
  concentration: ArrayLike,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const form = formOf("weibullMin", shape, options);
  const power = div(1, parameter(concentration, form));
  return mul(pow(neg(log1p(neg(uniformIn(k, form)))), power), parameter(scale, form));
}

/** Floats of the Maxwell distribution: lengths of normal vectors of three numbers. */
export function maxwell(
  k: NDArray,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const form = formOf("maxwell", shape, options);
  const vectors = normalOf(k, { ...form, shape: [...form.shape, 3] });
  return sqrt(reduceSum(square(vectors), [form.shape.length]));
}

/** Floats of the Maxwell distribution with random signs, scaled and moved. */
export function doubleSidedMaxwell(
  k: NDArray,
  loc: ArrayLike,
  scale: ArrayLike,
  shape: readonly number[] = [],
  options: DrawOptions = {},
): NDArray {
  const own = formOf("doubleSidedMaxwell", null, options, loc, scale);
  const form = { ...own, shape: [...shape, ...own.shape] };
  const [lengths, signs] = two(k);
  const { dtype } = form;
  const drawn = mul(
    rademacher(signs, form.shape, { dtype }),
    maxwell(lengths, form.shape, { dtype }),
  );
  return add(mul(drawn, parameter(scale, form)), parameter(loc, form));
}

/** Floats of the triangular distribution from `left` to `right` with its peak at `mode`. */
export function triangular(
  k: NDArray,
  left: ArrayLike,
  mode: ArrayLike,
  right: ArrayLike,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const form = formOf("triangular", shape, options, left, mode, right);
  const [a, c, b] = [parameter(left, form), parameter(mode, form), parameter(right, form)];
  const u = uniformIn(k, form);
  const width = sub(b, a);
  const rising = add(a, sqrt(mul(mul(u, width), sub(c, a))));
  const falling = sub(b, sqrt(mul(mul(sub(1, u), width), sub(b, c))));
  return select(lt(u, div(sub(c, a), width)), rising, falling);
}

/** Floats of the Wald (inverse Gaussian) distribution of a given mean and scale 1. */
export function wald(
  k: NDArray,
  mean: ArrayLike,
  shape?: readonly number[] | null,
  options: DrawOptions = {},
): NDArray {
  const form = formOf("wald", shape, options, mean);
  const [first, second] = two(k);
  const m = parameter(mean, form);
  const y = integerPow(normalOf(first, form), 2);
  const z = uniformIn(second, form);
  const squared = integerPow(m, 2);
  const root = sqrt(add(mul(mul(m, 4), y), mul(squared, integerPow(y, 2))));
  const x = sub(add(m, div(mul(squared, y), 2)), mul(div(m, 2), root));
  return select(le(z, div(m, add(m, x))), x, div(squared, x));
}
