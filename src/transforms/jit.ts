import { checkOptions } from "../core/options.ts";
import { type AnyFunction, checkFunction } from "./flatten.ts";
import type { JitOptions } from "./jit-arguments.ts";
import { JitCache } from "./jit-cache.ts";
import type { Given, PassedArgs } from "./signatures.ts";
import { type Jitted, stagesOf } from "./stages.ts";

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
  return stagesOf<Args, Out>(call, cache);
}
