import { callerIn, withDeepStacks } from "../core/caller.ts";
import { ArgumentError, TracerLeakError } from "../core/errors.ts";
import { type Tracer, watchTracers } from "../core/tracer.ts";
import { checkFunction, checkSynchronous } from "./flatten.ts";
import { TapeTracer } from "./tape.ts";

/** A tracer that was made, and where. */
interface Made {
  readonly ref: WeakRef<Tracer>;
  readonly stack: string;
}

/**
 * What `f` returns, once it is certain that nothing holds a value traced while it ran.
 *
 * For finding leaks: every traced value remembers where it was made, so this is slow. It asks the
 * collector what is left, which must be there to be called: run Node with `--expose-gc`.
 *
 * @throws TracerLeakError (rejects) if a traced value is still held, with the line that made it;
 * ArgumentError if the collector cannot be called.
 */
export async function checkingLeaks<T>(f: () => T): Promise<T> {
  checkFunction(f, "checkingLeaks");
  const { gc: collect } = globalThis as { gc?: unknown }; // Node has it under --expose-gc
  if (typeof collect !== "function") {
    throw new ArgumentError(
      "checkingLeaks: a collector that can be called is required, got none; run Node with --expose-gc",
    );
  }
  const made: Made[] = [];
  const result = runWatched(f, made);
  const leak = await heldAfter(made, () => collect());
  if (leak === null) return result;
  const { aval, owner, stack } = leak;
  throw new TracerLeakError(
    `checkingLeaks: no traced value may be held after its transformation, got a ${aval} traced by ${owner.kind}, made ${callerIn(stack) ?? "by the library"}; return it from the transformed function instead of storing it outside`,
  );
}

/** One of `made` that is still held when `collect` has been called often enough; null: none is. */
async function heldAfter(
  made: readonly Made[],
  collect: () => void,
): Promise<(Pick<Tracer, "aval" | "owner"> & Pick<Made, "stack">) | null> {
  let left = made;
  for (const pause of pauses) {
    // A WeakRef keeps its value until the end of the job that made it, or asked it.
    await new Promise((done) => setTimeout(done, pause));
    collect();
    left = left.filter(({ ref }) => isHeld(ref.deref()));
    if (left.length === 0) return null;
  }
  for (const { ref, stack } of left) {
    const x = ref.deref();
    if (x !== undefined) return { aval: x.aval, owner: x.owner, stack };
  }
  return null;
}

/**
 * Milliseconds before each time that the collector is asked. Once is not always enough: the engine
 * itself holds values while it compiles what just ran, on a thread of its own.
 */
const pauses = [0, 5, 20, 80, 320];

/** Whether a value is there without a reason; that a pullback keeps its tape is no leak. */
function isHeld(x: Tracer | undefined): boolean {
  return x !== undefined && !x.owner.alive && !(x instanceof TapeTracer);
}

/** In a function of its own, so that no variable of the caller holds what `f` worked with. */
function runWatched<T>(f: () => T, made: Made[]): T {
  const saved = watchTracers((x) => {
    made.push({ ref: new WeakRef(x), stack: new Error("made here").stack ?? "" });
  });
  try {
    const result = withDeepStacks(f);
    checkSynchronous(result, "checkingLeaks");
    return result;
  } finally {
    watchTracers(saved);
  }
}
