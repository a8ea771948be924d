import { asArray } from "../../core/array.ts";
import { type ShapedArray, shapedArray } from "../../core/aval.ts";
import { byteWidth, type DType, dtypeInfo } from "../../core/dtype.ts";
import { DTypeError, ShapeError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { batchRule, definePrimitive, type PrimitiveOf } from "../../core/primitive.ts";
import type { DotParams } from "../../core/routines.ts";
import { invertPermutation } from "../../core/shape.ts";
import { bind2 } from "../../core/trace.ts";
import type { ArrayLike, NDArray } from "../../core/value.ts";
import { shiftAxes } from "./broadcast.ts";
import { convertElementType } from "./convert.ts";
import { checkDistinct, transpose } from "./layout.ts";
import { ordered, requireKind } from "./shared.ts";

/** Pairs of contracted and of batch axes, and the dtype of the result if it is another one. */
export interface DotGeneralParams extends DotParams {
  readonly preferredElementType: DType | null;
}

/** Options of `dotGeneral`. */
export interface DotGeneralOptions {
  /** Axes of each operand that are multiplied and summed over, in pairs; none by default. */
  readonly contract?: readonly [readonly number[], readonly number[]] | undefined;
  /** Axes of each operand that run along with one another, in pairs; none by default. */
  readonly batch?: readonly [readonly number[], readonly number[]] | undefined;
  /** Dtype of sums and result; that of the operands by default. */
  readonly preferredElementType?: DType | null | undefined;
}

/** Options of `dot` and `batchMatmul`. */
export interface DotOptions {
  /** Dtype of sums and result; that of the operands by default. */
  readonly preferredElementType?: DType | null | undefined;
}

/** Products summed over pairs of axes; see `dotGeneral`. */
export const dotGeneralP: PrimitiveOf<2, DotGeneralParams> = definePrimitive<2, DotGeneralParams>(
  "dot_general",
  {
    abstractEval([x, y], params) {
      checkPairs(x, y, params);
      const { preferredElementType } = params;
      const dtype = resultDtype("dotGeneral", x, y, preferredElementType);
      const { batch } = params;
      const shape = [
        ...batch[0].map((axis) => x.shape[axis] as number), // checked above to be axes of x
        ...freeAxes(x.ndim, params, 0).map((axis) => x.shape[axis] as number),
        ...freeAxes(y.ndim, params, 1).map((axis) => y.shape[axis] as number),
      ];
      return shapedArray(shape, dtype, x.weakType && y.weakType && dtype === x.dtype);
    },
    jvp: {
      kind: "partials",
      terms: [
        (t, [, y], _out, params) => bind2(dotGeneralP, t, y, params),
        (t, [x], _out, params) => bind2(dotGeneralP, x, t, params),
      ],
    },
    transpose: {
      kind: "bilinear",
      terms: [
        (ct, y, params, x) => transposeOperand(ct, y, params, x, 0),
        (ct, x, params, y) => transposeOperand(ct, x, params, y, 1),
      ],
    },
    batch: batchRule(([x, y], [dx, dy], params) => {
      const { contract, batch, preferredElementType } = params;
      if (dx !== null && dy !== null) {
        const shifted: DotGeneralParams = {
          contract: [shiftAxes(contract[0], dx), shiftAxes(contract[1], dy)],
          batch: [
            [dx, ...shiftAxes(batch[0], dx)],
            [dy, ...shiftAxes(batch[1], dy)],
          ],
          preferredElementType,
        };
        return [bind2(dotGeneralP, x, y, shifted), 0];
      }
      // The batch axis of one operand is one more free axis of it.
      const shifted: DotGeneralParams = {
        contract: shiftPairs(contract, dx, dy),
        batch: shiftPairs(batch, dx, dy),
        preferredElementType,
      };
      const out = bind2(dotGeneralP, x, y, shifted);
      if (dx !== null) {
        return [out, batch[0].length + freeAxes(x.ndim, shifted, 0).indexOf(dx)];
      }
      if (dy === null) return [out, null];
      const before = x.ndim - contract[0].length; // batch axes, then the free ones of x
      return [out, before + freeAxes(y.ndim, shifted, 1).indexOf(dy)];
    }),
    lower: {
      kind: "routine",
      name: "dot",
      params: ({ contract, batch }) => ({ contract, batch }),
    },
  },
);

/** Axes of both operands, moved past a batch axis where there is one. */
function shiftPairs(
  [xs, ys]: readonly [readonly number[], readonly number[]],
  dx: number | null,
  dy: number | null,
): readonly [readonly number[], readonly number[]] {
  return [dx === null ? xs : shiftAxes(xs, dx), dy === null ? ys : shiftAxes(ys, dy)];
}

/** Axes of operand `side` that are neither contracted nor batch axes, in their order. */
function freeAxes(ndim: number, { contract, batch }: DotParams, side: 0 | 1): number[] {
  const free: number[] = [];
  for (let axis = 0; axis < ndim; axis++) {
    if (!contract[side].includes(axis) && !batch[side].includes(axis)) free.push(axis);
  }
  return free;
}

/**
 * Cotangent of operand `side`, whose type is `self`: the product of `ct` and the other operand
 * over the other's free axes, with its axes put back in order.
 */
function transposeOperand(
  ct: NDArray,
  other: NDArray,
  params: DotGeneralParams,
  self: ShapedArray,
  side: 0 | 1,
): NDArray {
  const { contract, batch } = params;
  const there = side === 0 ? 1 : 0;
  const selfFree = freeAxes(self.ndim, params, side);
  const otherFree = freeAxes(other.ndim, params, there);
  const batchCount = batch[0].length;
  const ctBatch = range(0, batchCount);
  const otherStart = side === 0 ? batchCount + selfFree.length : batchCount;
  const ctContract = range(otherStart, otherFree.length);
  // ct may be wider than the operands where a dtype was preferred; sum in the wider one.
  const widened = other.dtype === ct.dtype ? other : convertElementType(other, ct.dtype);
  const product =
    side === 0
      ? bind2(dotGeneralP, ct, widened, {
          contract: [ctContract, otherFree],
          batch: [ctBatch, batch[there]],
          preferredElementType: null,
        })
      : bind2(dotGeneralP, widened, ct, {
          contract: [otherFree, ctContract],
          batch: [batch[there], ctBatch],
          preferredElementType: null,
        });
  // Axes of the product, named by the axes of this operand that they are. The other's
  // contracted axes come in ascending order.
  const byOther = contract[there].map((axis, i) => [axis, contract[side][i] as number] as const);
  byOther.sort((p, q) => p[0] - q[0]);
  const contracted = byOther.map(([, axis]) => axis);
  const order =
    side === 0
      ? [...batch[side], ...selfFree, ...contracted]
      : [...batch[side], ...contracted, ...selfFree];
  const placed = transpose(product, invertPermutation(order));
  return placed.dtype === self.dtype ? placed : convertElementType(placed, self.dtype);
}

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

function checkPairs(x: ShapedArray, y: ShapedArray, { contract, batch }: DotParams): void {
  const advice = "name each axis once, in pairs";
  const pairs = [
    ["contracting", contract],
    ["batch", batch],
  ] as const;
  for (const [what, [xs, ys]] of pairs) {
    if (xs.length !== ys.length) {
      throw new ShapeError(
        `lax.dotGeneral: ${what} axes must come in pairs, got [${xs}] and [${ys}]; ${advice}`,
      );
    }
  }
  checkDistinct("dotGeneral", [...contract[0], ...batch[0]], x.ndim);
  checkDistinct("dotGeneral", [...contract[1], ...batch[1]], y.ndim);
  for (const [what, [xs, ys]] of pairs) {
    if (xs.every((axis, i) => x.shape[axis] === y.shape[ys[i] as number])) continue;
    throw new ShapeError(
      `lax.dotGeneral: paired axes must have equal extents, got ${x} and ${y} with ${what} axes [${xs}] and [${ys}]; transpose or slice an operand`,
    );
  }
}

/**
 * Dtype of a product of two operands, given the preferred one.
 *
 * @throws DTypeError unless the operands share a dtype, and the preferred one can hold it.
 */
export function resultDtype(
  op: string,
  x: ShapedArray,
  y: ShapedArray,
  preferred: DType | null,
): DType {
  requireKind(op, x, ordered);
  if (x.dtype !== y.dtype) {
    throw new DTypeError(
      `lax.${op}: operands must share a dtype, got ${x} and ${y}; convert one with lax.convertElementType`,
    );
  }
  if (preferred === null || preferred === x.dtype) return x.dtype;
  const from = dtypeInfo[x.dtype].kind;
  const to = Object.hasOwn(dtypeInfo, preferred) ? dtypeInfo[preferred].kind : null;
  const integral = from === "int" || from === "uint";
  const fits = (to === from && from !== "bool") || (integral && to === "float");
  if (!fits || byteWidth(preferred) < byteWidth(x.dtype)) {
    throw new DTypeError(
      `lax.${op}: preferredElementType must be of the operands' kind, or a float beside integers, and not narrower, got ${preferred} for ${x.dtype}; convert the operands first`,
    );
  }
  return preferred;
}

/**
 * Products of `x` and `y`, summed over the contracting axes.
 *
 * Shapes: the result is `[...batch, ...xFree, ...yFree]`, where batch axes are those paired in
 * `batch`, and free axes are the rest in their own order. Paired axes must have equal extents;
 * an empty contraction gives an outer product.
 * Dtype: that of the operands, which must agree, or `preferredElementType`. float16 and bfloat16
 * are summed in at least float32, integers wrap, booleans are the OR of ANDs.
 *
 * @throws ShapeError if paired axes differ, repeat, or are out of range.
 * @throws DTypeError if the operands differ in dtype, or the preferred one cannot hold theirs.
 */
export function dotGeneral(x: ArrayLike, y: ArrayLike, options: DotGeneralOptions = {}): NDArray {
  checkOptions("lax.dotGeneral", options, ["contract", "batch", "preferredElementType"]);
  const { contract = none, batch = none, preferredElementType = null } = options;
  return bind2(dotGeneralP, asArray(x, "lax.dotGeneral"), asArray(y, "lax.dotGeneral"), {
    contract,
    batch,
    preferredElementType,
  });
}

const none: readonly [readonly number[], readonly number[]] = [[], []];

/**
 * Product of vectors or matrices: the last axis of `x` against the first of `y`.
 *
 * @throws ShapeError unless each operand has one or two axes, and the extents agree.
 */
export function dot(x: ArrayLike, y: ArrayLike, options: DotOptions = {}): NDArray {
  checkOptions("lax.dot", options, ["preferredElementType"]);
  checkOptions("lax.dot", options, ["preferredElementType"]);
  const a = asArray(x, "lax.dot");
  const b = asArray(y, "lax.dot");
  if (a.ndim < 1 || a.ndim > 2 || b.ndim < 1 || b.ndim > 2) {
    throw new ShapeError(
      `lax.dot: operands of one or two axes are required, got ${a.aval} and ${b.aval}; use lax.dotGeneral`,
    );
  }
  return dotGeneral(a, b, { ...options, contract: [[a.ndim - 1], [0]] });
}

/**
 * Products of matrices in the last two axes, over equal leading axes.
 *
 * @throws ShapeError unless both operands have the same number of axes, at least two.
 */
export function batchMatmul(x: ArrayLike, y: ArrayLike, options: DotOptions = {}): NDArray {
  checkOptions("lax.batchMatmul", options, ["preferredElementType"]);
  const a = asArray(x, "lax.batchMatmul");
  const b = asArray(y, "lax.batchMatmul");
  if (a.ndim < 2 || a.ndim !== b.ndim) {
    throw new ShapeError(
      `lax.batchMatmul: operands of one rank, at least 2, are required, got ${a.aval} and ${b.aval}; broadcast the leading axes first`,
    );
  }
  const lead = range(0, a.ndim - 2);
  return dotGeneral(a, b, {
    ...options,
    contract: [[a.ndim - 1], [b.ndim - 2]],
    batch: [lead, lead],
  });
}
