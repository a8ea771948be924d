import type { ScalarOp } from "../../core/scalar.ts";
import { erf } from "./erf.ts";
import { exp, exp2, expm1, logistic, tanh } from "./exponential.ts";
import type { Lanes, UnaryText } from "./lanes.ts";
import { log, log1p } from "./logarithm.ts";
import { cos, sin, tan } from "./trigonometric.ts";

/** Reciprocal square root. Accuracy: 1 ulp; inf at 0, -inf at -0, 0 at inf, NaN below 0. */
function rsqrt<F, I, M, D>(on: Lanes<F, I, M, D>, x: F): F {
  return on.div(on.float(1), on.sqrt(x));
}

/** The scalar operations whose algorithm for float32 is the same on every kind of lanes. */
export const elementary = {
  exp,
  exp2,
  expm1,
  log,
  log1p,
  logistic,
  tanh,
  sin,
  cos,
  tan,
  erf,
  rsqrt,
} satisfies Partial<Record<ScalarOp, UnaryText>>;

/** The text of an operation on float32, or null where it has none. */
export function elementaryText(op: ScalarOp): UnaryText | null {
  return Object.hasOwn(elementary, op) ? elementary[op as keyof typeof elementary] : null;
}
