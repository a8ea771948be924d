import { isFloat } from "../core/dtype.ts";
import { type Tangent, Zero } from "../core/primitive.ts";
import { currentTrace, switchTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { JvpTrace } from "./jvp-trace.ts";
import { zerosOf } from "./pushforward.ts";
import { neededNodes, replay, type TapeNode, TapeTrace, type TapeTracer } from "./tape.ts";
import { backward } from "./transpose.ts";

/** A function on lists of arrays; `aux` are arrays that come along, not to be differentiated. */
export type FlatFunction = (xs: readonly NDArray[]) => {
  readonly arrays: readonly NDArray[];
  readonly aux?: { readonly arrays: readonly NDArray[] } | undefined;
};

/** The linear part of a function at a point: a tape from tangents of inputs to those of results. */
export class Linearization {
  readonly outs: readonly NDArray[];
  readonly aux: readonly NDArray[];
  readonly nodes: readonly TapeNode[];
  /** The tape's input for each primal; null for those that are not differentiated. */
  readonly inputs: readonly (TapeTracer | null)[];
  /** Tangent of each result, on the tape or zero. */
  readonly results: readonly Tangent[];
  private readonly tape: TapeTrace;

  constructor(
    tape: TapeTrace,
    outs: readonly NDArray[],
    aux: readonly NDArray[],
    inputs: readonly (TapeTracer | null)[],
    results: readonly Tangent[],
  ) {
    this.tape = tape;
    this.outs = outs;
    this.aux = aux;
    this.inputs = inputs;
    this.results = results;
    this.nodes = neededNodes(tape, results);
    tape.nodes = [];
  }

  /** Tangents of the results for tangents of the differentiated inputs. */
  push(tangents: readonly NDArray[]): NDArray[] {
    const present = this.results.filter(isPresent);
    const pushed = replay(this.nodes, this.tapeInputs(), tangents, present);
    let next = 0;
    // There is one pushed tangent for each that is not zero.
    return this.results.map((t) =>
      t instanceof Zero ? zerosOf(t.aval) : (pushed[next++] as NDArray),
    );
  }

  /** Cotangents of the differentiated inputs for those of the results. */
  pull(cts: readonly Tangent[]): Tangent[] {
    return backward(this.tape, this.nodes, this.tapeInputs(), this.results, cts);
  }

  private tapeInputs(): TapeTracer[] {
    return this.inputs.filter((input) => input !== null);
  }
}

function isPresent(t: Tangent): t is NDArray {
  return !(t instanceof Zero);
}

/**
 * Run `f` once and record its linear part.
 *
 * `wanted` tells which primals to differentiate by; those that are not floats never are.
 */
export function linearizeFlat(
  f: FlatFunction,
  primals: readonly NDArray[],
  wanted: (i: number) => boolean = () => true,
): Linearization {
  const tape = new TapeTrace(currentTrace());
  const trace = new JvpTrace(tape, true);
  const inputs = new Array<TapeTracer | null>(primals.length);
  const args = new Array<NDArray>(primals.length);
  for (let i = 0; i < primals.length; i++) {
    const x = primals[i] as NDArray; // i runs over the primals
    const input = wanted(i) && isFloat(x.dtype) ? tape.newInput(x.aval) : null;
    inputs[i] = input;
    args[i] = input === null ? x : trace.join(x, input);
  }
  const saved = switchTrace(trace);
  try {
    const { arrays, aux } = f(args);
    const outs = new Array<NDArray>(arrays.length);
    const results = new Array<Tangent>(arrays.length);
    for (let i = 0; i < arrays.length; i++) {
      const [out, tangent] = trace.split(arrays[i] as NDArray); // i runs over the results
      outs[i] = out;
      results[i] = tangent;
    }
    const kept = aux === undefined ? [] : aux.arrays.map((x) => trace.split(x)[0]);
    return new Linearization(tape, outs, kept, inputs, results);
  } finally {
    switchTrace(saved);
    trace.alive = false;
  }
}
