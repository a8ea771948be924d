import { hasEffect } from "../core/effects.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import {
  type ClosedJaxpr,
  defineHigherOrder,
  type Eqn,
  isLinear,
  type Jaxpr,
  type Linear,
  type PartialEvaluation,
  type Primitive,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import { bindMany } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { type Atom, Var } from "../core/var.ts";
import { optimizationBarrier } from "../lax/ops/convert.ts";
import { checkpointNameP } from "./checkpoint-name.ts";
import { dce, dropInputs } from "./dce.ts";
import { Derived } from "./derived.ts";
import { batchJaxpr, inputAvals, jvpJaxpr, linearizeJaxpr, transposeJaxpr } from "./jaxpr-rules.ts";
import { hoistTraced, type JitParams, jitP, placeTangents } from "./jit-primitive.ts";
import { partialEval } from "./partial-eval.ts";

/** Whether results of an equation are kept for the way back rather than computed again. */
export type CheckpointPolicy = (prim: Primitive, params: object) => boolean;

/** Parameters of a call whose intermediate values are computed again on the way back. */
export interface CheckpointParams {
  readonly program: ClosedJaxpr;
  readonly policy: CheckpointPolicy | null;
  /** Whether what is computed again is kept apart from what was computed before. */
  readonly preventCse: boolean;
}

/** Call of a staged program that leaves its inputs, and what a policy keeps, for the way back. */
export const checkpointP = defineHigherOrder<CheckpointParams>("checkpoint", {
  abstractEval: (_, { program }) => program.jaxpr.outvars.map((atom) => atom.aval),
  jvp: {
    kind: "rule",
    apply(primals, tangents, params) {
      const { program, outs } = jvpJaxpr(params.program, arePresent(tangents));
      const results = bindCheckpoint([...primals, ...presentOf(tangents)], { ...params, program });
      const count = outs.length;
      return [results.slice(0, count), placeTangents(params.program, outs, results.slice(count))];
    },
  },
  linearize: { kind: "rule", apply: linearizeCheckpoint },
  transpose: { kind: "rule", positions: null, apply: transposeCheckpoint },
  batch: {
    kind: "rule",
    apply(operands, dims, params, axis) {
      const { program, outs } = batchJaxpr(params.program, dims, axis);
      const results = bindCheckpoint(operands, { ...params, program });
      return [results, outs.map((mapped) => (mapped ? 0 : null))];
    },
  },
  lower: { kind: "call", body: ({ program }) => program },
  partialEval: { kind: "rule", apply: splitCheckpoint },
  dce: { kind: "rule", apply: shrinkCheckpoint },
  bodies: ({ program }) => [program],
  host: null,
});

/** Call a program with checkpoints under the current trace; its traced constants become operands. */
export function bindCheckpoint(
  operands: readonly NDArray[],
  params: CheckpointParams,
): readonly NDArray[] {
  const [program, traced] = hoistTraced(params.program);
  return bindMany(checkpointP, [...traced, ...operands], { ...params, program });
}

function arePresent(tangents: readonly Tangent[]): boolean[] {
  return tangents.map((t) => !(t instanceof Zero));
}

function presentOf(tangents: readonly Tangent[]): NDArray[] {
  return tangents.filter((t) => t instanceof NDArray);
}

/** A program in two: what runs at once, and what pushes tangents after computing the rest again. */
interface Halves {
  /** From inputs to results, then what is saved. */
  readonly known: ClosedJaxpr;
  /** From what is kept and tangents to tangents of the results that have one. */
  readonly pushed: ClosedJaxpr;
  /** Which of the inputs, and of what is saved, are kept: the others the way back does not read. */
  readonly kept: readonly boolean[];
  readonly outs: readonly boolean[];
}

const halves = new Derived<Halves>();

function splitByPolicy(
  { program, policy, preventCse }: CheckpointParams,
  nonzero: readonly boolean[],
): Halves {
  return halves.get(program, [policy, preventCse, ...nonzero], () => {
    const { primal, linear, outs } = linearizeJaxpr(program, nonzero);
    const { jaxpr, consts } = withoutJit(primal);
    const results = jaxpr.outvars.slice(0, outs.length);
    const residuals = jaxpr.outvars.slice(outs.length);
    const { eqns, saved, outvars } = toComputeAgain(jaxpr, residuals, policy);
    const { jaxpr: body, usedInputs } = dce({
      ...jaxpr,
      invars: [...jaxpr.invars, ...saved],
      eqns,
      outvars,
    });
    const again: ClosedJaxpr = { jaxpr: dropInputs(body, usedInputs), consts };
    const count = again.jaxpr.invars.length;
    const tangents = inputAvals(linear).slice(residuals.length);
    const pushed = stage(
      (inputs) => {
        const given = inputs.slice(0, count);
        const held = preventCse && count > 0 ? optimizationBarrier([...given]) : given;
        return evalJaxpr(linear, [...evalJaxpr(again, held), ...inputs.slice(count)]);
      },
      [...inputAvals(again), ...tangents],
    );
    const known = { jaxpr: dce({ ...jaxpr, outvars: [...results, ...saved] }).jaxpr, consts };
    return { known, pushed, outs, kept: usedInputs };
  });
}

/** What is needed to compute values again. */
interface Again {
  readonly eqns: readonly Eqn[];
  /** Values that the policy saves. */
  readonly saved: readonly Var[];
  readonly outvars: readonly Atom[];
}

/** The equations that `wanted` needs or that have effects, but for what the policy saves. */
function toComputeAgain(
  jaxpr: Jaxpr,
  wanted: readonly Atom[],
  policy: CheckpointPolicy | null,
): Again {
  const isSaved = ({ prim, params }: Eqn): boolean => policy?.(prim, params) === true;
  // A value is there once it is saved under a name: who reads it without the name reads that.
  const named = new Map<Atom, Var>();
  for (const eqn of jaxpr.eqns) {
    const [x, v] = [eqn.inputs[0], eqn.outs[0]];
    if (eqn.prim === checkpointNameP && isSaved(eqn) && x?.tag === "Var" && v !== undefined) {
      named.set(x, v);
    }
  }
  const rename = (atom: Atom): Atom => named.get(atom) ?? atom;
  const outvars = wanted.map(rename);
  const needed = new Set<Atom>(outvars);
  const saved: Var[] = [];
  const eqns: Eqn[] = [];
  for (const eqn of jaxpr.eqns.toReversed()) {
    const read = eqn.outs.filter((v) => needed.has(v));
    if (read.length === 0 && !hasEffect(eqn)) continue;
    if (isSaved(eqn)) {
      saved.unshift(...read);
      continue;
    }
    const inputs = eqn.inputs.map(rename);
    for (const atom of inputs) needed.add(atom);
    eqns.push({ ...eqn, inputs });
  }
  return { eqns: eqns.reverse(), saved, outvars };
}

/** The program with the bodies of jitted calls in place, so that a policy sees what is in them. */
function withoutJit(program: ClosedJaxpr): ClosedJaxpr {
  const { jaxpr } = program;
  if (!jaxpr.eqns.some(({ prim }) => prim === jitP)) return program;
  const eqns: Eqn[] = [];
  const constvars = [...jaxpr.constvars];
  const consts = [...program.consts];
  const names = new Map<Var, Atom>();
  const rename = (atom: Atom): Atom => (atom.tag === "Var" ? (names.get(atom) ?? atom) : atom);
  const bindNames = (variables: readonly Var[], atoms: readonly Atom[]): void => {
    variables.forEach((v, i) => {
      names.set(v, atoms[i] as Atom); // as many
    });
  };
  const append = (list: readonly Eqn[]): void => {
    for (const eqn of list) {
      const inputs = eqn.inputs.map(rename);
      if (eqn.prim !== jitP) {
        const outs = eqn.outs.map((v) => new Var(v.aval));
        bindNames(eqn.outs, outs);
        eqns.push({ ...eqn, inputs, outs });
        continue;
      }
      const body = (eqn.params as JitParams).program; // an equation of `jitP`
      body.jaxpr.constvars.forEach((v, i) => {
        const variable = new Var(v.aval);
        names.set(v, variable);
        constvars.push(variable);
        consts.push(body.consts[i] as NDArray); // as many
      });
      bindNames(body.jaxpr.invars, inputs);
      append(body.jaxpr.eqns);
      bindNames(eqn.outs, body.jaxpr.outvars.map(rename));
    }
  };
  append(jaxpr.eqns);
  const outvars = jaxpr.outvars.map(rename);
  return { jaxpr: { constvars, invars: jaxpr.invars, eqns, outvars }, consts };
}

function linearizeCheckpoint(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: CheckpointParams,
): readonly [readonly NDArray[], readonly Tangent[]] {
  const { known, pushed, outs, kept } = splitByPolicy(params, arePresent(tangents));
  const results = bindCheckpoint(primals, { ...params, program: known });
  const fixed = [...primals, ...results.slice(outs.length)].filter((_, i) => kept[i]);
  const pushes = outs.includes(true)
    ? bindCheckpoint([...fixed, ...presentOf(tangents)], { ...params, program: pushed })
    : [];
  return [results.slice(0, outs.length), placeTangents(params.program, outs, pushes)];
}

/** Cotangents of the tangents. What the pushing half computes again, it computes here. */
function transposeCheckpoint(
  cts: readonly Tangent[],
  operands: readonly (NDArray | Linear)[],
  params: CheckpointParams,
): readonly (Tangent | null)[] {
  const { program, outs } = transposeJaxpr(params.program, operands.map(isLinear), arePresent(cts));
  const fixed = operands.filter((x) => x instanceof NDArray);
  const results = bindCheckpoint([...fixed, ...presentOf(cts)], { ...params, program });
  let input = 0;
  let result = 0;
  return operands.map((x) => {
    if (!isLinear(x)) return null;
    return outs[input++] ? (results[result++] ?? null) : new Zero(x.aval);
  });
}

/** What known operands decide, and a call that computes the rest from all operands again. */
function splitCheckpoint(known: readonly boolean[], eqn: Eqn): PartialEvaluation {
  const params = eqn.params as CheckpointParams; // an equation of `checkpointP`
  const { knownOuts } = partialEval(params.program, known);
  const unknown = shrinkCheckpoint(
    knownOuts.map((flag) => !flag),
    eqn,
  );
  return {
    known: knownOuts.includes(true) ? shrinkCheckpoint(knownOuts, eqn) : null,
    unknown: knownOuts.includes(false) ? unknown : null,
  };
}

/** A call without the results nobody reads, and without the operands only they need. */
function shrinkCheckpoint(used: readonly boolean[], eqn: Eqn): Eqn {
  const params = eqn.params as CheckpointParams; // an equation of `checkpointP`
  const { jaxpr, usedInputs } = dce(params.program.jaxpr, used);
  const program = { jaxpr: dropInputs(jaxpr, usedInputs), consts: params.program.consts };
  return {
    prim: checkpointP,
    inputs: eqn.inputs.filter((_, i) => usedInputs[i]),
    params: { ...params, program } satisfies CheckpointParams,
    outs: eqn.outs.filter((_, i) => used[i]),
  };
}
