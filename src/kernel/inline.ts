import { hasEffect } from "../core/effects.ts";
import { InternalError } from "../core/errors.ts";
import type { ClosedJaxpr, Eqn } from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { type Atom, Var } from "../core/var.ts";
import { dropRepeated } from "./repeated.ts";

/** A program without calls and compositions, and with each thing computed once, if it is read or has an effect. */
export interface FlatProgram {
  readonly invars: readonly Var[];
  readonly constants: ReadonlyMap<Var, NDArray>;
  readonly eqns: readonly Eqn[];
  readonly outvars: readonly Atom[];
  /** How often each variable is read, results of the program included. */
  readonly uses: ReadonlyMap<Var, number>;
}

/** Put the bodies of calls and compositions in place, with variables of their own. */
export function inlineCalls(program: ClosedJaxpr): FlatProgram {
  const constants = new Map<Var, NDArray>();
  const eqns: Eqn[] = [];
  const invars = program.jaxpr.invars.map((v) => new Var(v.aval));
  const found = expand(program, invars, constants, eqns, "");
  const { eqns: distinct, nameOf } = dropRepeated(eqns);
  const outvars = found.map(nameOf);
  const kept = dropUnused(distinct, outvars);
  return { invars, constants, eqns: kept, outvars, uses: countUses(kept, outvars) };
}

/** Append the equations of `program` on `inputs`, in a scope; gives where its results are. */
function expand(
  { jaxpr, consts }: ClosedJaxpr,
  inputs: readonly Atom[],
  constants: Map<Var, NDArray>,
  eqns: Eqn[],
  scope: string,
): Atom[] {
  const names = new Map<Var, Atom>();
  jaxpr.invars.forEach((v, i) => {
    names.set(v, inputs[i] as Atom); // as many as invars
  });
  jaxpr.constvars.forEach((v, i) => {
    const variable = new Var(v.aval);
    constants.set(variable, consts[i] as NDArray); // as many as constvars
    names.set(v, variable);
  });
  const rename = (atom: Atom): Atom => {
    if (atom.tag === "Literal") return atom;
    const name = names.get(atom);
    if (name === undefined) throw new InternalError("lower: a variable is read before it is bound");
    return name;
  };
  for (const eqn of jaxpr.eqns) {
    const body = bodyOf(eqn);
    const args = eqn.inputs.map(rename);
    const inside = scopeWithin(scope, eqn);
    if (body !== null) {
      const results = expand(body, args, constants, eqns, inside);
      eqn.outs.forEach((v, i) => {
        names.set(v, results[i] as Atom); // one for each result
      });
      continue;
    }
    const outs = eqn.outs.map((v) => new Var(v.aval));
    eqn.outs.forEach((v, i) => {
      names.set(v, outs[i] as Var); // made one by one above
    });
    const placed = { ...eqn, inputs: args, outs };
    eqns.push(
      scope === "" ? placed : { ...placed, origin: { line: null, ...eqn.origin, scope: inside } },
    );
  }
  return jaxpr.outvars.map(rename);
}

/** The scope of an equation of a program that is in a scope itself. */
function scopeWithin(scope: string, { origin }: Eqn): string {
  if (origin === undefined || origin.scope === "") return scope;
  return scope === "" ? origin.scope : `${scope}/${origin.scope}`;
}

/** The program an equation stands for, or null if it is one step by itself. */
function bodyOf({ prim, inputs, params }: Eqn): ClosedJaxpr | null {
  const { lower } = prim.rules;
  if (lower.kind === "call") return lower.body(params);
  if (lower.kind !== "compose") return null;
  return stage(
    (operands) => lower.apply(operands, params),
    inputs.map((atom) => atom.aval),
  );
}

function dropUnused(eqns: readonly Eqn[], outvars: readonly Atom[]): Eqn[] {
  const live = new Set<Atom>(outvars);
  const kept: Eqn[] = [];
  for (let i = eqns.length - 1; i >= 0; i--) {
    const eqn = withoutUnused(eqns[i] as Eqn, live); // i runs over the list
    if (eqn === null) continue;
    for (const atom of eqn.inputs) live.add(atom);
    kept.push(eqn);
  }
  return kept.reverse();
}

/** An equation without the results that nobody reads, where its rules know how; null if none is. */
function withoutUnused(eqn: Eqn, live: ReadonlySet<Atom>): Eqn | null {
  const used = eqn.outs.map((v) => live.has(v));
  if (!used.includes(true) && !hasEffect(eqn)) return null;
  const { rules } = eqn.prim;
  if (rules.order === "first" || rules.dce.kind === "absent" || !used.includes(false)) return eqn;
  return rules.dce.apply(used, eqn);
}

function countUses(eqns: readonly Eqn[], outvars: readonly Atom[]): Map<Var, number> {
  const uses = new Map<Var, number>();
  const count = (atom: Atom): void => {
    if (atom.tag === "Var") uses.set(atom, (uses.get(atom) ?? 0) + 1);
  };
  for (const eqn of eqns) eqn.inputs.forEach(count);
  outvars.forEach(count);
  return uses;
}
