import type { ShapedArray } from "../core/aval.ts";
import { InternalError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import { stage } from "../core/stage.ts";
import type { Var } from "../core/var.ts";
import { type Argnums, resolveArgnums } from "./arguments.ts";
import { checkpointNameP, type NameParams } from "./checkpoint-name.ts";
import { bindCheckpoint, type CheckpointPolicy, checkpointP } from "./checkpoint-primitive.ts";
import {
  type AnyFunction,
  avalsOf,
  callFlat,
  checkFunction,
  flattenArrays,
  pathOf,
} from "./flatten.ts";
import { linearizeJaxpr } from "./jaxpr-rules.ts";
import { type JitParams, jitP } from "./jit-primitive.ts";
import type { Given, PassedArgs } from "./signatures.ts";

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Which intermediate values are kept all the same; none by default. */
  readonly policy?: CheckpointPolicy | undefined;
  /**
   * Whether what is computed again is kept apart from what was computed before, so that no
   * simplification takes one for the other; true by default, false is enough inside `scan`.
   */
  readonly preventCse?: boolean | undefined;
  /** Arguments that are constants, of any type. */
  readonly staticArgnums?: Argnums | undefined;
}

/**
 * Function that computes what `f` does and, when differentiated in reverse, keeps its arguments
 * only: intermediate values are computed again on the way back.
 *
 * Trades time for memory. `f` is staged, so no JavaScript control flow on its values. Inside
 * `scan` it keeps one carry for each turn.
 *
 * @example
 * grad((x) => checkpoint(block)(checkpoint(block)(x)).sum())(x);
 */
export function checkpoint<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: CheckpointOptions = {},
): (...args: PassedArgs<Args>) => Given<Out> {
  checkFunction(f, "checkpoint");
  checkOptions("checkpoint", options, ["policy", "preventCse", "staticArgnums"]);
  const { policy = null, preventCse = true, staticArgnums = [] } = options;
  if (policy !== null) checkFunction(policy, "checkpoint: policy");
  return (...args) => {
    const positions = resolveArgnums(staticArgnums, args.length, "checkpoint");
    const dynamic = args.filter((_, i) => !positions.includes(i));
    const { arrays, treeDef } = flattenArrays(dynamic, "checkpoint", "argument ");
    const call = (...given: unknown[]): unknown => {
      let next = 0;
      const all = args.map((arg, i) => (positions.includes(i) ? arg : given[next++]));
      return f(...(all as unknown as Args)); // the user's own arguments
    };
    let outDef: TreeDef | null = null;
    const program = stage((xs) => {
      const result = callFlat(call, treeDef, xs, { where: "checkpoint" });
      outDef = result.treeDef;
      return result.arrays;
    }, avalsOf(arrays));
    const outs = bindCheckpoint(arrays, { program, policy, preventCse });
    // The function ran, so there is a structure: that of its result.
    return unflatten(outDef as unknown as TreeDef, outs) as Given<Out>;
  };
}

/** A value that reverse mode keeps: its type, and where it comes from. */
export interface SavedResidual {
  readonly aval: ShapedArray;
  readonly source: string;
}

/**
 * The values that reverse mode keeps for the way back through `f` at arguments of these types:
 * arguments, constants, named values, or results of operations.
 */
export function savedResiduals<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...args: PassedArgs<Args>
): SavedResidual[] {
  checkFunction(f, "savedResiduals");
  const { arrays, treeDef } = flattenArrays(args, "savedResiduals", "argument ");
  const program = stage(
    (xs) => callFlat(f as AnyFunction, treeDef, xs, { where: "savedResiduals" }).arrays,
    avalsOf(arrays),
  );
  const { primal, residuals, outs } = linearizeJaxpr(
    program,
    arrays.map(() => true),
  );
  const kept = primal.jaxpr.outvars.slice(outs.length, outs.length + residuals);
  return kept.flatMap((atom): SavedResidual[] => {
    if (atom.tag === "Literal") return [];
    const input = primal.jaxpr.invars.indexOf(atom);
    const source = input >= 0 ? `argument ${pathOf(treeDef, input)}` : sourceOf(primal, atom);
    return [{ aval: atom.aval, source }];
  });
}

/** Print what `savedResiduals` lists, one line for each value. */
export function printSavedResiduals<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...args: PassedArgs<Args>
): void {
  for (const { aval, source } of savedResiduals(f, ...args)) {
    // biome-ignore lint/suspicious/noConsole: printing is what it is for
    console.log(`${aval} from ${source}`);
  }
}

/** Where a variable of a program is computed, inside of calls too. */
function sourceOf({ jaxpr }: ClosedJaxpr, variable: Var): string {
  if (jaxpr.constvars.includes(variable)) return "a constant";
  const input = jaxpr.invars.indexOf(variable);
  if (input >= 0) return "an argument";
  const eqn = jaxpr.eqns.find(({ outs }) => outs.includes(variable));
  if (eqn === undefined) throw new InternalError("savedResiduals: a variable is not bound");
  if (eqn.prim === checkpointNameP) return `the name ${(eqn.params as NameParams).name}`; // its own
  if (eqn.prim === checkpointP || eqn.prim === jitP) {
    const { program } = eqn.params as JitParams; // both hold one
    const inner = program.jaxpr.outvars[eqn.outs.indexOf(variable)];
    if (inner?.tag === "Var" && !program.jaxpr.invars.includes(inner)) {
      return sourceOf(program, inner);
    }
  }
  return `the result of ${eqn.prim.name}`;
}
