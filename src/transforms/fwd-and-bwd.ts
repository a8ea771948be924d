import type { ShapedArray } from "../core/aval.ts";
import { InternalError } from "../core/errors.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import { checkOptions } from "../core/options.ts";
import { type ClosedJaxpr, type Tangent, Zero } from "../core/primitive.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import { registerPytreeNode } from "../core/pytree-registry.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { type Argnums, flattenLikeAvals, resolveArgnums, withWeakTypeOf } from "./arguments.ts";
import {
  type AnyFunction,
  type Aux,
  avalsOf,
  checkFunction,
  type FlatArrays,
  flattenArrays,
  flattenResult,
} from "./flatten.ts";
import { transposeJaxpr } from "./jaxpr-rules.ts";
import { jit } from "./jit.ts";
import { linearizeFlat } from "./linearize-flat.ts";
import { instantiate, zerosOf } from "./pushforward.ts";
import type { Given, GradientsBy, Passed, PassedArgs } from "./signatures.ts";
import { replay, type TapeTracer } from "./tape.ts";

/** Options of `fwdAndBwd`. */
export interface FwdAndBwdOptions<N extends Argnums = Argnums> {
  /** Which arguments to differentiate by: a number, or a list of numbers. */
  readonly argnums: N;
  /** Whether the function returns `[out, aux]`; the forward pass then gives aux as third. */
  readonly hasAux?: boolean | undefined;
  /** Whether both passes are jitted, which is so by default. */
  readonly jitted?: boolean | undefined;
}

/** What the backward pass has to know besides numbers. */
interface Plan {
  /** From residuals, then tangents of the inputs, to those of the results that have one. */
  readonly linear: ClosedJaxpr;
  /** Types of the primals, and whether they have tangents. */
  readonly primals: readonly { readonly aval: ShapedArray; readonly isFloat: boolean }[];
  readonly inDefs: readonly TreeDef[];
  readonly single: boolean;
  readonly outDef: TreeDef;
  readonly outAvals: readonly ShapedArray[];
  /** Which results have a tangent. */
  readonly hasTangent: readonly boolean[];
}

/** What a forward pass leaves for the backward one: a pytree of arrays. */
export class Residuals {
  readonly arrays: readonly NDArray[];
  readonly plan: Plan;

  constructor(arrays: readonly NDArray[], plan: Plan) {
    this.arrays = arrays;
    this.plan = plan;
  }
}

let isRegistered = false;

/** Here rather than on import, so that what does not use it need not hold it. */
function registerResiduals(): void {
  if (isRegistered) return;
  isRegistered = true;
  registerPytreeNode(Residuals, {
    flatten: ({ arrays, plan }) => [arrays, plan],
    unflatten: (plan: Plan, arrays) => new Residuals(arrays as readonly NDArray[], plan), // its own children
  });
}

/** The second of the two functions: gradients from residuals and a cotangent of the result. */
export type Backward<Args extends readonly unknown[], Out, N extends Argnums> = (
  residuals: Residuals,
  ct: Passed<Out>,
) => GradientsBy<Args, N>;

/**
 * Two functions that are `vjp` together: `fwd(...args)` gives `[out, residuals]`, and
 * `bwd(residuals, ct)` the cotangents of the arguments that `argnums` names.
 *
 * Residuals are a pytree, so both can be compiled once and used many times, which is done unless
 * `jitted` is false. With `hasAux`, `f` returns `[out, aux]` and `fwd` gives
 * `[out, residuals, aux]`. Cotangents of integers are float0.
 */
export function fwdAndBwd<Args extends readonly unknown[], Out, Aux, const N extends Argnums>(
  f: (...args: Args) => readonly [Out, Aux],
  options: FwdAndBwdOptions<N> & { readonly hasAux: true },
): [
  fwd: (...args: PassedArgs<Args>) => [Given<Out>, Residuals, Given<Aux>],
  bwd: Backward<Args, Out, N>,
];
export function fwdAndBwd<Args extends readonly unknown[], Out, const N extends Argnums>(
  f: (...args: Args) => Out,
  options: FwdAndBwdOptions<N> & { readonly hasAux?: false | undefined },
): [fwd: (...args: PassedArgs<Args>) => [Given<Out>, Residuals], bwd: Backward<Args, Out, N>];
export function fwdAndBwd(
  f: AnyFunction,
  options: FwdAndBwdOptions,
): [fwd: (...args: unknown[]) => unknown, bwd: (...args: never[]) => unknown] {
  checkFunction(f, "fwdAndBwd");
  checkOptions("fwdAndBwd", options, ["argnums", "hasAux", "jitted"]);
  registerResiduals();
  const { argnums, hasAux = false, jitted = true } = options;
  const fwd = (...args: unknown[]): unknown => forward(f, args, argnums, hasAux);
  const bwd = (residuals: Residuals, ct: unknown): unknown => backwardOf(residuals, ct);
  return jitted ? [jit(fwd), jit(bwd)] : [fwd, bwd];
}

function forward(
  f: AnyFunction,
  args: readonly unknown[],
  argnums: Argnums,
  hasAux: boolean,
): readonly unknown[] {
  const where = "fwdAndBwd";
  const positions = resolveArgnums(argnums, args.length, where);
  const chosen = positions.map((index) => flattenArrays(args[index], where, "argument ", index));
  const primals = chosen.flatMap(({ arrays }) => arrays);
  const seen: (FlatArrays & { readonly aux: Aux })[] = [];
  const linearization = linearizeFlat((xs) => {
    const call = args.slice();
    let next = 0;
    chosen.forEach(({ treeDef }, k) => {
      const leaves = xs.slice(next, next + treeDef.numLeaves);
      call[positions[k] as number] = unflatten(treeDef, leaves); // as many as were chosen
      next += treeDef.numLeaves;
    });
    const result = flattenResult(f(...(call as never[])), { where, hasAux }); // the user's own arguments
    seen.push(result);
    return result;
  }, primals);
  const [result] = seen;
  if (result === undefined) throw new InternalError("fwdAndBwd: the function was not called");
  const { nodes, inputs, results, outs } = linearization;
  const tangents = inputs.filter((t): t is TapeTracer => t !== null);
  const present = results.filter((t): t is NDArray => !(t instanceof Zero));
  const tape = tangents[0]?.owner;
  const outside = [...nodes.flatMap(({ operands }) => operands), ...present];
  const kept = [...new Set(outside.filter((x) => x.owner !== tape || tape === undefined))];
  const place = new Map(kept.map((x, i) => [x, i]));
  const linear = stage(
    (values) => {
      const residual = (x: NDArray): NDArray => values[place.get(x) ?? -1] ?? x;
      return replay(nodes, tangents, values.slice(kept.length), present, residual);
    },
    [...avalsOf(kept), ...avalsOf(tangents)],
  );
  const plan: Plan = {
    linear,
    primals: primals.map(({ aval }, i) => ({ aval, isFloat: inputs[i] !== null })),
    inDefs: chosen.map(({ treeDef }) => treeDef),
    single: typeof argnums === "number",
    outDef: result.treeDef,
    outAvals: outs.map((x) => x.aval.tangent()),
    hasTangent: results.map((t) => !(t instanceof Zero)),
  };
  const pair = [unflatten(result.treeDef, outs), new Residuals(kept, plan)];
  return hasAux ? [...pair, result.aux.rebuild(linearization.aux)] : pair;
}

function backwardOf({ arrays, plan }: Residuals, ct: unknown): unknown {
  const { linear, primals, outDef, outAvals, hasTangent } = plan;
  const cts = flattenLikeAvals(ct, outDef, outAvals, "fwdAndBwd", "the cotangent");
  const given = cts.filter((_, i) => hasTangent[i]);
  const isTangent = linear.jaxpr.invars.map((_, i) => i >= arrays.length);
  const derived = transposeJaxpr(
    linear,
    isTangent,
    given.map(() => true),
  );
  const pulled = evalJaxpr(derived.program, [...arrays, ...given]);
  let input = 0;
  let next = 0;
  const leaves = primals.map(({ aval, isFloat }): NDArray => {
    if (!isFloat) return zerosOf(aval.tangent());
    const t: Tangent | undefined = derived.outs[input++] ? pulled[next++] : undefined;
    return withWeakTypeOf(instantiate(t ?? new Zero(aval.tangent())), aval);
  });
  let start = 0;
  const trees = plan.inDefs.map((def) => {
    start += def.numLeaves;
    return unflatten(def, leaves.slice(start - def.numLeaves, start));
  });
  return plan.single ? trees[0] : trees;
}
