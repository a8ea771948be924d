import { asArray } from "../../core/array.ts";
import {
  isLinear,
  linear,
  type PrimitiveOf,
  type TransposeRule,
  transposeRule,
} from "../../core/primitive.ts";
import { bind1, bind2, noParams } from "../../core/trace.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { pairOf } from "./broadcast.ts";
import { elementwisePrimitive, numeric } from "./shared.ts";

// Rules here read operands by index: taking lists apart costs as much as small arithmetic itself,
// and this is what un-jitted gradients are made of.

/** Negation; unsigned integers wrap. */
export const negP = elementwisePrimitive<1>("neg", "neg", numeric, {
  jvp: linear,
  transpose: transposeRule((ct) => [neg(ct)]),
});

const sumTranspose: TransposeRule<2, object> = transposeRule((ct, xs) => [
  isLinear(xs[0]) ? ct : null,
  isLinear(xs[1]) ? ct : null,
]);

/** Sum of two arrays. */
export const addP = elementwisePrimitive<2>("add", "add", numeric, {
  jvp: { kind: "partials", terms: [(t) => t, (t) => t] },
  transpose: sumTranspose,
});

/** Sum of two cotangents or tangents of one value, as differentiation makes it. */
export const addAnyP = elementwisePrimitive<2>("add_any", "add", numeric, {
  jvp: { kind: "partials", terms: [(t) => t, (t) => t] },
  transpose: sumTranspose,
});

/** Difference of two arrays. */
export const subP = elementwisePrimitive<2>("sub", "sub", numeric, {
  jvp: { kind: "partials", terms: [(t) => t, (t) => neg(t)] },
  transpose: transposeRule((ct, xs) => [
    isLinear(xs[0]) ? ct : null,
    isLinear(xs[1]) ? neg(ct) : null,
  ]),
});

/** Product of two arrays. */
export const mulP = elementwisePrimitive<2>("mul", "mul", numeric, {
  jvp: { kind: "partials", terms: [(t, xs) => mul(t, xs[1]), (t, xs) => mul(xs[0], t)] },
  transpose: { kind: "bilinear", terms: [(ct, y) => mul(ct, y), (ct, x) => mul(x, ct)] },
});

/** Quotient of two arrays; see `div`. */
export const divP = elementwisePrimitive<2>("div", "div", numeric, {
  jvp: {
    kind: "partials",
    // d(x/y) = dx/y - dy (x/y)/y, with the quotient computed once.
    terms: [(t, xs) => div(t, xs[1]), (t, xs, out) => neg(mul(t, div(out, xs[1])))],
  },
  transpose: transposeRule((ct, xs) => [div(ct, xs[1] as NDArray), null], [0]),
});

/** Apply a primitive to two operands, either of which may be a literal. */
function bindPair(op: string, prim: PrimitiveOf<2, object>, x: ArrayLike, y: ArrayLike): NDArray {
  if (x instanceof NDArray && y instanceof NDArray) return bind2(prim, x, y, noParams);
  const pair = pairOf(op, x, y);
  return bind2(prim, pair[0], pair[1], noParams);
}

/** Negative of each element; unsigned integers wrap. */
export function neg(x: ArrayLike): NDArray {
  return bind1(negP, asArray(x, "lax.neg"), noParams);
}

/** Sum, element by element, of arrays of one shape and dtype; integers wrap. */
export function add(x: ArrayLike, y: ArrayLike): NDArray {
  return bindPair("add", addP, x, y);
}

/** Sum of two cotangents. */
export function addAny(x: NDArray, y: NDArray): NDArray {
  return bind2(addAnyP, x, y, noParams);
}

/** Difference, element by element, of arrays of one shape and dtype; integers wrap. */
export function sub(x: ArrayLike, y: ArrayLike): NDArray {
  return bindPair("sub", subP, x, y);
}

/** Product, element by element, of arrays of one shape and dtype; integers wrap. */
export function mul(x: ArrayLike, y: ArrayLike): NDArray {
  return bindPair("mul", mulP, x, y);
}

/**
 * Quotient, element by element, of arrays of one shape and dtype.
 *
 * Integers truncate toward zero; division by zero gives -1 (all bits set), and the smallest
 * integer over -1 is itself.
 */
export function div(x: ArrayLike, y: ArrayLike): NDArray {
  return bindPair("div", divP, x, y);
}
