import { ArgumentError } from "../core/errors.ts";
import { registerPrototype } from "../core/pytree-registry.ts";

/** A function with its first arguments in place, which are its leaves. */
export interface Partial<Rest extends readonly unknown[], R> {
  (...rest: Rest): R;
  /** What is called: part of the structure, compared by identity. */
  readonly func: (...args: never[]) => R;
  /** The arguments in place. */
  readonly args: readonly unknown[];
}

const partialPrototype: object = Object.create(Function.prototype);

/**
 * Function that calls `func` with `args` and then with its own arguments, and that is a pytree:
 * the leaves of `args` are its leaves, so that transforms see them; `func` belongs to the
 * structure. Of another Partial, the function and arguments are taken over.
 *
 * @throws ArgumentError if `func` is no function.
 */
export function Partial<Args extends readonly unknown[], Rest extends readonly unknown[], R>(
  func: (...args: [...Args, ...Rest]) => R,
  ...args: Args
): Partial<Rest, R> {
  if (typeof func !== "function") {
    throw new ArgumentError(
      `tree.Partial: a function is required first, got a value of type ${typeof func}; its arguments come after it`,
    );
  }
  const call: unknown = func;
  if (isPartial(call)) {
    return make<Rest, R>(call.func as AnyFunction<R>, [...call.args, ...args]); // gives what func gives
  }
  return make<Rest, R>(call as AnyFunction<R>, args); // it is func
}

/** A function whose parameters were checked where it was wrapped. */
type AnyFunction<R> = (...args: never[]) => R;

function isPartial(x: unknown): x is Partial<readonly unknown[], unknown> {
  return typeof x === "function" && Object.getPrototypeOf(x) === partialPrototype;
}

let isRegistered = false;

function make<Rest extends readonly unknown[], R>(
  func: AnyFunction<R>,
  args: readonly unknown[],
): Partial<Rest, R> {
  if (!isRegistered) register();
  // Rest is by construction what func still lacks.
  const call = func as (...args: readonly unknown[]) => R;
  const partial = (...rest: Rest) => call(...args, ...rest);
  Object.setPrototypeOf(partial, partialPrototype);
  return Object.assign(partial, { func, args: Object.freeze([...args]) });
}

/** Here rather than on import, so that a program without Partials need not hold this file. */
function register(): void {
  isRegistered = true;
  registerPrototype<object, AnyFunction<unknown>>(partialPrototype, "Partial", {
    flatten(node) {
      // Only what make gave has the prototype.
      const { func, args } = node as Partial<readonly unknown[], unknown>;
      return [args, func];
    },
    unflatten: (func, args) => make(func, args),
  });
}
