import { isFloat } from "../core/dtype.ts";
import { ArgumentError, TreeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type Tangent, Zero } from "../core/primitive.ts";
import { unflatten } from "../core/pytree.ts";
import { currentTrace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { flattenLikeAvals } from "./arguments.ts";
import { type AnyFunction, callFlat, checkFunction, describe, flattenArrays } from "./flatten.ts";
import { JvpTrace } from "./jvp-trace.ts";
import type { FlatFunction } from "./linearize-flat.ts";
import { instantiate } from "./pushforward.ts";
import type { Given, Gradient, PassedArgs } from "./signatures.ts";

/** Primals, tangents and primals of the aux of a function on lists. */
export interface FlatDual {
  readonly outs: readonly NDArray[];
  readonly tangents: readonly Tangent[];
  readonly aux: readonly NDArray[];
}

/** Push tangents through `f`; those of results that do not depend on them are zero. */
export function jvpFlat(
  f: FlatFunction,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
): FlatDual {
  const outer = currentTrace();
  const trace = new JvpTrace(outer, false);
  try {
    const args = primals.map((x, i) => trace.join(x, tangents[i] as Tangent)); // one for each
    const { arrays, aux } = withTrace(trace, () => f(args));
    const duals = arrays.map((x) => trace.split(x));
    return {
      outs: duals.map(([out]) => out),
      tangents: duals.map(([, t]) => t),
      aux: (aux?.arrays ?? []).map((x) => trace.split(x)[0]),
    };
  } finally {
    trace.alive = false;
  }
}

/**
 * Value of `f` at `primals` and the derivative there in the direction `tangents`: `[out, tangent]`.
 *
 * Both are lists with one entry for each argument, of equal structures, shapes and dtypes; the
 * tangent of an integer is float0. With `hasAux`, `f` returns `[out, aux]` and the result is
 * `[out, tangent, aux]`.
 *
 * @throws TreeError, ShapeError or DTypeError if a tangent does not fit its primal.
 */
export function jvp<Args extends readonly unknown[], Out, Aux>(
  f: (...args: Args) => readonly [Out, Aux],
  primals: PassedArgs<Args>,
  tangents: PassedArgs<Args>,
  options: { readonly hasAux: true },
): [Given<Out>, Gradient<Out>, Aux];
export function jvp<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  primals: PassedArgs<Args>,
  tangents: PassedArgs<Args>,
  options?: { readonly hasAux?: false | undefined },
): [Given<Out>, Gradient<Out>];
export function jvp(
  f: AnyFunction,
  primals: unknown,
  tangents: unknown,
  options: { readonly hasAux?: boolean | undefined } = {},
): unknown {
  checkFunction(f, "jvp");
  checkOptions("jvp", options, ["hasAux"]);
  checkList(primals, "primals");
  checkList(tangents, "tangents");
  const { arrays, treeDef } = flattenArrays(primals, "jvp", "primals");
  const avals = arrays.map((x) => x.aval.tangent());
  const flat = flattenLikeAvals(tangents, treeDef, avals, "jvp", "tangents").map((t) =>
    isFloat(t.dtype) ? t : new Zero(t.aval),
  );
  let rebuild = (_: readonly NDArray[]): unknown => null;
  let rebuildAux = (_: readonly NDArray[]): unknown => null;
  const {
    outs,
    tangents: ts,
    aux,
  } = jvpFlat(
    (xs) => {
      const result = callFlat(f, treeDef, xs, { where: "jvp", hasAux: options.hasAux });
      rebuild = (leaves) => unflatten(result.treeDef, leaves);
      rebuildAux = (leaves) => result.aux.rebuild(leaves);
      return result;
    },
    arrays,
    flat,
  );
  const pair = [rebuild(outs), rebuild(ts.map(instantiate))];
  return options.hasAux ? [...pair, rebuildAux(aux)] : pair;
}

function checkList(x: unknown, what: string): void {
  if (Array.isArray(x)) return;
  const error = `jvp: ${what} must be a list with one entry for each argument, got ${describe(x)}; write [x] for one argument`;
  throw typeof x === "object" ? new TreeError(error) : new ArgumentError(error);
}
