import { rowMajorStrides } from "../../core/view.ts";
import type { Reference } from "../../kernel/program.ts";
import type { Shader } from "../shader.ts";
import { addressText, coordinateLines, viewOf } from "./places.ts";

/** An array seen along one axis: `count` columns, in row-major order of the other axes. */
export interface Columns {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly count: number;
  readonly extent: number;
}

/** The columns of an array of this shape. */
export function columnsOf(shape: readonly number[], axis: number): Columns {
  const count = shape.reduce((product, extent, i) => (i === axis ? product : product * extent), 1);
  return { shape, axis, count, extent: shape[axis] as number }; // the axis is one of the shape
}

/** Text of the column that an element with these coordinates is in. */
export function columnText({ shape, axis }: Columns, coordinates: readonly string[]): string {
  const strides = rowMajorStrides(shape.filter((_, i) => i !== axis));
  strides.splice(axis, 0, 0);
  return addressText({ shape, strides, offset: 0 }, coordinates);
}

/** Append the lines that load the element at `position` of column `column`; gives its text. */
export function loadFromColumn(
  shader: Shader,
  operand: Reference,
  axis: number,
  column: string,
  position: string,
  lines: string[],
): string {
  const rest = operand.aval.shape.filter((_, i) => i !== axis);
  const places = coordinateLines(column, rest, "at", lines);
  places.splice(axis, 0, position);
  return shader.load(operand.value, operand.aval.dtype, addressText(viewOf(operand), places));
}

/** Text of the address of the element at `position` of column `column` in a row-major array. */
export function addressInColumn(
  { shape, axis }: Columns,
  column: string,
  position: string,
): string {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const extent = shape[axis] as number; // the axis is one of the shape
  if (inner === 1) return `${column} * ${extent}u + ${position}`;
  return `(${column} / ${inner}u * ${extent}u + ${position}) * ${inner}u + ${column} % ${inner}u`;
}
