import type { DType } from "../core/dtype.ts";
import type { View } from "../core/view.ts";
import type { NumberAssembler } from "./number-assembler.ts";
import type { Place } from "./place.ts";

/** Largest array whose elements are kept in registers, one each. */
export const fewElements = 9;

/** Thrown where some of the work of a program is on more elements than a few. */
export class NotFew extends Error {}

/** A value of a program on numbers, in registers, in memory, or both. */
export interface NumberValue {
  /** The registers of its elements, in row-major order. */
  readonly registers: readonly number[] | null;
  /** Where its elements lie one after the other. */
  readonly memory: Memory | null;
}

/** Elements from `offset` on after a place. */
export interface Memory {
  readonly place: Place;
  readonly offset: number;
}

/** A value in registers alone. */
export function inRegisters(registers: readonly number[]): NumberValue {
  return { registers, memory: null };
}

/** The registers of a value. */
export function registersOf({ registers }: NumberValue): readonly number[] {
  if (registers === null) throw new NotFew();
  return registers;
}

/** The register of a single number. */
export function registerOf(value: NumberValue): number {
  const [register, ...more] = registersOf(value);
  if (register === undefined || more.length > 0) throw new NotFew();
  return register;
}

/** The register of one element, loaded if it lies in memory. */
export function elementAt(
  { registers, memory }: NumberValue,
  position: number,
  dtype: DType,
  to: NumberAssembler,
): number {
  if (registers !== null) return registers[position] as number; // within the value
  if (memory === null) throw new NotFew();
  const { place, offset } = memory;
  return to.load({ place, offset: offset + position, index: to.zero, size: 1, dtype });
}

/** Every point of a box, in row-major order. */
export function pointsOf(extents: readonly number[]): number[][] {
  return extents.reduce<number[][]>(
    (points, extent) =>
      points.flatMap((point) => Array.from({ length: extent }, (_, i) => [...point, i])),
    [[]],
  );
}

/** Which of the row-major elements of a value a view has at a point. */
export function positionIn({ strides, offset }: View, point: readonly number[]): number {
  return strides.reduce((sum, stride, axis) => sum + stride * (point[axis] ?? 0), offset);
}

/** The number of elements of a box. */
export function sizeOf(extents: readonly number[]): number {
  return extents.reduce((a, b) => a * b, 1);
}
