import { asArray } from "../../core/array.ts";
import type { ShapedArray } from "../../core/aval.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import {
  definePrimitive,
  elementwise,
  isLinear,
  type PrimitiveOf,
  transposeRule,
  Zero,
  zeroJvp,
} from "../../core/primitive.ts";
import { constExpr, type Expr, opExpr } from "../../core/scalar.ts";
import { sameShape } from "../../core/shape.ts";
import { bind, bind1, bind2, noParams } from "../../core/trace.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastInDim, fullLike, pairOf } from "./broadcast.ts";
import { keyData, wrapKeyData } from "./keys.ts";
import {
  bitwise,
  comparisonPrimitive,
  elementwisePrimitive,
  operands,
  ordered,
  sameAval,
} from "./shared.ts";

/** Whether elements are equal. */
export const eqP = comparisonPrimitive("eq", "eq", ordered);
/** Whether elements differ. */
export const neP = comparisonPrimitive("ne", "ne", ordered);
/** Whether elements are below others. */
export const ltP = comparisonPrimitive("lt", "lt", ordered);
/** Whether elements are below or equal to others. */
export const leP = comparisonPrimitive("le", "le", ordered);
/** Whether elements are above others. */
export const gtP = comparisonPrimitive("gt", "gt", ordered);
/** Whether elements are above or equal to others. */
export const geP = comparisonPrimitive("ge", "ge", ordered);

/** Bits that both operands have. */
export const andP = elementwisePrimitive<2>("and", "and", bitwise, { jvp: zeroJvp }, "bitwiseAnd");
/** Bits that any operand has. */
export const orP = elementwisePrimitive<2>("or", "or", bitwise, { jvp: zeroJvp }, "bitwiseOr");
/** Bits that one operand alone has. */
export const xorP = elementwisePrimitive<2>("xor", "xor", bitwise, { jvp: zeroJvp }, "bitwiseXor");
/** Bits that the operand has not. */
export const notP = elementwisePrimitive<1>("not", "not", bitwise, { jvp: zeroJvp }, "bitwiseNot");

/** Choice among cases, element by element; operand 0 tells which. See `selectN`. */
export const selectNP: PrimitiveOf<number, object> = definePrimitive("select_n", {
  // Nobody binds it without operand 0, here and in the rules below.
  abstractEval: ([which, ...cases]) => selectedAval(which as ShapedArray, cases),
  jvp: {
    kind: "rule",
    apply([which, ...cases], [, ...tangents]) {
      const index = which as NDArray; // the shape rule asks for it
      const out = bind(selectNP, [index, ...cases], noParams);
      const some = tangents.find((t): t is NDArray => !(t instanceof Zero));
      if (some === undefined) return [[out], [new Zero(out.aval.tangent())]];
      const zeros = fullLike(some, 0);
      const dense = tangents.map((t) => (t instanceof Zero ? zeros : t));
      return [[out], [bind(selectNP, [index, ...dense], noParams)]];
    },
  },
  // Each case gets the cotangent where it was the one chosen, found by choosing again.
  transpose: transposeRule((ct, [which, ...cases]) => {
    const index = which as NDArray; // bools and integers have no cotangents
    const zeros = fullLike(ct, 0);
    const routed = cases.map((self, i) => {
      if (!isLinear(self)) return null;
      return bind(selectNP, [index, ...cases.map((_, j) => (i === j ? ct : zeros))], noParams);
    });
    return [null, ...routed];
  }),
  batch: elementwise,
  lower: {
    kind: "expression",
    build: ([which, ...cases]) => [choose(which as Expr, cases, 0)], // as in the jvp rule
  },
});

function selectedAval(which: ShapedArray, cases: readonly ShapedArray[]): ShapedArray {
  if (cases.length === 0) {
    throw new ArgumentError(
      "lax.selectN: at least one case is required, got none; pass the arrays to choose from",
    );
  }
  const aval = sameAval("selectN", cases);
  if (which.dtype !== "bool" && which.dtype !== "int32") {
    throw new DTypeError(
      `lax.selectN: \`which\` must be bool or int32, got ${which}; compare it, or convert with lax.convertElementType`,
    );
  }
  if (which.dtype === "bool" && cases.length > 2) {
    throw new ArgumentError(
      `lax.selectN: a bool chooses between at most 2 cases, got ${cases.length}; choose with int32`,
    );
  }
  if (!sameShape(which.shape, aval.shape)) {
    throw new ShapeError(
      `lax.selectN: \`which\` must be a scalar or have the shape of the cases, got ${which} for ${aval}; broadcast first, or call numpy.where`,
    );
  }
  return aval;
}

/** Halving search for the case `which` names; what is out of range ends at the first or last. */
function choose(which: Expr, cases: readonly Expr[], first: number): Expr {
  const [only, other] = cases as [Expr, Expr | undefined]; // there is at least one case
  if (other === undefined) return only;
  if (which.dtype === "bool") return opExpr("select", [which, other, only], only.dtype);
  const middle = cases.length >> 1;
  const below = opExpr("lt", [which, constExpr(first + middle, "int32")], "bool");
  const low = choose(which, cases.slice(0, middle), first);
  const high = choose(which, cases.slice(middle), first + middle);
  return opExpr("select", [below, low, high], only.dtype);
}

/** `x == y` for each pair of elements; NaN equals nothing, 0 equals -0. */
export function eq(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("eq", x, y);
  return bind2(eqP, a, b, noParams);
}

/** `x != y` for each pair of elements; NaN differs from everything. */
export function ne(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("ne", x, y);
  return bind2(neP, a, b, noParams);
}

/** `x < y` for each pair of elements; false beside NaN. */
export function lt(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("lt", x, y);
  return bind2(ltP, a, b, noParams);
}

/** `x <= y` for each pair of elements; false beside NaN. */
export function le(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("le", x, y);
  return bind2(leP, a, b, noParams);
}

/** `x > y` for each pair of elements; false beside NaN. */
export function gt(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("gt", x, y);
  return bind2(gtP, a, b, noParams);
}

/** `x >= y` for each pair of elements; false beside NaN. */
export function ge(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("ge", x, y);
  return bind2(geP, a, b, noParams);
}

/** Bits that both integers have; logical on bools. */
export function bitwiseAnd(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("bitwiseAnd", x, y);
  return bind2(andP, a, b, noParams);
}

/** Bits that any of two integers has; logical on bools. */
export function bitwiseOr(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("bitwiseOr", x, y);
  return bind2(orP, a, b, noParams);
}

/** Bits that one of two integers alone has; logical on bools. */
export function bitwiseXor(x: ArrayLike, y: ArrayLike): NDArray {
  const [a, b] = pairOf("bitwiseXor", x, y);
  return bind2(xorP, a, b, noParams);
}

/** Bits that an integer has not; logical on bools. */
export function bitwiseNot(x: ArrayLike): NDArray {
  return bind1(notP, asArray(x, "lax.bitwiseNot"), noParams);
}

/**
 * `onTrue` where `pred` holds, `onFalse` elsewhere.
 *
 * Shapes: both cases alike; `pred` a scalar or of their shape. Numbers stand for whole arrays.
 * The derivative goes to the case chosen; the other one gets zero, which a NaN or infinite
 * derivative further up still turns into NaN.
 *
 * @throws DTypeError, ShapeError if the operands do not fit.
 */
export function select(pred: ArrayLike, onTrue: ArrayLike, onFalse: ArrayLike): NDArray {
  const which = asArray(pred, "lax.select");
  if (which.dtype !== "bool") {
    throw new DTypeError(
      `lax.select: a bool predicate is required, got ${which.aval}; compare it with lax.ne(pred, 0)`,
    );
  }
  return selectN(which, onFalse, onTrue);
}

/**
 * For each element, the one of the case that `which` names: `cases[which]`.
 *
 * Shapes: all cases alike; `which` a scalar or of their shape. Dtypes: `which` is bool (at most
 * two cases, false first) or int32, and out of range means the first or the last case; cases
 * share a dtype, which may be that of random keys.
 *
 * @throws DTypeError, ShapeError, ArgumentError if the operands do not fit.
 */
export function selectN(which: ArrayLike, ...cases: readonly ArrayLike[]): NDArray {
  const literals = operands("selectN", cases);
  const shape = cases.find((x): x is NDArray => x instanceof NDArray)?.shape ?? [];
  const arrays = literals.map((x, i) =>
    cases[i] instanceof NDArray ? x : broadcastInDim(x, shape, []),
  );
  const index = asArray(which, "lax.selectN");
  const [first] = arrays;
  if (first?.dtype === "key<fry>") return selectKeys(index, arrays, shape);
  return bind(selectNP, [spread(index, shape), ...arrays], noParams);
}

function selectKeys(which: NDArray, cases: readonly NDArray[], shape: readonly number[]): NDArray {
  selectedAval(
    spread(which, shape).aval,
    cases.map((x) => x.aval),
  );
  const dims = shape.map((_, i) => i);
  const perWord = broadcastInDim(spread(which, shape), [...shape, 2], dims);
  return wrapKeyData(bind(selectNP, [perWord, ...cases.map(keyData)], noParams));
}

/** A scalar in the given shape; anything else as it is. */
function spread(x: NDArray, shape: readonly number[]): NDArray {
  return x.ndim === 0 ? broadcastInDim(x, shape, []) : x;
}
