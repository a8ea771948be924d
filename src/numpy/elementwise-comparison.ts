import { isFloat } from "../core/dtype.ts";
import { checkOptions } from "../core/options.ts";
import { sameShape } from "../core/shape.ts";
import { bind2, noParams } from "../core/trace.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { add, div, mul, sub } from "../lax/ops/arith.ts";
import { full } from "../lax/ops/broadcast.ts";
import {
  andP,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  eq,
  eqP,
  geP,
  gtP,
  le,
  leP,
  ltP,
  ne,
  neP,
  orP,
  xorP,
} from "../lax/ops/compare.ts";
import { bitcastConvertType, convertElementType } from "../lax/ops/convert.ts";
import { abs as laxAbs } from "../lax/ops/extrema.ts";
import { reduceAnd } from "../lax/ops/reduce.ts";
import { isFinite as laxIsFinite } from "../lax/ops/rounding.ts";
import { binary, pair, pairInexact, strong, toArray } from "./promote.ts";

// Comparisons promote their operands first and give bools.

/** Whether two elements are equal; NaN equals nothing, 0 equals -0. */
export function equal(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.equal", eqP, eqP, x, y);
}

/** Whether two elements differ; NaN differs from everything. */
export function notEqual(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.notEqual", neP, neP, x, y);
}

/** Whether `x < y`, element by element; false beside NaN. */
export function less(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.less", ltP, ltP, x, y);
}

/** Whether `x <= y`, element by element; false beside NaN. */
export function lessEqual(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.lessEqual", leP, leP, x, y);
}

/** Whether `x > y`, element by element; false beside NaN. */
export function greater(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.greater", gtP, gtP, x, y);
}

/** Whether `x >= y`, element by element; false beside NaN. */
export function greaterEqual(x: ArrayLike, y: ArrayLike): NDArray {
  return binary("numpy.greaterEqual", geP, geP, x, y);
}

/** Whether both elements are true, that is not 0. */
export function logicalAnd(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pair("numpy.logicalAnd", x, y);
  return strong(bind2(andP, truth(a), truth(b), noParams));
}

/** Whether any of two elements is true, that is not 0. */
export function logicalOr(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pair("numpy.logicalOr", x, y);
  return strong(bind2(orP, truth(a), truth(b), noParams));
}

/** Whether one of two elements alone is true, that is not 0. */
export function logicalXor(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pair("numpy.logicalXor", x, y);
  return strong(bind2(xorP, truth(a), truth(b), noParams));
}

/** Whether an element is false, that is 0. */
export function logicalNot(x: ArrayLike): NDArray {
  return bitwiseNot(truth(toArray("numpy.logicalNot", x)));
}

/** Elements as bools: whether they are not 0. */
export function truth(x: NDArray): NDArray {
  return x.dtype === "bool" ? x : ne(x, 0);
}

/** Bools like `x`, all of one value. */
function constantBool(x: NDArray, value: boolean): NDArray {
  return full(x.shape, value ? 1 : 0, "bool");
}

/** Whether an element is NaN. */
export function isnan(x: ArrayLike): NDArray {
  const a = toArray("numpy.isnan", x);
  return ne(a, a);
}

/** Whether an element is neither infinite nor NaN. */
export function isfinite(x: ArrayLike): NDArray {
  const a = toArray("numpy.isfinite", x);
  return isFloat(a.dtype) ? laxIsFinite(a) : constantBool(a, true);
}

/** Whether an element is infinite, of either sign. */
export function isinf(x: ArrayLike): NDArray {
  const a = toArray("numpy.isinf", x);
  return isFloat(a.dtype) ? strong(eq(laxAbs(a), Infinity)) : constantBool(a, false);
}

/** Whether an element is positive infinity. */
export function isposinf(x: ArrayLike): NDArray {
  const a = toArray("numpy.isposinf", x);
  return isFloat(a.dtype) ? strong(eq(a, Infinity)) : constantBool(a, false);
}

/** Whether an element is negative infinity. */
export function isneginf(x: ArrayLike): NDArray {
  const a = toArray("numpy.isneginf", x);
  return isFloat(a.dtype) ? strong(eq(a, -Infinity)) : constantBool(a, false);
}

/** Whether an element has an imaginary part: never. */
export function iscomplex(x: ArrayLike): NDArray {
  return constantBool(toArray("numpy.iscomplex", x), false);
}

/** Whether an element has no imaginary part: always. */
export function isreal(x: ArrayLike): NDArray {
  const a = toArray("numpy.isreal", x);
  return convertElementType(constantBool(a, true), "bool", a.weakType);
}

/** Whether the dtype is complex: never, as there is none. */
export function iscomplexobj(x: ArrayLike): boolean {
  toArray("numpy.iscomplexobj", x);
  return false;
}

/** Whether the dtype is not complex: always. */
export function isrealobj(x: ArrayLike): boolean {
  toArray("numpy.isrealobj", x);
  return true;
}

/** Integers of the width of each float, for its bits. */
const bitsOf = { float32: "int32", float16: "int16", bfloat16: "int16" } as const;

/** Whether the sign bit is set: of -0 too, and of a NaN that has it. */
export function signbit(x: ArrayLike): NDArray {
  const a = toArray("numpy.signbit", x);
  const { dtype } = a;
  if (dtype === "bool") return constantBool(a, false);
  if (dtype === "float64") {
    // There is no integer of 64 bits; the reciprocal of -0 tells it from 0.
    return bitwiseOr(less(a, 0), bitwiseAnd(eq(a, 0), less(div(1, a), 0)));
  }
  if (dtype === "float32" || dtype === "float16" || dtype === "bfloat16") {
    return less(bitcastConvertType(a, bitsOf[dtype]), 0);
  }
  return strong(less(a, 0));
}

/** Tolerances of a comparison. */
export interface ToleranceOptions {
  /** Relative to the size of the second operand; 1e-5. */
  rtol?: number | undefined;
  /** Absolute; 1e-8. */
  atol?: number | undefined;
  /** Whether NaN equals NaN; false. */
  equalNan?: boolean | undefined;
}

const toleranceNames = ["rtol", "atol", "equalNan"];

/** Whether `|x - y| <= atol + rtol * |y|`, element by element; infinities equal themselves. */
export function isclose(x: ArrayLike, y: ArrayLike, options?: ToleranceOptions): NDArray {
  checkOptions("numpy.isclose", options, toleranceNames);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options ?? {};
  const [a, b] = pairInexact("numpy.isclose", x, y);
  const near = le(laxAbs(sub(a, b)), add(mul(laxAbs(b), rtol), atol));
  const finite = bitwiseAnd(laxIsFinite(a), laxIsFinite(b));
  const close = strong(bitwiseOr(bitwiseAnd(finite, near), eq(a, b)));
  return equalNan ? bitwiseOr(close, bitwiseAnd(ne(a, a), ne(b, b))) : close;
}

/** Whether all elements are close as `isclose` has it: a bool scalar. */
export function allclose(x: ArrayLike, y: ArrayLike, options?: ToleranceOptions): NDArray {
  checkOptions("numpy.allclose", options, toleranceNames);
  return allOf(isclose(x, y, options));
}

function allOf(x: NDArray): NDArray {
  return reduceAnd(
    x,
    x.shape.map((_, i) => i),
  );
}

/** Whether two arrays have one shape and equal elements: a bool scalar. */
export function arrayEqual(
  x: ArrayLike,
  y: ArrayLike,
  options?: { equalNan?: boolean | undefined },
): NDArray {
  checkOptions("numpy.arrayEqual", options, ["equalNan"]);
  const a = toArray("numpy.arrayEqual", x);
  const b = toArray("numpy.arrayEqual", y);
  if (!sameShape(a.shape, b.shape)) return full([], 0, "bool");
  const same = equal(a, b);
  return allOf(options?.equalNan === true ? bitwiseOr(same, bitwiseAnd(isnan(a), isnan(b))) : same);
}

/** Whether two arrays broadcast to one shape and are equal there: a bool scalar. */
export function arrayEquiv(x: ArrayLike, y: ArrayLike): NDArray {
  const a = toArray("numpy.arrayEquiv", x);
  const b = toArray("numpy.arrayEquiv", y);
  const rank = Math.min(a.ndim, b.ndim);
  for (let i = 1; i <= rank; i++) {
    const m = a.shape[a.ndim - i];
    const n = b.shape[b.ndim - i];
    if (m !== n && m !== 1 && n !== 1) return full([], 0, "bool");
  }
  return allOf(equal(a, b));
}
