import { isFloat } from "../core/dtype.ts";
import { DTypeError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import type { NDArray } from "../core/value.ts";
import { add } from "../lax/ops/arith.ts";
import { eq } from "../lax/ops/compare.ts";
import { iota } from "../lax/ops/constants.ts";
import { convertElementType } from "../lax/ops/convert.ts";
import { reshape } from "../lax/ops/layout.ts";
import { slice } from "../lax/ops/slice.ts";
import { type Argnums, checkDifferentiable, resolveArgnums } from "./arguments.ts";
import { putAxis } from "./batch-trace.ts";
import {
  type AnyFunction,
  Aux,
  checkFunction,
  type FlatArrays,
  flattenArrays,
  flattenResult,
} from "./flatten.ts";
import { jvpFlat } from "./jvp.ts";
import { type FlatFunction, linearizeFlat } from "./linearize-flat.ts";
import { instantiate, zerosOf } from "./pushforward.ts";
import type { GradOptions, JacobianBy, PassedArgs } from "./signatures.ts";
import { batchFlat } from "./vmap.ts";

/**
 * Function that gives the Jacobian of `f`, by forward mode: one pass for each number of the input.
 *
 * For each leaf of the result there is a tree like the argument that `argnums` names (the first
 * by default), or a list of such; its leaves have shape `[...result, ...argument]`. With
 * `hasAux`, `f` returns `[out, aux]` and the result is `[jacobian, aux]`.
 *
 * @throws DTypeError if an argument to differentiate by is not a float.
 */
export function jacfwd<Args extends readonly unknown[], Out, Aux, const N extends Argnums = 0>(
  f: (...args: Args) => readonly [Out, Aux],
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: PassedArgs<Args>) => [JacobianBy<Out, Args, N>, Aux];
export function jacfwd<Args extends readonly unknown[], Out, const N extends Argnums = 0>(
  f: (...args: Args) => Out,
  options?: GradOptions<N> & { readonly hasAux?: false | undefined },
): (...args: PassedArgs<Args>) => JacobianBy<Out, Args, N>;
export function jacfwd(f: AnyFunction, options: GradOptions = {}): (...args: unknown[]) => unknown {
  return forwardJacobian(f, options, "jacfwd");
}

function forwardJacobian(
  f: AnyFunction,
  options: GradOptions,
  where: string,
): (...args: unknown[]) => unknown {
  checkFunction(f, where);
  checkOptions(where, options, ["argnums", "hasAux"]);
  return (...args) => {
    const call = new JacobianCall(f, args, options, where);
    const basis = standardBasis(call.inputs);
    const rows = totalSize(call.inputs);
    const pairs = batchFlat(
      (tangents) => {
        const dual = jvpFlat(call.run, call.inputs, tangents);
        call.keepAux(dual.aux);
        return dual.tangents.map(instantiate);
      },
      basis.map((x) => [x, 0]),
      { size: rows, name: null },
    );
    const columns = pairs.map(([x, dim]) =>
      putAxis(x, dim, dim === null ? x.ndim : x.ndim - 1, rows),
    );
    return call.finish(columns.map((x) => splitColumns(x, call.inputs)));
  };
}

/**
 * Function that gives the Jacobian of `f`, by reverse mode: one pass for each number of the result.
 *
 * As `jacfwd`; with `allowInt`, integer arguments have float0 blocks.
 *
 * @throws DTypeError if an argument to differentiate by, or a result, is not a float.
 */
export function jacrev<Args extends readonly unknown[], Out, Aux, const N extends Argnums = 0>(
  f: (...args: Args) => readonly [Out, Aux],
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: PassedArgs<Args>) => [JacobianBy<Out, Args, N>, Aux];
export function jacrev<Args extends readonly unknown[], Out, const N extends Argnums = 0>(
  f: (...args: Args) => Out,
  options?: GradOptions<N> & { readonly hasAux?: false | undefined },
): (...args: PassedArgs<Args>) => JacobianBy<Out, Args, N>;
export function jacrev(f: AnyFunction, options: GradOptions = {}): (...args: unknown[]) => unknown {
  return reverseJacobian(f, options, "jacrev");
}

function reverseJacobian(
  f: AnyFunction,
  options: GradOptions,
  where: string,
): (...args: unknown[]) => unknown {
  checkFunction(f, where);
  checkOptions(where, options, ["argnums", "hasAux", "allowInt"]);
  return (...args) => {
    const remedy = where === "hessian" ? "argnums" : "allowInt";
    const call = new JacobianCall(f, args, options, where, remedy);
    const linearization = linearizeFlat(call.run, call.inputs);
    call.keepAux(linearization.aux);
    const { outs } = linearization;
    checkFloatResults(outs, where);
    const rows = totalSize(outs);
    const pairs = batchFlat(
      (cts) => linearization.pull(cts).map(instantiate),
      standardBasis(outs).map((x) => [x, 0]),
      { size: rows, name: null },
    );
    let next = 0;
    const blocks = call.inputs.map((x, k) => {
      if (linearization.inputs[k] === null) return outs.map((out) => floatless(out, x));
      const pair = pairs[next++];
      if (pair === undefined) return [];
      return splitRows(putAxis(pair[0], pair[1], 0, rows), outs, x);
    });
    return call.finish(outs.map((_, i) => blocks.map((list) => list[i] as NDArray))); // one for each result
  };
}

/** The same as `jacrev`. */
export const jacobian = jacrev;

/**
 * Function that gives the matrix of second derivatives of `f`: the forward-mode Jacobian of the
 * reverse-mode one. Leaves have shape `[...result, ...argument, ...argument]`; with `hasAux` the
 * result is `[hessian, aux]`.
 */
export function hessian<Args extends readonly unknown[], Out, Aux, const N extends Argnums = 0>(
  f: (...args: Args) => readonly [Out, Aux],
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: PassedArgs<Args>) => [JacobianBy<JacobianBy<Out, Args, N>, Args, N>, Aux];
export function hessian<Args extends readonly unknown[], Out, const N extends Argnums = 0>(
  f: (...args: Args) => Out,
  options?: GradOptions<N> & { readonly hasAux?: false | undefined },
): (...args: PassedArgs<Args>) => JacobianBy<JacobianBy<Out, Args, N>, Args, N>;
export function hessian(
  f: AnyFunction,
  options: GradOptions = {},
): (...args: unknown[]) => unknown {
  checkFunction(f, "hessian");
  checkOptions("hessian", options, ["argnums", "hasAux"]);
  return forwardJacobian(reverseJacobian(f, options, "hessian"), options, "hessian");
}

/** One call of a Jacobian: the arguments it differentiates by as a flat list, and the way back. */
export class JacobianCall {
  readonly inputs: readonly NDArray[];
  readonly run: FlatFunction;
  private readonly chosen: readonly (FlatArrays & { readonly index: number })[];
  private readonly single: boolean;
  private readonly hasAux: boolean;
  private aux = new Aux(null);
  private auxArrays: readonly NDArray[] = [];
  private outDef: TreeDef | null = null;

  constructor(
    f: AnyFunction,
    args: readonly unknown[],
    { argnums = 0, hasAux = false, allowInt = false }: GradOptions,
    where: string,
    remedy: "argnums" | "allowInt" = "argnums",
  ) {
    this.single = typeof argnums === "number";
    this.hasAux = hasAux;
    this.chosen = resolveArgnums(argnums, args.length, where).map((index) => {
      const flat = flattenArrays(args[index], where, `argument ${index}`);
      if (!allowInt) checkDifferentiable(flat.arrays, flat.treeDef, where, index, remedy);
      return { ...flat, index };
    });
    this.inputs = this.chosen.flatMap(({ arrays }) => arrays);
    this.run = (xs) => {
      const call = args.slice();
      let next = 0;
      for (const { index, treeDef } of this.chosen) {
        call[index] = unflatten(treeDef, xs.slice(next, next + treeDef.numLeaves));
        next += treeDef.numLeaves;
      }
      const result = flattenResult(f(...(call as never[])), { where, hasAux }); // the user's own arguments
      this.aux = result.aux;
      this.outDef = result.treeDef;
      return result;
    };
  }

  keepAux(arrays: readonly NDArray[]): void {
    this.auxArrays = arrays;
  }

  /** The result, from one block for each result and input. */
  finish(blocks: readonly (readonly NDArray[])[]): unknown {
    const trees = blocks.map((row) => {
      const rest = row.slice();
      const parts = this.chosen.map(({ treeDef }) =>
        unflatten(treeDef, rest.splice(0, treeDef.numLeaves)),
      );
      return this.single ? parts[0] : parts;
    });
    return this.withAux(this.outDef === null ? trees : unflatten(this.outDef, trees));
  }

  /** A result, beside what came along with that of the function. */
  withAux(result: unknown): unknown {
    return this.hasAux ? [result, this.aux.rebuild(this.auxArrays)] : result;
  }
}

function totalSize(arrays: readonly NDArray[]): number {
  return arrays.reduce((sum, x) => (isFloat(x.dtype) ? sum + x.size : sum), 0);
}

/** Unit vectors of the space that float arrays span together: `[total, ...shape]` for each. */
function standardBasis(arrays: readonly NDArray[]): NDArray[] {
  const total = totalSize(arrays);
  let start = 0;
  return arrays
    .filter((x) => isFloat(x.dtype))
    .map((x) => {
      const shape = [total, x.size];
      const isOne = eq(iota("int32", shape, 0), add(iota("int32", shape, 1), start));
      start += x.size;
      return reshape(convertElementType(isOne, x.dtype, x.weakType), [total, ...x.shape]);
    });
}

/** Cut the last axis of `x`, which runs over all inputs, into one block for each. */
function splitColumns(x: NDArray, inputs: readonly NDArray[]): NDArray[] {
  const outShape = x.shape.slice(0, -1);
  let start = 0;
  return inputs.map((input) => {
    const from = outShape.map(() => 0);
    const part = slice(x, [...from, start], [...outShape, start + input.size]);
    start += input.size;
    return reshape(part, [...outShape, ...input.shape]);
  });
}

/** Cut the first axis of `x`, which runs over all results, into one block for each. */
function splitRows(x: NDArray, outs: readonly NDArray[], input: NDArray): NDArray[] {
  let start = 0;
  return outs.map((out) => {
    const from = input.shape.map(() => 0);
    const part = slice(x, [start, ...from], [start + out.size, ...input.shape]);
    start += out.size;
    return reshape(part, [...out.shape, ...input.shape]);
  });
}

function floatless(out: NDArray, input: NDArray): NDArray {
  return zerosOf(input.aval.withShape([...out.shape, ...input.shape]).tangent());
}

/** @throws DTypeError unless all results of a function are floats. */
export function checkFloatResults(
  outs: readonly NDArray[],
  where: string,
  remedy = "use jacfwd, or convert with astype",
): void {
  for (const out of outs) {
    if (isFloat(out.dtype)) continue;
    throw new DTypeError(`${where}: the function must return floats, got ${out.aval}; ${remedy}`);
  }
}
