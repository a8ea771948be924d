import type { ClosedJaxpr } from "../core/primitive.ts";
import type { NDArray } from "../core/value.ts";
import { closure, inAvals, marked } from "../lax/control/bodies.ts";
import { range, rearrange } from "../lax/control/residuals.ts";
import { bindScan } from "../lax/control/scan-primitive.ts";
import { byRole, type ScanParams } from "../lax/control/scan-shape.ts";
import { withUnreadInputs } from "../lax/control/shared-constants.ts";
import { bindWhile, type WhileParams } from "../lax/control/while-primitive.ts";
import { withWeakTypeOf } from "../transforms/arguments.ts";
import { instantiate } from "../transforms/pushforward.ts";
import { bySeries, type JetEngine, type JetRule, type Jets } from "./jet-rule.ts";
import { areThere, jetProgram, placeTerms, presentTerms } from "./programs.ts";
import type { Series } from "./terms.ts";

/** A loop body that propagates series. */
interface JetBody {
  /** Constants and their terms, then the carry and its terms, and so on with all that it takes. */
  readonly body: ClosedJaxpr;
  /** Which terms the carry has, in each turn. */
  readonly ofCarry: readonly boolean[];
  /** Which terms all results have. */
  readonly outs: readonly boolean[];
}

/** The body of a loop with the terms of its carry closed under a turn. */
function jetBody(
  original: ClosedJaxpr,
  engine: JetEngine,
  present: readonly boolean[],
  consts: number,
  carry: number,
): JetBody {
  const { order } = engine;
  const [ofConsts, ofInit, ofXs] = byRole(
    { consts: consts * order, carry: carry * order },
    present,
  );
  const at = (flags: readonly boolean[]): boolean[] => [...ofConsts, ...flags, ...ofXs];
  const turn = (flags: readonly boolean[], wanted?: readonly boolean[]) =>
    jetProgram(original, engine, at(flags), wanted);
  const ofCarry = closure(ofInit, (flags) => turn(flags).outs.slice(0, carry * order));
  const { program, outs } = turn(ofCarry, ofCarry);
  const count = inAvals(original).length;
  const results = original.jaxpr.outvars.length;
  const body = rearrange(
    program,
    besideTheirTerms(at(ofCarry), [0, consts, consts + carry, count], order),
    besideTheirTerms(outs, [0, carry, results], order),
  );
  return { body, ofCarry, outs };
}

/**
 * Positions that put values from each bound to the next before their terms, where all values came
 * first and then the terms that `present` says there are.
 */
function besideTheirTerms(
  present: readonly boolean[],
  bounds: readonly number[],
  order: number,
): number[] {
  const count = bounds.at(-1) ?? 0;
  const termsFrom = (i: number): number =>
    count + present.slice(0, i * order).filter(Boolean).length;
  return bounds.slice(1).flatMap((to, i) => {
    const from = bounds[i] ?? 0;
    return [...range(from, to), ...range(termsFrom(from), termsFrom(to))];
  });
}

/** Terms of a first carry, of zeros where a later turn has one. */
function carriedTerms(
  init: readonly NDArray[],
  series: readonly Series[],
  flags: readonly boolean[],
): NDArray[] {
  const terms = series.flatMap(
    (s, i) => s.map((t) => [t, (init[i] as NDArray).aval.tangent()] as const), // one series for each
  );
  return marked(flags, terms).map(([t, aval]) => withWeakTypeOf(instantiate(t), aval));
}

/** Loop of known length. */
export const scanRule: JetRule = bySeries((values, series, params, engine): Jets => {
  const loop = params as ScanParams; // those of `scanP`
  const { order } = engine;
  const made = jetBody(loop.body, engine, areThere(series), loop.consts, loop.carry);
  const [cs, init, xs] = byRole(loop, values);
  const [ofCs, ofInit, ofXs] = byRole(loop, series);
  const consts = [...cs, ...presentTerms(ofCs.flat())];
  const first = [...init, ...carriedTerms(init, ofInit, made.ofCarry)];
  const results = bindScan([...consts, ...first, ...xs, ...presentTerms(ofXs.flat())], {
    ...loop,
    body: made.body,
    consts: consts.length,
    carry: first.length,
  });
  const stacked = loop.body.jaxpr.outvars.length - loop.carry;
  const [carry, rest] = [results.slice(0, first.length), results.slice(first.length)];
  const outs = [...carry.slice(0, loop.carry), ...rest.slice(0, stacked)];
  const terms = [...carry.slice(loop.carry), ...rest.slice(stacked)];
  return [outs, placeTerms(outs, made.outs, terms, order)];
});

/** Loop on a condition, which sees values alone. */
export const whileRule: JetRule = bySeries((values, series, params, engine): Jets => {
  const loop = params as WhileParams; // those of `whileP`
  const { condConsts, bodyConsts } = loop;
  const ofCond = values.slice(0, condConsts);
  const split = { consts: bodyConsts, carry: values.length - condConsts - bodyConsts };
  const [cs, init] = byRole(split, values.slice(condConsts));
  const [ofCs, ofInit] = byRole(split, series.slice(condConsts));
  const own = series.slice(condConsts);
  const made = jetBody(loop.body, engine, areThere(own), split.consts, split.carry);
  const terms = carriedTerms(init, ofInit, made.ofCarry);
  const consts = [...cs, ...presentTerms(ofCs.flat())];
  const results = bindWhile([...ofCond, ...consts, ...init, ...terms], {
    cond: withUnreadInputs(
      loop.cond,
      inAvals(loop.cond).length,
      terms.map((t) => t.aval),
    ),
    body: made.body,
    condConsts,
    bodyConsts: consts.length,
  });
  const outs = results.slice(0, split.carry);
  return [outs, placeTerms(outs, made.outs, results.slice(split.carry), engine.order)];
});
