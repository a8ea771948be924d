import {
  type ClosedJaxpr,
  defineHigherOrder,
  type Eqn,
  isLinear,
  type PartialEvaluation,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { bindMany } from "../core/trace.ts";
import { Tracer } from "../core/tracer.ts";
import { NDArray } from "../core/value.ts";
import { Var } from "../core/var.ts";
import { dce, dropInputs } from "./dce.ts";
import { batchJaxpr, jvpJaxpr, linearizeJaxpr, transposeJaxpr } from "./jaxpr-rules.ts";
import { partialEval } from "./partial-eval.ts";

/** Parameters of a call of a staged program. */
export interface JitParams {
  readonly program: ClosedJaxpr;
  /** Name of the function it was staged from. */
  readonly name: string;
}

/** Call of a staged program: compiled as a whole, and taken apart by every transform. */
export const jitP = defineHigherOrder<JitParams>("jit", {
  abstractEval: (_, { program }) => program.jaxpr.outvars.map((atom) => atom.aval),
  jvp: {
    kind: "rule",
    apply(primals, tangents, { program, name }) {
      const nonzero = tangents.map((t) => !(t instanceof Zero));
      const derived = jvpJaxpr(program, nonzero);
      const results = callProgram(derived.program, [...primals, ...arraysOf(tangents)], name);
      const count = derived.outs.length;
      return [results.slice(0, count), placeTangents(program, derived.outs, results.slice(count))];
    },
  },
  linearize: {
    kind: "rule",
    apply(primals, tangents, { program, name }) {
      const nonzero = tangents.map((t) => !(t instanceof Zero));
      const { primal, linear, outs } = linearizeJaxpr(program, nonzero);
      const results = callProgram(primal, primals, name);
      const residuals = results.slice(outs.length);
      const pushed = outs.includes(true)
        ? callProgram(linear, [...residuals, ...arraysOf(tangents)], name)
        : [];
      return [results.slice(0, outs.length), placeTangents(program, outs, pushed)];
    },
  },
  transpose: {
    kind: "rule",
    positions: null,
    apply(cts, operands, { program, name }) {
      const linear = operands.map(isLinear);
      const present = cts.map((ct) => !(ct instanceof Zero));
      const derived = transposeJaxpr(program, linear, present);
      const fixed = operands.filter((x) => x instanceof NDArray);
      const results = callProgram(derived.program, [...fixed, ...arraysOf(cts)], name);
      let input = 0;
      let result = 0;
      return operands.map((x) => {
        if (!isLinear(x)) return null;
        return derived.outs[input++] ? (results[result++] ?? null) : new Zero(x.aval);
      });
    },
  },
  batch: {
    kind: "rule",
    apply(operands, dims, { program, name }, axis) {
      const derived = batchJaxpr(program, dims, axis);
      return [
        callProgram(derived.program, operands, name),
        derived.outs.map((mapped) => (mapped ? 0 : null)),
      ];
    },
  },
  lower: { kind: "call", body: ({ program }) => program },
  partialEval: { kind: "rule", apply: splitCall },
  dce: { kind: "rule", apply: shrinkCall },
  bodies: ({ program }) => [program],
  host: null,
});

/**
 * Call a program under the current trace. Constants of it that are traced become operands, so
 * that transforms see them.
 */
export function callProgram(
  program: ClosedJaxpr,
  operands: readonly NDArray[],
  name: string,
): readonly NDArray[] {
  const [hoisted, traced] = hoistTraced(program);
  return bindMany(jitP, [...traced, ...operands], { program: hoisted, name });
}

/** The program with its traced constants as leading inputs, and those constants. */
export function hoistTraced(program: ClosedJaxpr): readonly [ClosedJaxpr, readonly NDArray[]] {
  const { jaxpr, consts } = program;
  if (!consts.some((x) => x instanceof Tracer)) return [program, []];
  const isTraced = consts.map((x) => x instanceof Tracer);
  const hoisted: ClosedJaxpr = {
    jaxpr: {
      ...jaxpr,
      constvars: jaxpr.constvars.filter((_, i) => !isTraced[i]),
      invars: [...jaxpr.constvars.filter((_, i) => isTraced[i]), ...jaxpr.invars],
    },
    consts: consts.filter((_, i) => !isTraced[i]),
  };
  return [hoisted, consts.filter((_, i) => isTraced[i])];
}

function arraysOf(tangents: readonly Tangent[]): NDArray[] {
  return tangents.filter((t) => t instanceof NDArray);
}

/** Tangents of the results of `program`: those given, in order, where `outs` says there is one. */
export function placeTangents(
  { jaxpr }: ClosedJaxpr,
  outs: readonly boolean[],
  given: readonly NDArray[],
): Tangent[] {
  let next = 0;
  return jaxpr.outvars.map((atom, i) => {
    const t = outs[i] ? given[next++] : undefined;
    return t ?? new Zero(atom.aval.tangent());
  });
}

/** The half of a call that known operands decide, and the rest. */
function splitCall(known: readonly boolean[], eqn: Eqn): PartialEvaluation {
  const { program, name } = eqn.params as JitParams; // an equation of `jitP`
  const split = partialEval(program, known);
  const inputs = (wanted: boolean) => eqn.inputs.filter((_, i) => known[i] === wanted);
  const outs = (wanted: boolean) => eqn.outs.filter((_, i) => split.knownOuts[i] === wanted);
  const residuals = split.unknown.jaxpr.invars
    .slice(0, split.residuals)
    .map((v) => new Var(v.aval));
  return {
    known: {
      prim: jitP,
      inputs: inputs(true),
      params: { program: split.known, name } satisfies JitParams,
      outs: [...outs(true), ...residuals],
    },
    unknown: {
      prim: jitP,
      inputs: [...residuals, ...inputs(false)],
      params: { program: split.unknown, name } satisfies JitParams,
      outs: outs(false),
    },
  };
}

/** A call without the results nobody reads, and without the operands only they need. */
function shrinkCall(used: readonly boolean[], eqn: Eqn): Eqn | null {
  const { program, name } = eqn.params as JitParams; // an equation of `jitP`
  const { jaxpr, usedInputs } = dce(program.jaxpr, used);
  const smaller = { jaxpr: dropInputs(jaxpr, usedInputs), consts: program.consts };
  return {
    prim: jitP,
    inputs: eqn.inputs.filter((_, i) => usedInputs[i]),
    params: { program: smaller, name } satisfies JitParams,
    outs: eqn.outs.filter((_, i) => used[i]),
  };
}
