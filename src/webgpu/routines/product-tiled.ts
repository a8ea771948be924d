import type { RoutineStep } from "../routine.ts";
import type { Compiled, StepContext } from "../step.ts";
import type { Product } from "./product.ts";
import { emitThin } from "./product-thin.ts";

export function emitTiled(
  product: Product,
  step: RoutineStep<object>,
  context: StepContext,
): Compiled {
  return emitThin(product, step, context);
}
