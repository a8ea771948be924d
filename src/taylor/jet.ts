import { isFloat } from "../core/dtype.ts";
import { ArgumentError, TreeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import { flattenUpTo } from "../core/pytree-prefix.ts";
import type { MapLeaves } from "../core/pytree-types.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { flattenLikeAvals } from "../transforms/arguments.ts";
import {
  type AnyFunction,
  callFlat,
  checkFunction,
  describe,
  flattenArrays,
  pathOf,
} from "../transforms/flatten.ts";
import { instantiate, zeroTangent } from "../transforms/pushforward.ts";
import type { Given, PassedArgs } from "../transforms/signatures.ts";
import { runJets } from "./jet-trace.ts";
import { over, type Series, scaled, type Term, zeroSeries } from "./terms.ts";

/** Coefficients of all leaves of a `T`: at each leaf a list, from the first power on. */
export type SeriesOf<T> = MapLeaves<T, ArrayLike, NDArray[]>;

/** Coefficients that `jet` takes for arguments: at each leaf a list, numbers allowed. */
export type PassedSeries<Args extends readonly unknown[]> = {
  [I in keyof Args]: MapLeaves<Args[I], ArrayLike, readonly ArrayLike[]>;
};

/** Options of `jet`. */
export interface JetOptions {
  /**
   * Whether coefficient k is the k-th derivative, as by default, rather than that divided by k!.
   */
  readonly factorialScaled?: boolean | undefined;
}

/**
 * Value of `f` along a curve and the derivatives there: `[out, series]`.
 *
 * The curve has the value `primals[i]` and the derivatives `series[i]`, first to last, in argument
 * `i`: a tree like the argument with a list at each leaf, all of one length, the order. `series`
 * of the result has for each leaf of the result the list of as many derivatives along the curve.
 * One pass of Taylor arithmetic gives all of them, of a cost that grows like a small power of the
 * order where nested `jvp` doubles with each. Terms of integers are float0, or an empty list.
 *
 * Functions with a `customJvp` rule go by that rule, those with `customVjp` or `customVmap` by what
 * they do.
 *
 * @throws ArgumentError if the lists are of different lengths; TreeError, ShapeError or DTypeError
 * if a term does not fit its primal; MissingRuleError if a primitive has no derivative.
 */
export function jet<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  primals: PassedArgs<Args>,
  series: PassedSeries<Args>,
  options: JetOptions = {},
): [Given<Out>, SeriesOf<Out>] {
  checkFunction(f, "jet");
  checkOptions("jet", options, ["factorialScaled"]);
  checkList(primals, "primals");
  checkList(series, "series");
  const { factorialScaled = true } = options;
  const { arrays, treeDef } = flattenArrays(primals, "jet", "primals");
  const given = takeSeries(series, arrays, treeDef);
  const order = given.find((_, i) => isFloat(arrays[i]?.dtype ?? "bool"))?.length ?? 0;
  const normalised = given.map(
    (s, i) => (s.length === 0 ? zeroSeries(arrays[i] as NDArray, order) : s), // one for each
  );
  const factorials = factorialsTo(factorialScaled ? order : 0);
  let outDef: TreeDef | null = null;
  const [outs, found] = runJets(
    (xs) => {
      const result = callFlat(f as AnyFunction, treeDef, xs, { where: "jet" });
      outDef = result.treeDef;
      return result.arrays;
    },
    arrays,
    normalised.map((s) => s.map((t, k) => over(t, factorials[k] ?? 1))),
    order,
  );
  const structure = outDef as unknown as TreeDef; // the function ran
  const lists = found.map((s) => s.map((t, k) => instantiate(scaled(t, factorials[k] ?? 1))));
  // Leaves of the structures that the types say.
  return [unflatten(structure, outs) as Given<Out>, unflatten(structure, lists) as SeriesOf<Out>];
}

/** 1!, 2! and so on up to `order`!. */
function factorialsTo(order: number): number[] {
  let product = 1;
  return Array.from({ length: order }, (_, k) => {
    product *= k + 1;
    return product;
  });
}

/** The terms of each leaf of the primals; none where an integer has an empty list. */
function takeSeries(series: unknown, arrays: readonly NDArray[], treeDef: TreeDef): Series[] {
  const lists = flattenUpTo(treeDef, series, "jet: series");
  let order: number | null = null;
  return lists.map((list, i) => {
    const x = arrays[i] as NDArray; // one list for each leaf, by the structure
    const place = `series${pathOf(treeDef, i)}`;
    if (!Array.isArray(list)) {
      throw new TreeError(
        `jet: ${place} must be a list of terms in place of the leaf, got ${describe(list)}; write [t] for one term`,
      );
    }
    if (list.length === 0 && !isFloat(x.dtype)) return [];
    order ??= list.length;
    if (list.length !== order) {
      throw new ArgumentError(
        `jet: all series must have one length, got ${order} and, at ${place}, ${list.length}; fill them up with zeros`,
      );
    }
    const like = list.map(() => x.aval.tangent());
    const terms = flattenLikeAvals(list, listDef(list.length), like, "jet", place);
    return terms.map((t): Term => (isFloat(t.dtype) ? t : zeroTangent(x)));
  });
}

/** Structure of a list of leaves. */
function listDef(length: number): TreeDef {
  return flattenArrays(new Array<number>(length).fill(0), "jet", "series").treeDef;
}

function checkList(x: unknown, what: string): void {
  if (Array.isArray(x)) return;
  const error = `jet: ${what} must be a list with one entry for each argument, got ${describe(x)}; write [x] for one argument`;
  throw typeof x === "object" ? new TreeError(error) : new ArgumentError(error);
}
