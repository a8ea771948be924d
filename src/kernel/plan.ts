import { byteWidth, dtypeInfo } from "../core/dtype.ts";
import { controlReads, isControl, type Program, type ProgramValue, type Step } from "./program.ts";

/** Which memory each value of a program uses. */
export interface Plan {
  /** Number of the reusable piece of memory, or null for what outlives the run or is given. */
  readonly slots: readonly (number | null)[];
  /** Bytes of all pieces together. */
  readonly bytes: number;
}

/**
 * Lay temporaries of equal dtype and size into shared memory when their lives do not overlap.
 *
 * A result of a step never shares memory with what the same step reads. What the program gives
 * back has memory of its own, made anew at each run.
 */
export function lifetimes({ values, steps, outputs }: Program): Plan {
  const slots: (number | null)[] = values.map(() => null);
  const escapes = new Set(outputs.map(({ value }) => value));
  const lastRead = new Map<number, number>();
  steps.forEach((step, i) => {
    for (const value of valuesRead(step)) lastRead.set(value, i);
  });
  const free = new Map<string, number[]>();
  let count = 0;
  let bytes = 0;
  const keyOf = (value: number): string => {
    const { aval } = values[value] as ProgramValue; // steps refer to the program's values
    return `${dtypeInfo[aval.dtype].code}:${aval.size}`;
  };
  steps.forEach((step, i) => {
    for (const value of step.results) {
      if (escapes.has(value)) continue;
      const { aval } = values[value] as ProgramValue; // as above
      const reused = free.get(keyOf(value))?.pop();
      if (reused === undefined) bytes += aval.size * byteWidth(aval.dtype);
      slots[value] = reused ?? count++;
    }
    const over = [...valuesRead(step), ...step.results].filter(
      (value) => slots[value] != null && (lastRead.get(value) ?? i) === i,
    );
    for (const value of new Set(over)) {
      const list = free.get(keyOf(value)) ?? [];
      list.push(slots[value] as number); // filtered to be a number
      free.set(keyOf(value), list);
    }
  });
  return { slots, bytes };
}

/** The values a step reads. */
export function valuesRead(step: Step): readonly number[] {
  if (step.kind === "kernel") return step.kernel.loads.map(({ source }) => source);
  if (isControl(step)) return controlReads(step).map(({ value }) => value);
  const operands = step.operands.map(({ value }) => value);
  if (step.epilogue === null) return operands;
  const { kernel, slot } = step.epilogue;
  return [...operands, ...kernel.loads.flatMap(({ source }, i) => (i === slot ? [] : [source]))];
}
