import { scalarArray } from "../core/array.ts";
import { ArgumentError, InternalError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { Tangent } from "../core/primitive.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import {
  type Argnums,
  checkDifferentiable,
  checkScalar,
  flattenLikeAvals,
  resolveArgnums,
  withWeakTypeOf,
} from "./arguments.ts";
import {
  type AnyFunction,
  callFlat,
  checkFunction,
  type FlatResult,
  flattenArrays,
  flattenResult,
  noAux,
} from "./flatten.ts";
import { type Linearization, linearizeFlat } from "./linearize-flat.ts";
import { instantiate, zerosOf, zeroTangent } from "./pushforward.ts";
import type {
  Cotangents,
  Given,
  GradientsBy,
  GradOptions,
  Passed,
  PassedArgs,
} from "./signatures.ts";

/** A function that takes the cotangent of a result and gives those of the arguments. */
export type Pullback<Args extends readonly unknown[], Out> = (ct: Passed<Out>) => Cotangents<Args>;

/**
 * Value of `f` at `args`, and the function that pulls a cotangent of it back to the arguments.
 *
 * The pullback takes one cotangent, of the structure, shapes and dtypes of the result, and gives
 * a list with one entry for each argument, float0 zeros for integers. It may be called often.
 *
 * @throws TreeError, ShapeError or DTypeError if a cotangent does not fit, naming its place.
 */
export function vjp<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  ...args: PassedArgs<Args>
): [Given<Out>, Pullback<Args, Out>] {
  const { out, pull } = pullback(f as AnyFunction, args, false);
  // The trees are rebuilt from the structures of `f`'s own arguments and result.
  return [out as Given<Out>, pull as unknown as Pullback<Args, Out>];
}

/** `vjp` of a function that returns `[out, aux]`: gives `[out, pullback, aux]`. */
vjp.withAux = function vjpWithAux<Args extends readonly unknown[], Out, Aux>(
  f: (...args: Args) => readonly [Out, Aux],
  ...args: PassedArgs<Args>
): [Given<Out>, Pullback<Args, Out>, Aux] {
  const { out, pull, aux } = pullback(f as AnyFunction, args, true);
  return [out as Given<Out>, pull as unknown as Pullback<Args, Out>, aux as Aux]; // as in `vjp`
};

function pullback(
  f: AnyFunction,
  args: readonly unknown[],
  hasAux: boolean,
): { out: unknown; aux: unknown; pull: (...cts: unknown[]) => unknown } {
  checkFunction(f, "vjp");
  const { arrays, treeDef } = flattenArrays(args, "vjp", "argument ");
  const seen: FlatResult[] = [];
  const linearization = linearizeFlat((xs) => {
    const result = callFlat(f, treeDef, xs, { where: "vjp", hasAux });
    seen.push(result);
    return result;
  }, arrays);
  const { outs } = linearization;
  const [result] = seen;
  if (result === undefined) throw new InternalError("vjp: the function was not called");
  const pull = pullbackOf(linearization, treeDef, result.treeDef, arrays);
  const aux = result.aux.rebuild(linearization.aux);
  return { out: unflatten(result.treeDef, outs), aux, pull };
}

/** In a function of its own, since a closure holds all that the scope around it holds. */
function pullbackOf(
  linearization: Linearization,
  inDef: TreeDef,
  outDef: TreeDef,
  primals: readonly NDArray[],
): (...cts: unknown[]) => unknown {
  const { outs } = linearization;
  return (...cts) => {
    if (cts.length !== 1) {
      throw new ArgumentError(
        `vjp: the pullback takes one cotangent with the structure of the result, ${outDef}, got ${cts.length} arguments; put them in one tree`,
      );
    }
    const avals = outs.map((x) => x.aval.tangent());
    const list = flattenLikeAvals(cts[0], outDef, avals, "vjp", "the cotangent");
    return unflatten(inDef, cotangentsOf(linearization, list, primals));
  };
}

/** Cotangents of all primals; float0 zeros for those that were not differentiated by. */
function cotangentsOf(
  linearization: Linearization,
  cts: readonly NDArray[],
  primals: readonly NDArray[],
): NDArray[] {
  const given = new Array<Tangent>(cts.length);
  for (let i = 0; i < cts.length; i++) {
    const ct = cts[i] as NDArray; // i runs over the cotangents
    given[i] = ct.dtype === "float0" ? zeroTangent(ct) : ct;
  }
  const pulled = linearization.pull(given);
  const out = new Array<NDArray>(primals.length);
  let next = 0;
  for (let i = 0; i < primals.length; i++) {
    const { aval } = primals[i] as NDArray; // i runs over the primals
    out[i] =
      linearization.inputs[i] === null
        ? zerosOf(aval.tangent())
        : withWeakTypeOf(instantiate(pulled[next++] as Tangent), aval); // one for each input
  }
  return out;
}

type ScalarFunction<Args extends readonly unknown[]> = (...args: Args) => ArrayLike;
type AuxFunction<Args extends readonly unknown[], Aux> = (
  ...args: Args
) => readonly [ArrayLike, Aux];

/**
 * Function that gives the gradient of `f`, which must return a scalar float.
 *
 * The gradient has the structure, shapes and dtypes of the argument that `argnums` names (the
 * first by default), or is a list of such for a list of numbers. With `hasAux`, `f` returns
 * `[out, aux]` and the gradient comes as `[gradient, aux]`. Ordinary JavaScript control flow on
 * values works inside `f`.
 *
 * @throws DTypeError if an argument to differentiate by, or the result, is not a float;
 * ShapeError if the result is not a scalar.
 *
 * @example
 * grad((x) => np.sin(x))(0).item(); // 1
 */
export function grad<Args extends readonly unknown[], Aux, const N extends Argnums = 0>(
  f: AuxFunction<Args, Aux>,
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: PassedArgs<Args>) => [GradientsBy<Args, N>, Aux];
export function grad<Args extends readonly unknown[], const N extends Argnums = 0>(
  f: ScalarFunction<Args>,
  options?: GradOptions<N> & { readonly hasAux?: false | undefined },
): (...args: PassedArgs<Args>) => GradientsBy<Args, N>;
export function grad(f: AnyFunction, options: GradOptions = {}): (...args: unknown[]) => unknown {
  checkGradOptions(f, options, "grad");
  return (...args) => {
    const { aux, gradients } = valueAndGradients(f, args, options, "grad");
    return options.hasAux ? [gradients, aux] : gradients;
  };
}

/**
 * Function that gives the value of `f` and its gradient: `[value, gradient]`.
 *
 * As `grad`; with `hasAux` the result is `[[value, aux], gradient]`.
 */
export function valueAndGrad<Args extends readonly unknown[], Aux, const N extends Argnums = 0>(
  f: AuxFunction<Args, Aux>,
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: PassedArgs<Args>) => [[NDArray, Aux], GradientsBy<Args, N>];
export function valueAndGrad<Args extends readonly unknown[], const N extends Argnums = 0>(
  f: ScalarFunction<Args>,
  options?: GradOptions<N> & { readonly hasAux?: false | undefined },
): (...args: PassedArgs<Args>) => [NDArray, GradientsBy<Args, N>];
export function valueAndGrad(
  f: AnyFunction,
  options: GradOptions = {},
): (...args: unknown[]) => unknown {
  checkGradOptions(f, options, "valueAndGrad");
  return (...args) => {
    const { value, aux, gradients } = valueAndGradients(f, args, options, "valueAndGrad");
    return [options.hasAux ? [value, aux] : value, gradients];
  };
}

function checkGradOptions(f: unknown, options: GradOptions, where: string): void {
  checkFunction(f, where);
  checkOptions(where, options, ["argnums", "hasAux", "allowInt"]);
}

interface ValueAndGradients {
  readonly value: NDArray;
  readonly aux: unknown;
  readonly gradients: unknown;
}

// The loops below spell out what they need: this is on the way of every un-jitted gradient.
function valueAndGradients(
  f: AnyFunction,
  args: readonly unknown[],
  { argnums = 0, hasAux = false, allowInt = false }: GradOptions,
  where: string,
): ValueAndGradients {
  const positions = resolveArgnums(argnums, args.length, where);
  const defs: TreeDef[] = [];
  const primals: NDArray[] = [];
  for (let k = 0; k < positions.length; k++) {
    const index = positions[k] as number; // k runs over the positions
    const { arrays, treeDef } = flattenArrays(args[index], where, "argument ", index);
    if (!allowInt) checkDifferentiable(arrays, treeDef, where, index, "allowInt");
    defs.push(treeDef);
    for (let i = 0; i < arrays.length; i++) primals.push(arrays[i] as NDArray); // i runs over them
  }
  let aux = noAux;
  const linearization = linearizeFlat((xs) => {
    const call = args.slice();
    const trees = unflattenAll(defs, xs);
    for (let k = 0; k < trees.length; k++) call[positions[k] as number] = trees[k]; // as many
    const result = flattenResult(f(...(call as never[])), { where, hasAux }); // the user's own arguments
    aux = result.aux;
    return { arrays: [checkScalar(result.arrays, result.treeDef, where)], aux };
  }, primals);
  const value = linearization.outs[0] as NDArray; // the scalar checked above
  const one = scalarArray(1, value.dtype, value.weakType);
  const trees = unflattenAll(defs, cotangentsOf(linearization, [one], primals));
  return {
    value,
    aux: aux.rebuild(linearization.aux),
    gradients: typeof argnums === "number" ? trees[0] : trees,
  };
}

/** One tree for each structure, from the leaves of all of them one after the other. */
function unflattenAll(defs: readonly TreeDef[], leaves: readonly NDArray[]): unknown[] {
  const trees = new Array<unknown>(defs.length);
  let next = 0;
  for (let k = 0; k < defs.length; k++) {
    const def = defs[k] as TreeDef; // k runs over the structures
    trees[k] = unflatten(def, leaves.slice(next, next + def.numLeaves));
    next += def.numLeaves;
  }
  return trees;
}
