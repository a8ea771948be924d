import type { DeviceArray } from "../core/array.ts";
import { hostArray } from "../core/dtype.ts";
import type { ProgramValue } from "../kernel/program.ts";
import type { Flow } from "./flow.ts";
import type { Form } from "./form.ts";
import { encode, scalarBits } from "./transfer.ts";

/** A number that a program gets in its block of scalars. */
export interface ScalarSource {
  /** The value it stands for. */
  readonly value: number;
  /** Where it is in the block. */
  readonly position: number;
  /** Whether the word there is what memory of the value is filled with. */
  readonly fills: boolean;
}

/**
 * The numbers among the values of a program, when its inputs come in these forms. What a routine
 * reads as an array is filled into memory; everything else is read from the block.
 */
export function planScalars(flow: Flow, forms: readonly Form[]): readonly ScalarSource[] {
  const sources: ScalarSource[] = [];
  flow.values.forEach((value, number) => {
    if (!isNumber(value, forms)) return;
    const fills = value.aval.ndim > 0 && isReadByRoutine(flow, number);
    sources.push({ value: number, position: sources.length, fills });
  });
  return sources;
}

/** Whether a value is an input or a constant that comes as one number. */
export function isNumber({ origin }: ProgramValue, forms: readonly Form[]): boolean {
  if (origin.kind === "step") return false;
  return origin.kind === "input"
    ? forms[origin.index]?.scalar === true
    : origin.array.buffer === null;
}

/** The word that a number is, or that its memory is filled with. */
export function scalarWord({ aval, value }: DeviceArray, fills: boolean): number {
  if (!fills) return scalarBits(value, aval.dtype);
  // Four elements fill a word of every dtype.
  const four = hostArray(aval.dtype, 4).fill(value);
  return new Uint32Array(encode(four, aval.withShape([4])).buffer)[0] as number; // one word at least
}

function isReadByRoutine({ steps }: Flow, value: number): boolean {
  return steps.some(
    (step) => step.kind === "routine" && step.operands.some((operand) => operand.value === value),
  );
}
