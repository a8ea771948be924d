import { isFloat } from "../core/dtype.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import { type ClosedJaxpr, Zero } from "../core/primitive.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { withWeakTypeOf } from "../transforms/arguments.ts";
import { Derived } from "../transforms/derived.ts";
import { inputAvals } from "../transforms/jaxpr-rules.ts";
import { instantiate, zeroTangent } from "../transforms/pushforward.ts";
import type { JetEngine } from "./jet-rule.ts";
import type { Series, Term } from "./terms.ts";

/** A program that propagates series, and which terms its results have. */
export interface JetProgram {
  /**
   * Inputs: those of the original, then the terms of each that there are, in order. Results:
   * those of the original, then likewise their terms.
   */
  readonly program: ClosedJaxpr;
  /** For each result of the original, and each power: whether there is a term. */
  readonly outs: readonly boolean[];
}

const programs = new Derived<JetProgram>();

/**
 * The program that propagates series through another, whose inputs have the terms that `present`
 * says there are. Float results have at least those that are `wanted`, of zeros if need be.
 */
export function jetProgram(
  original: ClosedJaxpr,
  engine: JetEngine,
  present: readonly boolean[],
  wanted: readonly boolean[] = [],
): JetProgram {
  const { order } = engine;
  return programs.get(original, [order, ...present, null, ...wanted], () => {
    const avals = inputAvals(original);
    let outs: readonly boolean[] = [];
    const types = avals.flatMap((aval, i) =>
      powers(order)
        .filter((k) => present[i * order + k])
        .map(() => aval.tangent()),
    );
    const program = stage(
      (inputs) => {
        const values = inputs.slice(0, avals.length);
        const series = placeTerms(values, present, inputs.slice(avals.length), order);
        const [results, found] = engine.run((xs) => evalJaxpr(original, xs), values, series, order);
        const terms = found.flatMap((s, i) =>
          s.map((t, k): Term => {
            const out = results[i] as NDArray; // one series for each result
            return wanted[i * order + k] === true && isFloat(out.dtype)
              ? withWeakTypeOf(instantiate(t), out.aval.tangent())
              : t;
          }),
        );
        outs = terms.map((t) => !(t instanceof Zero));
        return [...results, ...presentTerms(terms)];
      },
      [...avals, ...types],
    );
    return { program, outs };
  });
}

/** Powers of the variable that have terms, from 0 on. */
function powers(order: number): number[] {
  return Array.from({ length: order }, (_, k) => k);
}

/** Which terms of series are there, those of each value one after another. */
export function areThere(series: readonly Series[]): boolean[] {
  return series.flatMap((s) => s.map((t) => !(t instanceof Zero)));
}

/** The terms that are there. */
export function presentTerms(terms: readonly Term[]): NDArray[] {
  return terms.filter((t): t is NDArray => !(t instanceof Zero));
}

/** Series of values: the terms given, in order, where `present` says there is one. */
export function placeTerms(
  values: readonly NDArray[],
  present: readonly boolean[],
  given: readonly NDArray[],
  order: number,
): Series[] {
  let next = 0;
  return values.map((x, i) =>
    powers(order).map(
      (k): Term => (present[i * order + k] ? given[next++] : undefined) ?? zeroTangent(x),
    ),
  );
}
