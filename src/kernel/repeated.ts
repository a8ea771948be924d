import { hashParams, mix, sameParams } from "../core/params.ts";
import type { Eqn, Primitive } from "../core/primitive.ts";
import { type Atom, Var } from "../core/var.ts";

/** Equations of one primitive that were seen, one or several for a hash of what they are applied to. */
type Seen = Map<number, Eqn | Eqn[]>;

/**
 * Drop equations that compute what an earlier one did: the same primitive with equal parameters on
 * the same operands. Gives the rest, and a function that tells what a variable is called now.
 *
 * What `optimizationBarrier` gives is never the same as anything else: it is there to keep work
 * apart, as recomputation under `checkpoint` does.
 */
export function dropRepeated(eqns: readonly Eqn[]): {
  readonly eqns: readonly Eqn[];
  readonly nameOf: (atom: Atom) => Atom;
} {
  const seen = new Map<Primitive, Seen>();
  const names = new Map<Var, Var>();
  const nameOf = (atom: Atom): Atom =>
    atom.tag === "Var" && names.size > 0 ? (names.get(atom) ?? atom) : atom;
  const kept: Eqn[] = [];
  for (const eqn of eqns) {
    const renamed = withInputs(eqn, nameOf);
    if (!isComparable(eqn.prim)) {
      kept.push(renamed);
      continue;
    }
    let table = seen.get(eqn.prim);
    if (table === undefined) {
      table = new Map();
      seen.set(eqn.prim, table);
    }
    const same = sameIn(table, renamed);
    if (same === undefined) {
      kept.push(renamed);
      continue;
    }
    eqn.outs.forEach((v, i) => {
      names.set(v, same.outs[i] as Var); // as many as its own
    });
  }
  return { eqns: kept, nameOf };
}

/** An equation on other atoms; itself where all stay. */
export function withInputs(eqn: Eqn, nameOf: (atom: Atom) => Atom): Eqn {
  const { prim, inputs, params, outs, origin } = eqn;
  let isNew = false;
  const named = new Array<Atom>(inputs.length);
  for (let i = 0; i < inputs.length; i++) {
    const atom = inputs[i] as Atom; // i runs over the inputs
    const name = nameOf(atom);
    named[i] = name;
    if (name !== atom) isNew = true;
  }
  if (!isNew) return eqn;
  const made: Eqn = { prim, inputs: named, params, outs };
  return origin === undefined ? made : { ...made, origin };
}

/** The equation of the table that computes the same; if there is none, this one is put in. */
function sameIn(table: Seen, eqn: Eqn): Eqn | undefined {
  let hash = hashParams(eqn.params);
  for (let i = 0; i < eqn.inputs.length; i++) hash = mix(hash, idOf(eqn.inputs[i] as Atom)); // as long
  const known = table.get(hash);
  if (known === undefined) {
    table.set(hash, eqn);
    return undefined;
  }
  if (!Array.isArray(known)) {
    if (isRepeated(known, eqn)) return known;
    table.set(hash, [known, eqn]);
    return undefined;
  }
  const same = known.find((other) => isRepeated(other, eqn));
  if (same === undefined) known.push(eqn);
  return same;
}

function idOf(atom: Atom): number {
  return atom.tag === "Var" ? atom.id : hashParams(atom.value) ^ atom.aval.id;
}

function isComparable(prim: Primitive): boolean {
  const { kind } = prim.rules.lower;
  return (
    kind === "scalar" ||
    kind === "expression" ||
    kind === "reduce" ||
    kind === "view" ||
    kind === "routine"
  );
}

function isRepeated(a: Eqn, b: Eqn): boolean {
  return (
    a.inputs.length === b.inputs.length &&
    a.inputs.every((atom, i) => sameAtom(atom, b.inputs[i] as Atom)) && // as many
    a.outs.every((v, i) => v.aval === b.outs[i]?.aval) &&
    sameParams(a.params, b.params)
  );
}

function sameAtom(a: Atom, b: Atom): boolean {
  if (a instanceof Var || b instanceof Var) return a === b;
  return a.aval === b.aval && Object.is(a.value, b.value);
}
