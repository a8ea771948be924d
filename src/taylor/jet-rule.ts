import type { Absent, Params, Primitive } from "../core/primitive.ts";
import type { NDArray } from "../core/value.ts";
import type { Series } from "./terms.ts";

/** Values, and their coefficients: one series for each value, all of one order. */
export type Jets = readonly [values: readonly NDArray[], series: readonly Series[]];

/** What rules that run functions need of the engine. */
export interface JetEngine {
  /** How many coefficients each series has. */
  readonly order: number;
  /** Propagate series of any order through a function, under the current trace. */
  run(
    f: (xs: readonly NDArray[]) => readonly NDArray[],
    values: readonly NDArray[],
    series: readonly Series[],
    order: number,
  ): Jets;
  /** Propagate series through a primitive by its jvp rule. */
  byJvp(
    prim: Primitive,
    values: readonly NDArray[],
    series: readonly Series[],
    params: Params,
  ): Jets;
}

/** Propagates series through a primitive that gets at least one term, under the current trace. */
export type ApplyJet = (
  values: readonly NDArray[],
  series: readonly Series[],
  params: Params,
  engine: JetEngine,
) => Jets;

/** How Taylor series go through a primitive. */
export type JetRule =
  /**
   * By the jvp rule of the primitive: zero and linear rules say it all, any other one is a
   * differential equation for the results, whose terms follow one from another.
   */
  | { readonly kind: "jvp" }
  /**
   * Linear, or made of linear pieces: the jvp rule on each coefficient by itself, since no partial
   * depends on what is differentiated but by jumps.
   */
  | { readonly kind: "linear" }
  /** Linear in each of two operands: sums of products. */
  | { readonly kind: "bilinear" }
  /** By a recurrence of its own. */
  | { readonly kind: "series"; readonly apply: ApplyJet }
  | Absent;

/** The rule of primitives whose jvp rule says how series go through them. */
export const byJvp: JetRule = { kind: "jvp" };

/** The rule of primitives that are linear, at least in pieces. */
export const piecewiseLinear: JetRule = { kind: "linear" };

/** The rule of primitives that are linear in either of two operands. */
export const bilinear: JetRule = { kind: "bilinear" };

/** A rule that is a recurrence of its own. */
export function bySeries(apply: ApplyJet): JetRule {
  return { kind: "series", apply };
}
