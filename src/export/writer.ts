import type { ShapedArray } from "../core/aval.ts";
import type { Params, Primitive, PrimitiveOf } from "../core/primitive.ts";
import type { Emitter, Ref } from "./emitter.ts";

/** One equation as a writer sees it. Operands and results have no keys, unless the writer is for them. */
export interface Written<P> {
  readonly prim: Primitive;
  readonly params: P;
  readonly operands: readonly Ref[];
  readonly outs: readonly ShapedArray[];
}

/** Writes an equation and gives its results. */
export type WriteEquation<P> = (emitter: Emitter, eqn: Written<P>) => readonly Ref[];

/** How a primitive is said in StableHLO, or why it cannot be. */
export type Writer =
  | { readonly kind: "write"; readonly write: WriteEquation<never>; readonly keys: boolean }
  | { readonly kind: "refused"; readonly reason: string };

/** A writer for the parameters of a primitive. */
export function writer<N extends number, P extends Params>(
  _prim: PrimitiveOf<N, P>,
  write: WriteEquation<P>,
): Writer {
  // An equation has the parameters that its primitive was bound with.
  return { kind: "write", write: write as WriteEquation<never>, keys: false };
}

/** A writer that takes keys as they are held, pairs of words. */
export function writerOfKeys<N extends number, P extends Params>(
  _prim: PrimitiveOf<N, P>,
  write: WriteEquation<P>,
): Writer {
  return { kind: "write", write: write as WriteEquation<never>, keys: true }; // as above
}

/** A primitive that StableHLO cannot say; `reason` completes "x cannot be exported: ". */
export function refused(reason: string): Writer {
  return { kind: "refused", reason };
}

/** The operand at a position; writers ask for those that the primitive has. */
export function operand(operands: readonly Ref[], i: number): Ref {
  return operands[i] as Ref; // as many as the primitive takes
}

/** The type of the only result. */
export function onlyOut(outs: readonly ShapedArray[]): ShapedArray {
  return outs[0] as ShapedArray; // the primitive has one
}
