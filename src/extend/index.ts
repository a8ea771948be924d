import "../runtime/install.ts";

// Types of arrays, which shape rules take and give.
export { type ShapedArray, shapedArray } from "../core/aval.ts";
// Definitions, and rules to write in them.
export {
  type Absent,
  absent,
  type BatchAxis,
  type BatchRule,
  batchRule,
  type CommonRules,
  defineMultiPrimitive,
  definePrimitive,
  elementwise,
  isLinear,
  type JvpRule,
  Linear,
  type LowerRule,
  linear,
  linearIn,
  nonlinear,
  type Params,
  type Primitive,
  type PrimitiveOf,
  type ReduceOp,
  type SingleRules,
  type Tangent,
  type TransposeRule,
  type Tuple,
  transposeRule,
  Zero,
  zeroJvp,
} from "../core/primitive.ts";
// Scalar expressions, which lowerings are made of.
export { constExpr, type Expr, opExpr, type ScalarOp, slotExpr } from "../core/scalar.ts";
// Applying a primitive.
export { bind, bind1, bind2, bindMany, noParams } from "../core/trace.ts";
export type { View } from "../core/view.ts";
export { sameAval } from "../lax/ops/shared.ts";
