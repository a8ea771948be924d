import type { ShapedArray } from "../../core/aval.ts";
import { InternalError } from "../../core/errors.ts";
import type { ClosedJaxpr } from "../../core/primitive.ts";
import type { NDArray } from "../../core/value.ts";
import { inAvals, outAvals, sameTypes } from "./bodies.ts";

/** Parameters of a loop of known length. */
export interface ScanParams {
  /** From constants, carry and a slice of the stacked inputs to the carry and a slice of results. */
  readonly body: ClosedJaxpr;
  readonly carry: number;
  readonly consts: number;
  readonly length: number;
  readonly reverse: boolean;
}

/** Runs a loop under the current trace. */
export type BindScan = (operands: readonly NDArray[], params: ScanParams) => readonly NDArray[];

/** Operands, or what belongs to them, by role: constants, carry, stacked inputs. */
export function byRole<T>(
  { consts, carry }: Pick<ScanParams, "consts" | "carry">,
  list: readonly T[],
): readonly [consts: T[], carry: T[], xs: T[]] {
  return [list.slice(0, consts), list.slice(consts, consts + carry), list.slice(consts + carry)];
}

/** The type of a stack of `length` values. */
export function stacked(aval: ShapedArray, length: number): ShapedArray {
  return aval.withShape([length, ...aval.shape]);
}

/** Types of the results of a loop; the types of its operands must be those of its body. */
export function scanAvals(operands: readonly ShapedArray[], params: ScanParams): ShapedArray[] {
  const { body, carry, consts, length } = params;
  const wanted = inAvals(body).map((aval, i) =>
    i < consts + carry ? aval : stacked(aval, length),
  );
  if (!sameTypes(operands, wanted)) {
    throw new InternalError(
      `scan: operands ${wanted.join(", ")} are required, got ${operands.join(", ")}`,
    );
  }
  const outs = outAvals(body);
  outs.slice(0, carry).forEach((aval, i) => {
    if (aval === wanted[consts + i]) return;
    throw new InternalError(`scan: carry ${i} is ${wanted[consts + i]}, the body gives ${aval}`);
  });
  return outs.map((aval, i) => (i < carry ? aval : stacked(aval, length)));
}
