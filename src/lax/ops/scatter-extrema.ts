import {
  definePrimitive,
  type JvpRule,
  nonlinear,
  type PrimitiveOf,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { bind } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, div, mul } from "./arith.ts";
import { full } from "./broadcast.ts";
import { bitwiseOr, eq, ne, select } from "./compare.ts";
import { convertElementType } from "./convert.ts";
import { type BindScatter, batchScatter, gatherUpdates, scatterAddP } from "./gather.ts";
import { type ScatterOptions, type ScatterSettings, scatterArguments } from "./gather-options.ts";
import { scatterAval } from "./gather-shapes.ts";
import { ordered, requireKind } from "./shared.ts";

/** Smaller of the operand and windows at computed places; NaN wins. */
export const scatterMinP = extremalScatter("scatter-min", "min", bindScatterMin);

/** Larger of the operand and windows at computed places; NaN wins. */
export const scatterMaxP = extremalScatter("scatter-max", "max", bindScatterMax);

function extremalScatter(
  name: string,
  op: "min" | "max",
  apply: BindScatter,
): PrimitiveOf<3, ScatterSettings> {
  const where = op === "min" ? "scatterMin" : "scatterMax";
  return definePrimitive<3, ScatterSettings>(name, {
    abstractEval([x, indices, updates], params) {
      requireKind(where, x, ordered);
      return scatterAval(where, x, indices, updates, params);
    },
    jvp: sharedJvp(apply),
    transpose: nonlinear,
    batch: batchScatter(apply),
    lower: { kind: "routine", name: "scatter", params: (params) => ({ ...params, op }) },
  });
}

function bindScatterMin(
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
): NDArray {
  return bind(scatterMinP, [x, indices, updates], params);
}

function bindScatterMax(
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
): NDArray {
  return bind(scatterMaxP, [x, indices, updates], params);
}

/** The tangent of an element is shared equally by the operand and all updates that equal the result. */
function sharedJvp(apply: BindScatter): JvpRule<3, ScatterSettings> {
  return {
    kind: "rule",
    apply([x, indices, updates], [tx, , tu], params) {
      const out = apply(x, indices, updates, params);
      if (tx instanceof Zero && tu instanceof Zero) return [[out], [tx]];
      const scatterSum = (into: NDArray, values: NDArray) =>
        bind(scatterAddP, [into, indices, values], params);
      const zeros = full(x.shape, 0, x.dtype);
      const won = eq(updates, gatherUpdates(out, indices, updates.shape, params));
      // A NaN of the operand stays, although it equals nothing.
      const kept = bitwiseOr(eq(x, out), ne(x, x));
      const wins = scatterSum(zeros, convertElementType(won, x.dtype));
      const share = div(1, add(wins, convertElementType(kept, x.dtype)));
      const parts: Tangent[] = [];
      if (!(tx instanceof Zero)) parts.push(mul(tx, select(kept, share, zeros)));
      if (!(tu instanceof Zero)) {
        const shares = gatherUpdates(share, indices, updates.shape, params);
        const weights = select(won, shares, full(updates.shape, 0, x.dtype));
        parts.push(scatterSum(zeros, mul(tu, weights)));
      }
      return [[out], [parts.reduce(sum)]];
    },
  };
}

function sum(a: Tangent, b: Tangent): Tangent {
  return a instanceof Zero ? b : b instanceof Zero ? a : add(a, b);
}

/**
 * The smaller of each element of `x` and the windows of `updates` at the places that `indices`
 * name; NaN wins. Shapes, indices outside and errors: see `scatterAdd`.
 *
 * Where several are equal, they share the derivative equally.
 */
export function scatterMin(
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): NDArray {
  return bindScatterMin(...scatterArguments("scatterMin", x, indices, updates, options));
}

/**
 * The larger of each element of `x` and the windows of `updates` at the places that `indices`
 * name; NaN wins. Shapes, indices outside and errors: see `scatterAdd`.
 *
 * Where several are equal, they share the derivative equally.
 */
export function scatterMax(
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): NDArray {
  return bindScatterMax(...scatterArguments("scatterMax", x, indices, updates, options));
}
