import type { DType, Kind } from "../../core/dtype.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import {
  batchRule,
  definePrimitive,
  type JvpRule,
  linear,
  nonlinear,
  type PrimitiveOf,
  type ReduceOp,
  type TransposeRule,
  transposeRule,
  zeroJvp,
} from "../../core/primitive.ts";
import type { WindowParams } from "../../core/routines.ts";
import { sameShape } from "../../core/shape.ts";
import { bind1, bind2 } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { broadcastInDim } from "./broadcast.ts";
import { moveAxis } from "./layout.ts";
import { productTangent } from "./reduce.ts";
import { bitwise, numeric, ordered, requireKind } from "./shared.ts";
import { concatenate, pad, slice } from "./slice.ts";
import { batchWindows, transposedWindows, windowedShape } from "./window-shapes.ts";

/** Windows, and which element of each wins: the first that is at least, or at most, all before. */
export interface SelectParams extends WindowParams {
  readonly select: "ge" | "le";
}

/** Sums of windows. Its transpose is a sum of windows too. */
export const reduceWindowSumP: PrimitiveOf<1, WindowParams> = windowed(
  "reduce_window_sum",
  "add",
  numeric,
  linear,
  transposeRule<1, WindowParams>((ct, [x], params) => [
    bind1(reduceWindowSumP, ct, transposedWindows(x.aval.shape, ct.shape, params)),
  ]),
);

/** Largest elements of windows; see `reduceWindowMax`. */
export const reduceWindowMaxP = windowed("reduce_window_max", "max", ordered, {
  kind: "partials",
  terms: [(t, [x], _out, params) => bind2(selectAndGatherAddP, t, x, { ...params, select: "ge" })],
});

/** Smallest elements of windows; see `reduceWindowMin`. */
export const reduceWindowMinP = windowed("reduce_window_min", "min", ordered, {
  kind: "partials",
  terms: [(t, [x], _out, params) => bind2(selectAndGatherAddP, t, x, { ...params, select: "le" })],
});

/** Products of windows. */
export const reduceWindowMulP = windowed("reduce_window_mul", "mul", numeric, {
  kind: "partials",
  terms: [
    (t, [x], out, params) =>
      out.size === 0
        ? bind1(reduceWindowSumP, t, params)
        : productTangent(windowElements(t, 0, params), windowElements(x, 1, params), [0]),
  ],
});

/** Bitwise conjunctions of windows. */
export const reduceWindowAndP = windowed("reduce_window_and", "and", bitwise, zeroJvp);

/** Bitwise disjunctions of windows. */
export const reduceWindowOrP = windowed("reduce_window_or", "or", bitwise, zeroJvp);

/** Bitwise exclusive disjunctions of windows. */
export const reduceWindowXorP = windowed("reduce_window_xor", "xor", bitwise, zeroJvp);

/** Elements of a source added up at the winners of windows; linear in the source. */
export const selectAndScatterAddP: PrimitiveOf<2, SelectParams> = definePrimitive<2, SelectParams>(
  "select_and_scatter_add",
  {
    abstractEval([source, x], params) {
      requireAlike("selectAndScatterAdd", source.dtype, x.dtype);
      requireKind("selectAndScatterAdd", x, numeric);
      const shape = windowedShape("lax.selectAndScatterAdd", x.shape, params);
      requireShape("selectAndScatterAdd", source.shape, shape);
      return source.withShape(x.shape);
    },
    jvp: {
      kind: "partials",
      terms: [(t, [, x], _out, params) => bind2(selectAndScatterAddP, t, x, params), null],
    },
    transpose: transposeRule(
      // Only the source is linear, so x is an array.
      (ct, [, x], params) => [bind2(selectAndGatherAddP, ct, x as NDArray, params), null],
      [0],
    ),
    batch: batchRule(([source, x], [ds, dx], params, { size }) => [
      bind2(selectAndScatterAddP, toFront(source, ds, size), toFront(x, dx, size), {
        ...batchWindows(params, 0),
        select: params.select,
      }),
      0,
    ]),
    lower: { kind: "routine", name: "selectAndScatterAdd" },
  },
);

/** Elements of `t` at the winners of windows of `x`; linear in `t`. */
export const selectAndGatherAddP: PrimitiveOf<2, SelectParams> = definePrimitive<2, SelectParams>(
  "select_and_gather_add",
  {
    abstractEval([t, x], params) {
      requireAlike("selectAndGatherAdd", t.dtype, x.dtype);
      requireKind("selectAndGatherAdd", x, numeric);
      requireShape("selectAndGatherAdd", t.shape, x.shape);
      return t.withShape(windowedShape("lax.selectAndGatherAdd", x.shape, params));
    },
    jvp: {
      kind: "partials",
      terms: [(t, [, x], _out, params) => bind2(selectAndGatherAddP, t, x, params), null],
    },
    transpose: transposeRule(
      // Only t is linear, so x is an array.
      (ct, [, x], params) => [bind2(selectAndScatterAddP, ct, x as NDArray, params), null],
      [0],
    ),
    batch: batchRule(([t, x], [dt, dx], params, { size }) => [
      bind2(selectAndGatherAddP, toFront(t, dt, size), toFront(x, dx, size), {
        ...batchWindows(params, 0),
        select: params.select,
      }),
      0,
    ]),
    lower: { kind: "routine", name: "selectAndGatherAdd" },
  },
);

/** A primitive that reduces windows by a monoid. */
function windowed(
  name: string,
  op: ReduceOp,
  kinds: readonly Kind[],
  jvp: JvpRule<1, WindowParams>,
  transposed: TransposeRule<1, WindowParams> = nonlinear,
): PrimitiveOf<1, WindowParams> {
  const prim: PrimitiveOf<1, WindowParams> = definePrimitive<1, WindowParams>(name, {
    abstractEval([x], params) {
      requireKind("reduceWindow", x, kinds);
      return x.withShape(windowedShape("lax.reduceWindow", x.shape, params));
    },
    jvp,
    transpose: transposed,
    batch: batchRule(([x], [d], params) =>
      d === null ? [bind1(prim, x, params), null] : [bind1(prim, x, batchWindows(params, d)), d],
    ),
    lower: { kind: "routine", name: "reduceWindow", params: (params) => ({ ...params, op }) },
  });
  return prim;
}

function toFront(x: NDArray, dim: number | null, size: number): NDArray {
  if (dim !== null) return moveAxis(x, dim, 0);
  return broadcastInDim(
    x,
    [size, ...x.shape],
    x.shape.map((_, axis) => axis + 1),
  );
}

function requireAlike(op: string, a: DType, b: DType): void {
  if (a === b) return;
  throw new DTypeError(
    `lax.${op}: operands must share a dtype, got ${a} and ${b}; convert one with lax.convertElementType`,
  );
}

function requireShape(op: string, got: readonly number[], wanted: readonly number[]): void {
  if (sameShape(got, wanted)) return;
  throw new ShapeError(
    `lax.${op}: the first operand must have shape [${wanted}] with these windows, got [${got}]; slice or pad it`,
  );
}

/** Element `w` of every window, of which there are some, for each w in order, along a new first axis. */
function windowElements(x: NDArray, fill: number, params: WindowParams): NDArray {
  const { windowDimensions, windowStrides, padding, baseDilation, windowDilation } = params;
  const shape = windowedShape("lax.reduceWindow", x.shape, params);
  // Every list has one entry for each axis.
  const config = padding.map(
    ([low, high], i) => [low, high, (baseDilation[i] as number) - 1] as const,
  );
  const padded = pad(x, fill, config);
  const parts: NDArray[] = [];
  const take = (starts: readonly number[]): void => {
    const axis = starts.length;
    if (axis < shape.length) {
      for (let w = 0; w < (windowDimensions[axis] as number); w++) {
        take([...starts, w * (windowDilation[axis] as number)]);
      }
      return;
    }
    const limits = starts.map(
      (start, i) => start + ((shape[i] as number) - 1) * (windowStrides[i] as number) + 1,
    );
    const part = slice(padded, starts, limits, windowStrides);
    parts.push(
      broadcastInDim(
        part,
        [1, ...shape],
        shape.map((_, i) => i + 1),
      ),
    );
  };
  take([]);
  return concatenate(parts, 0);
}
