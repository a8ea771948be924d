import { scalarArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import { isFloat, isInteger } from "../core/dtype.ts";
import { DTypeError, InternalError, TreeError } from "../core/errors.ts";
import { type Tangent, Zero } from "../core/primitive.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import { currentTrace, withTrace } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { flattenLikeAvals } from "./arguments.ts";
import {
  type AnyFunction,
  avalsOf,
  callFlat,
  checkFunction,
  type FlatResult,
  flattenArrays,
} from "./flatten.ts";
import { type Linearization, linearizeFlat } from "./linearize-flat.ts";
import { instantiate, zerosOf } from "./pushforward.ts";
import { isShapeDtypeStruct } from "./shape-struct.ts";
import type { Cotangents, Given, Gradient, Passed, PassedArgs } from "./signatures.ts";
import { neededNodes, TapeTrace } from "./tape.ts";
import { backward } from "./transpose.ts";

/** A function from tangents of the arguments to the tangent of the result. */
export type Pushforward<Args extends readonly unknown[], Out> = (
  ...tangents: PassedArgs<Args>
) => Gradient<Out>;

/**
 * Value of `f` at `args`, and its derivative there as a linear function of tangents.
 *
 * `f` runs once; the linear function repeats none of its nonlinear work and may be called often.
 */
export function linearize<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  ...args: PassedArgs<Args>
): [Given<Out>, Pushforward<Args, Out>] {
  const { out, push } = pushforward(f as AnyFunction, args, false);
  // The trees are rebuilt from the structures of `f`'s own arguments and result.
  return [out as Given<Out>, push as unknown as Pushforward<Args, Out>];
}

/** `linearize` of a function that returns `[out, aux]`: gives `[out, pushforward, aux]`. */
linearize.withAux = function linearizeWithAux<Args extends readonly unknown[], Out, Aux>(
  f: (...args: Args) => readonly [Out, Aux],
  ...args: PassedArgs<Args>
): [Given<Out>, Pushforward<Args, Out>, Aux] {
  const { out, push, aux } = pushforward(f as AnyFunction, args, true);
  return [out as Given<Out>, push as unknown as Pushforward<Args, Out>, aux as Aux]; // as above
};

function pushforward(
  f: AnyFunction,
  args: readonly unknown[],
  hasAux: boolean,
): { out: unknown; aux: unknown; push: (...tangents: unknown[]) => unknown } {
  checkFunction(f, "linearize");
  const { arrays, treeDef } = flattenArrays(args, "linearize", "argument ");
  const seen: FlatResult[] = [];
  const linearization = linearizeFlat((xs) => {
    const result = callFlat(f, treeDef, xs, { where: "linearize", hasAux });
    seen.push(result);
    return result;
  }, arrays);
  const [result] = seen;
  if (result === undefined) throw new InternalError("linearize: the function was not called");
  return {
    out: unflatten(result.treeDef, linearization.outs),
    aux: result.aux.rebuild(linearization.aux),
    push: pushforwardOf(linearization, treeDef, result.treeDef, avalsOf(arrays)),
  };
}

/** In a function of its own, since a closure holds all that the scope around it holds. */
function pushforwardOf(
  linearization: Linearization,
  inDef: TreeDef,
  outDef: TreeDef,
  primals: readonly ShapedArray[],
): (...tangents: unknown[]) => unknown {
  const avals = primals.map((aval) => aval.tangent());
  return (...tangents) => {
    const flat = flattenLikeAvals(tangents, inDef, avals, "linearize", "tangent ");
    const floats = flat.filter((_, i) => linearization.inputs[i] !== null);
    return unflatten(outDef, linearization.push(floats));
  };
}

/**
 * Transpose of a linear function: from a cotangent of its result to those of its arguments.
 *
 * Of `avals` only structure, shapes and dtypes are read: arrays, or the results of `evalShape`. An
 * affine function gives the transpose of its linear part.
 *
 * @throws ArgumentError if the function is not linear; DTypeError if it maps floats to integers.
 */
export function linearTranspose<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  ...avals: { [I in keyof Args]: unknown }
): (ct: Passed<Out>) => Cotangents<Args> {
  checkFunction(f, "linearTranspose");
  const { leaves, treeDef } = flatten(avals);
  const types = leaves.map((leaf) => avalOf(leaf));
  const transposed = (ct: unknown): unknown => {
    const tape = new TapeTrace(currentTrace());
    const inputs = types.map((aval) => tape.newInput(aval));
    let result: FlatResult;
    try {
      result = withTrace(tape, () =>
        callFlat(f as AnyFunction, treeDef, inputs, { where: "linearTranspose" }),
      );
    } finally {
      tape.alive = false;
    }
    result.arrays.forEach((x) => {
      const fits = types.every((t) => isFloat(t.dtype) === isFloat(x.dtype));
      if (fits) return;
      throw new DTypeError(
        `linearTranspose: the function must map floats to floats or integers to integers, got ${types.join(" and ")} to ${x.aval}; convert outside it`,
      );
    });
    const outAvals = avalsOf(result.arrays);
    const cts = flattenLikeAvals(ct, result.treeDef, outAvals, "linearTranspose", "the cotangent");
    const nodes = neededNodes(tape, result.arrays);
    const pulled = backward(tape, nodes, inputs, result.arrays, cts);
    return unflatten(treeDef, pulled.map(zerosWhereZero));
  };
  return transposed as (ct: Passed<Out>) => Cotangents<Args>; // rebuilt from `f`'s own structures
}

function zerosWhereZero(ct: Tangent): NDArray {
  return ct instanceof Zero ? zerosOf(ct.aval) : instantiate(ct);
}

function avalOf(leaf: unknown): NDArray["aval"] {
  if (leaf instanceof NDArray) return checkLinearDtype(leaf.aval);
  if (isShapeDtypeStruct(leaf)) return checkLinearDtype(leaf.aval);
  if (typeof leaf === "number") return scalarArray(leaf, "float32", true).aval;
  throw new TreeError(
    `linearTranspose: arrays or results of evalShape are required, got ${String(leaf)}; pass an array of the argument's shape`,
  );
}

function checkLinearDtype(aval: NDArray["aval"]): NDArray["aval"] {
  if (isFloat(aval.dtype) || isInteger(aval.dtype)) return aval;
  throw new DTypeError(
    `linearTranspose: float or integer arguments are required, got ${aval}; convert with astype`,
  );
}
