import type { ShapedArray } from "../../core/aval.ts";
import type { ClosedJaxpr } from "../../core/primitive.ts";
import { Var } from "../../core/var.ts";
import { canonical } from "./bodies.ts";

/**
 * The program with further inputs at position `at`, which it does not read: so programs that close
 * over different values take one list of them.
 */
export function withUnreadInputs(
  { jaxpr, consts }: ClosedJaxpr,
  at: number,
  avals: readonly ShapedArray[],
): ClosedJaxpr {
  if (avals.length === 0) return { jaxpr, consts };
  const unread = avals.map((aval) => new Var(aval));
  return canonical({
    jaxpr: { ...jaxpr, invars: jaxpr.invars.toSpliced(at, 0, ...unread) },
    consts,
  });
}
