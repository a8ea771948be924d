import type { ShapedArray } from "../core/aval.ts";
import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { ClosedJaxpr, Jaxpr } from "../core/primitive.ts";
import { printJaxpr } from "../core/print-jaxpr.ts";
import { flatten, type TreeDef, unflatten } from "../core/pytree.ts";
import { stage } from "../core/stage.ts";
import type { NDArray } from "../core/value.ts";
import { type Argnums, resolveArgnums } from "./arguments.ts";
import { type AnyFunction, callFlat, checkFunction, flattenArrays } from "./flatten.ts";
import { isShapeDtypeStruct, type ShapeDtypeStruct, structOf } from "./shape-struct.ts";

/** A program that was made from a function, for looking at and for running with `evalJaxpr`. */
export class StagedProgram implements ClosedJaxpr {
  readonly jaxpr: Jaxpr;
  readonly consts: readonly NDArray[];

  constructor({ jaxpr, consts }: ClosedJaxpr) {
    this.jaxpr = jaxpr;
    this.consts = consts;
  }

  /** Types of the inputs. */
  get inAvals(): readonly ShapedArray[] {
    return this.jaxpr.invars.map((v) => v.aval);
  }

  /** Types of the results. */
  get outAvals(): readonly ShapedArray[] {
    return this.jaxpr.outvars.map((atom) => atom.aval);
  }

  /** The program in JAX's form. */
  toString(): string {
    return printJaxpr(this);
  }
}

/** Arguments that may be described instead of given. */
export type DescribedArgs<Args extends readonly unknown[]> = { [I in keyof Args]: unknown };

/**
 * Function that gives the program which `f` is on arguments of these types.
 *
 * Arguments are arrays, numbers, or `ShapeDtypeStruct`s; `String(program)` prints it.
 */
export function makeJaxpr<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  options: { readonly staticArgnums?: Argnums | undefined } = {},
): (...args: DescribedArgs<Args>) => StagedProgram {
  checkFunction(f, "makeJaxpr");
  checkOptions("makeJaxpr", options, ["staticArgnums"]);
  return (...args) => {
    const positions = resolveArgnums(options.staticArgnums ?? [], args.length, "makeJaxpr");
    const dynamic = args.filter((_, i) => !positions.includes(i));
    const call = (...rest: unknown[]): unknown => {
      let next = 0;
      const all = args.map((arg, i) => (positions.includes(i) ? arg : rest[next++]));
      return f(...(all as unknown as Args)); // the user's own arguments
    };
    return new StagedProgram(stageDescribed(call, dynamic, "makeJaxpr").program);
  };
}

/**
 * Shapes and dtypes of what `f` returns on these arguments, without computing anything.
 *
 * Arguments are arrays, numbers, or `ShapeDtypeStruct`s; the result is a tree of the latter.
 */
export function evalShape<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  ...args: DescribedArgs<Args>
): unknown {
  checkFunction(f, "evalShape");
  const { program, outDef } = stageDescribed(f as AnyFunction, args, "evalShape");
  const structs = program.jaxpr.outvars.map((atom): ShapeDtypeStruct => structOf(atom.aval));
  return unflatten(outDef, structs);
}

function stageDescribed(
  f: AnyFunction,
  args: readonly unknown[],
  where: string,
): { readonly program: ClosedJaxpr; readonly outDef: TreeDef } {
  const { leaves, treeDef } = flatten(args);
  const avals = leaves.map((leaf, i) => {
    if (isShapeDtypeStruct(leaf)) return leaf.aval;
    const [x] = flattenArrays(leaf, where, `leaf ${i} of the arguments`).arrays;
    if (x === undefined)
      throw new ArgumentError(`${where}: leaf ${i} of the arguments is empty; pass an array`);
    return x.aval;
  });
  let outDef: TreeDef | null = null;
  const program = stage((inputs) => {
    const result = callFlat(f, treeDef, inputs, { where });
    outDef = result.treeDef;
    return result.arrays;
  }, avals);
  return { program, outDef: outDef as unknown as TreeDef }; // the function ran
}
