import { ArgumentError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { inScope } from "../core/origin.ts";
import { checkFunction, checkSynchronous, describe } from "./flatten.ts";

/**
 * What `f` returns, with everything that it does under a name: where a program is printed or
 * profiled, and in messages of `debugNans`. Scopes nest, `loss/attention`, and go through every transformation.
 *
 * @throws ArgumentError if the name is no string of at least one character, or `f` is asynchronous.
 */
export function namedScope<T>(name: string, f: () => T): T {
  const where = "namedScope";
  checkName(name, where);
  checkFunction(f, where);
  const result = inScope(name, f);
  checkSynchronous(result, where);
  return result;
}

/** Options of `namedCall`. */
export interface NamedCallOptions {
  /** The name; that of the function by default. */
  readonly name?: string | undefined;
}

/** Function that computes what `f` does, in a scope of its name. */
export function namedCall<Args extends readonly unknown[], Out>(
  f: (...args: Args) => Out,
  options: NamedCallOptions = {},
): (...args: Args) => Out {
  const where = "namedCall";
  checkFunction(f, where);
  checkOptions(where, options, ["name"]);
  const { name = f.name } = options;
  checkName(name, where);
  const named = (...args: Args): Out => inScope(name, () => f(...args));
  return Object.defineProperty(named, "name", { value: name });
}

function checkName(name: unknown, where: string): void {
  if (typeof name === "string" && name !== "") return;
  throw new ArgumentError(
    `${where}: a name must be a string of at least one character, got ${describe(name)}; name what the function is for`,
  );
}
