import { asArray } from "../../core/array.ts";
import type { Kind } from "../../core/dtype.ts";
import { type JvpRule, zeroJvp } from "../../core/primitive.ts";
import { opExpr } from "../../core/scalar.ts";
import { bind, bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { mul, neg } from "./arith.ts";
import { broadcastInDim, fullLike, pairOf } from "./broadcast.ts";
import { bitwiseAnd, eq, ge, gt, lt, select } from "./compare.ts";
import { elementwisePrimitive, numeric, operands, ordered } from "./shared.ts";

/** Share of `x` in the derivative of a choice `out` between `x` and `y`: 1, half at a tie, or 0. */
function share(x: NDArray, out: NDArray, y: NDArray): NDArray {
  const whole = fullLike(out, 1);
  const tied = select(eq(y, out), fullLike(out, 0.5), whole);
  return select(eq(x, out), tied, fullLike(out, 0));
}

const choiceJvp: JvpRule<2, object> = {
  kind: "partials",
  terms: [
    (t, [x, y], out) => mul(t, share(x, out, y)),
    (t, [x, y], out) => mul(t, share(y, out, x)),
  ],
};

/** Larger of two elements; see `max`. */
export const maxP = elementwisePrimitive<2>("max", "max", ordered, { jvp: choiceJvp });

/** Smaller of two elements; see `min`. */
export const minP = elementwisePrimitive<2>("min", "min", ordered, { jvp: choiceJvp });

/** Nearest element between bounds; operands are lower bound, element, upper bound. */
export const clampP = elementwisePrimitive<3>(
  "clamp",
  "min",
  ordered,
  {
    jvp: {
      kind: "partials",
      // On a bound nobody gets anything; between bounds that cross, only the upper one counts.
      terms: [
        (t, [lo, x, hi]) => select(bitwiseAnd(gt(lo, x), lt(lo, hi)), t, fullLike(t, 0)),
        (t, [lo, x, hi]) => select(bitwiseAnd(gt(x, lo), lt(x, hi)), t, fullLike(t, 0)),
        (t, [, x, hi]) => select(lt(hi, x), t, fullLike(t, 0)),
      ],
    },
    lower: {
      kind: "expression",
      build([lo, x, hi]) {
        return [opExpr("min", [opExpr("max", [x, lo], x.dtype), hi], x.dtype)];
      },
    },
  },
  "clamp",
);

const signed: readonly Kind[] = ["float", "int"];

/** Absolute value, whose derivative at 0 is 1. */
export const absP = elementwisePrimitive<1>("abs", "abs", signed, {
  jvp: { kind: "partials", terms: [(t, [x]) => select(ge(x, 0), t, neg(t))] },
});

/** Sign: -1, 0 or 1; zeros keep theirs. */
export const signP = elementwisePrimitive<1>("sign", "sign", numeric, { jvp: zeroJvp });

/**
 * Larger of each pair of elements.
 *
 * Edge values: NaN if either is NaN, 0 above -0. At a tie each side gets half the derivative.
 */
export function max(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("max", x, y);
  return bind2(maxP, a, b, noParams);
}

/**
 * Smaller of each pair of elements.
 *
 * Edge values: NaN if either is NaN, -0 below 0. At a tie each side gets half the derivative.
 */
export function min(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("min", x, y);
  return bind2(minP, a, b, noParams);
}

/**
 * The value nearest to each element of `x` from `lo` to `hi`: `min(max(x, lo), hi)`.
 *
 * Shapes: bounds are scalars or have the shape of `x`. Edge values: `hi` where the bounds cross,
 * NaN where any operand is. Exactly on a bound the derivative is 0, by `x` and by the bound.
 */
export function clamp(lo: ArrayLike, x: ArrayLike, hi: ArrayLike): NDArray {
  const [a, b, c] = operands("clamp", [lo, x, hi]) as [NDArray, NDArray, NDArray]; // as many as given
  const spread = (bound: NDArray): NDArray =>
    bound.ndim === 0 ? broadcastInDim(bound, b.shape, []) : bound;
  return bind(clampP, [spread(a), b, spread(c)], noParams);
}

/** Absolute value of each element; the smallest signed integer is its own. */
export function abs(x: ArrayLike): NDArray {
  return bind1(absP, asArray(x, "lax.abs"), noParams);
}

/** -1, 0 or 1 by the sign of each element; zeros are kept as they are, NaN gives NaN. */
export function sign(x: ArrayLike): NDArray {
  return bind1(signP, asArray(x, "lax.sign"), noParams);
}
