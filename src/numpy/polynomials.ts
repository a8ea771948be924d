import { ShapeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { div, mul, sub } from "../lax/ops/arith.ts";
import { reshape } from "../lax/ops/layout.ts";
import { scalarLike } from "../lax/ops/shared.ts";
import { concatenate, pad } from "../lax/ops/slice.ts";
import { convolve } from "./convolution.ts";
import { fromNumbers } from "./creation.ts";
import { add as addArrays, multiply, subtract } from "./elementwise-arithmetic.ts";
import { readIndex } from "./index-read.ts";
import { convertTo, inexact, promote, promoteInexact, stretch, toArray } from "./promote.ts";
import { removeZeros } from "./removing.ts";
import { ravel } from "./shape.ts";
import { sliceAlong } from "./stacking.ts";

// A polynomial is the vector of its coefficients, the highest power first.

/** Value of a polynomial at each element of `x`. */
export function polyval(p: ArrayLike, x: ArrayLike): NDArray {
  const [coefficients, points] = promote("numpy.polyval", [
    ravel(toArray("numpy.polyval", p)),
    x,
  ]) as [NDArray, NDArray]; // as given
  let value = convertTo(0, points.aval);
  for (let i = 0; i < coefficients.size; i++) {
    const next = readIndex("numpy.polyval", coefficients, [i]);
    value = addArrays(multiply(value, points), next);
  }
  return stretch(value, points.shape);
}

/** Two polynomials in one dtype, and with zeros in front, of one length. */
function aligned(where: string, p: ArrayLike, q: ArrayLike): readonly [NDArray, NDArray] {
  const [a, b] = promote(where, [ravel(toArray(where, p)), ravel(toArray(where, q))]) as [
    NDArray,
    NDArray,
  ]; // as given
  const n = Math.max(a.size, b.size);
  const front = (x: NDArray): NDArray => pad(x, scalarLike(0, x.aval), [[n - x.size, 0, 0]]);
  return [front(a), front(b)];
}

/** Sum of two polynomials. */
export function polyadd(p: ArrayLike, q: ArrayLike): NDArray {
  return addArrays(...aligned("numpy.polyadd", p, q));
}

/** Difference of two polynomials. */
export function polysub(p: ArrayLike, q: ArrayLike): NDArray {
  return subtract(...aligned("numpy.polysub", p, q));
}

/** Options of `polymul` and `polydiv`. */
export interface TrimOptions {
  /** Whether to drop leading zeros first, which needs concrete values; false. */
  trimLeadingZeros?: boolean | undefined;
}

/** Product of two polynomials, as floats. */
export function polymul(p: ArrayLike, q: ArrayLike, options?: TrimOptions): NDArray {
  checkOptions("numpy.polymul", options, ["trimLeadingZeros"]);
  const trim = options?.trimLeadingZeros === true;
  const [a, b] = promoteInexact(
    "numpy.polymul",
    [p, q].map((x) => (trim ? removeZeros(ravel(x), true, false) : ravel(x))),
  ) as [NDArray, NDArray]; // as given
  return convolve(a, b, { mode: "full" });
}

/** Quotient and remainder of two polynomials, as floats. */
export function polydiv(p: ArrayLike, q: ArrayLike, options?: TrimOptions): [NDArray, NDArray] {
  checkOptions("numpy.polydiv", options, ["trimLeadingZeros"]);
  const [dividend, divisor] = promoteInexact("numpy.polydiv", [ravel(p), ravel(q)]) as [
    NDArray,
    NDArray,
  ]; // as given
  const [m, n] = [dividend.size, divisor.size];
  if (n === 0) throw new ShapeError("numpy.polydiv: a divisor with coefficients is required");
  const leading = sliceAlong(divisor, 0, 0, 1);
  const quotient: NDArray[] = [];
  let rest = dividend;
  for (let k = 0; k + n <= m; k++) {
    const factor = div(sliceAlong(rest, 0, k, k + 1), leading);
    quotient.push(factor);
    const zero = scalarLike(0, divisor.aval);
    const shifted = pad(mul(stretch(factor, [n]), divisor), zero, [[k, m - n - k, 0]]);
    rest = sub(rest, shifted);
  }
  const whole =
    quotient.length === 0 ? fromNumbers([0], [1], dividend.dtype) : concatenate(quotient, 0);
  const tail = m < n ? rest : sliceAlong(rest, 0, m - n + 1, m);
  const trim = options?.trimLeadingZeros === true;
  return [whole, trim ? removeZeros(tail, true, false) : tail];
}

/** Derivative of a polynomial, taken `m` (1) times. */
export function polyder(p: ArrayLike, options?: { m?: number | undefined }): NDArray {
  checkOptions("numpy.polyder", options, ["m"]);
  const a = inexact("numpy.polyder", ravel(p));
  const m = options?.m ?? 1;
  const count = Math.max(a.size - m, 0);
  const factors = Array.from({ length: count }, (_, i) => falling(a.size - 1 - i, m));
  return mul(sliceAlong(a, 0, 0, count), fromNumbers(factors, [count], a.dtype, a));
}

/** `n (n - 1) ... (n - m + 1)`. */
function falling(n: number, m: number): number {
  let product = 1;
  for (let i = 0; i < m; i++) product *= n - i;
  return product;
}

/** Options of `polyint`. */
export interface IntegralOptions {
  /** How often to integrate; 1. */
  m?: number | undefined;
  /** Constants of integration, one for all or one for each time, the first one for the first; 0. */
  k?: ArrayLike | undefined;
}

/** Integral of a polynomial, taken `m` (1) times. */
export function polyint(p: ArrayLike, options?: IntegralOptions): NDArray {
  checkOptions("numpy.polyint", options, ["m", "k"]);
  const { m = 1, k = 0 } = options ?? {};
  const [a, constants] = promoteInexact("numpy.polyint", [
    ravel(p),
    ravel(toArray("numpy.polyint", k)),
  ]) as [NDArray, NDArray]; // as given
  const each = constants.size === 1 ? stretch(reshape(constants, [1]), [m]) : constants;
  const joined = concatenate([a, each], 0);
  const n = joined.size;
  const divisors = Array.from({ length: n }, (_, i) => {
    const power = n - 1 - i;
    // A coefficient takes part in m steps, a constant in those after its own.
    return i < a.size ? falling(power, m) : falling(power, power);
  });
  return div(joined, fromNumbers(divisors, [n], a.dtype, a));
}

/** Coefficients of the monic polynomial with the given zeros. */
export function poly(zeros: ArrayLike): NDArray {
  const a = inexact("numpy.poly", zeros);
  if (a.ndim > 1) {
    throw new ShapeError(
      `numpy.poly: a vector of zeros is required, got ${a.aval}; pass the eigenvalues of a matrix`,
    );
  }
  const flat = ravel(a);
  let p = fromNumbers([1], [1], a.dtype, a);
  for (let i = 0; i < flat.size; i++) {
    const zero = scalarLike(0, p.aval);
    const next = stretch(sliceAlong(flat, 0, i, i + 1), p.shape);
    p = sub(pad(p, zero, [[0, 1, 0]]), pad(mul(p, next), zero, [[1, 0, 0]]));
  }
  return p;
}
