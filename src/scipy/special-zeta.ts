import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, neg, sub } from "../lax/ops/arith.ts";
import { fullLike } from "../lax/ops/broadcast.ts";
import { min } from "../lax/ops/extrema.ts";
import { pow } from "../lax/ops/power.ts";
import { zeta as laxZeta } from "../lax/ops/special.ts";
import { pairInexact } from "../numpy/promote.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";
import { jvp } from "../transforms/jvp.ts";

/** (2k)! over Bernoulli number 2k, for k from 1. */
const bernoulliRatios = [
  12, -720, 30240, -1209600, 47900160, -1892437580.3183792, 74724249600, -2950130727918.164,
  116467828143500.67, -4597978722407473, 1.8152105401943546e17, -7.166165256175667e18,
  2.82908877253043e20, -1.1168794925000445e22, 4.4092635141854666e23, -1.7407074646225822e25,
] as const;

const hurwitz: CustomJvp<[NDArray, NDArray], NDArray> = /* @__PURE__ */ customJvp(
  (x: NDArray, q: NDArray) => laxZeta(x, q),
).defJvp(([x, q]: [NDArray, NDArray], tangents: [NDArray, NDArray]) => [
  laxZeta(x, q),
  jvp(eulerMaclaurin, [x, q], tangents)[1],
]);

/**
 * Hurwitz zeta function: the sum of (k + q)^-x over k from 0.
 *
 * Derivatives by both arguments are those of its Euler-Maclaurin formula.
 */
export function zeta(x: ArrayLike, q: ArrayLike): NDArray {
  return hurwitz(...pairInexact("scipy.special.zeta", x, q));
}

/**
 * The zeta function by the Euler-Maclaurin formula, of which the derivatives are simple.
 *
 * Source: Johansson, Rigorous high-precision computation of the Hurwitz zeta function (2014).
 */
function eulerMaclaurin(s: NDArray, a: NDArray): NDArray {
  const isWide = s.dtype === "float64";
  const count = isWide ? 16 : 8;
  const largest = fullLike(s, isWide ? Number.MAX_VALUE : 3.4028234663852886e38);
  const end = add(a, count);
  let sum = fullLike(s, 0);
  for (let k = 0; k < count; k++) sum = add(sum, pow(add(a, k), neg(s)));
  const integral = div(pow(end, sub(1, s)), sub(s, 1));
  // Rising products of s, two factors further for each Bernoulli number.
  let product = div(s, end);
  let corrections = fullLike(s, 0.5);
  bernoulliRatios.slice(0, count).forEach((ratio, k) => {
    if (k > 0) {
      const factors = mul(div(add(s, 2 * k - 1), end), div(add(s, 2 * k), end));
      product = mul(product, factors);
    }
    corrections = add(corrections, div(min(product, largest), ratio));
  });
  return add(add(sum, integral), mul(pow(end, neg(s)), corrections));
}
