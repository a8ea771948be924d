import type { NDArray } from "../core/value.ts";
import { whileLoop } from "../lax/control/while.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { full, fullLike } from "../lax/ops/broadcast.ts";
import {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  eq,
  ge,
  gt,
  le,
  lt,
  select,
} from "../lax/ops/compare.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { abs } from "../lax/ops/extrema.ts";
import { pow } from "../lax/ops/power.ts";
import { floor } from "../lax/ops/rounding.ts";
import { lgamma } from "../lax/ops/special.ts";
import { log, log1p, sqrt } from "../lax/ops/transcendental.ts";
import { anyOf } from "./own-incomplete-gamma.ts";
import { child, chosen, type Keys, normal, uniform } from "./own-streams.ts";

/**
 * Gamma draws, all lanes until the last one accepts, from the bits that the interpreter draws from.
 *
 * Source: Marsaglia and Tsang, A simple method for generating gamma variables, 2000.
 */
export function gammaDraws(k0: NDArray, k1: NDArray, alpha: NDArray, logSpace: boolean): NDArray {
  const { dtype } = alpha;
  const like = (value: number): NDArray => fullLike(alpha, value);
  const isWhole = ge(alpha, 1);
  const boosted = select(isWhole, alpha, add(alpha, 1));
  const third = like(1 / 3);
  const d = sub(boosted, third);
  const c = div(third, sqrt(d));
  const isPositive = gt(alpha, 0);
  const spare = child([k0, k1], 1);
  type State = readonly [NDArray, NDArray, NDArray, NDArray];
  const round = ([open, a, b, v0]: State): State => {
    const keys: Keys = [a, b];
    const u = uniform(child(keys, 2), 0, dtype);
    const [x, cube] = positiveCube(child(keys, 1), c, open);
    const next = child(keys, 0);
    const square = mul(x, x);
    const v = mul(mul(cube, cube), cube);
    const squeeze = sub(like(1), mul(like(0.0331), mul(square, square)));
    const bound = add(mul(square, like(0.5)), mul(d, add(sub(like(1), v), log(v))));
    const accepts = bitwiseOr(lt(u, squeeze), lt(log(u), bound));
    const stays = bitwiseAnd(open, bitwiseNot(accepts));
    const kept = chosen(open, next, keys);
    return [stays, kept[0], kept[1], select(open, v, v0)];
  };
  const first = child([k0, k1], 0);
  const init: State = [isPositive, first[0], first[1], like(1)];
  const last = whileLoop(
    (([open]: State) => anyOf(open)) as never,
    round as never,
    init as never,
  ) as unknown as State; // of the structure of the first carry
  const v = last[3];
  const u = uniform(spare, 0, dtype);
  if (logSpace) {
    const logarithm = log1p(neg(u));
    const none = bitwiseOr(isWhole, eq(logarithm, 0));
    const boost = select(none, like(0), mul(logarithm, div(like(1), alpha)));
    const out = add(add(log(d), log(v)), boost);
    return select(isPositive, out, select(eq(alpha, 0), like(-Infinity), like(NaN)));
  }
  const boost = select(isWhole, like(1), pow(sub(like(1), u), div(like(1), alpha)));
  const out = mul(mul(d, v), boost);
  return select(isPositive, out, select(eq(alpha, 0), like(0), like(NaN)));
}

/** Normal draws x, anew until 1 + x c is positive, and that number. */
function positiveCube(start: Keys, c: NDArray, wanted: NDArray): readonly [NDArray, NDArray] {
  type State = readonly [NDArray, NDArray, NDArray, NDArray, NDArray];
  const turn = ([open, a, b, x0, cube0]: State): State => {
    const x = normal(child([a, b], 1), c.dtype);
    const cube = add(fullLike(c, 1), mul(x, c));
    const next = chosen(open, child([a, b], 0), [a, b]);
    const held = select(open, cube, cube0);
    return [bitwiseAnd(open, le(held, 0)), next[0], next[1], select(open, x, x0), held];
  };
  const init: State = [wanted, start[0], start[1], fullLike(c, 0), fullLike(c, 1)];
  const last = whileLoop(
    (([open]: State) => anyOf(open)) as never,
    turn as never,
    init as never,
  ) as unknown as State; // of the structure of the first carry
  return [last[3], last[4]];
}

/**
 * Poisson draws: Knuth's product below a mean of 10, transformed rejection from there on.
 *
 * Source: Hörmann, The transformed rejection method for generating Poisson random variables, 1993.
 */
export function poissonDraws(k0: NDArray, k1: NDArray, index: NDArray, rate: NDArray): NDArray {
  const isSmall = lt(rate, 10);
  const few = knuth([k0, k1], index, rate, bitwiseAnd(isSmall, gt(rate, 0)));
  const many = poissonRejection([k0, k1], index, rate, bitwiseNot(isSmall));
  const drawn = select(isSmall, few, many);
  return convertElementType(select(eq(rate, 0), fullLike(rate, 0), drawn), "int32");
}

function knuth(start: Keys, index: NDArray, rate: NDArray, wanted: NDArray): NDArray {
  type State = readonly [NDArray, NDArray, NDArray, NDArray, NDArray];
  const turn = ([open, a, b, count, sum]: State): State => {
    const u = uniform(child([a, b], 1), index, "float32");
    const total = select(open, add(sum, log(u)), sum);
    const next = chosen(open, child([a, b], 0), [a, b]);
    const counted = select(open, add(count, 1), count);
    return [bitwiseAnd(open, gt(total, neg(rate))), next[0], next[1], counted, total];
  };
  const zero = fullLike(rate, 0);
  const init: State = [wanted, start[0], start[1], zero, zero];
  const last = whileLoop(
    (([open]: State) => anyOf(open)) as never,
    turn as never,
    init as never,
  ) as unknown as State; // of the structure of the first carry
  return sub(last[3], 1);
}

function poissonRejection(start: Keys, index: NDArray, given: NDArray, wanted: NDArray): NDArray {
  const like = (value: number): NDArray => full(given.shape, value, given.dtype);
  // Lanes that are not wanted get a mean at which nothing is undefined.
  const rate = select(wanted, given, like(1e4));
  const logRate = log(rate);
  const b = add(like(0.931), mul(like(2.53), sqrt(rate)));
  const a = add(like(-0.059), mul(like(0.02483), b));
  const inverse = add(like(1.1239), div(like(1.1328), sub(b, like(3.4))));
  const limit = sub(like(0.9277), div(like(3.6224), sub(b, 2)));
  type State = readonly [NDArray, NDArray, NDArray, NDArray];
  const turn = ([open, k0, k1, out]: State): State => {
    const keys: Keys = [k0, k1];
    const u = sub(uniform(child(keys, 1), index, "float32"), like(0.5));
    const v = uniform(child(keys, 2), index, "float32");
    const shifted = sub(like(0.5), abs(u));
    const slope = add(div(mul(a, 2), shifted), b);
    const k = floor(add(add(mul(slope, u), rate), like(0.43)));
    const s = log(div(mul(v, inverse), add(div(a, mul(shifted, shifted)), b)));
    const t = sub(add(neg(rate), mul(k, logRate)), lgamma(add(k, 1)));
    const isClear = bitwiseAnd(ge(shifted, like(0.07)), le(v, limit));
    const isOut = bitwiseOr(lt(k, 0), bitwiseAnd(lt(shifted, like(0.013)), gt(v, shifted)));
    const accepts = bitwiseOr(isClear, bitwiseAnd(bitwiseNot(isOut), le(s, t)));
    const next = chosen(open, child(keys, 0), keys);
    const taken = select(bitwiseAnd(open, accepts), k, out);
    return [bitwiseAnd(open, bitwiseNot(accepts)), next[0], next[1], taken];
  };
  const init: State = [wanted, start[0], start[1], like(-1)];
  const last = whileLoop(
    (([open]: State) => anyOf(open)) as never,
    turn as never,
    init as never,
  ) as unknown as State; // of the structure of the first carry
  return last[3];
}
