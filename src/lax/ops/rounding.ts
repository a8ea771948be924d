import { asArray } from "../../core/array.ts";
import { ArgumentError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { absent, definePrimitive, elementwise, nonlinear, zeroJvp } from "../../core/primitive.ts";
import { opExpr } from "../../core/scalar.ts";
import { bind1, bind2, noParams } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { div, mul, neg } from "./arith.ts";
import { pairOf } from "./broadcast.ts";
import { abs, sign } from "./extrema.ts";
import { elementwisePrimitive, floating, numeric, requireKind } from "./shared.ts";

/** Largest integer not above. */
export const floorP = elementwisePrimitive<1>("floor", "floor", floating, { jvp: zeroJvp });

/** Smallest integer not below. */
export const ceilP = elementwisePrimitive<1>("ceil", "ceil", floating, { jvp: zeroJvp });

/** Where halves go when rounding. */
export type RoundingMethod = "awayFromZero" | "toNearestEven";

/** Options of `round`. */
export interface RoundOptions {
  readonly roundingMethod?: RoundingMethod | undefined;
}

/** Parameters of a rounding. */
export interface RoundParams {
  readonly roundingMethod: RoundingMethod;
}

const roundingOps = { awayFromZero: "roundAway", toNearestEven: "roundEven" } as const;

/** Nearest integer; see `round`. */
export const roundP = definePrimitive<1, RoundParams>("round", {
  abstractEval([x], { roundingMethod }) {
    requireKind("round", x, floating);
    if (!Object.hasOwn(roundingOps, roundingMethod)) {
      throw new ArgumentError(
        `lax.round: roundingMethod must be "awayFromZero" or "toNearestEven", got ${String(roundingMethod)}; leave it out for the former`,
      );
    }
    return x;
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: elementwise,
  lower: {
    kind: "expression",
    build: ([x], { roundingMethod }) => [opExpr(roundingOps[roundingMethod], [x], x.dtype)],
  },
});

/** Whether elements are neither infinite nor NaN. */
export const isFiniteP = definePrimitive<1>("is_finite", {
  abstractEval([x]) {
    requireKind("isFinite", x, floating);
    return x.withDtype("bool", x.weakType);
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: elementwise,
  lower: { kind: "scalar", op: "isFinite" },
});

/** Remainder with the sign of the dividend; see `rem`. */
export const remP = elementwisePrimitive<2>("rem", "rem", numeric, {
  jvp: {
    kind: "partials",
    // x - y trunc(x/y), where the quotient is constant almost everywhere.
    terms: [(t) => t, (t, [x, y]) => mul(neg(t), truncated(div(x, y)))],
  },
});

function truncated(x: NDArray): NDArray {
  return mul(sign(x), floor(abs(x)));
}

/** Neighbouring number; see `nextafter`. */
export const nextafterP = elementwisePrimitive<2>(
  "nextafter",
  "nextAfter",
  floating,
  { jvp: absent("it steps from one representable number to the next, which has no derivative") },
  "nextafter",
);

/** Largest integer not above each element, as a float; -0 stays. */
export function floor(x: ArrayLike): NDArray {
  return bind1(floorP, asArray(x, "lax.floor"), noParams);
}

/** Smallest integer not below each element, as a float; what rounds up to zero gives -0. */
export function ceil(x: ArrayLike): NDArray {
  return bind1(ceilP, asArray(x, "lax.ceil"), noParams);
}

/**
 * Integer nearest to each element, as a float; the sign of zero stays.
 *
 * Halves go away from zero, or with `roundingMethod: "toNearestEven"` to the even neighbour.
 *
 * @throws DTypeError unless the dtype is a float; ArgumentError for an unknown method.
 */
export function round(x: ArrayLike, options?: RoundOptions): NDArray {
  checkOptions("lax.round", options, ["roundingMethod"]);
  const { roundingMethod = "awayFromZero" } = options ?? {};
  return bind1(roundP, asArray(x, "lax.round"), { roundingMethod });
}

/** Whether each element is neither infinite nor NaN. */
function areFinite(x: ArrayLike): NDArray {
  return bind1(isFiniteP, asArray(x, "lax.isFinite"), noParams);
}

export { areFinite as isFinite };

/**
 * Remainder of each quotient truncated toward zero: it has the sign of `x`.
 *
 * Edge values: an integer over 0 leaves itself, a float NaN; a finite float over an infinity
 * leaves itself.
 */
export function rem(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("rem", x, y);
  return bind2(remP, a, b, noParams);
}

/**
 * The number of the dtype that follows each element of `x` in the direction of `y`.
 *
 * Edge values: `y` where the two are equal, NaN where either is.
 */
export function nextafter(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("nextafter", x, y);
  return bind2(nextafterP, a, b, noParams);
}
