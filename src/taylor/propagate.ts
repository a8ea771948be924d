import { isFloat } from "../core/dtype.ts";
import { InternalError } from "../core/errors.ts";
import {
  type JvpRule,
  type Params,
  type Primitive,
  type Tangent,
  Zero,
} from "../core/primitive.ts";
import { bindEqn } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { instantiate, missing, pushForward, zeroTangent } from "../transforms/pushforward.ts";
import type { JetEngine, JetRule, Jets } from "./jet-rule.ts";
import { byJvp } from "./jet-rule.ts";
import { jetRules } from "./rules.ts";
import {
  at,
  differentiated,
  isZero,
  over,
  plus,
  type Series,
  sumOf,
  type Term,
  zeroSeries,
} from "./terms.ts";

/** Runs functions of values that have series. */
export interface Expansion {
  /** How many coefficients each series has. */
  readonly order: number;
  readonly run: JetEngine["run"];
  /** Run `body`, whose values have series of `order` terms. */
  within<T>(order: number, body: (scope: ExpansionScope) => T): T;
}

/** Joins values with series while a function of them runs. */
export interface ExpansionScope {
  join(value: NDArray, series: Series): NDArray;
  /** A value whose series is computed once it is needed. */
  joinLazily(value: NDArray, compute: () => Series): NDArray;
  split(x: NDArray): readonly [NDArray, Series];
}

/**
 * Apply a primitive to values and propagate their series, under the current trace.
 *
 * At least one operand has a series; which, `seriesOf` computes where the rule needs them.
 */
export function propagate(
  prim: Primitive,
  values: readonly NDArray[],
  seriesOf: () => readonly Series[],
  params: Params,
  engine: Expansion,
): Jets {
  const rule = jetRules.get(prim) ?? byJvp;
  const { jvp } = prim.rules;
  if (rule.kind === "jvp" && jvp.kind === "zero") return constant(prim, values, params, engine);
  const series = seriesOf();
  if (series.every(isZero)) return constant(prim, values, params, engine);
  const [outs, found] = apply(rule, prim, values, series, params, engine);
  const kept = outs.map((out, i) => {
    const s = found[i];
    return s === undefined || !isFloat(out.dtype) ? zeroSeries(out, engine.order) : s;
  });
  return [outs, kept];
}

function constant(
  prim: Primitive,
  values: readonly NDArray[],
  params: Params,
  { order }: Expansion,
): Jets {
  const outs = bindEqn(prim, values, params);
  return [outs, outs.map((out) => zeroSeries(out, order))];
}

function apply(
  rule: JetRule,
  prim: Primitive,
  values: readonly NDArray[],
  series: readonly Series[],
  params: Params,
  engine: Expansion,
): Jets {
  switch (rule.kind) {
    case "series": {
      const { order, run } = engine;
      const byRules: JetEngine["byJvp"] = (p, xs, ss, ps) => apply(byJvp, p, xs, ss, ps, engine);
      return rule.apply(values, series, params, { order, run, byJvp: byRules });
    }
    case "linear":
      return termByTerm(prim, values, series, params, engine);
    case "bilinear":
      return bilinearSeries(prim, values, series, params, engine);
    case "absent":
      throw missing("jet", prim, rule.reason);
    case "jvp": {
      const { jvp } = prim.rules;
      if (jvp.kind === "absent") throw missing("jet", prim, jvp.reason);
      if (jvp.kind === "linear") return termByTerm(prim, values, series, params, engine);
      return jvp.kind === "partials"
        ? byPartials(prim, values, series, params, engine)
        : byRule(prim, values, series, params, engine);
    }
    default:
      rule satisfies never;
      throw new InternalError(`jet: unknown rule kind on ${prim.name}`);
  }
}

/** The jvp rule on the coefficients of each power by themselves. */
function termByTerm(
  prim: Primitive,
  values: readonly NDArray[],
  series: readonly Series[],
  params: Params,
  { order }: Expansion,
): Jets {
  const outs = bindEqn(prim, values, params);
  const { jvp } = prim.rules;
  const terms = Array.from({ length: order }, (_, k): readonly Term[] => {
    const ts = series.map((s) => at(s, k));
    if (ts.every((t) => t instanceof Zero)) return outs.map(zeroTangent);
    if (jvp.kind === "partials") return [sumOfPartials(jvp.terms, ts, values, outs, params)];
    if (jvp.kind !== "linear") return pushForward(prim, values, ts, params, false)[1];
    const { positions } = jvp;
    const isLinear = (i: number): boolean => positions?.includes(i) ?? true;
    if (ts.every((t, i) => t instanceof Zero || !isLinear(i))) return outs.map(zeroTangent);
    const mixed = values.map((x, i) => (isLinear(i) ? instantiate(at(ts, i)) : x));
    return bindEqn(prim, mixed, params);
  });
  return [outs, outs.map((_, i) => terms.map((list) => list[i] as Term))]; // one for each result
}

type Partials = Extract<JvpRule<number, Params>, { readonly kind: "partials" }>["terms"];

/** The tangent of the one result that partials make. */
function sumOfPartials(
  partials: Partials,
  tangents: readonly Tangent[],
  primals: readonly NDArray[],
  [out]: readonly NDArray[],
  params: Params,
): Tangent {
  const result = out as NDArray; // partials belong to primitives of one result
  let sum: Tangent = zeroTangent(result);
  tangents.forEach((t, i) => {
    const partial = partials[i];
    if (t instanceof Zero || partial == null) return;
    sum = plus(sum, partial(t, primals, result, params));
  });
  return sum;
}

/** Coefficients of a product: sums of the products of coefficients. */
function bilinearSeries(
  prim: Primitive,
  [x, y]: readonly NDArray[],
  [xs, ys]: readonly Series[],
  params: Params,
  { order }: Expansion,
): Jets {
  const [u, w] = [
    [x as NDArray, ...(xs as Series)], // two operands
    [y as NDArray, ...(ys as Series)],
  ];
  const product = (a: Term, b: Term): Term =>
    a instanceof Zero || b instanceof Zero ? zero : (bindEqn(prim, [a, b], params)[0] as NDArray); // it has one result
  const out = bindEqn(prim, [x as NDArray, y as NDArray], params)[0] as NDArray; // as above
  const zero = zeroTangent(out);
  const terms = Array.from({ length: order }, (_, i) =>
    sumOf(zero, 0, i + 1, (j) => product(at(u, j), at(w, i + 1 - j))),
  );
  return [[out], [terms]];
}

/** Values of one order less, and their derivatives, as operands of a jvp rule. */
function derivatives(
  scope: ExpansionScope,
  values: readonly NDArray[],
  series: readonly Series[],
): readonly [primals: NDArray[], tangents: Tangent[]] {
  const primals = values.map((x, i) => scope.join(x, (series[i] as Series).slice(0, -1))); // one each
  const tangents = values.map((x, i): Tangent => {
    const [first, ...rest] = differentiated(series[i] as Series); // as above
    if (first === undefined || isZero([first, ...rest])) return zeroTangent(x);
    return scope.join(instantiate(first), rest);
  });
  return [primals, tangents];
}

/** The series whose derivative `t` is, of an order more. */
function antiderivative(scope: ExpansionScope, t: Tangent, order: number): Series {
  if (t instanceof Zero) return new Array<Term>(order).fill(t);
  const [first, rest] = scope.split(t);
  return [first, ...rest].map((term, k) => over(term, k + 1));
}

/**
 * By y' = sum of partials: terms of the result up to any order make the partials up to that
 * order, and so its next term. They are computed only if a partial reads the result.
 */
function byPartials(
  prim: Primitive,
  values: readonly NDArray[],
  series: readonly Series[],
  params: Params,
  engine: Expansion,
): Jets {
  const { jvp } = prim.rules;
  if (jvp.kind !== "partials") throw new InternalError(`jet: ${prim.name} has no partials`);
  const out = bindEqn(prim, values, params)[0] as NDArray; // partials belong to primitives of one result
  if (!isFloat(out.dtype)) return [[out], [zeroSeries(out, engine.order)]];
  const expand = (order: number): Series =>
    engine.within(order - 1, (scope) => {
      const shorter = series.map((s) => s.slice(0, order));
      const [primals, tangents] = derivatives(scope, values, shorter);
      const result = order === 1 ? out : scope.joinLazily(out, () => expand(order - 1));
      const sum = sumOfPartials(jvp.terms, tangents, primals, [result], params);
      return antiderivative(scope, sum, order);
    });
  return [[out], [expand(engine.order)]];
}

/** The same by a rule that gives results and derivatives at once. */
function byRule(
  prim: Primitive,
  values: readonly NDArray[],
  series: readonly Series[],
  params: Params,
  engine: Expansion,
): Jets {
  const { order } = engine;
  return engine.within(order - 1, (scope) => {
    const [primals, tangents] = derivatives(scope, values, series);
    const [outs, ts] = pushForward(prim, primals, tangents, params, false);
    return [
      outs.map((out) => scope.split(out)[0]),
      outs.map((out, i) => antiderivative(scope, ts[i] ?? zeroTangent(out), order)),
    ];
  });
}
