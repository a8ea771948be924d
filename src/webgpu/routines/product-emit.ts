import type { RoutineStep } from "../routine.ts";
import type { Compiled, StepContext } from "../step.ts";
import type { Product } from "./product.ts";
import { emitThin } from "./product-thin.ts";
import { emitTiled } from "./product-tiled.ts";

/** The shaders of a product and its epilogue. */
export function emitProduct(
  product: Product,
  step: RoutineStep<object>,
  context: StepContext,
): Compiled {
  const { batches, m, n, depth } = product;
  if (batches * m * n === 0) return { dispatches: [], scratch: [] };
  const isThin = Math.min(m, n) <= 4 || depth <= 4;
  return isThin ? emitThin(product, step, context) : emitTiled(product, step, context);
}
