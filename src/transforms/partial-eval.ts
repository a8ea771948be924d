import type { ClosedJaxpr, Eqn } from "../core/primitive.ts";
import { type Atom, Var } from "../core/var.ts";
import { dce } from "./dce.ts";

/** A program in two halves, by what is known of its inputs. */
export interface Split {
  /** From the known inputs to the known results, then the residuals. */
  readonly known: ClosedJaxpr;
  /** From the residuals and the unknown inputs to the unknown results. */
  readonly unknown: ClosedJaxpr;
  /** Which results are known. */
  readonly knownOuts: readonly boolean[];
  /** How many residuals go from one to the other. */
  readonly residuals: number;
}

/**
 * Split a program into what its known inputs decide and the rest.
 *
 * Residuals are values of the first half that the second reads; nothing is computed twice. A
 * result is treated as unknown where `unknownOuts` says so.
 */
export function partialEval(
  { jaxpr, consts }: ClosedJaxpr,
  knownInputs: readonly boolean[],
  unknownOuts: readonly boolean[] = [],
): Split {
  const known = new Set<Atom>(jaxpr.constvars);
  jaxpr.invars.forEach((v, i) => {
    if (knownInputs[i]) known.add(v);
  });
  const isKnown = (atom: Atom): boolean => atom.tag === "Literal" || known.has(atom);
  const now: Eqn[] = [];
  const later: Eqn[] = [];
  for (const eqn of jaxpr.eqns) {
    const flags = eqn.inputs.map(isKnown);
    const halves = splitEqn(eqn, flags);
    if (halves.known !== null) {
      now.push(halves.known);
      for (const v of halves.known.outs) known.add(v);
    }
    if (halves.unknown !== null) later.push(halves.unknown);
  }
  const knownOuts = jaxpr.outvars.map((atom, i) => isKnown(atom) && unknownOuts[i] !== true);
  const unknownOutvars = jaxpr.outvars.filter((_, i) => !knownOuts[i]);
  const residuals = readFromOutside(later, unknownOutvars, known);
  const unknownInvars = jaxpr.invars.filter((_, i) => !knownInputs[i]);
  const knownInvars = jaxpr.invars.filter((_, i) => knownInputs[i]);
  const knownOutvars = jaxpr.outvars.filter((_, i) => knownOuts[i]);
  const first = {
    ...jaxpr,
    invars: knownInvars,
    eqns: now,
    outvars: [...knownOutvars, ...residuals],
  };
  return {
    known: { jaxpr: dce(first).jaxpr, consts },
    unknown: {
      jaxpr: {
        constvars: [],
        invars: [...residuals, ...unknownInvars],
        eqns: later,
        outvars: unknownOutvars,
      },
      consts: [],
    },
    knownOuts,
    residuals: residuals.length,
  };
}

function splitEqn(
  eqn: Eqn,
  knownInputs: readonly boolean[],
): { readonly known: Eqn | null; readonly unknown: Eqn | null } {
  if (!knownInputs.includes(false)) return { known: eqn, unknown: null };
  const { rules } = eqn.prim;
  if (
    rules.order === "first" ||
    rules.partialEval.kind === "absent" ||
    !knownInputs.includes(true)
  ) {
    return { known: null, unknown: eqn };
  }
  return rules.partialEval.apply(knownInputs, eqn);
}

/** Known variables that the second half reads, each once, in the order of reading. */
function readFromOutside(
  eqns: readonly Eqn[],
  outvars: readonly Atom[],
  known: ReadonlySet<Atom>,
): Var[] {
  const read = new Set<Var>();
  const note = (atom: Atom): void => {
    if (atom instanceof Var && known.has(atom)) read.add(atom);
  };
  for (const eqn of eqns) eqn.inputs.forEach(note);
  outvars.forEach(note);
  return [...read];
}
