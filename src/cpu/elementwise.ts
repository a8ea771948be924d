import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Cost } from "../core/backend.ts";
import { dtypeInfo } from "../core/dtype.ts";
import type { Kernel, Load } from "../kernel/kernel.ts";
import type { DeviceExecutable, Program, Reference } from "../kernel/program.ts";
import { allocate, type CpuBuffer } from "./buffer.ts";
import { NumberCode, type NumberFunction, numberFunction } from "./numbers.ts";

/** Up to how many elements a plain loop over a scalar function beats blocks and registers. */
const smallSize = 32;

/**
 * An elementwise program of one result with shortcuts for numbers and for small row-major arrays.
 * What the shortcuts do not fit goes the general way; they call the same scalar functions.
 */
export class ElementwiseExecutable implements DeviceExecutable {
  private readonly general: DeviceExecutable;
  private readonly f: NumberFunction;
  private readonly aval: ShapedArray;
  private readonly size: number;

  constructor(general: DeviceExecutable, f: NumberFunction, aval: ShapedArray) {
    this.general = general;
    this.f = f;
    this.aval = aval;
    this.size = aval.size;
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    return this.general.run(operands);
  }

  run1(x: DeviceArray): DeviceArray {
    if (x.buffer === null) return new DeviceArray(this.aval, null, null, this.f(x.value, 0, 0));
    if (this.size > smallSize || x.layout !== null) return this.generally([x]);
    const out = allocate(this.aval.dtype, this.size);
    const { f, size } = this;
    const { data, start } = x.buffer as CpuBuffer; // a cpu array, as all operands of this device
    const to = out.data;
    const at = out.start;
    for (let i = 0; i < size; i++) to[at + i] = f(data[start + i] as number, 0, 0);
    return new DeviceArray(this.aval, out, null, 0);
  }

  run2(x: DeviceArray, y: DeviceArray): DeviceArray {
    const a = x.buffer as CpuBuffer | null; // cpu arrays, as above
    const b = y.buffer as CpuBuffer | null;
    const { f, size } = this;
    if (a === null && b === null)
      return new DeviceArray(this.aval, null, null, f(x.value, y.value, 0));
    if (size > smallSize || x.layout !== null || y.layout !== null) return this.generally([x, y]);
    const out = allocate(this.aval.dtype, size);
    const to = out.data;
    const at = out.start;
    if (a !== null && b !== null) {
      const p = a.data;
      const q = b.data;
      for (let i = 0; i < size; i++)
        to[at + i] = f(p[a.start + i] as number, q[b.start + i] as number, 0);
    } else if (a !== null) {
      for (let i = 0; i < size; i++) to[at + i] = f(a.data[a.start + i] as number, y.value, 0);
    } else if (b !== null) {
      for (let i = 0; i < size; i++) to[at + i] = f(x.value, b.data[b.start + i] as number, 0);
    }
    return new DeviceArray(this.aval, out, null, 0);
  }

  toString(): string {
    return this.general.toString();
  }

  get cost(): Cost {
    return this.general.cost;
  }

  private generally(operands: readonly DeviceArray[]): DeviceArray {
    return this.general.run(operands)[0] as DeviceArray; // one result
  }
}

/** A program of one kernel on rank 0, run on numbers. */
export class NumberExecutable implements DeviceExecutable {
  private readonly general: DeviceExecutable;
  private readonly program: Program;
  private readonly code: NumberCode;
  private readonly kernel: Kernel;
  private readonly operands: number[] = [];
  /** For each result: which result of the kernel, or which input. */
  private readonly results: readonly number[];

  constructor(
    general: DeviceExecutable,
    program: Program,
    kernel: Kernel,
    results: readonly number[],
  ) {
    this.general = general;
    this.program = program;
    this.kernel = kernel;
    this.code = new NumberCode(kernel.outputs.map(({ value }) => value));
    this.results = results;
  }

  run(inputs: readonly DeviceArray[]): readonly DeviceArray[] {
    for (const { buffer } of inputs) if (buffer !== null) return this.general.run(inputs);
    const { loads } = this.kernel;
    // Sources of loads are inputs, and results are those of the kernel: see `withShortcuts`.
    for (let slot = 0; slot < loads.length; slot++) {
      this.operands[slot] = (inputs[(loads[slot] as Load).source] as DeviceArray).value;
    }
    this.code.run(this.operands);
    const { outputs } = this.program;
    const outs = new Array<DeviceArray>(outputs.length);
    for (let i = 0; i < outs.length; i++) {
      const { aval } = outputs[i] as Reference;
      outs[i] = new DeviceArray(aval, null, null, this.code.result(this.results[i] as number));
    }
    return outs;
  }

  toString(): string {
    return this.general.toString();
  }

  get cost(): Cost {
    return this.general.cost;
  }
}

/** The general executable of a program, or one with shortcuts where the program is simple enough. */
export function withShortcuts(general: DeviceExecutable, program: Program): DeviceExecutable {
  const [step] = program.steps;
  if (program.steps.length !== 1 || step?.kind !== "kernel" || step.kernel.stages.length > 0)
    return general;
  const { kernel, results } = step;
  const single = program.outputs.map(({ value }) => results.indexOf(value));
  const inputsFirst = program.inputs.every((_, i) => program.values[i]?.origin.kind === "input");
  const plain = [...program.inputs, ...program.outputs.map(({ aval }) => aval)].every(
    ({ dtype }) => dtypeInfo[dtype].words === 1,
  );
  if (!plain || !inputsFirst || single.some((i) => i < 0)) return general;
  const [output] = kernel.outputs;
  const [result] = program.outputs;
  if (!program.contiguous && output !== undefined && result !== undefined && results.length === 1) {
    const f = numberFunction(output.value);
    return f === null ? general : new ElementwiseExecutable(general, f, result.aval);
  }
  const numbers =
    kernel.space.length === 0 && kernel.loads.every(({ source }) => source < program.inputs.length);
  return numbers ? new NumberExecutable(general, program, kernel, single) : general;
}
