import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { bitwiseOr, eq, ge, gt, le, lt, ne, select } from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "../lax/ops/extrema.ts";
import { square } from "../lax/ops/power.ts";
import { digamma, lgamma } from "../lax/ops/special.ts";
import { exp, log } from "../lax/ops/transcendental.ts";
import { eulerGamma } from "../numpy/constants.ts";
import { inexact, pairInexact } from "../numpy/promote.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";

/** A function of float32 and float64, at narrower floats by way of float32. */
function widened<Args extends NDArray[]>(
  f: (...args: Args) => NDArray,
): (...args: Args) => NDArray {
  return (...args) => {
    const { dtype } = args[0] as NDArray; // there is one
    if (dtype === "float32" || dtype === "float64") return f(...args);
    const wide = args.map((x) => convertElementType(x, "float32")) as Args; // as many
    return convertElementType(f(...wide), dtype);
  };
}

/**
 * The sum of c(k) x^k over k from 0 below `count`, for |x| up to `scale`, with coefficients that
 * would underflow by themselves.
 */
function powerSeries(
  x: NDArray,
  scale: number,
  count: number,
  coefficient: (k: number) => number,
): NDArray {
  const y = div(x, scale);
  let sum = fullLike(x, 0);
  for (let k = count - 1; k >= 0; k--) sum = add(mul(sum, y), coefficient(k) * scale ** k);
  return sum;
}

/** 1 / k!, or the like for other starts: the product of 1 / i over i from 1 to k. */
function inverseFactorial(k: number): number {
  let product = 1;
  for (let i = 2; i <= k; i++) product /= i;
  return product;
}

/** Ei for positive x: a power series, from `far` on the asymptotic one. */
function expiPositive(x: NDArray): NDArray {
  const isWide = x.dtype === "float64";
  const far = isWide ? 40 : 20;
  const isFar = gt(x, far);
  const near = select(isFar, fullLike(x, 1), x);
  const series = powerSeries(near, far, isWide ? 150 : 75, (k) =>
    k === 0 ? 0 : inverseFactorial(k) / k,
  );
  const sum = add(add(log(near), eulerGamma), series);
  const inverse = div(1, select(isFar, x, fullLike(x, far)));
  let tail = fullLike(x, 1);
  for (let k = isWide ? 38 : 18; k > 0; k--) tail = add(mul(mul(tail, inverse), k), 1);
  const infinity = fullLike(x, Number.POSITIVE_INFINITY);
  const value = select(isFar, mul(mul(exp(x), inverse), tail), sum);
  return select(eq(x, infinity), infinity, value);
}

/** E_n for n and x of one float dtype; see `expn`. */
function expnValue(n: NDArray, x: NDArray): NDArray {
  const isWide = x.dtype === "float64";
  const one = fullLike(x, 1);
  const decay = exp(neg(x));
  // Up to 1 the power series; its term of x^(n - 1) has the logarithm.
  const small = select(gt(x, 1), one, x);
  let sum = fullLike(x, 0);
  let power = one;
  for (let k = 0; k < (isWide ? 20 : 12); k++) {
    if (k > 0) power = div(mul(power, neg(small)), k);
    const distance = add(sub(n, 1), -k);
    const isLogarithm = eq(distance, 0);
    const term = div(power, select(isLogarithm, one, distance));
    sum = add(sum, select(isLogarithm, fullLike(x, 0), term));
  }
  const order = select(lt(n, 1), one, n);
  const size = exp(sub(mul(sub(order, 1), log(small)), lgamma(order)));
  const half = mul(sub(order, 1), 0.5);
  const isOdd = ne(half, convertElementType(convertElementType(half, "int32"), x.dtype));
  const lead = mul(select(isOdd, neg(size), size), sub(digamma(order), log(small)));
  const near = add(lead, sum);
  // Above 1 the continued fraction, from its end.
  const large = select(gt(x, 1), x, one);
  const depth = isWide ? 96 : 24;
  let tail = add(add(large, n), 2 * depth);
  for (let k = depth; k > 0; k--) {
    const numerator = mul(add(n, k - 1), k);
    tail = sub(add(add(large, n), 2 * (k - 1)), div(numerator, tail));
  }
  const far = div(decay, tail);
  const direct = div(decay, x);
  const atZero = select(gt(n, 1), div(1, sub(n, 1)), fullLike(x, Number.POSITIVE_INFINITY));
  const inside = select(eq(n, 0), direct, select(gt(x, 1), far, near));
  const value = select(eq(x, 0), atZero, inside);
  const undefinedThere = bitwiseOr(lt(x, 0), lt(n, 0));
  const isNan = bitwiseOr(undefinedThere, bitwiseOr(ne(x, x), ne(n, n)));
  const limit = select(eq(x, fullLike(x, Number.POSITIVE_INFINITY)), fullLike(x, 0), value);
  return select(isNan, fullLike(x, Number.NaN), limit);
}

const integralOf: CustomJvp<[NDArray, NDArray], NDArray> = /* @__PURE__ */ customJvp(
  widened((n: NDArray, x: NDArray) => expnValue(n, x)),
).defJvp(([n, x]: [NDArray, NDArray], [, t]: [NDArray, NDArray]) => {
  const out = integralOf(n, x);
  // E_n' = -E_(n-1), and E_0 is exp(-x) / x.
  const first = mul(div(exp(neg(x)), x), add(div(1, x), 1));
  const isFirst = eq(n, 0);
  const below = integralOf(select(isFirst, fullLike(n, 1), sub(n, 1)), x);
  return [out, mul(neg(t), select(isFirst, first, below))];
});

/**
 * Generalised exponential integral: the integral of exp(-x t) / t^n over t from 1, for whole n from
 * 0 and x from 0; NaN elsewhere. It is differentiated by `x`.
 *
 * Source: NIST, Digital library of mathematical functions, 8.19.
 */
export function expn(n: ArrayLike, x: ArrayLike): NDArray {
  return integralOf(...pairInexact("scipy.special.expn", n, x));
}

/** Exponential integral: of exp(-t) / t over t from x, for x from 0; NaN elsewhere. */
export function exp1(x: ArrayLike): NDArray {
  const array = inexact("scipy.special.exp1", x);
  return integralOf(fullLike(array, 1), array);
}

const principal: CustomJvp<[NDArray], NDArray> = /* @__PURE__ */ customJvp(
  widened((x: NDArray) => {
    const size = abs(x);
    const positive = expiPositive(size);
    const isNegative = lt(x, 0);
    const apart = select(isNegative, size, fullLike(x, 1));
    const value = select(isNegative, neg(expnValue(fullLike(x, 1), apart)), positive);
    return select(eq(x, 0), fullLike(x, Number.NEGATIVE_INFINITY), value);
  }),
).defJvps((t, _, x) => mul(t, div(exp(x), x)));

/** Exponential integral, the principal value of that of exp(t) / t over t up to x. */
export function expi(x: ArrayLike): NDArray {
  return principal(inexact("scipy.special.expi", x));
}

const spenceTop = [
  4.65128586073990045278e-5, 7.31589045238094711071e-3, 1.3384763957830901865e-1,
  8.79691311754530315341e-1, 2.7114985119655346992, 4.25697156008121755724, 3.29771340985225106936,
  1.00000000000000000126,
];
const spenceBottom = [
  6.90990488912553276999e-4, 2.54043763932544379113e-2, 2.82974860602568089943e-1,
  1.41172597751831069617, 3.63800533345137075418, 5.0327888014331699039, 3.54771340985225096217,
  9.9999999999999999874e-1,
];

function horner(coefficients: readonly number[], x: NDArray): NDArray {
  return coefficients.reduce((sum, c) => add(mul(sum, x), c), fullLike(x, 0));
}

const dilogarithm: CustomJvp<[NDArray], NDArray> = /* @__PURE__ */ customJvp(
  widened((x: NDArray) => {
    const isLarge = gt(x, 2);
    const folded = select(isLarge, div(1, x), x);
    const aboveOne = gt(folded, 1.5);
    const belowHalf = lt(folded, 0.5);
    const nearOne = sub(folded, 1);
    const w = select(aboveOne, sub(div(1, folded), 1), select(belowHalf, neg(folded), nearOne));
    const rational = neg(mul(w, div(horner(spenceTop, w), horner(spenceBottom, w))));
    const isInner = bitwiseOr(le(folded, 0), ge(folded, 1));
    const inner = select(isInner, fullLike(x, 0.25), folded);
    const mirrored = sub(sub(Math.PI ** 2 / 6, mul(log(inner), log(sub(1, inner)))), rational);
    const y = select(belowHalf, mirrored, rational);
    const turned = sub(mul(square(log(folded)), -0.5), y);
    const value = select(bitwiseOr(isLarge, aboveOne), turned, y);
    const atOne = select(eq(x, 1), fullLike(x, 0), value);
    const settled = select(eq(x, 0), fullLike(x, Math.PI ** 2 / 6), atOne);
    return select(lt(x, 0), fullLike(x, Number.NaN), settled);
  }),
).defJvps((t, _, x) => {
  const isOne = eq(x, 1);
  const apart = select(isOne, fullLike(x, 2), x);
  return mul(t, select(isOne, fullLike(x, -1), div(log(apart), sub(1, apart))));
});

/**
 * Spence's function, the integral of log(t) / (1 - t) over t from 1 to x; NaN below 0.
 *
 * Source: Cephes, spence.c.
 */
export function spence(x: ArrayLike): NDArray {
  return dilogarithm(inexact("scipy.special.spence", x));
}
