import { expect } from "vitest";
import { type ShapedArray, shapedArray } from "../../../src/core/aval.ts";
import { type DType, dtypeInfo, hostArray, type TypedArray } from "../../../src/core/dtype.ts";
import { literalValue } from "../../../src/core/number.ts";
import type { RoutineName, RoutineParams } from "../../../src/core/routines.ts";
import type { View } from "../../../src/core/view.ts";
import type { Program } from "../../../src/kernel/program.ts";
import { deviceNamed } from "../../../src/runtime/devices.ts";
import { WebGpuDevice } from "../../../src/webgpu/device.ts";
import { shuffle } from "../../cpu/routines/window-cases.ts";

/** Reproducible integers: `draw(n)` is from 0 to n - 1. */
export type Draw = (n: number) => number;

/** An operand of a routine: elements of `data` that `view` addresses (null: all of them). */
export interface Operand {
  readonly aval: ShapedArray;
  readonly data: TypedArray;
  readonly view: View | null;
}

/** Gives the elements of an operand one by one, as numbers that its dtype may round or wrap. */
export type Source = (draw: Draw) => number;

/** Dtypes that the device holds and that are numbers. */
export const numberDtypes: readonly DType[] = [
  "float32",
  "float16",
  "bfloat16",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
];

/** Small numbers with zeros of both signs, infinities and NaN among them, where floats may hold them. */
export function awkward(draw: Draw): number {
  const special = [0, -0, Infinity, -Infinity, NaN, 1e-40, 3e38];
  return draw(6) === 0 ? special[draw(special.length)]! : (draw(65) - 32) / 4;
}

/** An operand of this shape: row-major, or in a random layout with axes permuted, reversed and repeated. */
export function drawOperand(
  draw: Draw,
  shape: readonly number[],
  dtype: DType,
  source: Source,
): Operand {
  const size = shape.reduce((a, b) => a * b, 1);
  const { kind } = dtypeInfo[dtype];
  const filled = (length: number): TypedArray => {
    const data = hostArray(dtype, length);
    for (let i = 0; i < data.length; i++) {
      const value = source(draw);
      data[i] = kind === "key" ? draw(2 ** 32) : literalValue(value, dtype);
    }
    return data;
  };
  if (draw(2) === 0) return { aval: shapedArray(shape, dtype), data: filled(size), view: null };
  const strides = shape.map(() => 0);
  let step = 1 + draw(2);
  let offset = draw(4);
  for (const axis of shuffle([...shape.keys()], draw)) {
    if (draw(6) === 0) continue;
    const extent = shape[axis]!;
    const isReversed = draw(4) === 0;
    strides[axis] = isReversed ? -step : step;
    if (isReversed) offset += step * Math.max(0, extent - 1);
    step *= Math.max(1, extent);
  }
  const data = filled(offset + step + 1);
  return { aval: shapedArray(shape, dtype), data, view: { shape, strides, offset } };
}

/** The program of one routine. */
export function programOf<Name extends RoutineName>(
  name: Name,
  params: RoutineParams[Name],
  operands: readonly Operand[],
  results: readonly ShapedArray[],
): Program {
  const inputs = operands.map(({ aval, data, view }) =>
    view === null ? aval : shapedArray([data.length / dtypeInfo[aval.dtype].words], aval.dtype),
  );
  const numbers = results.map((_, i) => inputs.length + i);
  return {
    inputs,
    contiguous: false,
    values: [
      ...inputs.map((aval, index) => ({ aval, origin: { kind: "input" as const, index } })),
      ...results.map((aval) => ({ aval, origin: { kind: "step" as const } })),
    ],
    steps: [
      {
        kind: "routine",
        name,
        params,
        operands: operands.map(({ aval, view }, value) => ({ value, aval, view })),
        results: numbers,
        epilogue: null,
      },
    ],
    outputs: results.map((aval, i) => ({ value: inputs.length + i, aval, view: null })),
  };
}

/** What a routine gives on a device. */
export async function runRoutine<Name extends RoutineName>(
  device: string,
  name: Name,
  params: RoutineParams[Name],
  operands: readonly Operand[],
  results: readonly ShapedArray[],
): Promise<TypedArray[]> {
  const target = deviceNamed(device);
  const program = programOf(name, params, operands, results);
  const arrays = operands.map(({ data }, i) => target.upload(data.slice(), program.inputs[i]!));
  const gpu = target instanceof WebGpuDevice ? target.gpu : null;
  gpu?.pushErrorScope("validation");
  const outs = target.compile(program).run(arrays);
  const error = await gpu?.popErrorScope();
  if (error) throw new Error(error.message);
  return Promise.all(outs.map((x) => x.data()));
}

/** Bound on the difference of two numbers of a result; 0 where they must be equal. */
export type Tolerance = (expected: number, result: number) => number;

/** Every element is the same number: NaN is NaN, and zeros have their signs. */
export const exact: Tolerance = () => 0;

/** Check that the device gives what the interpreter gives. */
export async function agrees<Name extends RoutineName>(
  name: Name,
  params: RoutineParams[Name],
  operands: readonly Operand[],
  results: readonly ShapedArray[],
  tolerance: Tolerance = exact,
): Promise<void> {
  const expected = await runRoutine("cpu", name, params, operands, results);
  const found = await runRoutine("webgpu", name, params, operands, results);
  expected.forEach((want, result) => {
    const got = found[result]!;
    expect(got.length).toBe(want.length);
    for (let i = 0; i < want.length; i++) {
      const x = want[i]!;
      const y = got[i]!;
      if (Object.is(x, y) || Math.abs(x - y) <= tolerance(x, result)) continue;
      const shapes = operands.map(({ aval, view }) => `${aval} ${JSON.stringify(view)}`);
      expect.fail(
        `${name} ${JSON.stringify(params)} of ${shapes.join(", ")}: result ${result}, element ${i}: ${y} instead of ${x}`,
      );
    }
  });
}
