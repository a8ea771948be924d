import type { ShapedArray } from "../../core/aval.ts";
import { hasEffect } from "../../core/effects.ts";
import type { ClosedJaxpr, Eqn } from "../../core/primitive.ts";
import { type Atom, Var } from "../../core/var.ts";
import { dce } from "../../transforms/dce.ts";

/** Where a loop finds a value that a turn of an earlier loop has left for it. */
export type Residual =
  /** It is operand `index` itself: a constant, or a stacked value seen slice by slice. */
  | { readonly kind: "operand"; readonly index: number }
  /** It is stacked already as a result of the earlier loop. */
  | { readonly kind: "result"; readonly index: number }
  /** It depends on constants alone and is computed once, outside. */
  | { readonly kind: "invariant"; readonly index: number };

/** A loop body that leaves residuals, arranged so that it stacks as few of them as can be. */
export interface Leaving {
  /** The body, with only those residuals as results that have to be stacked. */
  readonly body: ClosedJaxpr;
  /** Program of the residuals that depend on constants alone, or null if there are none. */
  readonly outside: ClosedJaxpr | null;
  readonly residuals: readonly Residual[];
  /** Whether each residual is one value for the whole loop rather than one for each turn. */
  readonly isInvariant: readonly boolean[];
}

/**
 * Arrange the body of a loop of `consts` constants and `carry` carried values, whose results from
 * `outs` on are residuals. Without `hoist`, what depends on constants alone is stacked as well.
 */
export function arrangeResiduals(
  { jaxpr, consts: closed }: ClosedJaxpr,
  consts: number,
  carry: number,
  outs: number,
  hoist: boolean,
): Leaving {
  const { invars, outvars } = jaxpr;
  const invariant = invariantAtoms(jaxpr.constvars, invars.slice(0, consts), jaxpr.eqns);
  const results: Atom[] = outvars.slice(0, outs);
  const outside: Atom[] = [];
  const residuals = outvars.slice(outs).map((atom): Residual => {
    const input = atom.tag === "Var" ? invars.indexOf(atom) : -1;
    if (input >= 0 && (input < consts || input >= consts + carry)) {
      return { kind: "operand", index: input };
    }
    if (hoist && (atom.tag === "Literal" || invariant.has(atom))) {
      return { kind: "invariant", index: indexIn(outside, atom) };
    }
    // Results of the carry are those of the last turn only; the others are stacked.
    const same = results.indexOf(atom, carry);
    return { kind: "result", index: same >= 0 ? same : results.push(atom) - 1 };
  });
  return {
    body: { jaxpr: dce({ ...jaxpr, outvars: results }).jaxpr, consts: closed },
    outside:
      outside.length === 0
        ? null
        : {
            jaxpr: dce({
              ...jaxpr,
              invars: invars.slice(0, consts),
              eqns: jaxpr.eqns.filter(
                (eqn) => !hasEffect(eqn) && eqn.outs.every((v) => invariant.has(v)),
              ),
              outvars: outside,
            }).jaxpr,
            consts: closed,
          },
    residuals,
    isInvariant: residuals.map(
      ({ kind, index }) => kind === "invariant" || (kind === "operand" && index < consts),
    ),
  };
}

function indexIn(list: Atom[], atom: Atom): number {
  const at = list.indexOf(atom);
  return at >= 0 ? at : list.push(atom) - 1;
}

/** What depends on nothing but `known` and literals, and need not be done in each turn. */
function invariantAtoms(
  constvars: readonly Var[],
  known: readonly Var[],
  eqns: readonly Eqn[],
): Set<Atom> {
  const found = new Set<Atom>([...constvars, ...known]);
  for (const eqn of eqns) {
    const isInvariant = eqn.inputs.every((atom) => atom.tag === "Literal" || found.has(atom));
    if (isInvariant && !hasEffect(eqn)) for (const v of eqn.outs) found.add(v);
  }
  return found;
}

/** The same program with its inputs and results in another order. */
export function rearrange(
  { jaxpr, consts }: ClosedJaxpr,
  inputs: readonly number[],
  results: readonly number[] = jaxpr.outvars.map((_, i) => i),
): ClosedJaxpr {
  return {
    jaxpr: {
      ...jaxpr,
      // Positions are those of inputs and results.
      invars: inputs.map((i) => jaxpr.invars[i] as Var),
      outvars: results.map((i) => jaxpr.outvars[i] as Atom),
    },
    consts,
  };
}

/** New variables of these types. */
export function variables(avals: readonly ShapedArray[]): Var[] {
  return avals.map((aval) => new Var(aval));
}

/** Whole numbers from `start` up to, not including, `end`. */
export function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
