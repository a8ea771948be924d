import type { ShapedArray } from "../core/aval.ts";
import { checkOptions } from "../core/options.ts";
import type { ClosedJaxpr, Jaxpr } from "../core/primitive.ts";
import { printJaxpr } from "../core/print-jaxpr.ts";
import { type TreeDef, unflatten } from "../core/pytree.ts";
import { stage } from "../core/stage.ts";
import { currentTrace, type Trace, withTrace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";
import { type Argnums, resolveArgnums } from "./arguments.ts";
import { AxisTrace } from "./axis-trace.ts";
import { type AnyFunction, callFlat, checkFunction } from "./flatten.ts";
import { flattenDescribed, type ShapeDtypeStruct, structOf } from "./shape-struct.ts";

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

/** Options of `makeJaxpr`. */
export interface MakeJaxprOptions {
  /** Arguments that are constants of the program. */
  readonly staticArgnums?: Argnums | undefined;
  /** Mapped axes that the function may name, as if vmap were around it: names and sizes. */
  readonly axisEnv?: readonly (readonly [name: string, size: number])[] | undefined;
  /** Whether the shapes and dtypes of the result come along: `[program, shapes]`. */
  readonly returnShape?: boolean | undefined;
}

/**
 * Function that gives the program which `f` is on arguments of these types.
 *
 * Arguments are arrays, numbers, or `ShapeDtypeStruct`s; `String(program)` prints it. With
 * `returnShape` it gives `[program, shapes]`, the latter a tree of `ShapeDtypeStruct`.
 */
export function makeJaxpr<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  options: MakeJaxprOptions & { readonly returnShape: true },
): (...args: DescribedArgs<Args>) => [StagedProgram, unknown];
export function makeJaxpr<Args extends readonly unknown[]>(
  f: (...args: Args) => unknown,
  options?: MakeJaxprOptions & { readonly returnShape?: false | undefined },
): (...args: DescribedArgs<Args>) => StagedProgram;
export function makeJaxpr(
  f: AnyFunction,
  options: MakeJaxprOptions = {},
): (...args: unknown[]) => unknown {
  checkFunction(f, "makeJaxpr");
  checkOptions("makeJaxpr", options, ["staticArgnums", "axisEnv", "returnShape"]);
  const { axisEnv = [], returnShape = false } = options;
  return (...args) => {
    const positions = resolveArgnums(options.staticArgnums ?? [], args.length, "makeJaxpr");
    const dynamic = args.filter((_, i) => !positions.includes(i));
    const call = (...rest: unknown[]): unknown => {
      let next = 0;
      const all = args.map((arg, i) => (positions.includes(i) ? arg : rest[next++]));
      return f(...(all as never[])); // the user's own arguments
    };
    const around = axisEnv.reduce<Trace>(
      (outer, [name, size]) => new AxisTrace(outer, name, size),
      currentTrace(),
    );
    const { program, outDef } = withTrace(around, () => stageDescribed(call, dynamic, "makeJaxpr"));
    const staged = new StagedProgram(program);
    return returnShape ? [staged, shapesOf(program, outDef)] : staged;
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
  return shapesOf(program, outDef);
}

function shapesOf({ jaxpr }: ClosedJaxpr, outDef: TreeDef): unknown {
  return unflatten(
    outDef,
    jaxpr.outvars.map((atom): ShapeDtypeStruct => structOf(atom.aval)),
  );
}

function stageDescribed(
  f: AnyFunction,
  args: readonly unknown[],
  where: string,
): { readonly program: ClosedJaxpr; readonly outDef: TreeDef } {
  const { avals, treeDef } = flattenDescribed(args, where);
  let outDef: TreeDef | null = null;
  const program = stage((inputs) => {
    const result = callFlat(f, treeDef, inputs, { where });
    outDef = result.treeDef;
    return result.arrays;
  }, avals);
  return { program, outDef: outDef as unknown as TreeDef }; // the function ran
}
