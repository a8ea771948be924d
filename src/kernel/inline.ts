import { hasEffect } from "../core/effects.ts";
import { InternalError } from "../core/errors.ts";
import type { ClosedJaxpr, Eqn } from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { type Atom, Var } from "../core/var.ts";
import { dropRepeated, withInputs } from "./repeated.ts";

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
  const { invars } = program.jaxpr;
  const constants = new Map<Var, NDArray>();
  const eqns: Eqn[] = [];
  const found = expand(program, null, constants, eqns, "");
  const { eqns: distinct, nameOf } = dropRepeated(eqns);
  const outvars = found.map(nameOf);
  return { invars, constants, outvars, ...dropUnused(distinct, outvars) };
}

/**
 * Append the equations of `program` on `inputs`, in a name scope; gives where its results are. Bodies
 * may be put in place more than once, so their variables are made anew; those of the program itself
 * (`inputs` is null) stay.
 */
function expand(
  { jaxpr, consts }: ClosedJaxpr,
  inputs: readonly Atom[] | null,
  constants: Map<Var, NDArray>,
  eqns: Eqn[],
  scope: string,
): Atom[] {
  const names = new Map<Var, Atom>();
  jaxpr.constvars.forEach((v, i) => {
    const variable = inputs === null ? v : new Var(v.aval);
    constants.set(variable, consts[i] as NDArray); // as many as constvars
    names.set(v, variable);
  });
  if (inputs !== null) {
    jaxpr.invars.forEach((v, i) => {
      names.set(v, inputs[i] as Atom); // as many as invars
    });
  }
  const rename = (atom: Atom): Atom => {
    if (atom.tag === "Literal") return atom;
    const name = names.get(atom);
    if (name !== undefined) return name;
    if (inputs === null) return atom;
    throw new InternalError("lower: a variable is read before it is bound");
  };
  for (const eqn of jaxpr.eqns) {
    const body = bodyOf(eqn);
    const inside = scopeWithin(scope, eqn);
    if (body !== null) {
      const results = expand(body, eqn.inputs.map(rename), constants, eqns, inside);
      eqn.outs.forEach((v, i) => {
        names.set(v, results[i] as Atom); // one for each result
      });
      continue;
    }
    const renamed = withInputs(eqn, rename);
    const placed = inputs === null ? renamed : { ...renamed, outs: eqn.outs.map(anew) };
    eqns.push(
      scope === "" ? placed : { ...placed, origin: { line: null, ...eqn.origin, scope: inside } },
    );
  }
  return jaxpr.outvars.map(rename);

  function anew(v: Var): Var {
    const variable = new Var(v.aval);
    names.set(v, variable);
    return variable;
  }
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

/** The equations that the results need, and how often they read each variable. */
function dropUnused(
  eqns: readonly Eqn[],
  outvars: readonly Atom[],
): { readonly eqns: readonly Eqn[]; readonly uses: ReadonlyMap<Var, number> } {
  const uses = new Map<Var, number>();
  const count = (atom: Atom): void => {
    if (atom.tag === "Var") uses.set(atom, (uses.get(atom) ?? 0) + 1);
  };
  outvars.forEach(count);
  const kept: Eqn[] = [];
  for (let i = eqns.length - 1; i >= 0; i--) {
    const eqn = withoutUnused(eqns[i] as Eqn, uses); // i runs over the list
    if (eqn === null) continue;
    eqn.inputs.forEach(count);
    kept.push(eqn);
  }
  return { eqns: kept.reverse(), uses };
}

/** An equation without the results that nobody reads, where its rules know how; null if none is. */
function withoutUnused(eqn: Eqn, live: ReadonlyMap<Var, number>): Eqn | null {
  const [only] = eqn.outs;
  if (eqn.outs.length === 1 && live.has(only as Var)) return eqn; // there is one
  const used = eqn.outs.map((v) => live.has(v));
  if (!used.includes(true) && !hasEffect(eqn)) return null;
  const { rules } = eqn.prim;
  if (rules.order === "first" || rules.dce.kind === "absent" || !used.includes(false)) return eqn;
  return rules.dce.apply(used, eqn);
}
