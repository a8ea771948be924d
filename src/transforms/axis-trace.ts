import { ArgumentError } from "../core/errors.ts";
import type { Params, Primitive } from "../core/primitive.ts";
import { Trace } from "../core/trace.ts";
import type { NDArray } from "../core/value.ts";

/** A mapped axis by name and size alone: over it, nothing is done differently. */
export class AxisTrace extends Trace {
  private readonly outer: Trace;
  private readonly name: string;
  private readonly size: number;

  /** @throws ArgumentError if the size is none. */
  constructor(outer: Trace, name: string, size: number) {
    super();
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new ArgumentError(
        `makeJaxpr: the size of axis ${JSON.stringify(name)} must be an integer from 0, got ${String(size)}; write axisEnv as [[name, size]]`,
      );
    }
    this.outer = outer;
    this.name = name;
    this.size = size;
  }

  override axisSize(name: string): number | null {
    return name === this.name ? this.size : this.outer.axisSize(name);
  }

  override namedAxes(): readonly (string | number)[] {
    return [this.name, this.size, ...this.outer.namedAxes()];
  }

  override process(
    prim: Primitive,
    operands: readonly NDArray[],
    params: Params,
  ): readonly NDArray[] {
    return this.outer.process(prim, operands, params);
  }
}
