import { shapedArray } from "../../../src/core/aval.ts";
import { type DType, hostArray, type TypedArray } from "../../../src/core/dtype.ts";
import { contiguousView, permuteView, type View } from "../../../src/core/view.ts";
import type { CpuRoutine, HostOperand, HostResult } from "../../../src/cpu/routine.ts";

/** Operand in row-major order. */
export function operand(
  values: Iterable<number>,
  shape: readonly number[],
  dtype: DType = "float32",
): HostOperand {
  const list = [...values];
  const data = hostArray(dtype, list.length);
  data.set(list);
  return { aval: shapedArray(shape, dtype), data, view: contiguousView(shape) };
}

/** The same elements as `x`, laid out with the axes in another order and a gap before. */
export function scattered(x: HostOperand, order: readonly number[]): HostOperand {
  const stored = permuteView(x.view, order);
  const gap = 3;
  const data = hostArray(x.aval.dtype, gap + x.aval.size);
  const inner = contiguousView(stored.shape);
  const strides = new Array<number>(order.length);
  order.forEach((axis, i) => {
    strides[axis] = inner.strides[i]!;
  });
  const view: View = { shape: x.aval.shape, strides, offset: gap };
  forEachIndex(x.aval.shape, (index) => {
    data[address(view, index)] = x.data[address(x.view, index)]!;
  });
  return { aval: x.aval, data, view };
}

export function address(view: View, index: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * view.strides[axis]!, view.offset);
}

export function forEachIndex(
  shape: readonly number[],
  visit: (index: readonly number[]) => void,
): void {
  if (shape.includes(0)) return;
  const index = shape.map(() => 0);
  for (;;) {
    visit(index);
    let axis = shape.length - 1;
    while (axis >= 0 && ++index[axis]! === shape[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}

/** Results of a routine, of the given types. */
export function runRoutine<P>(
  routine: CpuRoutine<P>,
  operands: readonly HostOperand[],
  results: readonly (readonly [DType, readonly number[]])[],
  params: P,
): TypedArray[] {
  const outs: HostResult[] = results.map(([dtype, shape]) => {
    const aval = shapedArray(shape, dtype);
    return { aval, data: hostArray(dtype, aval.size) };
  });
  routine(operands, outs, params);
  return outs.map((out) => out.data);
}

/** Reproducible numbers in [-1, 1), multiples of 2^-20. */
export function numbers(count: number, seed = 1): number[] {
  let state = seed * 2654435761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 11) / 2 ** 20 - 1;
  });
}
