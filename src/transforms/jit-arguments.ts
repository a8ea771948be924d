import { type Argnums, resolveArgnums } from "./arguments.ts";
import { checkStatic } from "./static-arguments.ts";

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

/** Arguments of a call: those that are traced, those that are constants, and the way back. */
export interface SeparatedArguments {
  readonly dynamic: readonly unknown[];
  readonly statics: readonly unknown[];
  readonly rebuild: (dynamic: readonly unknown[]) => readonly unknown[];
}

/**
 * Dynamic and static arguments, and how to put them together again.
 *
 * @throws ArgumentError if a static argument cannot be compared by value.
 */
export function separateStatics(
  args: readonly unknown[],
  { staticArgnums = [], staticArgnames = [] }: JitOptions,
): SeparatedArguments {
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

function isPlainObject(x: unknown): x is Record<string, unknown> {
  if (typeof x !== "object" || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}
