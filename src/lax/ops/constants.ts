import { shapedArray } from "../../core/aval.ts";
import type { DType } from "../../core/dtype.ts";
import { ShapeError } from "../../core/errors.ts";
import { absent, definePrimitive, nonlinear, zeroJvp } from "../../core/primitive.ts";
import { type Expr, opExpr } from "../../core/scalar.ts";
import { checkShape } from "../../core/shape.ts";
import { bind } from "../../core/trace.ts";
import type { NDArray } from "../../core/value.ts";
import { numeric, requireKind } from "./shared.ts";

/** Parameters of an iota. */
export interface IotaParams {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly dimension: number;
}

/** Positions along one axis; see `iota`. */
export const iotaP = definePrimitive<0, IotaParams>("iota", {
  abstractEval(_, { dtype, shape, dimension }) {
    checkShape(shape, "lax.iota");
    const aval = shapedArray(shape, dtype);
    requireKind("iota", aval, numeric);
    if (!Number.isInteger(dimension) || dimension < 0 || dimension >= shape.length) {
      throw new ShapeError(
        `lax.iota: the dimension must be one of the ${shape.length} axes of ${aval}, got ${dimension}; count from 0`,
      );
    }
    return aval;
  },
  jvp: zeroJvp,
  transpose: nonlinear,
  batch: absent("it has no operands, so none of them is ever batched"),
  lower: {
    kind: "expression",
    build(_, { dtype, dimension }) {
      const index: Expr = { kind: "index", axis: dimension, dtype: "int32" };
      return [dtype === "int32" ? index : opExpr("convert", [index], dtype)];
    },
  },
});

/**
 * An array of `shape` whose elements are their own positions along the axis `dimension`.
 *
 * Positions wrap into narrow integers and round to floats.
 *
 * @throws ShapeError if there is no such axis; DTypeError unless the dtype is of numbers.
 */
export function iota(dtype: DType, shape: readonly number[], dimension: number): NDArray {
  return bind(iotaP, [], { dtype, shape, dimension });
}
