import { ArgumentError } from "../core/errors.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { checkDifferentiable, checkScalar, flattenLikeAvals } from "./arguments.ts";
import {
  type AnyFunction,
  checkFunction,
  describe,
  flattenArrays,
  flattenResult,
} from "./flatten.ts";
import { jvp } from "./jvp.ts";
import type { Cotangents, PassedArgs } from "./signatures.ts";
import { grad, vjp } from "./vjp.ts";

/**
 * Product of the matrix of second derivatives of `f` at `primals` with `tangents`.
 *
 * Forward over reverse mode: a few times the work of `f`, and no matrix. All three lists have one
 * entry for each argument, of equal structures, shapes and dtypes. For the gradient as well, take
 * `jvp(grad(f), primals, tangents)`.
 *
 * @throws DTypeError if an argument or the result is not a float; ShapeError if the result is not
 * a scalar; TreeError, ShapeError or DTypeError if a tangent does not fit its primal.
 */
export function hvp<Args extends readonly unknown[]>(
  f: (...args: Args) => ArrayLike,
  primals: PassedArgs<Args>,
  tangents: PassedArgs<Args>,
): Cotangents<Args> {
  const gradient = gradientOf(f, primals, tangents, "hvp", "tangents");
  // Gradients have the structures of the arguments, and so have their tangents.
  return jvp(gradient, primals as unknown[], tangents as unknown[])[1] as Cotangents<Args>;
}

/**
 * Product of `cotangents` with the matrix of second derivatives of `f` at `primals`.
 *
 * Reverse over reverse mode, for functions that have no other: their rules are customVjp's, say.
 * The matrix is symmetric where the second derivatives are continuous; `hvp` is cheaper.
 * Arguments, result and errors as there.
 */
export function vhp<Args extends readonly unknown[]>(
  f: (...args: Args) => ArrayLike,
  primals: PassedArgs<Args>,
  cotangents: PassedArgs<Args>,
): Cotangents<Args> {
  const gradient = gradientOf(f, primals, cotangents, "vhp", "cotangents");
  const [, pull] = vjp(gradient, ...(primals as unknown[]));
  return pull(cotangents as never) as unknown as Cotangents<Args>; // as above
}

/** The gradient of `f` by all arguments, once these and what multiplies it fit. */
function gradientOf(
  f: AnyFunction,
  primals: readonly unknown[],
  vectors: readonly unknown[],
  where: string,
  what: string,
): (...args: unknown[]) => unknown {
  checkFunction(f, where);
  for (const [name, list] of [
    ["primals", primals],
    [what, vectors],
  ] as const) {
    if (Array.isArray(list)) continue;
    throw new ArgumentError(
      `${where}: ${name} must be a list with one entry for each argument, got ${describe(list)}; write [x] for one argument`,
    );
  }
  primals.forEach((primal, i) => {
    const { arrays, treeDef } = flattenArrays(primal, where, "argument ", i);
    checkDifferentiable(arrays, treeDef, where, i, "allArguments");
  });
  const { arrays, treeDef } = flattenArrays(primals, where, "primals");
  const avals = arrays.map((x) => x.aval);
  flattenLikeAvals(vectors, treeDef, avals, where, what);
  const scalar = (...args: unknown[]): NDArray => {
    const result = flattenResult(f(...(args as never[])), { where }); // the user's own arguments
    return checkScalar(result.arrays, result.treeDef, where);
  };
  return grad(scalar, { argnums: primals.map((_, i) => i) });
}
