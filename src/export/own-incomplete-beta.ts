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
  lt,
  ne,
  select,
} from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "../lax/ops/extrema.ts";
import { rem } from "../lax/ops/rounding.ts";
import { lgamma } from "../lax/ops/special.ts";
import { exp, log, log1p } from "../lax/ops/transcendental.ts";
import { anyOf } from "./own-incomplete-gamma.ts";

/** Partial numerator `n` of the continued fraction. Source: DLMF 8.17.22. */
function numerator(count: NDArray, a: NDArray, b: NDArray, x: NDArray): NDArray {
  const n = broadcastInDim(count, x.shape, []);
  const before = sub(n, 1);
  const m = convertElementType(div(before, 2), x.dtype);
  const twice = add(a, mul(m, 2));
  const first = neg(div(mul(add(a, b), x), add(a, 1)));
  const later = neg(div(mul(mul(add(a, m), add(add(a, b), m)), x), mul(twice, add(twice, 1))));
  const even = select(eq(m, 0), first, later);
  const odd = div(mul(mul(m, sub(b, m)), x), mul(sub(twice, 1), twice));
  const value = select(eq(rem(n, 2), 0), even, odd);
  return select(eq(n, 1), fullLike(x, 1), value);
}

/** Modified Lentz evaluation, all lanes until the last one stands still. */
function continuedFraction(a: NDArray, b: NDArray, x: NDArray): NDArray {
  const isDouble = x.dtype === "float64";
  const small = isDouble ? 2 ** -53 : 2 ** -24;
  const most = isDouble ? 600 : 200;
  type State = readonly NDArray[];
  const away = (v: NDArray): NDArray => select(lt(abs(v), small), fullLike(v, small), v);
  const body = (state: State): State => {
    const [count, , c0, d0, h] = state as [NDArray, NDArray, NDArray, NDArray, NDArray]; // as below
    const part = numerator(count, a, b, x);
    const c = away(add(div(part, c0), 1));
    const d = div(fullLike(x, 1), away(add(mul(part, d0), 1)));
    const delta = mul(c, d);
    return [add(count, 1), anyOf(ge(abs(sub(delta, 1)), small)), c, d, mul(h, delta)];
  };
  const start = fullLike(x, small);
  const init: State = [full([], 1, "int32"), full([], 1, "bool"), start, fullLike(x, 0), start];
  const goesOn = (state: State): NDArray =>
    bitwiseAnd(lt(state[0] as NDArray, most), state[1] as NDArray);
  const last = whileLoop(goesOn as never, body as never, init as never) as unknown as State; // alike
  return last[4] as NDArray;
}

/** The regularized incomplete beta function. Source: XLA, math library. */
export function incompleteBeta(a: NDArray, b: NDArray, x: NDArray): NDArray {
  const either = bitwiseOr;
  const both = bitwiseAnd;
  const noA = either(eq(a, 0), eq(b, Infinity));
  const noB = either(eq(b, 0), eq(a, Infinity));
  const [isZero, isOne] = [eq(x, 0), eq(x, 1)];
  const undefinedAt = either(either(ne(a, a), ne(b, b)), ne(x, x));
  const outside = either(either(lt(a, 0), lt(b, 0)), either(lt(x, 0), gt(x, 1)));
  const isBad = either(either(outside, both(noA, noB)), undefinedAt);
  const isFast = lt(x, div(add(a, 1), add(add(a, b), 2)));
  const p = select(isFast, a, b);
  const q = select(isFast, b, a);
  const y = select(isFast, x, sub(fullLike(x, 1), x));
  const rest = sub(lgamma(q), lgamma(add(p, q)));
  const tiny = x.dtype === "float64" ? 2 ** -1021 : 2 ** -125;
  const right = mul(log1p(neg(y)), q);
  const factor = select(
    lt(p, tiny),
    exp(sub(right, rest)),
    div(exp(sub(add(mul(log(y), p), right), add(lgamma(p), rest))), p),
  );
  const part = mul(continuedFraction(p, q, y), factor);
  const value = select(isFast, part, sub(fullLike(x, 1), part));
  const toZero = either(both(noB, bitwiseNot(isOne)), both(noA, isZero));
  const toOne = either(both(noA, bitwiseNot(isZero)), both(noB, isOne));
  const inside = select(toOne, fullLike(x, 1), select(toZero, fullLike(x, 0), value));
  return select(isBad, fullLike(x, NaN), inside);
}
