import type { Eqn, PartialEvaluation } from "../../core/primitive.ts";
import { dce, dropInputs } from "../../transforms/dce.ts";
import { partialEval } from "../../transforms/partial-eval.ts";
import { closure, inAvals, marked, outAvals } from "./bodies.ts";
import { arrangeResiduals, type Leaving, range, rearrange, variables } from "./residuals.ts";
import { byRole, type ScanParams, stacked } from "./scan-shape.ts";

/** Both halves of a loop, by which of its operands are known. */
export interface SplitLoop {
  readonly known: ScanParams;
  readonly unknown: ScanParams;
  readonly leaving: Leaving;
  readonly knownOuts: readonly boolean[];
  /** Which operands the first half takes. */
  readonly taken: readonly boolean[];
}

/** Split a loop; `unknown` takes invariant residuals, its own operands, and stacked residuals first. */
export function splitScan(params: ScanParams, knownOperands: readonly boolean[]): SplitLoop {
  const { body, consts, carry } = params;
  const [ofConsts, ofInit, ofXs] = byRole(params, knownOperands);
  const at = (unknown: readonly boolean[]): boolean[] => [
    ...ofConsts,
    ...unknown.map((flag) => !flag),
    ...ofXs,
  ];
  const unknownCarry = closure(
    ofInit.map((flag) => !flag),
    (flags) =>
      partialEval(body, at(flags))
        .knownOuts.slice(0, carry)
        .map((flag) => !flag),
  );
  const taken = at(unknownCarry);
  const split = partialEval(body, taken, unknownCarry);
  const [knownConsts, knownCarry] = [
    marked(ofConsts, ofConsts).length,
    unknownCarry.filter((flag) => !flag).length,
  ];
  const outs = marked(split.knownOuts, split.knownOuts).length;
  const leaving = arrangeResiduals(split.known, knownConsts, knownCarry, outs, false);
  const { residuals } = split;
  const [theirConsts, theirCarry] = [consts - knownConsts, carry - knownCarry];
  const total = inAvals(split.unknown).length;
  const inputs = [
    ...range(0, residuals).filter((i) => leaving.isInvariant[i]),
    ...range(residuals, residuals + theirConsts + theirCarry),
    ...range(0, residuals).filter((i) => !leaving.isInvariant[i]),
    ...range(residuals + theirConsts + theirCarry, total),
  ];
  const invariants = marked(leaving.isInvariant, leaving.isInvariant).length;
  return {
    known: { ...params, body: leaving.body, consts: knownConsts, carry: knownCarry },
    unknown: {
      ...params,
      body: rearrange(split.unknown, inputs),
      consts: invariants + theirConsts,
      carry: theirCarry,
    },
    leaving,
    knownOuts: split.knownOuts,
    taken,
  };
}

/** The half of a loop that known operands decide, and the rest. */
export function partialScan(knownInputs: readonly boolean[], eqn: Eqn): PartialEvaluation {
  const params = eqn.params as ScanParams; // an equation of `scanP`
  const { known, unknown, leaving, knownOuts, taken } = splitScan(params, knownInputs);
  const knownOutvars = marked(knownOuts, eqn.outs);
  const extra = outAvals(known.body)
    .slice(knownOutvars.length)
    .map((aval) => stacked(aval, params.length));
  const results = [...knownOutvars, ...variables(extra)];
  const inputs = marked(taken, eqn.inputs);
  const residuals = leaving.residuals.map(
    ({ kind, index }) =>
      (kind === "operand" ? inputs[index] : results[index]) as Eqn["inputs"][number], // as arranged
  );
  const [cs, init, xs] = byRole(
    params,
    eqn.inputs.map((atom, i) => (taken[i] ? null : atom)),
  );
  const present = (list: readonly (Eqn["inputs"][number] | null)[]) =>
    list.filter((atom) => atom !== null);
  return {
    known: { prim: eqn.prim, inputs, params: known, outs: results },
    unknown: {
      prim: eqn.prim,
      inputs: [
        ...marked(leaving.isInvariant, residuals),
        ...present(cs),
        ...present(init),
        ...residuals.filter((_, i) => !leaving.isInvariant[i]),
        ...present(xs),
      ],
      params: unknown,
      outs: eqn.outs.filter((_, i) => !knownOuts[i]),
    },
  };
}

/** A loop without the results nobody reads, nor the parts of its carry that only they need. */
export function shrinkScan(used: readonly boolean[], eqn: Eqn): Eqn | null {
  const params = eqn.params as ScanParams; // an equation of `scanP`
  const { body, consts, carry } = params;
  const ofYs = used.slice(carry);
  const kept = closure(used.slice(0, carry), (flags) =>
    dce(body.jaxpr, [...flags, ...ofYs]).usedInputs.slice(consts, consts + carry),
  );
  const { jaxpr, usedInputs } = dce(body.jaxpr, [...kept, ...ofYs]);
  const keep = usedInputs.map((flag, i) =>
    i >= consts && i < consts + carry ? kept[i - consts] === true : flag,
  );
  return {
    prim: eqn.prim,
    inputs: marked(keep, eqn.inputs),
    params: {
      ...params,
      body: { jaxpr: dropInputs(jaxpr, keep), consts: body.consts },
      consts: marked(keep.slice(0, consts), keep).length,
      carry: marked(kept, kept).length,
    } satisfies ScanParams,
    outs: eqn.outs.filter((_, i) => (i < carry ? kept[i] : used[i])),
  };
}
