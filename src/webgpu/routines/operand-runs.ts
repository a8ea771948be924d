import type { DType } from "../../core/dtype.ts";
import { joinRuns, type Run, runTerms, sumText } from "../address.ts";
import type { ProductOperand } from "./product.ts";
import type { Arithmetic } from "./product-arithmetic.ts";

/** Where the factors of an operand are: the axes of its three loops, in a value of the program. */
export interface OperandRuns {
  readonly value: number;
  readonly dtype: DType;
  readonly offset: number;
  readonly batches: readonly Run[];
  readonly across: readonly Run[];
  readonly along: readonly Run[];
}

/** An operand whose factors are at addresses that add up from those of the three loops. */
export function stridedOperand(
  { value, dtype, offset, batches, across, along }: OperandRuns,
  arithmetic: Arithmetic,
): ProductOperand {
  const line = (name: string, start: number, place: string, runs: readonly Run[]): string[] => [
    `let ${name} = ${sumText(start, runTerms(place, runs))};`,
  ];
  return {
    within: (name, batch) => line(name, offset, batch, batches),
    across: (name, place) => line(name, 0, place, across),
    along: (name, place) => line(name, 0, place, along),
    factor: (batch, at, deep, shader) =>
      arithmetic.factor(shader.load(value, dtype, `${batch} + ${at} + ${deep}`)),
    isDeep: isNearer(along, across),
  };
}

/** Whether neighbours along one list of axes are nearer in memory than along another. */
export function isNearer(runs: readonly Run[], others: readonly Run[]): boolean {
  const step = (list: readonly Run[]): number =>
    Math.abs(joinRuns(list).at(-1)?.stride ?? Number.POSITIVE_INFINITY);
  return step(runs) < step(others);
}
