import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, mul, neg, sub } from "../lax/ops/arith.ts";
import { eq, ne, select } from "../lax/ops/compare.ts";
import { abs, max } from "../lax/ops/extrema.ts";
import { exp, exp2, log1p } from "../lax/ops/transcendental.ts";
import { type CustomJvp, customJvp } from "../transforms/custom-jvp.ts";
import { pairInexact, strong } from "./promote.ts";

type Pair = CustomJvp<[NDArray, NDArray], NDArray>;

/** Logarithm of a sum of powers, where `scale * log1p` is the logarithm of 1 plus a number. */
function logSum(power: (x: NDArray) => NDArray, scale: number): Pair {
  const sum = customJvp((a: NDArray, b: NDArray): NDArray => {
    const apart = sub(a, b);
    const rest = log1p(power(neg(abs(apart))));
    const finite = add(max(a, b), scale === 1 ? rest : mul(rest, scale));
    // Infinities of one sign have no difference; NaN goes through the sum.
    return select(ne(apart, apart), add(a, b), finite);
  });
  return sum.defJvp(([a, b]: [NDArray, NDArray], [s, t]: [NDArray, NDArray]) => {
    const out = sum(a, b);
    const weight = (x: NDArray): NDArray => power(sub(withoutInfinity(x), withoutInfinity(out)));
    return [out, add(mul(s, weight(a)), mul(t, weight(b)))];
  });
}

/** 0 in place of infinity, so that the weight of an infinite operand is 1. */
function withoutInfinity(x: NDArray): NDArray {
  return select(eq(x, Infinity), 0, x);
}

const natural: Pair = /* @__PURE__ */ logSum(exp, 1);
const binary: Pair = /* @__PURE__ */ logSum(exp2, Math.LOG2E);

/** `log(exp(x) + exp(y))` without overflow. */
export function logaddexp(x: ArrayLike, y: ArrayLike): NDArray {
  return natural(...pairInexact("numpy.logaddexp", x, y));
}

/** `log2(2 ** x + 2 ** y)` without overflow. */
export function logaddexp2(x: ArrayLike, y: ArrayLike): NDArray {
  return strong(binary(...pairInexact("numpy.logaddexp2", x, y)));
}
