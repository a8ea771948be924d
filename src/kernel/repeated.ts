import { hashParams, mix, sameParams } from "../core/params.ts";
import type { Eqn, Primitive } from "../core/primitive.ts";
import { type Atom, Var } from "../core/var.ts";

/** Equations of one primitive that were seen, by a hash of what they are applied to. */
type Seen = Map<number, Eqn[]>;

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
  const ids = new Map<Var, number>();
  const nameOf = (atom: Atom): Atom => (atom.tag === "Var" ? (names.get(atom) ?? atom) : atom);
  const idOf = (atom: Atom): number => {
    if (atom.tag === "Literal") return hashParams(atom.value) ^ atom.aval.id;
    let id = ids.get(atom);
    if (id === undefined) {
      id = ids.size;
      ids.set(atom, id);
    }
    return id;
  };
  const kept: Eqn[] = [];
  for (const eqn of eqns) {
    const inputs = eqn.inputs.map(nameOf);
    const renamed = { ...eqn, inputs };
    if (!isComparable(eqn.prim)) {
      kept.push(renamed);
      continue;
    }
    let hash = hashParams(eqn.params);
    for (const atom of inputs) hash = mix(hash, idOf(atom));
    const table = seen.get(eqn.prim) ?? new Map<number, Eqn[]>();
    seen.set(eqn.prim, table);
    const list = table.get(hash) ?? [];
    table.set(hash, list);
    const same = list.find((other) => isRepeated(other, renamed));
    if (same === undefined) {
      list.push(renamed);
      kept.push(renamed);
      continue;
    }
    eqn.outs.forEach((v, i) => {
      names.set(v, same.outs[i] as Var); // as many as its own
    });
  }
  return { eqns: kept, nameOf };
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
