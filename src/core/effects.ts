import type { Eqn, Jaxpr } from "./primitive.ts";

/** Jaxprs that were asked, and what they said. */
const known = new WeakMap<Jaxpr, boolean>();

/**
 * Whether an equation does something besides giving its results, itself or in a program that it
 * holds: it must then be done exactly as often as the program says, read or not.
 */
export function hasEffect({ prim, params }: Pick<Eqn, "prim" | "params">): boolean {
  const { rules } = prim;
  if (rules.lower.kind === "callback") return rules.lower.effect;
  return rules.order === "higher" && rules.bodies(params).some(({ jaxpr }) => hasEffects(jaxpr));
}

/** Whether any equation of a program has an effect; found once for each program. */
export function hasEffects(jaxpr: Jaxpr): boolean {
  let found = known.get(jaxpr);
  if (found === undefined) {
    found = jaxpr.eqns.some(hasEffect);
    known.set(jaxpr, found);
  }
  return found;
}
