import { asArray } from "../../core/array.ts";
import { MissingRuleError } from "../../core/errors.ts";
import {
  definePrimitive,
  isLinear,
  type Tangent,
  transposeRule,
  Zero,
} from "../../core/primitive.ts";
import { checkShape } from "../../core/shape.ts";
import { bind } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, mul, neg } from "./arith.ts";
import { broadcastInDim, full } from "./broadcast.ts";
import { eq, select } from "./compare.ts";
import { iota } from "./constants.ts";
import { additiveJvp, batchScatter, gatherUpdates, scatterAddP } from "./gather.ts";
import { type ScatterOptions, type ScatterSettings, scatterArguments } from "./gather-options.ts";
import { scatterAval } from "./gather-shapes.ts";
import { reshape } from "./layout.ts";
import { numeric, requireKind } from "./shared.ts";

/** The operand with windows at computed places replaced; of updates of one place the last wins. */
export const scatterP = definePrimitive<3, ScatterSettings>("scatter", {
  abstractEval: ([x, indices, updates], params) =>
    scatterAval("scatter", x, indices, updates, params),
  jvp: {
    kind: "rule",
    apply([x, indices, updates], [tx, , tu], params) {
      const out = bindScatter(x, indices, updates, params);
      return [[out], [replacedTangent(tx, indices, tu, params)]];
    },
  },
  transpose: transposeRule(
    (ct, [x, indices, updates], params) => {
      const places = indices as NDArray; // never linear
      const { shape } = updates.aval;
      if (isLinear(updates) && !params.uniqueIndices) {
        throw new MissingRuleError(
          "linearTranspose: scatter has no transpose rule in its updates unless indices are unique: which of two updates wins is not linear; pass uniqueIndices: true, or use vjp",
        );
      }
      return [
        isLinear(x) ? bindScatter(ct, places, full(shape, 0, ct.dtype), params) : null,
        null,
        isLinear(updates) ? gatherUpdates(ct, places, shape, params) : null,
      ];
    },
    [0, 2],
  ),
  batch: batchScatter(bindScatter),
  lower: { kind: "routine", name: "scatter", params: (params) => ({ ...params, op: "set" }) },
});

/** The operand less windows at computed places. */
export const scatterSubP = definePrimitive<3, ScatterSettings>("scatter-sub", {
  abstractEval([x, indices, updates], params) {
    requireKind("scatterSub", x, numeric);
    return scatterAval("scatterSub", x, indices, updates, params);
  },
  jvp: additiveJvp(bindScatterSub),
  transpose: transposeRule(
    (ct, [x, indices, updates], params) => [
      isLinear(x) ? ct : null,
      null,
      isLinear(updates)
        ? neg(gatherUpdates(ct, indices as NDArray, updates.aval.shape, params)) // never linear
        : null,
    ],
    [0, 2],
  ),
  batch: batchScatter(bindScatterSub),
  lower: { kind: "routine", name: "scatter", params: (params) => ({ ...params, op: "sub" }) },
});

/** The operand times windows at computed places. Linear in the operand alone. */
export const scatterMulP = definePrimitive<3, ScatterSettings>("scatter-mul", {
  abstractEval([x, indices, updates], params) {
    requireKind("scatterMul", x, numeric);
    return scatterAval("scatterMul", x, indices, updates, params);
  },
  jvp: {
    kind: "partials",
    terms: [
      (t, [, indices, updates], _, params) => bindScatterMul(t, indices, updates, params),
      null,
      (t, [x, indices], _, params) => {
        if (!params.uniqueIndices) {
          throw new MissingRuleError(
            "jvp: scatter-mul has no JVP rule in its updates unless indices are unique: the factors of one place would have to be told apart; pass uniqueIndices: true",
          );
        }
        const zeros = full(x.shape, 0, t.dtype);
        return mul(x, bind(scatterAddP, [zeros, indices, t], params));
      },
    ],
  },
  transpose: transposeRule(
    // Only the operand is linear.
    (ct, [, indices, updates], params) => [
      bindScatterMul(ct, indices as NDArray, updates as NDArray, params),
      null,
      null,
    ],
    [0],
  ),
  batch: batchScatter(bindScatterMul),
  lower: { kind: "routine", name: "scatter", params: (params) => ({ ...params, op: "mul" }) },
});

function bindScatter(
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
): NDArray {
  return bind(scatterP, [x, indices, updates], params);
}

function bindScatterSub(
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
): NDArray {
  return bind(scatterSubP, [x, indices, updates], params);
}

function bindScatterMul(
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
): NDArray {
  return bind(scatterMulP, [x, indices, updates], params);
}

/**
 * Tangent of a scatter: that of the operand where nothing was written, elsewhere that of the
 * update which won.
 */
function replacedTangent(
  tx: Tangent,
  indices: NDArray,
  tu: Tangent,
  params: ScatterSettings,
): Tangent {
  const { shape } = tu instanceof Zero ? tu.aval : tu;
  if (tx instanceof Zero && tu instanceof Zero) return tx;
  const into = tx instanceof Zero ? full(tx.aval.shape, 0, tx.aval.dtype) : tx;
  if (tu instanceof Zero) return bindScatter(into, indices, full(shape, 0, into.dtype), params);
  if (params.uniqueIndices) return bindScatter(into, indices, tu, params);
  const zeros = full(shape, 0, tu.dtype);
  // Zeros may be written twice, so this is linear whatever the indices are.
  const kept = tx instanceof Zero ? into : bindScatter(into, indices, zeros, params);
  const won = winners(into.shape, indices, shape, params);
  return bind(scatterAddP, [kept, indices, select(won, tu, zeros)], params);
}

/** Which elements of the updates are in the result of a scatter: each window writes its number. */
function winners(
  operand: readonly number[],
  indices: NDArray,
  updates: readonly number[],
  params: ScatterSettings,
): NDArray {
  const { updateWindowDims } = params.dimensionNumbers;
  const batch = updates.map((extent, i) => (updateWindowDims.includes(i) ? 1 : extent));
  const count = batch.reduce((a, b) => a * b, 1);
  const numbers = reshape(add(iota("int32", [count], 0), 1), batch);
  const ids = broadcastInDim(
    numbers,
    updates,
    updates.map((_, i) => i),
  );
  const written = bindScatter(full(operand, 0, "int32"), indices, ids, params);
  return eq(ids, gatherUpdates(written, indices, updates, params));
}

/**
 * `x` with, for each index vector in the last axis of `indices`, a window replaced by that of
 * `updates`; of several for one place the last is kept, and the derivative goes to it alone.
 *
 * Shapes and indices outside: see `scatterAdd`. Any dtype, random keys included.
 *
 * @throws ShapeError if dimension numbers or updates do not fit; DTypeError unless dtypes agree
 * and the indices are integers; ArgumentError for an unknown option or mode.
 */
export function scatter(
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): NDArray {
  return bindScatter(...scatterArguments("scatter", x, indices, updates, options));
}

/**
 * Difference of `x` and windows of `updates` at the places that `indices` name; updates of one
 * place are all subtracted. Shapes, indices outside and errors: see `scatterAdd`.
 */
export function scatterSub(
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): NDArray {
  return bindScatterSub(...scatterArguments("scatterSub", x, indices, updates, options));
}

/**
 * Product of `x` and windows of `updates` at the places that `indices` name; updates of one
 * place all multiply. Shapes, indices outside and errors: see `scatterAdd`.
 *
 * The derivative in the updates exists for unique indices only, which the option must promise.
 */
export function scatterMul(
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): NDArray {
  return bindScatterMul(...scatterArguments("scatterMul", x, indices, updates, options));
}

/** Options of `scatterApply`. */
export interface ScatterApplyOptions extends ScatterOptions {
  /** Shape of what the function is given: batch extents of the indices and those of the windows. */
  readonly updateShape?: readonly number[] | undefined;
}

/**
 * `x` with `f` applied to the windows at the places that `indices` name, each place once.
 *
 * `f` is given an array of shape `updateShape` and must give one alike. Unlike a loop over the
 * indices, a place that is named twice is still changed once, and all derivatives exist.
 *
 * @throws ShapeError if the result of `f` or the dimension numbers do not fit.
 */
export function scatterApply(
  x: ArrayLike,
  indices: ArrayLike,
  f: (windows: NDArray) => ArrayLike,
  options: ScatterApplyOptions,
): NDArray {
  const array = asArray(x, "lax.scatterApply");
  const { updateShape: shape = [], ...rest } = options;
  checkShape(shape, "lax.scatterApply");
  const [, places, , params] = scatterArguments("scatterApply", array, indices, array, rest);
  const updates = f(gatherUpdates(array, places, shape, params));
  return scatter(array, places, updates, rest);
}
