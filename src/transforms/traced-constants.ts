import { InternalError } from "../core/errors.ts";
import type { NDArray, Owner } from "../core/value.ts";

/** A value that is held as long as its trace is, and no longer. */
class TracedConstant {
  private readonly owner: WeakRef<Owner>;
  private readonly values = new WeakMap<Owner, NDArray>();

  constructor(value: NDArray, owner: Owner) {
    this.owner = new WeakRef(owner);
    this.values.set(owner, value);
  }

  /** The value while its trace is alive, then null. */
  get value(): NDArray | null {
    const owner = this.owner.deref();
    return owner?.alive ? (this.values.get(owner) ?? null) : null;
  }
}

/**
 * Values of enclosing traces that a staged function closes over.
 *
 * A cached program outlives the traces around it. It must not keep them, nor all that they hold,
 * in memory; but while a trace runs, its values must be there at every call.
 */
export class TracedConstants {
  private readonly list: readonly TracedConstant[];

  constructor(values: readonly NDArray[]) {
    this.list = values.map((x) => {
      if (x.owner === null) throw new InternalError("jit: a concrete array counts as traced");
      return new TracedConstant(x, x.owner);
    });
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  /** Whether all of them can still be used. */
  get isAlive(): boolean {
    return this.list.every(({ value }) => value !== null);
  }

  /** The values, all of them alive. */
  values(): NDArray[] {
    return this.list.map(({ value }) => {
      if (value === null) throw new InternalError("jit: a closed-over value is gone");
      return value;
    });
  }
}
