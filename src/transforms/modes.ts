import { ArgumentError } from "../core/errors.ts";
import { type PromotionMode, switchPromotion } from "../core/promotion.ts";
import { evalTrace, withTrace } from "../core/trace.ts";
import { checkFunction, checkSynchronous, describe } from "./flatten.ts";

let jitDisabled = false;

/** Whether jitted functions run as they are. */
export function isJitDisabled(): boolean {
  return jitDisabled;
}

/**
 * What `f` returns while jitted functions run operation by operation instead of being staged, so
 * that their values can be looked at, printed and branched on.
 *
 * @example
 * disableJit(() => jit((x) => (console.log(String(x)), x.mul(2)))(3)); // prints 3
 */
export function disableJit<T>(f: () => T): T {
  checkFunction(f, "disableJit");
  const saved = jitDisabled;
  jitDisabled = true;
  try {
    return synchronous(f(), "disableJit");
  } finally {
    jitDisabled = saved;
  }
}

/**
 * What `f` returns while its operations run at once, although a function around it is being
 * traced: for work on known arrays that should not become part of the program.
 *
 * @throws ConcretizationError if an operation is given a traced value.
 */
export function ensureCompileTimeEval<T>(f: () => T): T {
  checkFunction(f, "ensureCompileTimeEval");
  return synchronous(withTrace(evalTrace, f), "ensureCompileTimeEval");
}

/**
 * What `f` returns while dtypes promote in the given way.
 *
 * "standard" is the lattice of JAX. Under "strict" two arrays must have one dtype, or the
 * operation is a `DTypeError`; plain numbers still take the dtype of the array beside them, unless
 * that is an integer or a bool and they are none.
 *
 * @throws ArgumentError if there is no such mode.
 */
export function numpyDtypePromotion<T>(mode: PromotionMode, f: () => T): T {
  checkFunction(f, "numpyDtypePromotion");
  if (mode !== "standard" && mode !== "strict") {
    throw new ArgumentError(
      `numpyDtypePromotion: the mode must be "standard" or "strict", got ${describe(mode)}; name one of them`,
    );
  }
  const saved = switchPromotion(mode);
  try {
    return synchronous(f(), "numpyDtypePromotion");
  } finally {
    switchPromotion(saved);
  }
}

/** @throws ArgumentError for a promise: the mode would end before the work does. */
function synchronous<T>(result: T, where: string): T {
  checkSynchronous(result, where);
  return result;
}
