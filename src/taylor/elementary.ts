import { InternalError } from "../core/errors.ts";
import type { NDArray } from "../core/value.ts";
import { add, mul, sub } from "../lax/ops/arith.ts";
import { pow, powP, square } from "../lax/ops/power.ts";
import {
  cos,
  cosh,
  exp,
  exp2,
  expm1,
  log,
  log1p,
  logistic,
  rsqrt,
  sin,
  sinh,
  sqrt,
  tan,
  tanh,
} from "../lax/ops/transcendental.ts";
import { bySeries, type JetRule } from "./jet-rule.ts";
import {
  at,
  convolved,
  integrated,
  isZero,
  minus,
  over,
  type Polynomial,
  plus,
  scaled,
  type Term,
  times,
} from "./terms.ts";

// Here u is the operand and y the result, both as polynomials; u_k is the coefficient of t^k, and
// each function is known by a differential equation between y and u with polynomials in them.
// Source: A. Griewank and A. Walther, Evaluating Derivatives, 2nd edition, section 13.2.

/** The rule of a function of one operand: `expand` gives all coefficients of its result. */
function unary(expand: (u: Polynomial, x: NDArray, order: number) => Polynomial): JetRule {
  return bySeries(([x], [series], _params, { order }) => {
    if (x === undefined || series === undefined) {
      throw new InternalError("jet: a function of one operand got none");
    }
    const [out, ...terms] = expand([x, ...series], x, order);
    return [[out as NDArray], [terms]]; // the value comes first, and is never a symbolic zero
  });
}

/** Coefficients from `first` on, each made from those before it. */
function grow(first: NDArray, order: number, next: (y: Polynomial, k: number) => Term): Polynomial {
  const y: Term[] = [first];
  for (let k = 1; k <= order; k++) y.push(next(y, k));
  return y;
}

/** y' = c u', where each coefficient of c follows from those of y as soon as they are there. */
function slope(
  first: NDArray,
  u: Polynomial,
  order: number,
  slopeAt: (y: Polynomial, k: number) => Term,
): Polynomial {
  const c: Term[] = [slopeAt([first], 0)];
  return grow(first, order, (y, k) => {
    const term = integrated(c, u, k);
    if (k < order) c.push(slopeAt([...y, term], k));
    return term;
  });
}

/** Exponential: y' = y u'. */
export const expRule: JetRule = unary((u, x, order) => slope(exp(x), u, order, (y, k) => at(y, k)));

/** Power of two: y' = y u' ln 2. */
export const exp2Rule: JetRule = unary((u, x, order) =>
  slope(exp2(x), u, order, (y, k) => scaled(at(y, k), Math.LN2)),
);

/** Exponential less 1: y' = (y + 1) u'. */
export const expm1Rule: JetRule = unary((u, x, order) => {
  const first = expm1(x);
  return slope(first, u, order, (y, k) => (k === 0 ? add(first, 1) : at(y, k)));
});

/** Logarithm: u y' = u'. */
export const logRule: JetRule = unary((u, x, order) => logOf(log(x), u, x, order));

/** Logarithm of one more: (1 + u) y' = u'. */
export const log1pRule: JetRule = unary((u, x, order) => logOf(log1p(x), u, add(x, 1), order));

/** w y' = u', where w is u with the value `w0`. */
function logOf(first: NDArray, u: Polynomial, w0: NDArray, order: number): Polynomial {
  const w = [w0, ...u.slice(1)];
  const v: Term[] = [w0]; // j y_j, at 0 unused
  return grow(first, order, (_, k) => {
    const sum = convolved(v, w, k, 1);
    const term = over(minus(at(u, k), over(sum, k)), w0);
    v.push(scaled(term, k));
    return term;
  });
}

/** s' = c u', c' = sign s u': coefficients of s. */
function circular(
  first: NDArray,
  other: NDArray,
  signs: readonly [first: 1 | -1, other: 1 | -1],
  u: Polynomial,
  order: number,
): Polynomial {
  const c: Term[] = [other];
  return grow(first, order, (y, k) => {
    if (k < order) c.push(scaled(integrated(y, u, k), signs[1]));
    return scaled(integrated(c, u, k), signs[0]);
  });
}

/** Sine: y' = cos u u'. */
export const sinRule: JetRule = unary((u, x, order) => circular(sin(x), cos(x), [1, -1], u, order));

/** Cosine: y' = -sin u u'. */
export const cosRule: JetRule = unary((u, x, order) => circular(cos(x), sin(x), [-1, 1], u, order));

/** Hyperbolic sine: y' = cosh u u'. */
export const sinhRule: JetRule = unary((u, x, order) =>
  circular(sinh(x), cosh(x), [1, 1], u, order),
);

/** Hyperbolic cosine: y' = sinh u u'. */
export const coshRule: JetRule = unary((u, x, order) =>
  circular(cosh(x), sinh(x), [1, 1], u, order),
);

/** Tangent: y' = (1 + y^2) u'. */
export const tanRule: JetRule = unary((u, x, order) => {
  const first = tan(x);
  return slope(first, u, order, (y, k) => (k === 0 ? add(mul(first, first), 1) : squared(y, k)));
});

/** Hyperbolic tangent: y' = (1 - y^2) u', in factors at the value. */
export const tanhRule: JetRule = unary((u, x, order) => {
  const first = tanh(x);
  return slope(first, u, order, (y, k) =>
    k === 0 ? mul(add(first, 1), sub(1, first)) : scaled(squared(y, k), -1),
  );
});

/** Logistic function: y' = y (1 - y) u', where 1 - y is the function at -u, exact where y is near 1. */
export const logisticRule: JetRule = unary((u, x, order) => {
  const first = logistic(x);
  const rest = logistic(scaled(x, -1) as NDArray); // an array times a number
  const difference = sub(rest, first);
  return slope(first, u, order, (y, k) =>
    k === 0 ? mul(first, rest) : minus(times(at(y, k), difference), convolved(y, y, k, 1)),
  );
});

/** Square root: y^2 = u. */
export const sqrtRule: JetRule = unary((u, x, order) => {
  const first = sqrt(x);
  const twice = mul(first, 2);
  return grow(first, order, (y, k) => over(minus(at(u, k), convolved(y, y, k, 1)), twice));
});

/** Reciprocal square root: 2 u y' = -y u'. */
export const rsqrtRule: JetRule = unary((u, x, order) =>
  grow(rsqrt(x), order, (y, k) => {
    let sum = times(scaled(at(u, k), -0.5 * k), at(y, 0));
    for (let j = 1; j < k; j++) {
      sum = plus(sum, times(scaled(at(u, j), 0.5 * j - k), at(y, k - j)));
    }
    return over(over(sum, x), k);
  }),
);

/** Square: y = u u. */
export const squareRule: JetRule = unary((u, x, order) =>
  grow(square(x), order, (_, k) => squared(u, k)),
);

/** Coefficient `k` of the square of a polynomial: each product of two different ones once. */
function squared(y: Polynomial, k: number): Term {
  const half = Math.ceil(k / 2);
  let sum: Term = times(at(y, 0), at(y, k));
  for (let j = 1; j < half; j++) sum = plus(sum, times(at(y, j), at(y, k - j)));
  const twice = k === 0 ? sum : scaled(sum, 2);
  return k > 0 && k % 2 === 0 ? plus(twice, times(at(y, k / 2), at(y, k / 2))) : twice;
}

/** Quotient: w y = u. */
export const divRule: JetRule = bySeries(([x, d], [xs, ds], _params, { order }) => {
  const divisor = d as NDArray; // two operands
  const u = [x as NDArray, ...(xs as Polynomial)];
  const w = [divisor, ...(ds as Polynomial)];
  const first = over(x as NDArray, divisor) as NDArray; // arrays throughout
  const y = grow(first, order, (found, k) => {
    let sum: Term = times(at(found, 0), at(w, k));
    for (let j = 1; j < k; j++) sum = plus(sum, times(at(found, j), at(w, k - j)));
    return over(minus(at(u, k), sum), divisor);
  });
  return [[first], [y.slice(1)]];
});

/**
 * Power. By a slope of the base alone, which is good at 0 and below, where the exponent is fixed;
 * by that of the exponent, log x, where the base is. Where both move, y' = (r log u)' y.
 */
export const powRule: JetRule = bySeries((values, series, params, { order, run, byJvp }) => {
  if (series.some(isZero)) return byJvp(powP, values, series, params);
  const [x, r] = values as [NDArray, NDArray]; // two operands
  const [[w], [ws]] = run(
    ([u, e]) => [mul(e as NDArray, log(u as NDArray))],
    [x, r],
    series,
    order,
  );
  const first = pow(x, r);
  const exponent = [w as NDArray, ...(ws as Polynomial)]; // one result
  const y = slope(first, exponent, order, (found, k) => at(found, k));
  return [[first], [y.slice(1)]];
});
