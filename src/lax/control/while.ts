import { asArray, scalarArray } from "../../core/array.ts";
import { isInteger } from "../../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import { resultType2 } from "../../core/promotion.ts";
import { unflatten } from "../../core/pytree.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import {
  checkFunction,
  checkSynchronous,
  describe,
  flattenArrays,
} from "../../transforms/flatten.ts";
import type { CarryOf, Given, NextOf } from "../../transforms/signatures.ts";
import { add } from "../ops/arith.ts";
import { lt } from "../ops/compare.ts";
import { convertElementType } from "../ops/convert.ts";
import { stageBody } from "./bodies.ts";
import { stageCarried } from "./carry.ts";
import { bindScan } from "./scan-primitive.ts";
import { bindWhile } from "./while-primitive.ts";

/**
 * The carry after turns of `body`, for as long as `cond` is true of it.
 *
 * The carry is a tree whose structure, shapes and dtypes each turn keeps. Both functions are
 * staged, once. Forward mode and `vmap` apply, where each slice turns as often as its own
 * condition says; reverse mode does not, for the number of turns is not known beforehand.
 *
 * @throws TreeError, ShapeError or DTypeError if the carry changes its type, naming its place, or
 * if the condition is not one boolean.
 *
 * @example
 * lax.whileLoop((x) => np.less(x, 100), (x) => x.mul(2), 1); // 128
 */
export function whileLoop<Carry>(
  cond: (carry: CarryOf<Carry>) => ArrayLike,
  body: (carry: CarryOf<Carry>) => NextOf<Carry>,
  init: Carry,
): Given<Carry> {
  const where = "lax.whileLoop";
  checkFunction(cond, where);
  checkFunction(body, where);
  const { arrays, treeDef } = flattenArrays(init, where, "the first carry");
  const staged = stageCarried(
    where,
    (carry) => {
      const next: unknown = body(carry as CarryOf<Carry>); // of the structure of the first one
      checkSynchronous(next, where);
      return { carry: next, rest: null };
    },
    arrays,
    treeDef,
    [],
  );
  const test = stageBody(
    (xs) => {
      const carry = unflatten(treeDef, xs) as CarryOf<Carry>; // as above
      return [checkTest(cond(carry), where)];
    },
    staged.init.map((x) => x.aval),
  );
  const outs = bindWhile([...test.consts, ...staged.consts, ...staged.init], {
    cond: test.program,
    body: staged.program,
    condConsts: test.consts.length,
    bodyConsts: staged.consts.length,
  });
  return unflatten(treeDef, outs) as Given<Carry>; // as above
}

function checkTest(result: unknown, where: string): NDArray {
  checkSynchronous(result, where);
  const test = typeof result === "boolean" ? asArray(result) : result;
  if (!(test instanceof NDArray)) {
    throw new ArgumentError(
      `${where}: the condition must give one boolean, got ${describe(result)}; compare with np.less and its like`,
    );
  }
  if (test.ndim > 0) {
    throw new ShapeError(
      `${where}: the condition must give one boolean, got ${test.aval}; reduce it with np.all or np.any`,
    );
  }
  if (test.dtype !== "bool") {
    throw new DTypeError(
      `${where}: the condition must give one boolean, got ${test.aval}; compare it with 0`,
    );
  }
  return test;
}

/**
 * The carry after `body(i, carry)` for each `i` from `lower` up to, not including, `upper`.
 *
 * With bounds that are numbers it is a `scan`, and every transformation applies; with arrays, whose
 * values may be traced, a `whileLoop`, which reverse mode does not go through.
 *
 * @throws DTypeError if a bound is not an integer; otherwise as `whileLoop`.
 */
export function foriLoop<Carry>(
  lower: ArrayLike,
  upper: ArrayLike,
  body: (i: NDArray, carry: CarryOf<Carry>) => NextOf<Carry>,
  init: Carry,
): Given<Carry> {
  const where = "lax.foriLoop";
  checkFunction(body, where);
  const { arrays, treeDef } = flattenArrays(init, where, "the first carry");
  const [from, to] = bounds(lower, upper, where);
  const staged = stageCarried(
    where,
    (state) => {
      const [i, carry] = state as [NDArray, CarryOf<Carry>]; // of the structure below
      const next: unknown = body(i, carry);
      checkSynchronous(next, where);
      return { carry: [add(i, one(i)), next], rest: null };
    },
    [from, ...arrays],
    flattenArrays([from, init], where, "the first carry").treeDef,
    [],
  );
  const isStatic = typeof lower === "number" && typeof upper === "number";
  if (isStatic) {
    const outs = bindScan([...staged.consts, ...staged.init], {
      body: staged.program,
      length: Math.max(0, upper - lower),
      reverse: false,
      consts: staged.consts.length,
      carry: staged.init.length,
    });
    return unflatten(treeDef, outs.slice(1)) as Given<Carry>; // of the structure of the first one
  }
  const test = stageBody(
    ([end, i]) => [lt(i as NDArray, end as NDArray)], // the inputs listed below
    [to.aval, ...staged.init.map((x) => x.aval)],
  );
  const outs = bindWhile([to, ...staged.consts, ...staged.init], {
    cond: test.program,
    body: staged.program,
    condConsts: 1,
    bodyConsts: staged.consts.length,
  });
  return unflatten(treeDef, outs.slice(1)) as Given<Carry>; // as above
}

function one(i: NDArray): NDArray {
  return scalarArray(1, i.dtype, i.weakType);
}

/** Both bounds as integer scalars of one type. */
function bounds(lower: ArrayLike, upper: ArrayLike, where: string): readonly [NDArray, NDArray] {
  const from = bound(lower, where, "lower");
  const to = bound(upper, where, "upper");
  const { dtype, weakType } = resultType2(from.dtype, from.weakType, to.dtype, to.weakType, where);
  return [convertElementType(from, dtype, weakType), convertElementType(to, dtype, weakType)];
}

function bound(x: ArrayLike, where: string, what: string): NDArray {
  if (typeof x === "number" && Number.isSafeInteger(x)) return scalarArray(x, "int32", true);
  if (x instanceof NDArray && x.ndim > 0) {
    throw new ShapeError(`${where}: ${what} must be a scalar, got ${x.aval}; index it`);
  }
  if (x instanceof NDArray && isInteger(x.dtype)) return x;
  throw new DTypeError(
    `${where}: ${what} must be an integer, got ${describe(x)}; pass np.int32(n), or a number known when the loop is staged`,
  );
}
