import { asArray } from "../core/array.ts";
import { flatten } from "../core/pytree.ts";
import { bindMany } from "../core/trace.ts";
import { debugCallbackP } from "../lax/control/debug-primitives.ts";
import { array, hostFunction, isArrayLike } from "../lax/control/host-function.ts";
import { type AnyFunction, checkFunction } from "../transforms/flatten.ts";
import type { GivenArgs } from "../transforms/signatures.ts";

/**
 * Call `f` with the values of `args` when the program that this is part of runs: each time it
 * runs, not when it is traced.
 *
 * The call is never left out, whatever reads its surroundings. Differentiation calls with the
 * primals, once; `vmap` once for each lane; a loop once for each turn; `checkpoint` again where it
 * computes again. Arrays among the arguments, numbers and booleans come as arrays of the cpu,
 * everything else as it is. Calls come in the order of the program. On the cpu they happen at
 * once, and what `f` throws is thrown; on webgpu they happen when the values have arrived, see
 * `effectsBarrier`.
 *
 * @example
 * jit((x) => (debug.callback((v) => console.log(v.js()), x), np.sin(x)))(1); // prints 1
 */
export function callback<Args extends readonly unknown[]>(
  f: (...args: GivenArgs<Args>) => unknown,
  ...args: Args
): void {
  bindCallback(f as AnyFunction, args, false);
}

/** `callback` whose calls no device may ever take out of order. */
callback.ordered = function orderedCallback<Args extends readonly unknown[]>(
  f: (...args: GivenArgs<Args>) => unknown,
  ...args: Args
): void {
  bindCallback(f as AnyFunction, args, true);
};

function bindCallback(f: AnyFunction, args: readonly unknown[], ordered: boolean): void {
  checkFunction(f, "debug.callback");
  const { leaves, treeDef } = flatten(args);
  const statics = leaves.map((leaf) => (isArrayLike(leaf) ? array : leaf));
  bindMany(
    debugCallbackP,
    leaves.filter(isArrayLike).map((leaf) => asArray(leaf)),
    { callback: hostFunction(f, treeDef, statics), mapped: [], ordered },
  );
}
