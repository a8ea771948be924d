import { hasEffect, hasEffects } from "../core/effects.ts";
import type { ClosedJaxpr, Eqn, Jaxpr } from "../core/primitive.ts";
import type { Atom } from "../core/var.ts";

/** A program without what nobody reads, and which of its inputs are still read. */
export interface Reduced {
  readonly jaxpr: Jaxpr;
  readonly usedInputs: readonly boolean[];
}

/** Whether what has an effect stays although nobody reads it. */
let keepsEffects = true;

/**
 * Drop the equations that none of the `used` results needs and that have no effect, inside nested
 * programs too.
 *
 * The results that are not used are dropped; inputs stay, so that calls need not change.
 */
export function dce(
  jaxpr: Jaxpr,
  used: readonly boolean[] = jaxpr.outvars.map(() => true),
): Reduced {
  const outvars = jaxpr.outvars.filter((_, i) => used[i]);
  const live = new Set<Atom>(outvars);
  const kept: Eqn[] = [];
  for (let i = jaxpr.eqns.length - 1; i >= 0; i--) {
    const eqn = reduce(jaxpr.eqns[i] as Eqn, live); // i runs over the equations
    if (eqn === null) continue;
    for (const atom of eqn.inputs) live.add(atom);
    kept.push(eqn);
  }
  return {
    jaxpr: { ...jaxpr, eqns: kept.reverse(), outvars },
    usedInputs: jaxpr.invars.map((v) => live.has(v)),
  };
}

/**
 * A program without what nobody reads and without effects: for a second run over what has been
 * run before. Effects of calls that cannot be taken apart stay.
 */
export function withoutEffects({ jaxpr, consts }: ClosedJaxpr): ClosedJaxpr {
  if (!hasEffects(jaxpr)) return { jaxpr, consts };
  const saved = keepsEffects;
  keepsEffects = false;
  try {
    return { jaxpr: dce(jaxpr).jaxpr, consts };
  } finally {
    keepsEffects = saved;
  }
}

function reduce(eqn: Eqn, live: ReadonlySet<Atom>): Eqn | null {
  const used = eqn.outs.map((v) => live.has(v));
  const { rules } = eqn.prim;
  if (!used.includes(true) && !(keepsEffects && hasEffect(eqn))) return null;
  if (rules.order === "first" || rules.dce.kind === "absent") return eqn;
  const isWhole = !used.includes(false) && !(hasEffect(eqn) && !keepsEffects) && !hasDeadCode(eqn);
  const reduced = isWhole ? eqn : rules.dce.apply(used, eqn);
  const { origin } = eqn;
  return reduced === null || origin === undefined ? reduced : { ...reduced, origin };
}

/** Whether a program in the parameters holds equations that nobody reads. */
function hasDeadCode({ prim, params }: Eqn): boolean {
  if (prim.rules.order === "first") return false;
  return prim.rules
    .bodies(params)
    .some(({ jaxpr }) => dce(jaxpr).jaxpr.eqns.length < jaxpr.eqns.length);
}

/** A program with fresh variables for its inputs left out where `keep` says no. */
export function dropInputs(jaxpr: Jaxpr, keep: readonly boolean[]): Jaxpr {
  return { ...jaxpr, invars: jaxpr.invars.filter((_, i) => keep[i]) };
}
