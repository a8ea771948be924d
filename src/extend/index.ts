import "../runtime/install.ts";

export { type ShapedArray, shapedArray } from "../core/aval.ts";
export {
  absent,
  type BatchAxis,
  batchRule,
  defineMultiPrimitive,
  definePrimitive,
  elementwise,
  isLinear,
  Linear,
  linear,
  linearIn,
  nonlinear,
  type Primitive,
  type PrimitiveOf,
  type Tangent,
  transposeRule,
  Zero,
  zeroJvp,
} from "../core/primitive.ts";
export { constExpr, type Expr, opExpr, type ScalarOp, slotExpr } from "../core/scalar.ts";
export { bind, bind1, bind2, bindMany, noParams } from "../core/trace.ts";
export { sameAval } from "../lax/ops/shared.ts";
