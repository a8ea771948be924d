import { asArray } from "../../core/array.ts";
import { ArgumentError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { PrimitiveOf, ReduceOp } from "../../core/primitive.ts";
import type { WindowParams } from "../../core/routines.ts";
import { bind1, bind2 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add, mul } from "./arith.ts";
import { broadcastInDim } from "./broadcast.ts";
import { bitwiseAnd, bitwiseOr, bitwiseXor } from "./compare.ts";
import { max, min } from "./extrema.ts";
import { isNeutral } from "./monoid.ts";
import { operands } from "./shared.ts";
import { pad } from "./slice.ts";
import {
  reduceWindowAndP,
  reduceWindowMaxP,
  reduceWindowMinP,
  reduceWindowMulP,
  reduceWindowOrP,
  reduceWindowSumP,
  reduceWindowXorP,
  type SelectParams,
  selectAndGatherAddP,
  selectAndScatterAddP,
} from "./window.ts";
import {
  type Padding,
  type WindowOptions,
  windowOptionNames,
  windowParams,
} from "./window-shapes.ts";

/** What the windowed reductions may be named by: the operation, or the function that applies it. */
export type WindowReducer = ReduceOp | ((x: ArrayLike, y: ArrayLike) => NDArray);

type Monoid = readonly [
  prim: PrimitiveOf<1, WindowParams>,
  apply: (x: ArrayLike, y: ArrayLike) => NDArray,
];

const monoids: Readonly<Record<ReduceOp, Monoid>> = {
  add: [reduceWindowSumP, add],
  mul: [reduceWindowMulP, mul],
  max: [reduceWindowMaxP, max],
  min: [reduceWindowMinP, min],
  and: [reduceWindowAndP, bitwiseAnd],
  or: [reduceWindowOrP, bitwiseOr],
  xor: [reduceWindowXorP, bitwiseXor],
};

/**
 * Reduction of each window of `x`, starting from the scalar `init`, which padding and gaps hold too.
 *
 * Shapes: windows have the extents `windowDimensions`, one for each axis of `x`, and so have
 * the other lists; the result has floor((padded - window) / stride) + 1 along each axis.
 * Edge values: as in the reductions over axes; in derivatives of "max" and "min" the first
 * winner in row-major order gets all.
 *
 * @throws ShapeError if a list does not fit; DTypeError if the operation is not defined on the
 * dtype; ArgumentError for an unknown operation.
 */
export function reduceWindow(
  x: ArrayLike,
  init: ArrayLike,
  reducer: WindowReducer,
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null = null,
  padding: Padding = "VALID",
  options: WindowOptions = {},
): NDArray {
  checkOptions("lax.reduceWindow", options, windowOptionNames);
  const [array, start] = operands("reduceWindow", [x, init]) as [NDArray, NDArray]; // as given
  const [op, [prim, apply]] = monoidOf(reducer);
  const params = windowParams(
    "lax.reduceWindow",
    array.shape,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
  if (isNeutral(op, start)) return bind1(prim, array, params);
  const config = params.padding.map(
    // One entry for each axis.
    ([low, high], i) => [low, high, (params.baseDilation[i] as number) - 1] as const,
  );
  const reduced = bind1(prim, pad(array, start, config), {
    ...params,
    padding: params.padding.map(() => [0, 0] as const),
    baseDilation: params.baseDilation.map(() => 1),
  });
  return apply(broadcastInDim(start, reduced.shape, []), reduced);
}

function monoidOf(reducer: WindowReducer): readonly [ReduceOp, Monoid] {
  for (const [op, monoid] of Object.entries(monoids)) {
    if (op === reducer || monoid[1] === reducer) return [op as ReduceOp, monoid]; // a key of the table
  }
  const names = Object.keys(monoids).join(", ");
  throw new ArgumentError(
    `lax.reduceWindow: the operation must be one of ${names}, or the lax function of one, got ${typeof reducer === "function" ? reducer.name || "a function" : String(reducer)}; reduce slices of the windows for any other`,
  );
}

/** Sum of each window; see `reduceWindow`. */
export function reduceWindowSum(
  x: ArrayLike,
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null = null,
  padding: Padding = "VALID",
  options: WindowOptions = {},
): NDArray {
  return reduceBy(
    "reduceWindowSum",
    reduceWindowSumP,
    x,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
}

/**
 * Largest element of each window; see `reduceWindow`. Windows of padding alone give the least
 * value of the dtype.
 */
export function reduceWindowMax(
  x: ArrayLike,
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null = null,
  padding: Padding = "VALID",
  options: WindowOptions = {},
): NDArray {
  return reduceBy(
    "reduceWindowMax",
    reduceWindowMaxP,
    x,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
}

/**
 * Smallest element of each window; see `reduceWindow`. Windows of padding alone give the greatest
 * value of the dtype.
 */
export function reduceWindowMin(
  x: ArrayLike,
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null = null,
  padding: Padding = "VALID",
  options: WindowOptions = {},
): NDArray {
  return reduceBy(
    "reduceWindowMin",
    reduceWindowMinP,
    x,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
}

function reduceBy(
  op: string,
  prim: PrimitiveOf<1, WindowParams>,
  x: ArrayLike,
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null,
  padding: Padding,
  options: WindowOptions,
): NDArray {
  checkOptions(`lax.${op}`, options, windowOptionNames);
  const array = asArray(x, `lax.${op}`);
  return bind1(
    prim,
    array,
    windowParams(`lax.${op}`, array.shape, windowDimensions, windowStrides, padding, options),
  );
}

/**
 * For each window of `x`, its element of `source` added at the window's winner: the first that is
 * at least ("ge") or at most ("le") all the others. The result has the shape of `x`.
 *
 * Padding never wins; a window of nothing else drops its element.
 *
 * @throws ShapeError unless `source` has one element for each window.
 */
export function selectAndScatterAdd(
  source: ArrayLike,
  x: ArrayLike,
  select: "ge" | "le",
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null = null,
  padding: Padding = "VALID",
  options: WindowOptions = {},
): NDArray {
  return selectBy(
    "selectAndScatterAdd",
    selectAndScatterAddP,
    source,
    x,
    select,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
}

/**
 * For each window of `x`, the element of `t`, of the shape of `x`, at the window's winner: the
 * first that is at least ("ge") or at most ("le") all the others.
 *
 * Padding never wins; a window of nothing else gives 0.
 *
 * @throws ShapeError unless `t` has the shape of `x`.
 */
export function selectAndGatherAdd(
  t: ArrayLike,
  x: ArrayLike,
  select: "ge" | "le",
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null = null,
  padding: Padding = "VALID",
  options: WindowOptions = {},
): NDArray {
  return selectBy(
    "selectAndGatherAdd",
    selectAndGatherAddP,
    t,
    x,
    select,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
}

function selectBy(
  op: string,
  prim: PrimitiveOf<2, SelectParams>,
  values: ArrayLike,
  x: ArrayLike,
  select: "ge" | "le",
  windowDimensions: readonly number[],
  windowStrides: readonly number[] | null,
  padding: Padding,
  options: WindowOptions,
): NDArray {
  checkOptions(`lax.${op}`, options, windowOptionNames);
  if (select !== "ge" && select !== "le") {
    throw new ArgumentError(
      `lax.${op}: select must be "ge" or "le", got ${String(select)}; use "ge" for the largest element`,
    );
  }
  const array = asArray(x, `lax.${op}`);
  const params = windowParams(
    `lax.${op}`,
    array.shape,
    windowDimensions,
    windowStrides,
    padding,
    options,
  );
  return bind2(prim, asArray(values, `lax.${op}`), array, { ...params, select });
}
