import type { DotParams } from "../../core/routines.ts";
import type { Reference } from "../../kernel/program.ts";
import type { Run } from "../address.ts";
import type { RoutineEmitter } from "../routine.ts";
import { stridedOperand } from "./operand-runs.ts";
import { viewOf } from "./places.ts";
import { arithmeticOf } from "./product-arithmetic.ts";
import { emitProduct } from "./product-emit.ts";
import { type ProductResult, productDtype, type ResultAxis } from "./product-result.ts";

/** Products summed over pairs of axes; see `lax.dotGeneral`. */
export const dot: RoutineEmitter<DotParams> = (step, context) => {
  // A product has two operands.
  const [x, y] = step.operands as readonly [Reference, Reference];
  const { contract, batch } = step.params;
  const dtype = productDtype(step, context);
  const arithmetic = arithmeticOf(x.aval.dtype, dtype);
  const left = axesOf(x, batch[0], contract[0]);
  const right = axesOf(y, batch[1], contract[1]);
  const result = resultOf(left.batches, left.across, right.across);
  const operand = (reference: Reference, axes: OperandAxes) =>
    stridedOperand(
      {
        value: reference.value,
        dtype: reference.aval.dtype,
        offset: viewOf(reference).offset,
        ...axes,
      },
      arithmetic,
    );
  return emitProduct(
    {
      label: "dot",
      batches: count(left.batches),
      m: count(left.across),
      n: count(right.across),
      depth: count(left.along),
      left: operand(x, left),
      right: operand(y, right),
      arithmetic,
      result: { ...result, dtype },
    },
    step,
    context,
  );
};

/** Axes of one operand by what they are to the product. */
interface OperandAxes {
  readonly batches: readonly Run[];
  readonly across: readonly Run[];
  readonly along: readonly Run[];
}

function axesOf(
  reference: Reference,
  batch: readonly number[],
  contract: readonly number[],
): OperandAxes {
  const { shape, strides } = viewOf(reference);
  const run = (axis: number): Run => ({
    extent: shape[axis] as number, // axes of the operand
    stride: strides[axis] as number,
  });
  const free = shape
    .map((_, axis) => axis)
    .filter((axis) => !batch.includes(axis) && !contract.includes(axis));
  return { batches: batch.map(run), across: free.map(run), along: contract.map(run) };
}

function count(runs: readonly Run[]): number {
  return runs.reduce((product, { extent }) => product * extent, 1);
}

/** The result, whose axes are those of the batches, the rows and the columns one after the other. */
function resultOf(...loops: [readonly Run[], readonly Run[], readonly Run[]]): ProductResultAxes {
  let next = 0;
  const [batches, rows, columns] = loops.map((runs) =>
    runs.map(({ extent }): ResultAxis => ({ extent, axis: next++, coefficient: 1 })),
  ) as [ResultAxis[], ResultAxis[], ResultAxis[]]; // one for each of the three
  return { shape: loops.flat().map(({ extent }) => extent), batches, rows, columns };
}

type ProductResultAxes = Omit<ProductResult, "dtype">;
