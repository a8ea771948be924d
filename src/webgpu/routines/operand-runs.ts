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
  const [first] = joinRuns(across);
  const isQuad =
    dtype === "float32" &&
    first?.stride === 1 &&
    joinRuns(across).length === 1 &&
    [offset, first.extent, ...[...batches, ...along].map(({ stride }) => stride)].every(
      (step) => step % 4 === 0,
    );
  return {
    across: (name, place, batch) => [
      `let ${name} = ${sumText(offset, [...runTerms(batch, batches), ...runTerms(place, across)])};`,
    ],
    along: (name, place) => [`let ${name} = ${sumText(0, runTerms(place, along))};`],
    factor: (at, deep, shader) => arithmetic.factor(shader.load(value, dtype, `${at} + ${deep}`)),
    has: null,
    quad: isQuad
      ? (at, deep, shader) => `${shader.quads(value, "read")}[(${at} + ${deep}) / 4u]`
      : null,
    isPlain: true,
    isDeep: isNearer(along, across),
  };
}

/** Whether neighbours along one list of axes are nearer in memory than along another. */
function isNearer(runs: readonly Run[], others: readonly Run[]): boolean {
  const step = (list: readonly Run[]): number =>
    Math.abs(joinRuns(list).at(-1)?.stride ?? Number.POSITIVE_INFINITY);
  return step(runs) < step(others);
}
