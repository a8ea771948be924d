import { ArgumentError, InternalError, MissingRuleError, ShapeError } from "../core/errors.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import { checkStructure } from "../core/pytree-prefix.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { checkLike, checkPair, flattenAs } from "./custom-arguments.ts";
import { bindCustomVmap, type Mapped } from "./custom-vmap-primitive.ts";
import {
  type AnyFunction,
  avalsOf,
  callFlat,
  checkFunction,
  describe,
  flattenArrays,
  pathOf,
} from "./flatten.ts";
import type { Given, PassedArgs } from "./signatures.ts";

/** A function with a vmap rule of its own. */
export interface CustomVmap<Args extends readonly unknown[], Out> {
  (...args: PassedArgs<Args>): Given<Out>;
  /**
   * Define the rule: `(axisSize, inBatched, ...args) => [out, outBatched]`. Arguments that are
   * mapped have the mapped axis at 0; `inBatched` is a list with, for each argument, a tree of
   * booleans that tells which leaves are, and `outBatched` such a tree for the result.
   */
  defVmap(rule: AnyFunction): this;
}

/**
 * Function that computes what `f` does, and is mapped by `vmap` as its author says by `defVmap`.
 *
 * Forward mode differentiates the rule along with the function, so what is mapped goes by the
 * rule still. Reverse mode differentiates `f` itself, mapped in the ordinary way; wrap the
 * function in `customVjp` for a reverse mode of its own.
 *
 * @example
 * const f = customVmap((x) => x.mul(2)).defVmap((size, [batched], x) => [x.mul(2), batched]);
 */
export function customVmap<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
): CustomVmap<Args, Out> {
  checkFunction(f, "customVmap");
  const state: { rule: AnyFunction | null } = { rule: null };
  const name = f.name || "anonymous";
  const call = (...given: PassedArgs<Args>): Given<Out> => {
    const { rule } = state;
    if (rule === null) {
      throw new MissingRuleError(
        `customVmap: ${name} has no rule; define it with defVmap before the first call`,
      );
    }
    const { arrays, treeDef } = flattenArrays(given, name, "argument ");
    const seen: { def: TreeDef | null } = { def: null };
    const fun = (xs: readonly NDArray[]): readonly NDArray[] => {
      const result = callFlat(f as AnyFunction, treeDef, xs, { where: name });
      seen.def = result.treeDef;
      return result.arrays;
    };
    const outs = bindCustomVmap(
      {
        name,
        fun,
        rule: (size, batched, xs) =>
          applyRule(rule, { fun, treeDef, seen, name }, size, batched, xs),
        closed: 0,
      },
      arrays,
    );
    if (seen.def === null) throw new InternalError("customVmap: the function was not called");
    return unflatten(seen.def, outs) as Given<Out>; // of the structure that `f` returned
  };
  const custom = Object.assign(call, {
    defVmap(rule: AnyFunction) {
      checkFunction(rule, "defVmap");
      state.rule = rule;
      return custom;
    },
  });
  return custom as CustomVmap<Args, Out>; // the object made above, with the types of `f`
}

interface Called {
  readonly fun: (xs: readonly NDArray[]) => readonly NDArray[];
  readonly treeDef: TreeDef;
  /** Structure of the result, once the function has run. */
  readonly seen: { readonly def: TreeDef | null };
  readonly name: string;
}

function applyRule(
  rule: AnyFunction,
  { fun, treeDef, seen, name }: Called,
  size: number,
  batched: readonly boolean[],
  xs: readonly NDArray[],
): Mapped {
  const where = `${name}: the vmap rule`;
  const avals = avalsOf(xs).map((aval, i) =>
    batched[i] ? aval.withShape(aval.shape.slice(1)) : aval,
  );
  const slice = stage(fun, avals).jaxpr.outvars.map((atom) => atom.aval); // what one slice gives
  const args = unflatten(treeDef, xs) as unknown[]; // flattened from a list of arguments
  const flags = unflatten(treeDef, batched);
  const result = rule(...([size, flags, ...args] as never[])); // the arguments that defVmap promises
  const [out, outBatched] = checkPair(result, where, "[out, outBatched]");
  const outs = flattenAs(out, seen.def, where);
  const marks = flatten(outBatched);
  if (seen.def === null) throw new InternalError("customVmap: the function was not called");
  checkStructure(seen.def, marks.treeDef, `${where}: outBatched`);
  const outDef = seen.def;
  const outFlags = marks.leaves.map((flag, i): boolean => {
    if (typeof flag === "boolean") return flag;
    throw new ArgumentError(
      `${where}: outBatched${pathOf(outDef, i)} must be true or false, got ${describe(flag)}; say whether the result has the mapped axis`,
    );
  });
  outs.forEach((x, i) => {
    const aval = slice[i] as NDArray["aval"]; // as many, by the structures
    const place = (): string => `${where}, result${pathOf(outDef, i)}`;
    if (outFlags[i] && x.shape[0] !== size) {
      throw new ShapeError(
        `${place()} must have the mapped axis of size ${size} at 0, got ${x.aval}; move it there, or mark the result as not batched`,
      );
    }
    checkLike(x, outFlags[i] ? aval.withShape([size, ...aval.shape]) : aval, place);
  });
  return { outs, batched: outFlags };
}
