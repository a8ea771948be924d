import { evalJaxpr } from "../core/eval-jaxpr.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { bindEqn } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { bindCond, type CondParams } from "../lax/control/cond-primitive.ts";
import { type LinearCallParams, linearCallP } from "../lax/control/linear-call.ts";
import { bindCheckpoint, type CheckpointParams } from "../transforms/checkpoint-primitive.ts";
import type { CustomVjpParams } from "../transforms/custom-vjp-primitive.ts";
import type { CustomVmapParams } from "../transforms/custom-vmap-primitive.ts";
import { callProgram, type JitParams } from "../transforms/jit-primitive.ts";
import { instantiate } from "../transforms/pushforward.ts";
import { bySeries, type JetEngine, type JetRule, type Jets } from "./jet-rule.ts";
import { areThere, jetProgram, placeTerms, presentTerms } from "./programs.ts";
import { at, isZero, type Series, zeroSeries } from "./terms.ts";

/** A call of a program as a call of the program that propagates series. */
function expandCall(
  original: ClosedJaxpr,
  values: readonly NDArray[],
  series: readonly Series[],
  engine: JetEngine,
  call: (program: ClosedJaxpr, operands: readonly NDArray[]) => readonly NDArray[],
): Jets {
  const { program, outs } = jetProgram(original, engine, areThere(series));
  const results = call(program, [...values, ...presentTerms(series.flat())]);
  return splitResults(results, original.jaxpr.outvars.length, outs, engine.order);
}

/** Results of a program that propagates series, in two. */
export function splitResults(
  results: readonly NDArray[],
  count: number,
  outs: readonly boolean[],
  order: number,
): Jets {
  const values = results.slice(0, count);
  return [values, placeTerms(values, outs, results.slice(count), order)];
}

/** Call of a staged program. */
export const jitRule: JetRule = bySeries((values, series, params, engine) => {
  const { program, name } = params as JitParams; // those of `jitP`
  return expandCall(program, values, series, engine, (made, operands) =>
    callProgram(made, operands, name),
  );
});

/** Call that is computed again on the way back, its terms included. */
export const checkpointRule: JetRule = bySeries((values, series, params, engine) => {
  const options = params as CheckpointParams; // those of `checkpointP`
  return expandCall(options.program, values, series, engine, (program, operands) =>
    bindCheckpoint(operands, { ...options, program }),
  );
});

/** One of several branches: all have the terms that one of them has. */
export const condRule: JetRule = bySeries((values, series, params, engine) => {
  const { branches } = params as CondParams; // those of `condP`
  const [index, ...operands] = values as [NDArray, ...NDArray[]]; // operand 0
  const own = series.slice(1);
  const present = areThere(own);
  const made = branches.map((branch) => jetProgram(branch, engine, present).outs);
  const outs = made.reduce((a, b) => a.map((flag, i) => flag || b[i] === true));
  const programs = branches.map((branch) => jetProgram(branch, engine, present, outs).program);
  const results = bindCond(index, programs, [...operands, ...presentTerms(own.flat())]);
  const count = branches[0]?.jaxpr.outvars.length ?? 0;
  return splitResults(results, count, outs, engine.order);
});

/** A function with a pullback of its own, which says nothing of higher orders: the function itself. */
export const customVjpRule: JetRule = bySeries(
  (values, series, params, { run, order }) =>
    run((params as CustomVjpParams).call.fun, values, series, order), // those of `customVjpCallP`
);

/** A function with a vmap rule of its own: the function itself. */
export const customVmapRule: JetRule = bySeries(
  (values, series, params, { run, order }) =>
    run((params as CustomVmapParams).call.fun, values, series, order), // those of `customVmapCallP`
);

/**
 * A linear function with a transpose of its own: term by term while its residuals are constant,
 * by what it does where they are not.
 */
export const linearCallRule: JetRule = bySeries((values, series, params, { run, order }) => {
  const { fun, residuals } = params as LinearCallParams; // those of `linearCallP`
  if (!series.slice(0, residuals).every(isZero)) {
    return run((xs) => evalJaxpr(fun, xs), values, series, order);
  }
  const outs = bindEqn(linearCallP, values, params);
  const fixed = values.slice(0, residuals);
  const terms = Array.from({ length: order }, (_, k) => {
    const ts = series.slice(residuals).map((s) => instantiate(at(s, k)));
    return bindEqn(linearCallP, [...fixed, ...ts], params);
  });
  return [outs, outs.map((out, i) => terms.map((list) => list[i] ?? at(zeroSeries(out, 1), 0)))];
});
