import { DeviceArray } from "../core/array.ts";
import { ArgumentError } from "../core/errors.ts";
import { flatten } from "../core/pytree.ts";
import { closeScope, openScope } from "../core/scope.ts";
import { currentTrace, evalTrace } from "../core/trace.ts";

/**
 * What `f` returns, with the device memory of every array freed that was made inside and is not
 * returned. A later use of such an array is a DeviceError.
 *
 * On the cpu device memory is the collector's, and nothing is freed. Inside of a transformation
 * nothing is freed either, as the transformation may still need it; open the scope around it.
 *
 * @throws ArgumentError if `f` is asynchronous.
 */
export function scope<T>(f: () => T): T {
  if (currentTrace() !== evalTrace) return f();
  const opened = openScope();
  let kept = new Set<NonNullable<DeviceArray["buffer"]>>();
  try {
    const result = f();
    if (result instanceof Promise) {
      throw new ArgumentError(
        "scope: a synchronous function is required, got one that returns a promise; open the scope between the awaits",
      );
    }
    const arrays = flatten(result).leaves.filter((leaf) => leaf instanceof DeviceArray);
    kept = new Set(arrays.flatMap(({ buffer }) => (buffer === null ? [] : [buffer])));
    return result;
  } finally {
    closeScope(opened, kept);
  }
}
