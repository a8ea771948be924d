import { isFloat } from "../core/dtype.ts";
import { ArgumentError, InternalError, MissingRuleError, TreeError } from "../core/errors.ts";
import { evalJaxpr } from "../core/eval-jaxpr.ts";
import { checkOptions } from "../core/options.ts";
import { type Tangent, Zero } from "../core/primitive.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import { flattenUpTo } from "../core/pytree-prefix.ts";
import { stage } from "../core/stage.ts";
import { NDArray } from "../core/value.ts";
import type { Argnums } from "./arguments.ts";
import {
  type CustomArguments,
  checkLike,
  checkPair,
  flattenAs,
  refuseTracers,
  separateArguments,
} from "./custom-arguments.ts";
import { SymbolicZero } from "./custom-jvp.ts";
import { bindCustomVjp, type CustomVjpCall } from "./custom-vjp-primitive.ts";
import {
  type AnyFunction,
  checkFunction,
  describe,
  flattenArrays,
  flattenResult,
  pathOf,
} from "./flatten.ts";
import { instantiate, zeroTangent } from "./pushforward.ts";
import type { Given, PassedArgs } from "./signatures.ts";

/** A leaf of an argument as the forward rule sees it with `symbolicZeros`. */
export class CustomVjpPrimal {
  readonly tag = "CustomVjpPrimal";
  readonly value: NDArray;
  /** Whether the result is differentiated by this value. */
  readonly perturbed: boolean;

  constructor(value: NDArray, perturbed: boolean) {
    this.value = value;
    this.perturbed = perturbed;
  }
}

/** Options of `defVjp`. */
export interface DefVjpOptions {
  /** Whether `fwd` gets `{ value, perturbed }` leaves and `bwd` cotangents that may be `SymbolicZero`. */
  readonly symbolicZeros?: boolean | undefined;
}

/** A function with a vjp rule of its own. */
export interface CustomVjp<Args extends readonly unknown[], Out> {
  (...args: PassedArgs<Args>): Given<Out>;
  /**
   * Define the rule: `fwd(...args) => [out, residuals]` and `bwd(residuals, ct) => [ct, ...]` with
   * one entry for each argument, null where it is zero. With `nondiffArgnums` those arguments come
   * first in `bwd`, and in place in `fwd`.
   */
  defVjp(fwd: AnyFunction, bwd: AnyFunction, options?: DefVjpOptions): this;
}

/**
 * Function that computes what `f` does, with a pullback that its author gives by `defVjp`.
 *
 * Reverse mode only: forward mode is a `MissingRuleError`. Without differentiation `f` itself
 * runs. Arguments in `nondiffArgnums` are constants, of any type, and never traced.
 */
export function customVjp<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: { readonly nondiffArgnums?: Argnums | undefined } = {},
): CustomVjp<Args, Out> {
  checkFunction(f, "customVjp");
  checkOptions("customVjp", options, ["nondiffArgnums"]);
  const { nondiffArgnums = [] } = options;
  const state: { rule: Rule | null } = { rule: null };
  const name = f.name || "anonymous";
  const call = (...given: PassedArgs<Args>): Given<Out> => {
    if (state.rule === null) {
      throw new MissingRuleError(
        `customVjp: ${name} has no rule; define it with defVjp before the first call`,
      );
    }
    const args = separateArguments(given, nondiffArgnums, name);
    refuseTracers(args.nondiff, name);
    const seen: { def: TreeDef | null } = { def: null };
    const outs = bindCustomVjp(
      flatCall(f as AnyFunction, args, state.rule, name, seen),
      args.arrays,
    );
    if (seen.def === null) throw new InternalError("customVjp: the function was not called");
    return unflatten(seen.def, outs) as Given<Out>; // of the structure that `f` returned
  };
  const custom = Object.assign(call, {
    defVjp(fwd: AnyFunction, bwd: AnyFunction, ruleOptions: DefVjpOptions = {}) {
      checkFunction(fwd, "defVjp");
      checkFunction(bwd, "defVjp");
      checkOptions("defVjp", ruleOptions, ["symbolicZeros"]);
      state.rule = { fwd, bwd, symbolicZeros: ruleOptions.symbolicZeros ?? false };
      return custom;
    },
  });
  return custom as CustomVjp<Args, Out>; // the object made above, with the types of `f`
}

interface Rule {
  readonly fwd: AnyFunction;
  readonly bwd: AnyFunction;
  readonly symbolicZeros: boolean;
}

/** Residuals in two parts: what is an array, and the tree around it. */
interface Residuals {
  readonly treeDef: TreeDef;
  /** Leaves that are not arrays, null in the places of those that are. */
  readonly constants: readonly unknown[];
}

function flatCall(
  f: AnyFunction,
  args: CustomArguments,
  { fwd, bwd, symbolicZeros }: Rule,
  name: string,
  seen: { def: TreeDef | null },
): CustomVjpCall {
  return {
    name,
    fun(xs) {
      const result = flattenResult(args.call(f, xs), { where: name });
      seen.def = result.treeDef;
      return result.arrays;
    },
    fwd(xs, perturbed) {
      const where = `${name}: the forward rule`;
      const leaves = symbolicZeros
        ? xs.map((x, i) => new CustomVjpPrimal(x, perturbed[i] === true))
        : xs;
      const [out, residuals] = checkPair(args.call(fwd, leaves), where, "[out, residuals]");
      const outs = flattenAs(out, seen.def, where);
      seen.def ??= flatten(out).treeDef;
      const flat = flatten(residuals);
      const isArray = (leaf: unknown): boolean => leaf instanceof NDArray;
      const memo: Residuals = {
        treeDef: flat.treeDef,
        constants: flat.leaves.map((leaf) => (isArray(leaf) ? null : leaf)),
      };
      return { outs, residuals: flat.leaves.filter((x) => x instanceof NDArray), memo };
    },
    bwd(residuals, cts, memo) {
      const { treeDef, constants } = memo as Residuals; // made by `fwd`
      let next = 0;
      const kept = constants.map((constant) => constant ?? residuals[next++]);
      const ctLeaves = cts.map((ct) =>
        symbolicZeros && ct instanceof Zero ? new SymbolicZero(ct.aval) : instantiate(ct),
      );
      const outDef = seen.def ?? flatten(ctLeaves[0]).treeDef;
      const given = [...args.nondiff, unflatten(treeDef, kept), unflatten(outDef, ctLeaves)];
      return checkCotangents(bwd(...(given as never[])), args, name); // the arguments that defVjp promises
    },
  };
}

/** The cotangents a rule gave, one for each leaf of the arguments. */
function checkCotangents(result: unknown, args: CustomArguments, name: string): Tangent[] {
  const where = `${name}: the backward rule`;
  const count = args.treeDef.children.length;
  if (!Array.isArray(result) || result.length !== count) {
    const got = Array.isArray(result) ? `${result.length} entries` : describe(result);
    throw new TreeError(
      `${where} must return a list with one cotangent for each of ${count} arguments, got ${got}; use null for zero`,
    );
  }
  const zero = (x: NDArray): Tangent => zeroTangent(x);
  let next = 0;
  return args.treeDef.children.flatMap((def, k) => {
    const primals = args.arrays.slice(next, next + def.numLeaves);
    const start = next;
    next += def.numLeaves;
    const entry: unknown = result[k];
    if (entry === null || entry === undefined) return primals.map(zero);
    const leaves = flattenUpTo(def, entry, `${where}: cotangent ${k}`);
    return leaves.map((leaf, i): Tangent => {
      const primal = primals[i] as NDArray; // one for each leaf of the argument
      if (leaf === null || leaf === undefined || leaf instanceof SymbolicZero) return zero(primal);
      if (!isFloat(primal.dtype)) return zero(primal);
      const [ct] = flattenArrays(leaf, where, "").arrays;
      if (ct === undefined) throw new InternalError("customVjp: a cotangent is missing");
      checkLike(ct, primal.aval, () => `${where}, cotangent ${pathOf(args.treeDef, start + i)}`);
      return ct;
    });
  });
}

/**
 * Function whose gradient comes with its value: `f(...args)` returns `[out, ct => cts]`.
 *
 * The inner function may use intermediate values, but no JavaScript control flow on them.
 *
 * @example
 * grad(customGradient((x) => [x.mul(x), (ct) => [ct.mul(x)]]))(3).item(); // 3, not 6
 */
export function customGradient<Args extends readonly unknown[], Out>(
  f: (...args: Args) => readonly [Out, (ct: Given<Out>) => readonly unknown[]],
): (...args: PassedArgs<Args>) => Given<Out> {
  checkFunction(f, "customGradient");
  const name = f.name || "anonymous";
  const split = (args: readonly unknown[]): readonly [unknown, AnyFunction] => {
    const result = f(...(args as unknown as Args)); // what the caller passed
    const [out, pull] = checkPair(result, `customGradient: ${name}`, "[out, ct => cts]");
    checkFunction(pull, `customGradient: ${name}`);
    return [out, pull as AnyFunction]; // checked above
  };
  const custom = customVjp((...args: Args) => split(args)[0] as Out);
  custom.defVjp(
    (...args: unknown[]) => {
      const [out, pull] = split(args);
      const { arrays, treeDef } = flattenArrays(out, name, "the result");
      let structure: TreeDef | null = null;
      const program = stage(
        (cts) => {
          const result = pull(...([unflatten(treeDef, cts)] as never[])); // the cotangent it asks for
          const { leaves, treeDef: def } = flatten(result);
          structure = def;
          return flattenArrays(leaves, name, "cotangent ").arrays;
        },
        arrays.map((x) => x.aval.tangent()),
      );
      return [out, { consts: program.consts, rest: new Opaque({ ...program, structure }) }];
    },
    ({ consts, rest }: { consts: NDArray[]; rest: Opaque }, ct: unknown) => {
      const { jaxpr, structure } = rest.held as Held; // made by the forward rule
      const cts = flattenArrays(ct, name, "the cotangent").arrays;
      const result = unflatten(structure, evalJaxpr({ jaxpr, consts }, cts));
      return Array.isArray(result) ? result : [result];
    },
  );
  return custom;
}

interface Held {
  readonly jaxpr: Parameters<typeof evalJaxpr>[0]["jaxpr"];
  readonly structure: TreeDef;
}

/** A leaf that holds something which is no array. */
class Opaque {
  readonly held: unknown;
  constructor(held: unknown) {
    this.held = held;
  }
}

/**
 * A function without what it closes over: `[g, consts]` with `g(...args, ...consts)` like
 * `f(...args)`.
 *
 * `consts` are the traced floats that `f` closes over, those that may carry a derivative; the
 * rest stays inside. `f` is staged on the types of `exampleArgs`.
 */
export function closureConvert<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  ...exampleArgs: PassedArgs<Args>
): [(...args: unknown[]) => Given<Out>, NDArray[]] {
  checkFunction(f, "closureConvert");
  const { arrays, treeDef } = flattenArrays(exampleArgs, "closureConvert", "argument ");
  let outDef: TreeDef | null = null;
  const program = stage(
    (xs) => {
      const args = unflatten(treeDef, xs) as unknown as Args; // of the structure of the examples
      const result = flattenResult(f(...args), { where: "closureConvert" });
      outDef = result.treeDef;
      return result.arrays;
    },
    arrays.map((x) => x.aval),
  );
  const isHoisted = program.consts.map((x) => x.owner !== null && isFloat(x.dtype));
  const hoisted = program.consts.filter((_, i) => isHoisted[i]);
  const converted = (...all: unknown[]): Given<Out> => {
    const count = treeDef.children.length;
    if (all.length !== count + hoisted.length) {
      throw new ArgumentError(
        `closureConvert: ${count} arguments and ${hoisted.length} constants are required, got ${all.length}; pass ...args, ...consts`,
      );
    }
    const given = all.slice(count) as NDArray[]; // the constants, as they were handed out
    let next = 0;
    const consts = program.consts.map((x, i) => (isHoisted[i] ? (given[next++] as NDArray) : x));
    const xs = flattenArrays(all.slice(0, count), "closureConvert", "argument ").arrays;
    // The function ran above, so there is a structure: that of its result.
    return unflatten(
      outDef as unknown as TreeDef,
      evalJaxpr({ ...program, consts }, xs),
    ) as Given<Out>;
  };
  return [converted, hoisted];
}
