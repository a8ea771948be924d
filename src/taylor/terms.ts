import { type Tangent, Zero } from "../core/primitive.ts";
import type { NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { zeroTangent } from "../transforms/pushforward.ts";

/** A coefficient of a power of the variable, or one that is zero before anything runs. */
export type Term = Tangent;

/** Coefficients of a value as a function of one variable: of its powers from the first on. */
export type Series = readonly Term[];

/** The same from power 0 on, which is the value itself. */
export type Polynomial = readonly Term[];

/** A series that is zero in all of its `order` terms. */
export function zeroSeries(x: NDArray, order: number): Series {
  return new Array<Term>(order).fill(zeroTangent(x));
}

/** Whether no term of a series is there. */
export function isZero(series: Series): boolean {
  return series.every((t) => t instanceof Zero);
}

/** Coefficient `k` of a polynomial that has one. */
export function at(p: Polynomial, k: number): Term {
  return p[k] as Term; // within its order, as the recurrences ask
}

/** Sum of two terms. */
export function plus(a: Term, b: Term): Term {
  if (a instanceof Zero) return b;
  return b instanceof Zero ? a : add(a, b);
}

/** Difference of two terms. */
export function minus(a: Term, b: Term): Term {
  if (b instanceof Zero) return a;
  return a instanceof Zero ? neg(b) : sub(a, b);
}

/** Product of two terms of one shape. */
export function times(a: Term, b: Term): Term {
  if (a instanceof Zero) return a;
  return b instanceof Zero ? b : mul(a, b);
}

/** A term times a number. */
export function scaled(a: Term, factor: number): Term {
  return a instanceof Zero || factor === 1 ? a : mul(a, factor);
}

/** A term divided by another term, or by a number. */
export function over(a: Term, b: NDArray | number): Term {
  return a instanceof Zero || b === 1 ? a : div(a, b);
}

/** Sum of the terms for `j` from `from` to `to`; zero like `zero` if there are none. */
export function sumOf(zero: Zero, from: number, to: number, term: (j: number) => Term): Term {
  let sum: Term = zero;
  for (let j = from; j <= to; j++) sum = plus(sum, term(j));
  return sum;
}

/** Coefficient `k` of the product of two polynomials, leaving out `skip` terms at either end. */
export function convolved(a: Polynomial, b: Polynomial, k: number, skip = 0): Term {
  const zero = new Zero(at(a, 0).aval.tangent());
  return sumOf(zero, skip, k - skip, (j) => times(at(a, j), at(b, k - j)));
}

/** Coefficient `k` of y where y' = c u': what c has up to `k - 1`, and u up to `k`, decides. */
export function integrated(c: Polynomial, u: Polynomial, k: number): Term {
  const zero = new Zero(at(u, 0).aval.tangent());
  return over(
    sumOf(zero, 1, k, (j) => times(scaled(at(u, j), j), at(c, k - j))),
    k,
  );
}

/** Series of the derivative of a polynomial: of one order less, its value first. */
export function differentiated(series: Series): readonly Term[] {
  return series.map((t, k) => scaled(t, k + 1));
}
