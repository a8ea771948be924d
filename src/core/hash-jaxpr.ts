import { hashParams, mix, sameParams } from "./params.ts";
import type { ClosedJaxpr, Eqn, Jaxpr } from "./primitive.ts";
import type { Atom, Var } from "./var.ts";

/**
 * Small integer that programs of equal structure share: primitives, parameters, dtypes, shapes
 * and variables by position. Unequal ones mostly differ; `sameJaxpr` decides.
 */
export function hashJaxpr({ jaxpr }: ClosedJaxpr): number {
  const numbers = numbering(jaxpr);
  let hash = jaxpr.invars.length;
  const add = (n: number): void => {
    hash = mix(hash, n);
  };
  const addAtom = (atom: Atom): void => {
    add(atom.aval.id);
    add(atom.tag === "Var" ? (numbers.get(atom) ?? -1) : hashParams(atom.value));
  };
  for (const v of [...jaxpr.constvars, ...jaxpr.invars]) addAtom(v);
  for (const { prim, inputs, params, outs } of jaxpr.eqns) {
    add(hashParams(prim.name));
    inputs.forEach(addAtom);
    add(outs.length);
    if (prim.rules.order === "first") add(hashParams(params));
    else for (const body of prim.rules.bodies(params)) add(hashJaxpr(body));
  }
  jaxpr.outvars.forEach(addAtom);
  return hash;
}

/** Whether two programs have the same structure, origins and the very same constants. */
export function sameJaxpr(a: ClosedJaxpr, b: ClosedJaxpr): boolean {
  if (a === b) return true;
  if (a.consts.length !== b.consts.length || !a.consts.every((x, i) => x === b.consts[i]))
    return false;
  const numbersA = numbering(a.jaxpr);
  const numbersB = numbering(b.jaxpr);
  const sameAtom = (x: Atom, y: Atom | undefined): boolean => {
    if (y === undefined || x.aval !== y.aval) return false;
    if (x.tag === "Literal") return y.tag === "Literal" && Object.is(x.value, y.value);
    return y.tag === "Var" && numbersA.get(x) === numbersB.get(y);
  };
  const sameAtoms = (xs: readonly Atom[], ys: readonly Atom[]): boolean =>
    xs.length === ys.length && xs.every((x, i) => sameAtom(x, ys[i]));
  return (
    sameAtoms(a.jaxpr.constvars, b.jaxpr.constvars) &&
    sameAtoms(a.jaxpr.invars, b.jaxpr.invars) &&
    a.jaxpr.eqns.length === b.jaxpr.eqns.length &&
    a.jaxpr.eqns.every((eqn, i) => {
      const other = b.jaxpr.eqns[i] as Eqn; // as many equations
      return (
        eqn.prim === other.prim &&
        eqn.origin?.scope === other.origin?.scope &&
        eqn.origin?.line === other.origin?.line &&
        sameAtoms(eqn.inputs, other.inputs) &&
        sameAtoms(eqn.outs, other.outs) &&
        sameEqnParams(eqn, other)
      );
    }) &&
    sameAtoms(a.jaxpr.outvars, b.jaxpr.outvars)
  );
}

function sameEqnParams(a: Eqn, b: Eqn): boolean {
  const { rules } = a.prim;
  if (rules.order === "first") return sameParams(a.params, b.params);
  const bodiesA = rules.bodies(a.params);
  const bodiesB = rules.bodies(b.params);
  if (bodiesA.length !== bodiesB.length) return false;
  if (!bodiesA.every((body, i) => sameJaxpr(body, bodiesB[i] as ClosedJaxpr))) return false; // as many
  const rest = (eqn: Eqn, bodies: readonly ClosedJaxpr[]): object =>
    Object.fromEntries(Object.entries(eqn.params).filter(([, value]) => !bodies.includes(value)));
  return sameParams(rest(a, bodiesA), rest(b, bodiesB));
}

/** Variables by position: inputs first, then results of equations in order. */
function numbering(jaxpr: Jaxpr): Map<Var, number> {
  const numbers = new Map<Var, number>();
  const all = [...jaxpr.constvars, ...jaxpr.invars, ...jaxpr.eqns.flatMap(({ outs }) => outs)];
  for (const v of all) numbers.set(v, numbers.size);
  return numbers;
}
