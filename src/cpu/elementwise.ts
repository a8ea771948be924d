import { DeviceArray } from "../core/array.ts";
import type { ShapedArray } from "../core/aval.ts";
import type { Cost } from "../core/backend.ts";
import { dtypeInfo } from "../core/dtype.ts";
import { costOf } from "../kernel/cost.ts";
import { printProgram } from "../kernel/print.ts";
import type { DeviceExecutable, Program, Reference } from "../kernel/program.ts";
import { allocate, type CpuBuffer, hostOperand } from "./buffer.ts";
import type { NumberMachine } from "./number-machine.ts";
import { type NumberProgram, numberProgram } from "./number-program.ts";
import { type NumberFunction, numberFunction } from "./numbers.ts";
import { CpuExecutable } from "./program.ts";
import type { CpuRoutines } from "./routine.ts";

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

/** A program whose work is all on single numbers. */
export class NumberExecutable implements DeviceExecutable {
  private readonly program: Program;
  private readonly machine: NumberMachine;
  private readonly inputs: readonly number[];
  private readonly outputs: readonly number[];

  constructor(program: Program, { machine, inputs, outputs }: NumberProgram) {
    this.program = program;
    this.machine = machine;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const { machine, inputs, outputs, program } = this;
    const { values } = machine;
    // Operands and inputs, results and outputs go together.
    for (let i = 0; i < inputs.length; i++) {
      values[inputs[i] as number] = numberOf(operands[i] as DeviceArray);
    }
    machine.run();
    const outs = new Array<DeviceArray>(outputs.length);
    for (let i = 0; i < outs.length; i++) {
      const { aval } = program.outputs[i] as Reference;
      outs[i] = new DeviceArray(aval, null, null, values[outputs[i] as number] as number);
    }
    return outs;
  }

  toString(): string {
    return printProgram(this.program);
  }

  get cost(): Cost {
    return costOf(this.program);
  }
}

/** The number that a cpu array of rank 0 is. */
function numberOf(x: DeviceArray): number {
  if (x.buffer === null) return x.value;
  const { data, view } = hostOperand(x);
  return data[view.offset] as number; // it has one element
}

/**
 * The executable of a program: on numbers, with shortcuts for small arrays where it is simple
 * enough, else the general one.
 */
export function executableOf(program: Program, routines: CpuRoutines): DeviceExecutable {
  const [step] = program.steps;
  const single = program.outputs.every(({ aval }) => isNumber(aval));
  if (step !== undefined && single && program.inputs.every(isNumber) && program.contiguous) {
    const numbers = numberProgram(program);
    if (numbers !== null) return new NumberExecutable(program, numbers);
  }
  const general = new CpuExecutable(program, routines);
  if (program.steps.length !== 1 || step?.kind !== "kernel" || step.kernel.stages.length > 0)
    return general;
  const { kernel, results } = step;
  const [output] = kernel.outputs;
  const [result] = program.outputs;
  const inputsFirst = program.inputs.every((_, i) => program.values[i]?.origin.kind === "input");
  const plain = [...program.inputs, ...program.outputs.map(({ aval }) => aval)].every(
    ({ dtype }) => dtypeInfo[dtype].words === 1,
  );
  if (!plain || !inputsFirst || program.contiguous || results.length !== 1) return general;
  if (output === undefined || result === undefined || result.value !== results[0]) return general;
  const f = numberFunction(output.value);
  return f === null ? general : new ElementwiseExecutable(general, f, result.aval);
}

function isNumber({ ndim, dtype }: ShapedArray): boolean {
  return ndim === 0 && dtypeInfo[dtype].words === 1;
}
