import type { ShapedArray } from "../core/aval.ts";
import { isFloat } from "../core/dtype.ts";
import { ArgumentError, InternalError, MissingRuleError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { type Tangent, Zero } from "../core/primitive.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import type { ArrayLike, NDArray } from "../core/value.ts";
import { addAny } from "../lax/ops/arith.ts";
import type { Argnums } from "./arguments.ts";
import {
  type CustomArguments,
  checkLike,
  checkPair,
  flattenAs,
  separateArguments,
  withoutGradients,
} from "./custom-arguments.ts";
import { bindCustomJvp } from "./custom-jvp-primitive.ts";
import { type AnyFunction, checkFunction, flattenResult, pathOf } from "./flatten.ts";
import { type Dual, instantiate, zeroTangent } from "./pushforward.ts";
import type { Given, Passed, PassedArgs } from "./signatures.ts";

/** What a rule with `symbolicZeros` gets for a tangent or cotangent that is zero. */
export class SymbolicZero {
  readonly tag = "SymbolicZero";
  readonly aval: ShapedArray;

  constructor(aval: ShapedArray) {
    this.aval = aval;
  }

  get shape(): readonly number[] {
    return this.aval.shape;
  }

  get dtype(): string {
    return this.aval.dtype;
  }
}

/** Rule of a function: results and their tangents from primals and tangents. */
export type JvpRuleFor<Args extends readonly unknown[], Out> = (
  primals: { [I in keyof Args]: Given<Args[I]> },
  tangents: { [I in keyof Args]: Given<Args[I]> },
) => readonly [Passed<Out>, Passed<Out>];

/** A function with a jvp rule of its own. */
export interface CustomJvp<Args extends readonly unknown[], Out> {
  (...args: PassedArgs<Args>): Given<Out>;
  /**
   * Define the rule: `(primals, tangents) => [out, tangentOut]`, linear in the tangents. With
   * `nondiffArgnums` those arguments come first. With `symbolicZeros`, tangents that are zero are
   * `SymbolicZero` objects.
   */
  defJvp(
    rule: JvpRuleFor<Args, Out> | AnyFunction,
    options?: { readonly symbolicZeros?: boolean | undefined },
  ): this;
  /**
   * Define the rule by one term for each argument, `(t, out, ...primals) => tangentOut`, or null
   * where the derivative is zero. For a function of arrays to one array, without nondiffArgnums.
   */
  defJvps(
    ...terms: readonly (((t: NDArray, out: NDArray, ...primals: Args) => ArrayLike) | null)[]
  ): this;
}

/**
 * Function that computes what `f` does, with a derivative that its author gives by `defJvp`.
 *
 * Forward mode uses the rule as it is, reverse mode transposes it, higher orders differentiate
 * it. Arguments in `nondiffArgnums` are constants, of any type.
 */
export function customJvp<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: { readonly nondiffArgnums?: Argnums | undefined } = {},
): CustomJvp<Args, Out> {
  checkFunction(f, "customJvp");
  checkOptions("customJvp", options, ["nondiffArgnums"]);
  const { nondiffArgnums = [] } = options;
  const state: { rule: Rule | null } = { rule: null };
  const name = f.name || "anonymous";
  const call = (...given: PassedArgs<Args>): Given<Out> => {
    if (state.rule === null) {
      throw new MissingRuleError(
        `customJvp: ${name} has no rule; define it with defJvp before the first call`,
      );
    }
    const args = separateArguments(withoutGradients(given, nondiffArgnums), nondiffArgnums, name);
    // The result is built from the structure that `f` returned.
    return callCustom(f as AnyFunction, args, state.rule, name) as Given<Out>;
  };
  const custom = Object.assign(call, {
    defJvp(rule: AnyFunction, ruleOptions: { readonly symbolicZeros?: boolean | undefined } = {}) {
      checkFunction(rule, "defJvp");
      checkOptions("defJvp", ruleOptions, ["symbolicZeros"]);
      state.rule = { apply: rule, symbolicZeros: ruleOptions.symbolicZeros ?? false };
      return custom;
    },
    defJvps(...terms: readonly (AnyFunction | null)[]) {
      if (!Array.isArray(nondiffArgnums) || nondiffArgnums.length > 0) {
        throw new ArgumentError(
          "defJvps: a function without nondiffArgnums is required; use defJvp",
        );
      }
      state.rule = { apply: sumOfTerms(f as AnyFunction, terms), symbolicZeros: true };
      return custom;
    },
  });
  return custom as CustomJvp<Args, Out>; // the object made above, with the types of `f`
}

interface Rule {
  readonly apply: AnyFunction;
  readonly symbolicZeros: boolean;
}

function callCustom(f: AnyFunction, args: CustomArguments, rule: Rule, name: string): unknown {
  const seen: { def: TreeDef | null } = { def: null };
  const outs = bindCustomJvp(
    {
      name,
      fun(xs) {
        const result = flattenResult(args.call(f, xs), { where: name });
        seen.def = result.treeDef;
        return result.arrays;
      },
      jvp: (primals, tangents) => applyRule(rule, args, primals, tangents, seen, name),
    },
    args.arrays,
  );
  if (seen.def === null) throw new InternalError("customJvp: the function was not called");
  return unflatten(seen.def, outs);
}

function applyRule(
  { apply, symbolicZeros }: Rule,
  { treeDef, nondiff }: CustomArguments,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  seen: { def: TreeDef | null },
  name: string,
): Dual {
  const where = `${name}: the jvp rule`;
  const ts = tangents.map((t) =>
    symbolicZeros && t instanceof Zero ? new SymbolicZero(t.aval) : instantiate(t),
  );
  const args = [...nondiff, unflatten(treeDef, primals), unflatten(treeDef, ts)];
  const result = apply(...(args as never[])); // the arguments that defJvp promises
  const [out, tangent] = checkPair(result, where, "[out, tangentOut]");
  const outs = flattenAs(out, seen.def, where);
  const { treeDef: outDef } = flatten(out);
  seen.def ??= outDef;
  const { leaves, treeDef: tangentDef } = flatten(tangent, (x) => x instanceof SymbolicZero);
  if (tangentDef !== outDef) flattenAs(tangent, outDef, `${where}, tangentOut`);
  const outTangents = leaves.map((leaf, i): Tangent => {
    const o = outs[i] as NDArray; // as many as there are results, by the structures
    if (leaf instanceof SymbolicZero || !isFloat(o.dtype)) return zeroTangent(o);
    const [t] = flattenResult(leaf, { where }).arrays;
    if (t === undefined) throw new InternalError("customJvp: a tangent is missing");
    checkLike(t, o.aval, () => `${where}, tangentOut${pathOf(outDef, i)}`);
    return t;
  });
  return [outs, outTangents];
}

/** A rule made of one term for each argument. */
function sumOfTerms(f: AnyFunction, terms: readonly (AnyFunction | null)[]): AnyFunction {
  const rule = (
    primals: readonly NDArray[],
    tangents: readonly (NDArray | SymbolicZero)[],
  ): unknown => {
    const out = f(...(primals as never[])) as NDArray; // defJvps is for functions to one array
    let sum: NDArray | null = null;
    tangents.forEach((t, i) => {
      const term = terms[i];
      if (t instanceof SymbolicZero || term == null) return;
      const part = term(...([t, out, ...primals] as never[])) as NDArray; // as promised
      sum = sum === null ? part : addAny(sum, part);
    });
    return [out, sum ?? new SymbolicZero(out.aval.tangent())];
  };
  return rule as AnyFunction; // called with the arguments of its type
}
