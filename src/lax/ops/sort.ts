import { asArray } from "../../core/array.ts";
import { dtypeInfo } from "../../core/dtype.ts";
import { ArgumentError, DTypeError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import {
  defineMultiPrimitive,
  nonlinear,
  type PrimitiveOf,
  type Tangent,
  Zero,
} from "../../core/primitive.ts";
import { normalizeAxis, sameShape } from "../../core/shape.ts";
import { bindMany } from "../../core/trace.ts";
import { type ArrayLike, NDArray } from "../../core/value.ts";
import { broadcastInDim, checkAxes, shiftAxis } from "./broadcast.ts";
import { iota } from "./constants.ts";
import { gather } from "./gather.ts";
import { expandDims, moveAxis } from "./layout.ts";
import { ordered, requireKind } from "./shared.ts";

/** Parameters of a sort. */
export interface SortParams {
  readonly dimension: number;
  readonly isStable: boolean;
  readonly numKeys: number;
}

/** Parameters of a selection of the largest elements. */
export interface TopKParams {
  readonly k: number;
  readonly axis: number;
}

/** Options of `sort`. */
export interface SortOptions {
  /** Axis to sort along; the last by default. */
  readonly dimension?: number | undefined;
  /** Kept for its name: every sort here is stable. */
  readonly isStable?: boolean | undefined;
  /** How many operands, from the first, are keys; 1 by default. */
  readonly numKeys?: number | undefined;
}

/** Options of `sortKeyVal`. */
export type SortKeyValOptions = Omit<SortOptions, "numKeys">;

/** Options of `topK`. */
export interface TopKOptions {
  /** Axis to select along; the last by default. */
  readonly axis?: number | undefined;
}

/** Operands sorted together along one axis; see `sort`. */
export const sortP: PrimitiveOf<number, SortParams> = defineMultiPrimitive<number, SortParams>(
  "sort",
  {
    abstractEval(operands, { dimension, numKeys }) {
      const [first] = operands;
      if (first === undefined || operands.some((x) => !sameShape(x.shape, first.shape))) {
        throw new ShapeError(
          `lax.sort: operands of one shape are required, got ${operands.join(" and ") || "none"}; broadcast or slice them`,
        );
      }
      checkAxes("sort", [dimension], first.ndim);
      for (const key of operands.slice(0, numKeys)) requireKind("sort", key, ordered);
      const hollow = operands.find((x) => dtypeInfo[x.dtype].kind === "void");
      if (hollow !== undefined) {
        throw new DTypeError(
          `lax.sort: operands that hold something are required, got ${hollow}; leave it out`,
        );
      }
      return operands;
    },
    jvp: {
      kind: "rule",
      apply(primals, tangents, params) {
        const first = primals[0] as NDArray; // abstractEval refuses to sort nothing
        const positions = iota("int32", first.shape, params.dimension);
        const sorted = bindMany(sortP, [...primals, positions], params);
        const order = sorted[primals.length] as NDArray; // one result for each operand
        const moved = tangents.map((t) =>
          t instanceof Zero ? t : takeAlong(t, order, params.dimension),
        );
        return [sorted.slice(0, -1), moved];
      },
    },
    transpose: nonlinear,
    batch: {
      kind: "rule",
      apply(operands, dims, params, { size }) {
        const at = dims.find((d) => d !== null) ?? 0; // one operand at least is batched
        const aligned = operands.map((x, i) => alignBatch(x, dims[i] ?? null, at, size));
        const dimension = shiftAxis(params.dimension, at);
        return [bindMany(sortP, aligned, { ...params, dimension }), aligned.map(() => at)];
      },
    },
    lower: {
      kind: "routine",
      name: "sort",
      params: ({ dimension, numKeys }) => ({ dimension, numKeys }),
    },
  },
);

/** Largest elements along one axis, and their positions; see `topK`. */
export const topKP: PrimitiveOf<1, TopKParams> = defineMultiPrimitive<1, TopKParams>("top_k", {
  abstractEval([x], { k, axis }) {
    requireKind("topK", x, ordered);
    checkAxes("topK", [axis], x.ndim);
    const extent = x.shape[axis] as number; // checked above
    if (!Number.isInteger(k) || k < 0 || k > extent) {
      throw new ShapeError(
        `lax.topK: k must be an integer from 0 to the extent of the axis, got ${k} for ${x} along axis ${axis}; ask for at most ${extent}`,
      );
    }
    const out = x.withShape(x.shape.with(axis, k));
    return [out, out.withDtype("int32")];
  },
  jvp: {
    kind: "rule",
    apply([x], [t], params) {
      const [values, indices] = bindMany(topKP, [x], params) as [NDArray, NDArray]; // as defined
      const moved: Tangent =
        t instanceof Zero ? new Zero(values.aval.tangent()) : takeAlong(t, indices, params.axis);
      return [
        [values, indices],
        [moved, new Zero(indices.aval.tangent())],
      ];
    },
  },
  transpose: nonlinear,
  batch: {
    kind: "rule",
    apply([x], [d], { k, axis }) {
      if (d === null) return [bindMany(topKP, [x], { k, axis }), [null, null]];
      return [bindMany(topKP, [x], { k, axis: shiftAxis(axis, d) }), [d, d]];
    },
  },
  lower: { kind: "routine", name: "topK" },
});

/** An operand with its batch axis at `at`, repeated along a new one if it has none. */
function alignBatch(x: NDArray, dim: number | null, at: number, size: number): NDArray {
  if (dim !== null) return moveAxis(x, dim, at);
  const dims = x.shape.map((_, axis) => shiftAxis(axis, at));
  return broadcastInDim(x, x.shape.toSpliced(at, 0, size), dims);
}

/**
 * Elements of `x` at distinct positions `indices` along `axis`; the other axes of both run along
 * with one another.
 */
function takeAlong(x: NDArray, indices: NDArray, axis: number): NDArray {
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  return gather(x, expandDims(indices, [indices.ndim]), {
    dimensionNumbers: {
      offsetDims: [],
      collapsedSliceDims: [axis],
      startIndexMap: [axis],
      operandBatchingDims: others,
      startIndicesBatchingDims: others,
    },
    sliceSizes: x.shape.map(() => 1),
    mode: "promiseInBounds",
    uniqueIndices: true,
  });
}

/**
 * Elements in ascending order along one axis; several operands of one shape are sorted together,
 * by the first `numKeys` of them, of which the first counts most.
 *
 * Stable. Zeros of both signs are equal, NaN is equal to itself and comes last. Derivatives go
 * where the elements go.
 *
 * @throws ShapeError if the operands differ in shape or have no axes; ArgumentError if `numKeys`
 * is not from 1 to their number.
 */
export function sort(x: ArrayLike, options?: SortOptions): NDArray;
export function sort(xs: readonly ArrayLike[], options?: SortOptions): readonly NDArray[];
export function sort(
  x: ArrayLike | readonly ArrayLike[],
  options: SortOptions = {},
): NDArray | readonly NDArray[] {
  checkOptions("lax.sort", options, ["dimension", "isStable", "numKeys"]);
  const one = typeof x === "number" || typeof x === "boolean" || x instanceof NDArray;
  const operands = (one ? [x] : x).map((array) => asArray(array, "lax.sort"));
  const { dimension = -1, isStable = true, numKeys = 1 } = options;
  if (!Number.isInteger(numKeys) || numKeys < 1 || numKeys > operands.length) {
    throw new ArgumentError(
      `lax.sort: numKeys must be from 1 to the number of operands, got ${numKeys} for ${operands.length}; pass every key as an operand`,
    );
  }
  const ndim = operands[0]?.ndim ?? 0;
  const axis = normalizeAxis(dimension, ndim, "lax.sort");
  const sorted = bindMany(sortP, operands, { dimension: axis, isStable, numKeys });
  return one ? (sorted[0] as NDArray) : sorted; // one result for each operand
}

/**
 * Keys in ascending order along one axis, and values in the order of their keys.
 *
 * @throws ShapeError if the two differ in shape or have no axes.
 */
export function sortKeyVal(
  keys: ArrayLike,
  values: ArrayLike,
  options: SortKeyValOptions = {},
): readonly [NDArray, NDArray] {
  checkOptions("lax.sortKeyVal", options, ["dimension", "isStable"]);
  return sort([keys, values], options) as unknown as [NDArray, NDArray]; // two results for two operands
}

/**
 * The `k` largest elements along one axis in descending order, and their int32 positions.
 *
 * NaN comes first, 0 before -0, and of equal elements the one at the lower position.
 *
 * @throws ShapeError unless `k` is from 0 to the extent of the axis.
 */
export function topK(
  x: ArrayLike,
  k: number,
  options: TopKOptions = {},
): readonly [NDArray, NDArray] {
  checkOptions("lax.topK", options, ["axis"]);
  const array = asArray(x, "lax.topK");
  const axis = normalizeAxis(options.axis ?? -1, array.ndim, "lax.topK");
  return bindMany(topKP, [array], { k, axis }) as [NDArray, NDArray]; // values and positions
}
