import type { ShapedArray } from "./aval.ts";
import type { Trace } from "./trace.ts";
import { type ConcreteArray, NDArray } from "./value.ts";

/** Who is told of each new tracer. */
let watcher: ((x: Tracer) => void) | null = null;

/** Tell `watch` of each tracer from now on, or nobody; gives who was told before. */
export function watchTracers(watch: ((x: Tracer) => void) | null): ((x: Tracer) => void) | null {
  const saved = watcher;
  watcher = watch;
  return saved;
}

/** Value that stands for others while its trace is alive. */
export abstract class Tracer extends NDArray {
  constructor() {
    super();
    if (watcher !== null) watcher(this);
  }

  abstract override readonly owner: Trace;
  abstract override readonly aval: ShapedArray;

  override concrete(): ConcreteArray | null {
    return null;
  }

  /** Names the type and the kind of trace: a tracer has no values to print. */
  override toString(): string {
    return `Traced<${this.aval}>`;
  }

  /** What Node prints for the tracer. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
