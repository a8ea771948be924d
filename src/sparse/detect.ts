import { DeviceArray } from "../core/array.ts";
import { isFloat } from "../core/dtype.ts";
import { bindAll, Environment, lastUses, literalArray } from "../core/eval-jaxpr.ts";
import type { ClosedJaxpr, Eqn } from "../core/primitive.ts";
import { bindEqn, evalTrace, getEvaluator, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import type { Atom } from "../core/var.ts";
import { depending, type Known, startsOf, type Walk } from "./dependence.ts";
import { IndexSets } from "./index-sets.ts";
import { dependenceRule } from "./rules.ts";

/** What the results of a program may depend on. */
export interface Detected {
  /** For each result, the sets of its elements; null where no element has a derivative. */
  readonly results: readonly (Int32Array | null)[];
  readonly sets: IndexSets;
  /** The modes in which there is a derivative. */
  readonly forward: boolean;
  readonly reverse: boolean;
}

/**
 * For each element of the results of a program, which elements of the inputs that `chosen` names
 * its derivative may depend on; these are floats, and numbered through in the order of `chosen`.
 *
 * Decided by the program alone: whatever the inputs are, no dependence is missed. Constants are
 * computed where they are places to read or write, or choose.
 */
export function detect(program: ClosedJaxpr, chosen: readonly number[]): Detected {
  const evaluator = getEvaluator();
  const device = evaluator.defaultDevice;
  // Positions and constants are looked at here and now, wherever the program is to run.
  evaluator.defaultDevice = "cpu";
  try {
    const detector = new Detector(program, chosen);
    return {
      results: detector.results,
      sets: detector.sets,
      forward: !detector.required.has("reverse"),
      reverse: !detector.required.has("forward"),
    };
  } finally {
    evaluator.defaultDevice = device;
  }
}

/** One walk over a program. */
class Detector implements Walk {
  readonly sets: IndexSets;
  readonly required = new Set<"forward" | "reverse">();
  readonly results: readonly (Int32Array | null)[];

  constructor(program: ClosedJaxpr, chosen: readonly number[]) {
    const avals = program.jaxpr.invars.map((v) => v.aval);
    const starts = startsOf(chosen.map((i) => avals[i]?.size ?? 0));
    this.sets = new IndexSets(starts.at(-1) ?? 0);
    const own = chosen.map((_, k) => this.sets.singletons(starts[k] ?? 0, starts[k + 1] ?? 0));
    const inputs = avals.map((aval, i) => depending(aval, own[chosen.indexOf(i)] ?? null));
    this.results = this.program(program, inputs).map((x) => x.sets);
  }

  require(mode: "forward" | "reverse"): void {
    this.required.add(mode);
  }

  program({ jaxpr, consts }: ClosedJaxpr, operands: readonly Known[]): readonly Known[] {
    const env = new Environment<Known>();
    const read = (atom: Atom): Known =>
      atom.tag === "Literal" ? constant(literalArray(atom)) : env.get(atom);
    bindAll(env, jaxpr.constvars, consts.map(constant));
    bindAll(env, jaxpr.invars, operands);
    const last = lastUses(jaxpr);
    jaxpr.eqns.forEach((eqn, i) => {
      bindAll(env, eqn.outs, this.equation(eqn, eqn.inputs.map(read)));
      for (const variable of last[i] ?? []) env.delete(variable);
    });
    return jaxpr.outvars.map(read);
  }

  apart(program: ClosedJaxpr, first: number): readonly (readonly Int32Array[] | null)[] {
    const { length } = program.jaxpr.invars;
    const inner = new Detector(
      program,
      Array.from({ length: length - first }, (_, i) => first + i),
    );
    for (const mode of inner.required) this.require(mode);
    return inner.results.map((sets) => {
      if (sets === null) return null;
      return Array.from(sets, (set) => inner.sets.members(set).slice());
    });
  }

  private equation(eqn: Eqn, operands: readonly Known[]): readonly Known[] {
    const { prim, outs } = eqn;
    if (operands.every((x) => x.sets === null)) {
      // A program that gets no input may still hold constants that places depend on.
      const { lower } = prim.rules;
      if (lower.kind === "call") return this.program(lower.body(eqn.params), operands);
      return constants(eqn, operands);
    }
    const found = dependenceRule(prim)(operands, eqn, this);
    return outs.map(({ aval }, i) => {
      const sets = isFloat(aval.dtype) ? (found[i] ?? null) : null;
      return depending(aval, sets);
    });
  }
}

/** A value that constants decide, if it is where it can be read. */
function constant(x: NDArray): Known {
  const isHere = x instanceof DeviceArray && x.device === "cpu";
  return { aval: x.aval, sets: null, value: () => (isHere ? x : null) };
}

/** Results of an equation none of whose operands depends on an input. */
function constants(eqn: Eqn, operands: readonly Known[]): Known[] {
  const { prim, params, outs } = eqn;
  let computed: readonly NDArray[] | null | undefined;
  const compute = (): readonly NDArray[] | null => {
    if (prim.rules.order === "higher" || prim.rules.lower.kind === "absent") return null;
    const values = operands.map((x) => x.value());
    if (values.includes(null)) return null;
    const known = values.filter((x) => x !== null);
    return withTrace(evalTrace, () => bindEqn(prim, known, params));
  };
  return outs.map(({ aval }, i) => ({
    aval,
    sets: null,
    value: () => {
      if (computed === undefined) computed = compute();
      return computed?.[i] ?? null;
    },
  }));
}
