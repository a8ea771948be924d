import type { NDArray } from "../core/value.ts";
import { whileLoop } from "../lax/control/while.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { broadcastInDim, fullLike } from "../lax/ops/broadcast.ts";
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
import { iota } from "../lax/ops/creation.ts";
import { abs } from "../lax/ops/extrema.ts";
import { reshape } from "../lax/ops/layout.ts";
import { reduceOr } from "../lax/ops/reduce.ts";
import { ceil, floor } from "../lax/ops/rounding.ts";
import { log, log1p, sqrt } from "../lax/ops/transcendental.ts";
import { anyOf } from "./own-incomplete-gamma.ts";
import { child, chosen, type Keys, uniform } from "./own-streams.ts";

/**
 * Binomial draws; those under one key are rejected together, as the interpreter does it.
 *
 * Sources: Kachitvichyanukul and Schmeiser, Binomial random variate generation, 1988; Hörmann, The
 * generation of binomial random variates, 1993.
 */
export function binomialDraws(
  k0: NDArray,
  k1: NDArray,
  counts: NDArray,
  chances: NDArray,
): NDArray {
  if (counts.size === 0) return counts;
  const shape = [k0.size, counts.size / k0.size];
  const keys: Keys = [spread(k0, shape), spread(k1, shape)];
  const [count, chance] = [reshape(counts, shape), reshape(chances, shape)];
  const like = (value: number): NDArray => fullLike(count, value);
  const isRare = lt(chance, like(0.5));
  const rarer = select(isRare, chance, sub(like(1), chance));
  const usable = select(ge(rarer, 0), rarer, like(0.01));
  const isUsual = bitwiseAnd(ge(count, 0), lt(count, Infinity));
  const inverts = bitwiseOr(bitwiseNot(isUsual), le(mul(count, usable), like(10)));
  const whole = floor(count);
  const lane = broadcastInDim(iota("uint32", shape[1] as number), shape, [1]); // two extents
  const few = inversion(keys, lane, whole, usable, bitwiseAnd(inverts, lt(whole, Infinity)));
  const many = rejection(
    keys,
    lane,
    select(inverts, like(1e4), whole),
    select(inverts, like(0.5), usable),
    reduceOr(bitwiseNot(inverts), [1]),
  );
  const drawn = select(inverts, few, many);
  const sided = select(isRare, drawn, sub(whole, drawn));
  const ended = select(eq(count, Infinity), count, sided);
  const isValid = bitwiseAnd(ge(count, 0), ge(rarer, 0));
  return reshape(select(isValid, ended, like(NaN)), counts.shape);
}

function spread(k: NDArray, shape: readonly number[]): NDArray {
  return broadcastInDim(reshape(k, [k.size]), shape, [0]);
}

/** Geometric draws are added until they exceed the number of trials. */
function inversion(
  start: Keys,
  lane: NDArray,
  count: NDArray,
  chance: NDArray,
  wanted: NDArray,
): NDArray {
  const logMiss = log1p(neg(chance));
  type State = readonly [NDArray, NDArray, NDArray, NDArray, NDArray];
  const turn = ([open, a, b, draws, sum]: State): State => {
    const u = uniform(child([a, b], 0), lane, count.dtype);
    const total = select(open, add(sum, ceil(div(log(u), logMiss))), sum);
    const next = chosen(open, child([a, b], 1), [a, b]);
    const made = select(open, add(draws, 1), draws);
    return [bitwiseAnd(open, le(total, count)), next[0], next[1], made, total];
  };
  const zero = fullLike(count, 0);
  const init: State = [bitwiseAnd(wanted, ge(count, 0)), start[0], start[1], zero, zero];
  const last = whileLoop(
    (([open]: State) => anyOf(open)) as never,
    turn as never,
    init as never,
  ) as unknown as State; // of the structure of the first carry
  return sub(last[3], 1);
}

/** Transformed rejection: all lanes of a key until each has accepted once; the last one counts. */
function rejection(
  start: Keys,
  lane: NDArray,
  count: NDArray,
  p: NDArray,
  wanted: NDArray,
): NDArray {
  const like = (value: number): NDArray => fullLike(count, value);
  const { dtype, shape } = count;
  const mean = mul(count, p);
  const deviation = sqrt(mul(mean, sub(like(1), p)));
  const b = add(like(1.15), mul(like(2.53), deviation));
  const a = add(add(like(-0.0873), mul(like(0.0248), b)), mul(like(0.01), p));
  const c = add(mean, like(0.5));
  const limit = sub(like(0.92), div(like(4.2), b));
  const odds = div(p, sub(like(1), p));
  const alpha = mul(add(like(2.83), div(like(5.1), b)), deviation);
  const mode = floor(mul(add(count, 1), p));
  type State = readonly [NDArray, NDArray, NDArray, NDArray, NDArray];
  const turn = ([open, k0, k1, done, out]: State): State => {
    const keys: Keys = [k0, k1];
    const u = sub(uniform(child(keys, 1), lane, dtype), like(0.5));
    const v = uniform(child(keys, 2), lane, dtype);
    const us = sub(like(0.5), abs(u));
    const k = floor(add(mul(add(div(mul(a, 2), us), b), u), c));
    const height = log(div(mul(v, alpha), add(div(a, mul(us, us)), b)));
    const rest = add(sub(count, mode), 1);
    const left = add(sub(count, k), 1);
    const first = mul(add(mode, like(0.5)), log(div(add(mode, 1), mul(odds, rest))));
    const second = mul(add(count, 1), log(div(rest, left)));
    const third = mul(add(k, like(0.5)), log(div(mul(odds, left), add(k, 1))));
    const sum = add(add(first, second), third);
    const added = add(add(sum, tail(mode)), tail(sub(count, mode)));
    const bound = sub(sub(added, tail(k)), tail(sub(count, k)));
    const isInside = bitwiseAnd(ge(k, 0), le(k, count));
    const isClear = bitwiseAnd(ge(us, like(0.07)), le(v, limit));
    const accepts = bitwiseOr(isClear, bitwiseAnd(isInside, le(height, bound)));
    const all = broadcastInDim(open, shape, [0]);
    const taken = bitwiseAnd(all, accepts);
    const finished = bitwiseOr(done, taken);
    const next = chosen(all, child(keys, 0), keys);
    const stays = bitwiseAnd(open, reduceOr(bitwiseNot(finished), [1]));
    return [stays, next[0], next[1], finished, select(taken, k, out)];
  };
  const none = gt(like(0), like(1));
  const init: State = [wanted, start[0], start[1], none, like(-1)];
  const last = whileLoop(
    (([open]: State) => anyOf(open)) as never,
    turn as never,
    init as never,
  ) as unknown as State; // of the structure of the first carry
  return last[4];
}

/** ln k! less Stirling's formula, for k from 0 to 9. */
const stirlingTails = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
  0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.010411265261972,
  0.00925546218271273, 0.00833056343336287,
];

function tail(k: NDArray): NDArray {
  const next = add(k, 1);
  const inner = sub(fullLike(k, 1 / 360), div(fullLike(k, 1 / 1260), mul(next, next)));
  const far = div(sub(fullLike(k, 1 / 12), div(inner, mul(next, next))), next);
  return stirlingTails.reduceRight(
    (rest, value, i) => select(lt(k, i + 1), fullLike(k, value), rest),
    far,
  );
}
