import { asArray } from "../../core/array.ts";
import {
  type BatchRule,
  batchRule,
  definePrimitive,
  isLinear,
  type JvpRule,
  transposeRule,
  Zero,
} from "../../core/primitive.ts";
import type { GatherParams } from "../../core/routines.ts";
import { normalizeAxes } from "../../core/shape.ts";
import { bind, bind2 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { add } from "./arith.ts";
import { full } from "./broadcast.ts";
import { lt, select } from "./compare.ts";
import {
  type GatherOptions,
  gatherArguments,
  type ScatterOptions,
  type ScatterSettings,
  scatterArguments,
} from "./gather-options.ts";
import {
  batchGatherDims,
  batchScatterDims,
  gatherAval,
  scatterAval,
  toGatherDims,
  toScatterDims,
  windowSizes,
} from "./gather-shapes.ts";
import { asIndices } from "./indices.ts";
import { batchToFront, expandDims, moveAxis } from "./layout.ts";
import { rem } from "./rounding.ts";
import { numeric, requireKind } from "./shared.ts";
import { concatenate } from "./slice.ts";

/** Windows of the operand at computed places. Its transpose is `scatterAddP`. */
export const gatherP = definePrimitive<2, GatherParams>("gather", {
  abstractEval: ([x, indices], params) => gatherAval(x, indices, params),
  jvp: {
    kind: "partials",
    terms: [
      (t, [, indices], _, params) => bindGather(t, indices, { ...params, fillValue: 0 }),
      null,
    ],
  },
  transpose: transposeRule(
    (ct, [x, indices], { dimensionNumbers, mode, uniqueIndices, indicesAreSorted }) => {
      const zeros = full(x.aval.shape, 0, ct.dtype);
      // Only the operand is linear.
      const sum = bindScatterAdd(zeros, indices as NDArray, ct, {
        dimensionNumbers: toScatterDims(dimensionNumbers),
        mode,
        uniqueIndices,
        indicesAreSorted,
      });
      return [sum, null];
    },
    [0],
  ),
  batch: batchRule(([x, indices], [dx, di], params, { size }) => {
    if (dx === null && di === null) return [bindGather(x, indices, params), null];
    const parts = di === null ? "operand" : dx === null ? "indices" : "both";
    const dimensionNumbers = batchGatherDims(params.dimensionNumbers, parts);
    const extent = parts === "operand" ? size : Math.min(size, 1);
    const batched: GatherParams = {
      ...params,
      dimensionNumbers,
      sliceSizes: dx === null ? params.sliceSizes : [extent, ...params.sliceSizes],
      // Examples that read one operand may read the same place of it.
      uniqueIndices: params.uniqueIndices && parts !== "indices",
      indicesAreSorted: params.indicesAreSorted && parts !== "indices",
    };
    const front = dx === null ? x : moveAxis(x, dx, 0);
    return [bindGather(front, di === null ? indices : moveAxis(indices, di, 0), batched), 0];
  }),
  lower: { kind: "routine", name: "gather" },
});

/** Sum of the operand and windows at computed places. Its transpose in the updates is `gatherP`. */
export const scatterAddP = definePrimitive<3, ScatterSettings>("scatter-add", {
  abstractEval([x, indices, updates], params) {
    requireKind("scatterAdd", x, numeric);
    return scatterAval("scatterAdd", x, indices, updates, params);
  },
  jvp: additiveJvp(bindScatterAdd),
  transpose: transposeRule(
    (ct, [x, indices, updates], params) => [
      isLinear(x) ? ct : null,
      null,
      isLinear(updates)
        ? gatherUpdates(ct, indices as NDArray, updates.aval.shape, params) // never linear
        : null,
    ],
    [0, 2],
  ),
  batch: batchScatter(bindScatterAdd),
  lower: { kind: "routine", name: "scatter", params: (params) => ({ ...params, op: "add" }) },
});

function bindGather(x: NDArray, indices: NDArray, params: GatherParams): NDArray {
  return bind2(gatherP, x, indices, params);
}

function bindScatterAdd(
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
): NDArray {
  return bind(scatterAddP, [x, indices, updates], params);
}

/**
 * The elements of `x` that updates of the shape `updates` go to; 0 for updates that are dropped.
 */
export function gatherUpdates(
  x: NDArray,
  indices: NDArray,
  updates: readonly number[],
  { dimensionNumbers, mode, uniqueIndices, indicesAreSorted }: ScatterSettings,
): NDArray {
  return bindGather(x, indices, {
    dimensionNumbers: toGatherDims(dimensionNumbers),
    sliceSizes: windowSizes(dimensionNumbers, x.ndim, updates),
    mode,
    fillValue: 0,
    uniqueIndices,
    indicesAreSorted,
  });
}

/** How a scatter primitive is bound. */
export type BindScatter = (
  x: NDArray,
  indices: NDArray,
  updates: NDArray,
  params: ScatterSettings,
) => NDArray;

/** Jvp rule of a scatter that is linear in operand and updates, and is the operand for zero updates. */
export function additiveJvp(apply: BindScatter): JvpRule<3, ScatterSettings> {
  return {
    kind: "rule",
    apply([x, indices, updates], [tx, , tu], params) {
      const out = apply(x, indices, updates, params);
      if (tu instanceof Zero) return [[out], [tx]];
      const into = tx instanceof Zero ? full(x.shape, 0, tu.dtype) : tx;
      return [[out], [apply(into, indices, tu, params)]];
    },
  };
}

/** Batching rule of a scatter. */
export function batchScatter(apply: BindScatter): BatchRule<3, ScatterSettings> {
  return batchRule(([x, indices, updates], [dx, di, du], params, { size }) => {
    if (dx === null && di === null && du === null)
      return [apply(x, indices, updates, params), null];
    const parts = di === null ? "operand" : "both";
    const out = apply(
      batchToFront(x, dx, size),
      di === null ? indices : moveAxis(indices, di, 0),
      batchToFront(updates, du, size),
      { ...params, dimensionNumbers: batchScatterDims(params.dimensionNumbers, parts) },
    );
    return [out, 0];
  });
}

/**
 * Windows of `x` of extents `sliceSizes`, one for each index vector in the last axis of `indices`.
 *
 * Shapes: the other axes of `indices` are batch axes of the result; the window's axes, without
 * collapsed and batching ones, stand at `offsetDims`.
 * Outside: "clip" moves a window inside as a whole; "fillOrDrop" fills all of it with
 * `fillValue`; "promiseInBounds" leaves open what happens, but reads nothing outside.
 *
 * @throws ShapeError if dimension numbers or sizes do not fit; DTypeError unless the indices are
 * integers; ArgumentError for an unknown option or mode.
 * Source: XLA, operation semantics of Gather.
 */
export function gather(x: ArrayLike, indices: ArrayLike, options: GatherOptions): NDArray {
  return bindGather(...gatherArguments(x, indices, options));
}

/**
 * Sum of `x` and, for each index vector in the last axis of `indices`, a window of `updates` at
 * that place; updates of one place add up.
 *
 * Shapes: `updates` has the other axes of `indices`, and the window's axes at `updateWindowDims`.
 * Outside: "clip" moves a window inside as a whole; the other modes drop all of it.
 *
 * @throws ShapeError if dimension numbers or updates do not fit; DTypeError unless dtypes agree
 * and are numeric, and the indices are integers; ArgumentError for an unknown option or mode.
 * Source: XLA, operation semantics of Scatter.
 */
export function scatterAdd(
  x: ArrayLike,
  indices: ArrayLike,
  updates: ArrayLike,
  options: ScatterOptions,
): NDArray {
  return bindScatterAdd(...scatterArguments("scatterAdd", x, indices, updates, options));
}

/**
 * The elements, or slices, of `x` at places given by one rank-1 array of integers for each of
 * `axes`; the places come first in the result. Indices wrap around, negative ones too.
 */
export function indexTake(
  x: ArrayLike,
  indices: readonly ArrayLike[],
  axes: readonly number[],
): NDArray {
  const array = asArray(x, "lax.indexTake");
  const dims = normalizeAxes(axes, array.ndim, "lax.indexTake");
  const vectors = indices.map((index, i) => {
    const places = asIndices("indexTake", index);
    const extent = array.shape[dims[i] as number] as number; // one index for each axis
    const remainder = rem(places, extent);
    return expandDims(select(lt(remainder, 0), add(remainder, extent), remainder), [1]);
  });
  const collapsed = dims.toSorted((a, b) => a - b);
  return gather(array, concatenate(vectors, 1), {
    dimensionNumbers: {
      offsetDims: Array.from({ length: array.ndim - dims.length }, (_, i) => i + 1),
      collapsedSliceDims: collapsed,
      startIndexMap: dims,
    },
    sliceSizes: array.shape.map((extent, axis) => (dims.includes(axis) ? 1 : extent)),
  });
}
