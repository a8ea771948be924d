import { asArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { ArgumentError, ShapeError } from "../../core/errors.ts";
import {
  batchRule,
  defineMultiPrimitive,
  definePrimitive,
  isLinear,
  linear,
  transposeRule,
  Zero,
} from "../../core/primitive.ts";
import type { AssembleParams } from "../../core/routines.ts";
import { describe, normalizeAxis } from "../../core/shape.ts";
import { bind, bind1, bind2, bindMany } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { contiguousView, sliceView } from "../../core/view.ts";
import { broadcastInDim, full, reduceSum, shiftAxis } from "./broadcast.ts";
import { select } from "./compare.ts";
import { wrapKeyData } from "./keys.ts";
import { batchToFront } from "./layout.ts";
import { operands, scalarLike } from "./shared.ts";
import {
  bounds,
  type ConcatenateParams,
  checkConcatenate,
  checkPad,
  checkSlice,
  type PaddingConfig,
  type PadParams,
  padAssembly,
  paddedExtent,
  type SliceParams,
  type SplitParams,
} from "./slice-shapes.ts";

/** Every so many elements of a box. Its transpose is `padP`, which is why the two share a file. */
export const sliceP = definePrimitive<1, SliceParams>("slice", {
  abstractEval([x], params) {
    checkSlice(x, params);
    return x.withShape(sliceView(contiguousView(x.shape), ...bounds(params)).shape);
  },
  jvp: linear,
  transpose: transposeRule((ct, [x], params) => {
    const [starts, , steps] = bounds(params);
    const config = ct.shape.map((extent, i) => {
      // The lists have one entry for each axis.
      const start = starts[i] as number;
      const step = steps[i] as number;
      const limit = extent === 0 ? start : start + (extent - 1) * step + 1;
      return [start, (x.aval.shape[i] as number) - limit, step - 1] as const;
    });
    return [pad(ct, scalarLike(0, ct.aval), config)];
  }),
  batch: batchRule(([x], [d], { startIndices, limitIndices, strides }, { size }) =>
    d === null
      ? [slice(x, startIndices, limitIndices, strides), null]
      : [
          slice(
            x,
            startIndices.toSpliced(d, 0, 0),
            limitIndices.toSpliced(d, 0, size),
            strides === null ? null : strides.toSpliced(d, 0, 1),
          ),
          d,
        ],
  ),
  lower: { kind: "view", apply: (view, params) => sliceView(view, ...bounds(params)) },
});

/** A box of elements with a value around and between them. Its transpose is `sliceP`. */
export const padP = definePrimitive<2, PadParams>("pad", {
  abstractEval([x, value], { paddingConfig }) {
    checkPad(x, value, paddingConfig);
    const shape = x.shape.map((extent, i) => paddedExtent(extent, paddingConfig[i]));
    const short = shape.findIndex((extent) => extent < 0);
    if (short >= 0) {
      throw new ShapeError(
        `lax.pad: padding must leave an extent of at least 0, got ${shape[short]} on axis ${short} for ${x} with [${paddingConfig.join("] [")}]; crop less`,
      );
    }
    return shapedArray(shape, x.dtype, x.weakType && value.weakType);
  },
  jvp: linear,
  transpose: transposeRule((ct, [x, value], { paddingConfig }) => [
    isLinear(x) ? unpad(ct, paddingConfig) : null,
    isLinear(value) ? sumOfPadding(ct, shapeOf(x), paddingConfig) : null,
  ]),
  batch: batchRule(([x, value], [dx, dv], { paddingConfig }, { size }) => {
    if (dv === null) {
      if (dx === null) return [pad(x, value, paddingConfig), null];
      return [pad(x, value, paddingConfig.toSpliced(dx, 0, [0, 0, 0])), dx];
    }
    return [padEach(batchToFront(x, dx, size), value, [[0, 0, 0], ...paddingConfig]), 0];
  }),
  lower: {
    kind: "routine",
    name: "assemble",
    params: ({ paddingConfig }, [x]) => padAssembly((x as ShapedArray).shape, paddingConfig), // two operands
  },
});

/** Arrays one after the other along an axis. Its transpose is `splitP`. */
export const concatenateP = definePrimitive<number, ConcatenateParams>("concatenate", {
  abstractEval(xs, { dimension }) {
    const first = checkConcatenate(xs, dimension);
    const extent = xs.reduce((sum, x) => sum + (x.shape[dimension] as number), 0); // ranks agree
    const weak = xs.every((x) => x.weakType);
    return shapedArray(first.shape.with(dimension, extent), first.dtype, weak);
  },
  jvp: linear,
  transpose: transposeRule((ct, xs, { dimension }) => {
    const sizes = xs.map((x) => shapeOf(x)[dimension] as number); // an axis of all operands
    const parts = split(ct, sizes, dimension);
    return xs.map((x, i) => (isLinear(x) ? (parts[i] as NDArray) : null)); // one part for each
  }),
  batch: batchRule((xs, dims, { dimension }, { size }) => {
    const aligned = xs.map((x, i) => batchToFront(x, dims[i] ?? null, size));
    return [concatenate(aligned, dimension + 1), 0];
  }),
  lower: {
    kind: "routine",
    name: "assemble",
    params: ({ dimension }, xs): AssembleParams => {
      let end = 0;
      const parts = xs.map(({ shape }, operand) => {
        const none = shape.map(() => 0);
        const ones = shape.map(() => 1);
        const to = none.with(dimension, end);
        end += shape[dimension] as number; // an axis of all operands
        return { operand, starts: none, counts: shape, steps: ones, to, toSteps: ones };
      });
      return { fill: null, parts };
    },
  },
});

/** Consecutive parts along an axis. Its transpose is `concatenateP`. */
export const splitP = defineMultiPrimitive<1, SplitParams>("split", {
  abstractEval([x], { sizes, axis }) {
    normalizeAxis(axis, x.ndim, "lax.split");
    const extent = x.shape[axis];
    const valid = sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
    if (!valid || sizes.reduce((a, b) => a + b, 0) !== extent) {
      throw new ShapeError(
        `lax.split: sizes must be integers from 0 that add up to ${extent}, got [${sizes}] for axis ${axis} of ${x}; cover the whole axis`,
      );
    }
    return sizes.map((size) => x.withShape(x.shape.with(axis, size)));
  },
  jvp: linear,
  transpose: {
    kind: "rule",
    positions: null,
    apply(cts, [x], { axis }) {
      if (cts.every((ct) => ct instanceof Zero)) return [new Zero((x as NDArray).aval)];
      const parts = cts.map((ct) =>
        ct instanceof Zero ? full(ct.aval.shape, 0, ct.aval.dtype) : ct,
      );
      return [concatenate(parts, axis)];
    },
  },
  batch: {
    kind: "rule",
    apply([x], [d], { sizes, axis }) {
      const parts = split(x, sizes, d === null ? axis : shiftAxis(axis, d));
      return [parts, sizes.map(() => d)];
    },
  },
  lower: {
    kind: "compose",
    apply([x], { sizes, axis }) {
      let end = 0;
      return sizes.map((size) => {
        const starts = x.shape.map(() => 0).with(axis, end);
        end += size;
        return slice(x, starts, x.shape.with(axis, end));
      });
    },
  },
});

function shapeOf(x: NDArray | { readonly aval: ShapedArray }): readonly number[] {
  return x.aval.shape;
}

/** The elements that a padding put between others, back in their own shape; those cropped are 0. */
function unpad(ct: NDArray, config: PaddingConfig): NDArray {
  const outside = config.map(([low, high]) => [Math.max(-low, 0), Math.max(-high, 0), 0] as const);
  const cropped = outside.some(([low, high]) => low > 0 || high > 0);
  const whole = cropped ? pad(ct, scalarLike(0, ct.aval), outside) : ct;
  const starts = config.map(([low]) => Math.max(low, 0));
  const limits = config.map(([, high], i) => (whole.shape[i] as number) - Math.max(high, 0)); // an entry for each axis
  return slice(
    whole,
    starts,
    limits,
    config.map(([, , interior]) => interior + 1),
  );
}

/** Sum of the elements that hold the value of a padding. Those of the operand are left out, not subtracted. */
function sumOfPadding(ct: NDArray, shape: readonly number[], config: PaddingConfig): NDArray {
  const isPadding = pad(full(shape, 0, "bool"), true, config);
  const padding = select(isPadding, ct, full(ct.shape, 0, ct.dtype));
  return reduceSum(
    padding,
    ct.shape.map((_, i) => i),
  );
}

/** Padding of each `x[i]` with its own `value[i]`. */
function padEach(x: NDArray, value: NDArray, config: PaddingConfig): NDArray {
  // Any value will do, it is never seen; keys have no literals.
  const isKey = x.dtype === "key<fry>";
  const filler = isKey ? wrapKeyData(full([2], 0, "uint32")) : scalarLike(0, x.aval);
  const padded = pad(x, filler, config);
  const isOperand = pad(full(x.shape, 1, "bool"), false, config);
  return select(isOperand, padded, broadcastInDim(value, padded.shape, [0]));
}

/**
 * The elements from `startIndices` up to, not including, `limitIndices`, every `strides`-th.
 *
 * @throws ShapeError unless 0 <= start <= limit <= extent and stride >= 1 on every axis.
 */
export function slice(
  x: ArrayLike,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides: readonly number[] | null = null,
): NDArray {
  const steps = strides?.every((step) => step === 1) ? null : strides;
  return bind1(sliceP, asArray(x, "lax.slice"), { startIndices, limitIndices, strides: steps });
}

/**
 * The array with `value` before, after and between its elements: `[low, high, interior]` for
 * each axis.
 *
 * The interior is filled first; a negative low or high then crops. An axis of extent 0 has no
 * interior. A plain number takes the dtype of `x`.
 *
 * @throws ShapeError if an extent would be negative, or `value` is not a scalar; DTypeError if
 * dtypes differ; ArgumentError if an interior is negative.
 */
export function pad(x: ArrayLike, value: ArrayLike, paddingConfig: PaddingConfig): NDArray {
  const [array, fill] = operands("pad", [x, value]) as [NDArray, NDArray]; // as many as were given
  return bind2(padP, array, fill, { paddingConfig });
}

/**
 * Arrays one after the other along `dimension`; one array alone is itself.
 *
 * @throws ArgumentError without a list of operands; ShapeError if they differ in rank or in
 * another axis; DTypeError if they differ in dtype.
 */
export function concatenate(xs: readonly ArrayLike[], dimension: number): NDArray {
  if (!Array.isArray(xs)) {
    throw new ArgumentError(
      `lax.concatenate: a list of arrays is required, got ${describe(xs)}; pass [x, ...]`,
    );
  }
  const arrays = xs.map((x: ArrayLike) => asArray(x, "lax.concatenate"));
  const [only] = arrays;
  if (only === undefined || (arrays.length === 1 && dimension in only.shape)) {
    checkConcatenate(
      arrays.map((x) => x.aval),
      dimension,
    );
    return only as NDArray; // no operands were refused
  }
  return bind(concatenateP, arrays, { dimension });
}

/**
 * Consecutive parts of `x` with extents `sizes` along `axis`, which may be negative.
 *
 * @throws ShapeError unless the sizes add up to the extent of the axis.
 */
export function split(x: ArrayLike, sizes: readonly number[], axis = 0): readonly NDArray[] {
  const array = asArray(x, "lax.split");
  const dim = normalizeAxis(axis, array.ndim, "lax.split");
  return bindMany(splitP, [array], { sizes, axis: dim });
}
