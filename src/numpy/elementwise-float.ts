import { isFloat } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { bitwiseOr, eq, gt, lt, ne, select } from "../lax/ops/compare.ts";
import { convertElementType, stopGradient } from "../lax/ops/convert.ts";
import { abs, max, min } from "../lax/ops/extrema.ts";
import { square } from "../lax/ops/power.ts";
import { floor, nextafter as laxNextafter } from "../lax/ops/rounding.ts";
import { besselI0e } from "../lax/ops/special.ts";
import { exp, exp2, log, sin, sqrt } from "../lax/ops/transcendental.ts";
import { finfo } from "./dtype-info.ts";
import { signbit } from "./elementwise-comparison.ts";
import { constantLike, inexact, pairInexact, strong, toArray } from "./promote.ts";

/** Length of the hypotenuse over legs `x` and `y`, without overflow on the way. */
export function hypot(x: ArrayLike, y: ArrayLike): NDArray {
  const [p, q] = pairInexact("numpy.hypot", x, y);
  const a = abs(p);
  const b = abs(q);
  const infinite = bitwiseOr(eq(a, Infinity), eq(b, Infinity));
  const long = max(a, b);
  const short = min(a, b);
  const zero = eq(long, 0);
  const ratio = div(short, select(zero, 1, long));
  const length = select(zero, long, mul(long, sqrt(add(square(ratio), 1))));
  return strong(select(infinite, Infinity, length));
}

/** Size of `x` with the sign of `y`. */
export function copysign(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairInexact("numpy.copysign", x, y);
  return select(signbit(b), neg(abs(a)), abs(a));
}

/** 0 below zero, `y` at zero, 1 above it; NaN stays. */
export function heaviside(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairInexact("numpy.heaviside", x, y);
  const atZero = select(ne(a, a), a, b);
  const out = select(lt(a, 0), 0, select(gt(a, 0), 1, atZero));
  return toArray("numpy.heaviside", x).weakType ? out : strong(out);
}

/** Next number after `x` towards `y` that the dtype has. */
export function nextafter(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairInexact("numpy.nextafter", x, y);
  return laxNextafter(a, b);
}

/** Distance from each element to the next one away from zero. */
export function spacing(x: ArrayLike): NDArray {
  const a = inexact("numpy.spacing", x);
  return sub(laxNextafter(a, copysign(Infinity, a)), a);
}

/**
 * `sin(pi x) / (pi x)`, 1 at 0.
 *
 * At 0 the derivatives are those of its power series, right up to the eleventh.
 */
export function sinc(x: ArrayLike): NDArray {
  const a = inexact("numpy.sinc", x);
  const scaled = mul(a, Math.PI);
  const atZero = eq(a, 0);
  const elsewhere = select(atZero, 1, scaled);
  const y = square(select(atZero, scaled, 0));
  // sum of (-1)^k y^k / (2k + 1)!, from the last term inwards
  let series = constantLike(y, 1);
  for (let k = 6; k >= 1; k--) {
    series = sub(1, mul(div(y, 2 * k * (2 * k + 1)), series));
  }
  return select(atZero, series, div(sin(elsewhere), elsewhere));
}

/** What `nanToNum` puts in place of each special value. */
export interface NanToNumOptions {
  /** For NaN; 0. */
  nan?: number | undefined;
  /** For infinity; the largest finite number. */
  posinf?: number | undefined;
  /** For -infinity; the smallest finite number. */
  neginf?: number | undefined;
}

/** Elements with NaN and infinities replaced; integers as they are. */
export function nanToNum(x: ArrayLike, options?: NanToNumOptions): NDArray {
  checkOptions("numpy.nanToNum", options, ["nan", "posinf", "neginf"]);
  const a = toArray("numpy.nanToNum", x);
  if (!isFloat(a.dtype)) return a;
  const info = finfo(a.dtype);
  const { nan = 0, posinf = info.max, neginf = info.min } = options ?? {};
  const numbers = select(ne(a, a), nan, a);
  const below = select(eq(numbers, Infinity), posinf, numbers);
  return strong(select(eq(below, -Infinity), neginf, below));
}

/** `x` times 2 to the power `exponent`, an integer. */
export function ldexp(x: ArrayLike, exponent: ArrayLike): NDArray {
  const power = toArray("numpy.ldexp", exponent);
  if (isFloat(power.dtype) && !(typeof exponent === "number" && Number.isInteger(exponent))) {
    throw new DTypeError(
      `numpy.ldexp: an integer exponent is required, got ${power.aval}; use multiply with exp2`,
    );
  }
  const [a, e] = pairInexact("numpy.ldexp", x, exponent);
  // Two steps keep each factor within range, whatever the exponent.
  const half = floor(mul(e, 0.5));
  const scaled = mul(mul(a, exp2(half)), exp2(sub(e, half)));
  return strong(select(bitwiseOr(eq(abs(a), Infinity), eq(a, 0)), a, scaled));
}

/**
 * Mantissa in [0.5, 1) and exponent (int32) with `mantissa * 2 ** exponent = x`.
 *
 * 0, NaN and infinities are their own mantissa, with exponent 0.
 */
export function frexp(x: ArrayLike): [NDArray, NDArray] {
  const a = inexact("numpy.frexp", x);
  const special = bitwiseOr(bitwiseOr(ne(a, a), eq(abs(a), Infinity)), eq(a, 0));
  const size = stopGradient(select(special, 1, abs(a)));
  const { bits } = finfo(a.dtype);
  const shift = bits === 64 ? 1022 : bits === 32 ? 126 : 14;
  // Subnormal sizes are scaled up first, so that the logarithm sees them exactly.
  const tiny = lt(size, 2 ** -(shift / 2));
  const scaled = select(tiny, mul(size, 2 ** (shift / 2)), size);
  let e = add(floor(div(log(scaled), Math.LN2)), 1);
  const m = mul(scaled, exp2(neg(e)));
  // The logarithm may be off by one next to a power of two.
  e = select(lt(m, 0.5), sub(e, 1), select(lt(m, 1), e, add(e, 1)));
  const whole = sub(e, select(tiny, constantLike(e, shift / 2), constantLike(e, 0)));
  const exponent = select(special, constantLike(whole, 0), whole);
  const whole32 = convertElementType(exponent, "int32");
  return [select(special, a, ldexp(a, neg(whole32))), whole32];
}

/** Modified Bessel function of the first kind and order 0. */
export function i0(x: ArrayLike): NDArray {
  const a = inexact("numpy.i0", x);
  return mul(exp(abs(a)), besselI0e(a));
}
