import type { NDArray } from "../core/value.ts";
import { whileLoop } from "../lax/control/while.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { broadcastInDim, full, fullLike } from "../lax/ops/broadcast.ts";
import {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  eq,
  ge,
  gt,
  le,
  lt,
  ne,
  select,
} from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "../lax/ops/extrema.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { digamma, lgamma } from "../lax/ops/special.ts";
import { exp, log } from "../lax/ops/transcendental.ts";

/** What is asked of the integral: itself, its derivative by a, or that of a sample by a. */
export type GammaMode = "value" | "derivative" | "sample";

/** The logarithm of the largest number of a dtype, and the distance from 1 to the next number. */
function limits(x: NDArray): { readonly epsilon: number; readonly logMax: number } {
  return x.dtype === "float64"
    ? { epsilon: 2 ** -52, logMax: 709.782712893384 }
    : { epsilon: 2 ** -23, logMax: 88.7228390520684 };
}

/** Whether any lane still goes on. */
export function anyOf(mask: NDArray): NDArray {
  return reduceOr(
    mask,
    mask.shape.map((_, axis) => axis),
  );
}

/**
 * The power series of the lower integral, lane by lane until terms no longer count.
 *
 * Source: XLA, math library; Cephes, igam.
 */
function series(ax: NDArray, x: NDArray, a: NDArray, enabled: NDArray, mode: GammaMode): NDArray {
  const { epsilon } = limits(x);
  type State = readonly NDArray[];
  const body = (state: State): State => {
    const [live, r0, c0, ans0, dc0, dans0] = state as [
      NDArray,
      NDArray,
      NDArray,
      NDArray,
      NDArray,
      NDArray,
    ]; // as below
    const r = add(r0, 1);
    const ratio = div(x, r);
    const dc = sub(mul(dc0, ratio), div(mul(c0, x), mul(r, r)));
    const dans = add(dans0, dc);
    const c = mul(c0, ratio);
    const ans = add(ans0, c);
    const change = mode === "value" ? div(c, ans) : abs(div(dc, dans));
    const next = [r, c, ans, dc, dans].map((y, i) => select(live, y, state[i + 1] as NDArray)); // as many
    return [bitwiseAnd(live, gt(change, epsilon)), ...next];
  };
  const one = fullLike(a, 1);
  const zero = fullLike(a, 0);
  const init: State = [enabled, a, one, one, zero, zero];
  const goesOn = (state: State): NDArray => anyOf(state[0] as NDArray);
  const last = whileLoop(goesOn as never, body as never, init as never) as unknown as State; // alike
  const [ans, dans] = [last[3] as NDArray, last[5] as NDArray];
  if (mode === "value") return div(mul(ans, ax), a);
  const slope = sub(log(x), digamma(add(a, 1)));
  const sum = add(mul(ans, slope), dans);
  return mode === "derivative" ? div(mul(ax, sum), a) : neg(div(mul(sum, x), a));
}

/** The continued fraction of the upper integral. Source: XLA, math library; Cephes, igamc. */
function fraction(ax: NDArray, x: NDArray, a: NDArray, enabled: NDArray, mode: GammaMode): NDArray {
  const { epsilon } = limits(x);
  type State = readonly NDArray[];
  const body = (state: State): State => {
    const [count, live, ans0, y0, z0, p1, q1, p2, q2, dp2, dq2, dp1, dq1, dans0] =
      state as readonly NDArray[] as [
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
        NDArray,
      ]; // as below
    const n = add(count, 1);
    const c = spreadCount(n, x);
    const y = add(y0, 1);
    const z = add(z0, 2);
    const yc = mul(y, c);
    const p = sub(mul(p1, z), mul(p2, yc));
    const q = sub(mul(q1, z), mul(q2, yc));
    const isThere = ne(q, fullLike(q, 0));
    const r = div(p, q);
    const change = select(isThere, abs(div(sub(ans0, r), r)), fullLike(r, 1));
    const ans = select(isThere, r, ans0);
    const dp = add(sub(sub(mul(dp1, z), p1), mul(dp2, yc)), mul(p2, c));
    const dq = add(sub(sub(mul(dq1, z), q1), mul(dq2, yc)), mul(q2, c));
    const dans = select(isThere, div(sub(dp, mul(ans, dq)), q), dans0);
    const moved = select(isThere, abs(sub(dans, dans0)), fullLike(dans, 1));
    const isLarge = gt(abs(p), 1 / epsilon);
    const scaled = (v: NDArray): NDArray => select(isLarge, mul(v, epsilon), v);
    const rows = [ans, y, z, scaled(p), scaled(q), scaled(p1), scaled(q1)];
    const slopes = [scaled(dp1), scaled(dq1), scaled(dp), scaled(dq), dans];
    const next = [...rows, ...slopes].map((v, i) => select(live, v, state[i + 2] as NDArray)); // as many
    return [n, bitwiseAnd(live, gt(mode === "value" ? change : moved, epsilon)), ...next];
  };
  const zero = fullLike(x, 0);
  const one = fullLike(x, 1);
  const y = sub(one, a);
  const z = add(add(x, y), 1);
  const [p1, q1] = [add(x, 1), mul(z, x)];
  const ans = div(p1, q1);
  const dans = div(mul(ans, x), q1);
  const init: State = [
    full([], 0, "int32"),
    enabled,
    ans,
    y,
    z,
    p1,
    q1,
    one,
    x,
    zero,
    zero,
    zero,
    neg(x),
    dans,
  ];
  const goesOn = (state: State): NDArray =>
    bitwiseAnd(lt(state[0] as NDArray, 2000), anyOf(state[1] as NDArray));
  const last = whileLoop(goesOn as never, body as never, init as never) as unknown as State; // alike
  const value = last[2] as NDArray;
  if (mode === "value") return mul(value, ax);
  const sum = add(mul(value, sub(log(x), digamma(a))), last[13] as NDArray);
  return mode === "derivative" ? mul(ax, sum) : neg(mul(sum, x));
}

function spreadCount(count: NDArray, like: NDArray): NDArray {
  return broadcastInDim(convertElementType(count, like.dtype), like.shape, []);
}

const undefinedAt = (x: NDArray): NDArray => ne(x, x);
const allOr = (...masks: readonly NDArray[]): NDArray => masks.reduce((a, b) => bitwiseOr(a, b));

/** The regularized lower incomplete gamma function. */
export function lowerGamma(a: NDArray, x: NDArray): NDArray {
  const { logMax } = limits(x);
  const isZero = eq(x, 0);
  const isEndless = eq(x, Infinity);
  const isBad = allOr(
    lt(x, 0),
    lt(a, 0),
    bitwiseAnd(eq(a, 0), isZero),
    undefinedAt(a),
    undefinedAt(x),
  );
  const byFraction = bitwiseAnd(ge(x, 1), gt(x, a));
  const power = sub(sub(mul(a, log(x)), x), lgamma(a));
  const enabled = bitwiseNot(allOr(isZero, isBad, lt(power, -logMax), isEndless));
  const ax = exp(power);
  const upper = fraction(ax, x, a, bitwiseAnd(enabled, byFraction), "value");
  const lower = series(ax, x, a, bitwiseAnd(enabled, bitwiseNot(byFraction)), "value");
  const value = select(byFraction, sub(fullLike(a, 1), upper), lower);
  const inside = select(isZero, fullLike(a, 0), select(isEndless, fullLike(a, 1), value));
  return select(isBad, fullLike(a, NaN), inside);
}

/** The regularized upper incomplete gamma function. */
export function upperGamma(a: NDArray, x: NDArray): NDArray {
  const { logMax } = limits(x);
  const isEndless = eq(x, Infinity);
  const isFlat = eq(a, 0);
  const isBad = allOr(
    lt(x, 0),
    lt(a, 0),
    bitwiseAnd(isFlat, eq(x, 0)),
    undefinedAt(a),
    undefinedAt(x),
  );
  const bySeries = bitwiseOr(lt(x, 1), lt(x, a));
  const power = sub(sub(mul(a, log(x)), x), lgamma(a));
  const enabled = bitwiseNot(allOr(isBad, lt(power, -logMax), isEndless, isFlat));
  const ax = exp(power);
  const lower = series(ax, x, a, bitwiseAnd(enabled, bySeries), "value");
  const upper = fraction(ax, x, a, bitwiseAnd(enabled, bitwiseNot(bySeries)), "value");
  const value = select(bySeries, sub(fullLike(a, 1), lower), upper);
  const inside = select(bitwiseOr(isEndless, isFlat), fullLike(a, 0), value);
  return select(isBad, fullLike(a, NaN), inside);
}

/** Derivative by a of the lower function, or of a gamma sample. */
export function gammaSlope(a: NDArray, x: NDArray, mode: GammaMode): NDArray {
  const { logMax } = limits(x);
  const isZero = eq(x, 0);
  const isBad = allOr(lt(x, 0), le(a, 0), undefinedAt(a), undefinedAt(x));
  const byFraction = bitwiseAnd(gt(x, 1), gt(x, a));
  const power = sub(sub(mul(a, log(x)), x), lgamma(a));
  const enabled = bitwiseNot(allOr(isZero, isBad, lt(power, -logMax)));
  const ax = exp(power);
  const upper = fraction(ax, x, a, bitwiseAnd(enabled, byFraction), mode);
  const lower = series(ax, x, a, bitwiseAnd(enabled, bitwiseNot(byFraction)), mode);
  const value = select(isZero, fullLike(a, 0), select(byFraction, neg(upper), lower));
  return select(isBad, fullLike(a, NaN), value);
}
