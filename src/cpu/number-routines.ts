import { type DType, isFloat } from "../core/dtype.ts";
import type { AssembleParams, RoutineParams } from "../core/routines.ts";
import { contiguousView } from "../core/view.ts";
import type { Program, Step } from "../kernel/program.ts";
import type { NumberAssembler } from "./number-assembler.ts";
import { rounded } from "./number-kernel.ts";
import {
  elementAt,
  fewElements,
  NotFew,
  type NumberValue,
  pointsOf,
  positionIn,
  registerOf,
  sizeOf,
} from "./number-values.ts";

type RoutineStep = Extract<Step, { readonly kind: "routine" }>;

/** Most products that are written out one by one. */
const fewProducts = 64;

/** The operands of a routine: values with their types. */
export type Operands = readonly (NumberValue & {
  readonly shape: readonly number[];
  readonly dtype: DType;
})[];

/** Write a routine on a few numbers; the registers of its only result. */
export function routineOnNumbers(
  step: RoutineStep,
  { values }: Program,
  operands: Operands,
  to: NumberAssembler,
): number[] {
  const result = values[step.results[0] ?? -1]?.aval;
  if (result === undefined || result.size > fewElements) throw new NotFew();
  switch (step.name) {
    case "dynamicSlice":
      return [sliceElement(step.params as RoutineParams["dynamicSlice"], operands, to)];
    case "assemble":
      return assembled(step.params as AssembleParams, operands, result.shape, to);
    case "dot":
      return products(step.params as RoutineParams["dot"], operands, result.dtype, to);
    default:
      throw new NotFew();
  }
}

/** A slice of one element at a computed place. */
function sliceElement(
  { sliceSizes }: RoutineParams["dynamicSlice"],
  [x, ...starts]: Operands,
  to: NumberAssembler,
): number {
  if (x === undefined || x.memory === null || sliceSizes.some((size) => size !== 1)) {
    throw new NotFew();
  }
  let index = to.zero;
  starts.forEach((start, axis) => {
    const extent = x.shape[axis] as number; // a start for each axis
    index = to.scaleAdd(index, extent, to.clamp(registerOf(start), extent));
  });
  return to.load({ ...x.memory, index, size: 1, dtype: x.dtype });
}

/** Parts of operands put together: nothing is computed. */
function assembled(
  { fill, parts }: AssembleParams,
  operands: Operands,
  shape: readonly number[],
  to: NumberAssembler,
): number[] {
  const filler = fill === null ? undefined : operands[fill];
  const first = filler === undefined ? to.zero : elementAt(filler, 0, filler.dtype, to);
  const result = new Array<number>(sizeOf(shape)).fill(first);
  const whole = contiguousView(shape);
  for (const { operand, starts, counts, steps, to: place, toSteps } of parts) {
    const x = operands[operand] as Operands[number]; // parameters name operands
    const from = contiguousView(x.shape);
    for (const point of pointsOf(counts)) {
      // Parameters have one entry for each axis.
      const source = point.map((k, i) => (starts[i] as number) + k * (steps[i] as number));
      const target = point.map((k, i) => (place[i] as number) + k * (toSteps[i] as number));
      result[positionIn(whole, target)] = elementAt(x, positionIn(from, source), x.dtype, to);
    }
  }
  return result;
}

/** Products of floats, each one sum in doubles over the contracted axes in order. */
function products(
  { contract, batch }: RoutineParams["dot"],
  [x, y]: Operands,
  dtype: DType,
  to: NumberAssembler,
): number[] {
  if (x === undefined || y === undefined || !isFloat(dtype)) throw new NotFew();
  const [left, right] = [sides(x, batch[0], contract[0]), sides(y, batch[1], contract[1])];
  if (left.batches.length * left.free.length * right.free.length * left.depth.length > fewProducts)
    throw new NotFew();
  return left.batches.flatMap((_, b) =>
    left.free.flatMap((_, i) =>
      right.free.map((_, j) => {
        const sum = left.depth.reduce((sum, _, k) => {
          const term = to.double("mul", left.at(b, i, k, to), right.at(b, j, k, to));
          return to.double("add", sum, term);
        }, to.zero);
        return rounded(sum, dtype, to);
      }),
    ),
  );
}

/** An operand of a product: the points of its batch, free and contracted axes, and its elements. */
function sides(x: Operands[number], batch: readonly number[], contract: readonly number[]) {
  const free = x.shape
    .map((_, axis) => axis)
    .filter((axis) => !batch.includes(axis) && !contract.includes(axis));
  const axes = [...batch, ...free, ...contract];
  const view = contiguousView(x.shape);
  const points = (of: readonly number[]) => pointsOf(of.map((axis) => x.shape[axis] as number)); // its axes
  const [batches, rows, depth] = [points(batch), points(free), points(contract)];
  return {
    batches,
    free: rows,
    depth,
    at(b: number, i: number, k: number, to: NumberAssembler): number {
      const point = new Array<number>(axes.length);
      [...(batches[b] ?? []), ...(rows[i] ?? []), ...(depth[k] ?? [])].forEach((n, axis) => {
        point[axes[axis] as number] = n; // an axis for each
      });
      return elementAt(x, positionIn(view, point), x.dtype, to);
    },
  };
}
