import { asArray, DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Executable } from "../core/backend.ts";
import { checkOptions } from "../core/options.ts";
import type { ClosedJaxpr } from "../core/primitive.ts";
import { flatten, flattenLike, type TreeDef, unflatten } from "../core/pytree.ts";
import { stage } from "../core/stage.ts";
import { currentTrace, evalTrace, getEvaluator } from "../core/trace.ts";
import { NDArray } from "../core/value.ts";
import { type Argnums, resolveArgnums } from "./arguments.ts";
import { type AnyFunction, callFlat, checkFunction, flattenArrays, pathOf } from "./flatten.ts";
import { callProgram, hoistTraced } from "./jit-primitive.ts";
import type { Given, PassedArgs } from "./signatures.ts";
import { type Jitted, Lowered, stagesOf } from "./stages.ts";
import { checkStatic, sameStatic } from "./static-arguments.ts";

/** Options of `jit`. */
export interface JitOptions {
  /** Arguments that are constants of the program: each value of them is compiled anew. */
  readonly staticArgnums?: Argnums | undefined;
  /** Names of static entries of a trailing plain object of options. */
  readonly staticArgnames?: string | readonly string[] | undefined;
  /** Arguments whose memory may be reused; they cannot be used after the call. */
  readonly donateArgnums?: Argnums | undefined;
  /** Device to run on; by default where the arguments are. */
  readonly device?: string | undefined;
}

/** A staged program and what it was staged for. */
interface Staged {
  readonly treeDef: TreeDef;
  readonly avals: readonly ShapedArray[];
  readonly statics: readonly unknown[];
  readonly program: ClosedJaxpr;
  readonly outDef: TreeDef;
  /** Whether the program closes over values of an enclosing trace. */
  readonly traced: readonly NDArray[];
  executable: Executable<NDArray> | null;
  /** The inputs that are donated. */
  readonly donated: readonly boolean[];
}

/**
 * Function that stages `f` once for each structure, shape, dtype and static value of its
 * arguments, and from then on runs the compiled program.
 *
 * Numbers are traced as weak float32 scalars, never as constants. Side effects of `f` happen while
 * it is staged only. JavaScript control flow on values of traced arguments is not possible; use
 * `np.where`, `lax.cond`, or a static argument.
 *
 * @throws ArgumentError if a static argument cannot be compared by value.
 */
export function jit<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: JitOptions = {},
): Jitted<Args, Out> {
  checkFunction(f, "jit");
  checkOptions("jit", options, ["staticArgnums", "staticArgnames", "donateArgnums", "device"]);
  const cache = new JitCache(f as AnyFunction, options);
  const call = (...args: PassedArgs<Args>): Given<Out> => cache.call(args) as Given<Out>; // rebuilt from what `f` returned
  return stagesOf<Args, Out>(call, (args) => cache.lower(args));
}

/** The programs of one jitted function. */
class JitCache {
  private readonly f: AnyFunction;
  private readonly options: JitOptions;
  private readonly name: string;
  private readonly hasStatics: boolean;
  /** By the ids of structure and types; programs for other static values share a list. */
  private readonly table = new Map<number, Map<number, Staged[]>>();
  private last: Staged | null = null;
  private readonly leaves: unknown[] = [];

  constructor(f: AnyFunction, options: JitOptions) {
    this.f = f;
    this.options = options;
    this.name = f.name || "anonymous";
    this.hasStatics = options.staticArgnums !== undefined || options.staticArgnames !== undefined;
  }

  call(args: readonly unknown[]): unknown {
    const { last } = this;
    if (last !== null && !this.hasStatics && flattenLike(last.treeDef, args, this.leaves)) {
      const arrays = arraysLike(this.leaves, last.avals);
      if (arrays !== null && isAlive(last)) {
        const outs = this.run(last, arrays);
        this.donate(args);
        return unflatten(last.outDef, outs);
      }
    }
    const { dynamic, statics, rebuild } = this.separate(args);
    const { arrays, treeDef } = flattenArrays(dynamic, "jit", "argument ");
    const staged = this.find(treeDef, arrays, statics, rebuild);
    const outs = this.run(staged, arrays);
    this.donate(args);
    return unflatten(staged.outDef, outs);
  }

  lower(args: readonly unknown[]): Lowered {
    const { dynamic, statics, rebuild } = this.separate(args);
    const { arrays, treeDef } = flattenArrays(dynamic, "jit", "argument ");
    const staged = this.find(treeDef, arrays, statics, rebuild);
    return new Lowered(staged.program, this.compile(staged, arrays));
  }

  private run(staged: Staged, arrays: readonly NDArray[]): readonly NDArray[] {
    if (currentTrace() === evalTrace && staged.traced.length === 0) {
      return this.executableOf(staged).run(arrays);
    }
    return callProgram(staged.program, arrays, this.name);
  }

  private executableOf(staged: Staged): Executable<NDArray> {
    staged.executable ??= this.compile(staged, null);
    return staged.executable;
  }

  /** The program made ready; where no device was asked for, for that of `arrays` if there are any. */
  private compile(staged: Staged, arrays: readonly NDArray[] | null): Executable<NDArray> {
    const placed = arrays?.find((x) => x instanceof DeviceArray && x.buffer !== null);
    return getEvaluator().compile(staged.program, {
      device: this.options.device ?? placed?.device,
      donated: staged.donated,
      name: this.name,
      describeInput: (i) => `argument ${pathOf(staged.treeDef, i)}`,
    });
  }

  private find(
    treeDef: TreeDef,
    arrays: readonly NDArray[],
    statics: readonly unknown[],
    rebuild: (dynamic: readonly unknown[]) => readonly unknown[],
  ): Staged {
    const { last } = this;
    if (last !== null && fits(last, treeDef, arrays, statics)) return last;
    let byTypes = this.table.get(treeDef.id);
    if (byTypes === undefined) {
      byTypes = new Map();
      this.table.set(treeDef.id, byTypes);
    }
    let key = arrays.length;
    for (const { aval } of arrays) key = (Math.imul(key, 31) + aval.id) | 0;
    const list = byTypes.get(key) ?? [];
    byTypes.set(key, list);
    let staged = list.find((entry) => fits(entry, treeDef, arrays, statics));
    if (staged === undefined) {
      staged = this.stage(treeDef, arrays, statics, rebuild);
      const alive = list.filter((entry) => isAlive(entry));
      byTypes.set(key, [...alive, staged]);
    }
    this.last = staged;
    return staged;
  }

  private stage(
    treeDef: TreeDef,
    arrays: readonly NDArray[],
    statics: readonly unknown[],
    rebuild: (dynamic: readonly unknown[]) => readonly unknown[],
  ): Staged {
    const avals = arrays.map((x) => x.aval);
    let outDef: TreeDef | null = null;
    let donated: readonly boolean[] = [];
    const f = (...dynamic: unknown[]): unknown => {
      donated = this.donatedInputs(dynamic);
      return this.f(...(rebuild(dynamic) as never[])); // the user's arguments
    };
    const program = stage((inputs) => {
      const result = callFlat(f, treeDef, inputs, { where: "jit" });
      outDef = result.treeDef;
      return result.arrays;
    }, avals);
    const [, traced] = hoistTraced(program);
    // The function ran, so there is a structure.
    return {
      treeDef,
      avals,
      statics,
      program,
      outDef: outDef as unknown as TreeDef,
      traced,
      executable: null,
      donated,
    };
  }

  /** Dynamic and static arguments, and how to put them together again. */
  private separate(args: readonly unknown[]): {
    readonly dynamic: readonly unknown[];
    readonly statics: readonly unknown[];
    readonly rebuild: (dynamic: readonly unknown[]) => readonly unknown[];
  } {
    if (!this.hasStatics) return { dynamic: args, statics: [], rebuild: (dynamic) => dynamic };
    const { staticArgnums = [], staticArgnames = [] } = this.options;
    const positions = resolveArgnums(staticArgnums, args.length, "jit");
    const names = typeof staticArgnames === "string" ? [staticArgnames] : staticArgnames;
    const given = args.at(-1);
    const options = names.length > 0 && isPlainObject(given) ? given : null;
    const named = options === null ? [] : names.filter((name) => Object.hasOwn(options, name));
    const statics: unknown[] = positions.map((i) => args[i]);
    positions.forEach((i) => {
      checkStatic(args[i], "jit", `argument ${i}`);
    });
    for (const name of named) {
      checkStatic(options?.[name], "jit", `argument ${name}`);
      statics.push(name, options?.[name]);
    }
    const dynamic = args.map((arg, i) => {
      if (positions.includes(i)) return null;
      if (options === null || i !== args.length - 1) return arg;
      return Object.fromEntries(Object.entries(options).filter(([key]) => !named.includes(key)));
    });
    const rebuild = (list: readonly unknown[]): readonly unknown[] =>
      list.map((arg, i) => {
        if (positions.includes(i)) return args[i];
        if (options === null || i !== args.length - 1) return arg;
        const kept = Object.fromEntries(named.map((name) => [name, options[name]]));
        return { ...(arg as object), ...kept }; // the options object without its static entries
      });
    return { dynamic, statics, rebuild };
  }

  /** Which of the arrays that the arguments are made of are donated. */
  private donatedInputs(dynamic: readonly unknown[]): readonly boolean[] {
    const { donateArgnums } = this.options;
    if (donateArgnums === undefined) return [];
    const positions = resolveArgnums(donateArgnums, dynamic.length, "jit");
    return dynamic.flatMap((arg, i) => {
      const { leaves } = flatten(arg);
      return leaves.map(() => positions.includes(i));
    });
  }

  private donate(args: readonly unknown[]): void {
    const { donateArgnums } = this.options;
    if (donateArgnums === undefined || currentTrace() !== evalTrace) return;
    for (const i of resolveArgnums(donateArgnums, args.length, "jit")) {
      for (const x of flattenArrays(args[i], "jit", `argument ${i}`).arrays) {
        if (x instanceof DeviceArray) x.invalidate(`was donated to ${this.name}`);
      }
    }
  }
}

function fits(
  staged: Staged,
  treeDef: TreeDef,
  arrays: readonly NDArray[],
  statics: readonly unknown[],
): boolean {
  if (staged.treeDef !== treeDef || staged.avals.length !== arrays.length) return false;
  for (let i = 0; i < arrays.length; i++) {
    if (staged.avals[i] !== arrays[i]?.aval) return false;
  }
  return (
    staged.statics.length === statics.length &&
    staged.statics.every((value, i) => sameStatic(value, statics[i])) &&
    isAlive(staged)
  );
}

/** Leaves as arrays if they have these types, numbers included; null if one does not. */
function arraysLike(leaves: readonly unknown[], avals: readonly ShapedArray[]): NDArray[] | null {
  const arrays = new Array<NDArray>(avals.length);
  for (let i = 0; i < avals.length; i++) {
    const leaf = leaves[i];
    const x = typeof leaf === "number" ? asArray(leaf) : leaf;
    if (!(x instanceof NDArray) || x.aval !== avals[i]) return null;
    arrays[i] = x;
  }
  return arrays;
}

/** Whether everything the program closes over can still be used. */
function isAlive({ traced }: Staged): boolean {
  return traced.every(({ owner }) => owner?.alive === true);
}

function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}
