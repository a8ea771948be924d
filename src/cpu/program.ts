import { DeviceArray } from "../core/array.ts";
import { shapedArray } from "../core/aval.ts";
import type { Cost } from "../core/backend.ts";
import { dtypeInfo, hostArray, type TypedArray } from "../core/dtype.ts";
import { InternalError } from "../core/errors.ts";
import { contiguousView, isContiguous, permuteView, type View } from "../core/view.ts";
import { costOf } from "../kernel/cost.ts";
import type { Kernel, Load } from "../kernel/kernel.ts";
import type { Sink, Source } from "../kernel/nest.ts";
import { lifetimes } from "../kernel/plan.ts";
import { printProgram } from "../kernel/print.ts";
import {
  type ControlStep,
  controlBodies,
  controlReads,
  type DeviceExecutable,
  type Epilogue,
  isControl,
  type Program,
  type ProgramValue,
  type Reference,
  type Step,
} from "../kernel/program.ts";
import { routineNamed, runWords } from "./bound-steps.ts";
import { allocate, allocateUnset, CpuBuffer, hostOperand, wrap } from "./buffer.ts";
import { bindControl } from "./control.ts";
import { copyView } from "./copy.ts";
import { KernelRunner } from "./kernel-runner.ts";
import { newPlace, type Place } from "./place.ts";
import type { CpuRoutine, CpuRoutines, HostOperand, HostResult } from "./routine.ts";

/** Temporaries up to this many bytes in all are kept from one run to the next. */
const keepBytes = 64 * 1024 * 1024;

/** A program made ready for the interpreter. */
export class CpuExecutable implements DeviceExecutable {
  private readonly program: Program;
  private readonly steps: readonly ((memory: Memory) => void)[];
  private readonly pool: (CpuBuffer | undefined)[] = [];
  private readonly slots: readonly (number | null)[];
  private readonly pooled: number;
  /** Stands in for this one while it runs: a callback may call the program that it is part of. */
  private readonly again: (() => CpuExecutable) | null;
  private isRunning = false;

  constructor(program: Program, routines: CpuRoutines) {
    this.program = program;
    this.again = hasCallback(program) ? () => new CpuExecutable(program, routines) : null;
    const { slots, bytes } = lifetimes(program);
    this.slots = slots;
    this.pooled = bytes;
    this.steps = program.steps.map((step) => this.prepare(step, routines));
  }

  run(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const { again } = this;
    if (again === null) return this.runOnce(operands);
    if (this.isRunning) return again().run(operands);
    this.isRunning = true;
    try {
      return this.runOnce(operands);
    } finally {
      this.isRunning = false;
    }
  }

  private runOnce(operands: readonly DeviceArray[]): readonly DeviceArray[] {
    const { program } = this;
    const { values, contiguous } = program;
    const memory: Memory = new Array<HostOperand | null>(values.length);
    for (let i = 0; i < values.length; i++) {
      const { origin } = values[i] as ProgramValue; // i runs over the values
      if (origin.kind === "step") memory[i] = null;
      else {
        const array = origin.kind === "constant" ? origin.array : operands[origin.index];
        if (array === undefined) throw new InternalError("cpu: an operand is missing");
        memory[i] = inputOperand(array, contiguous);
      }
    }
    for (let i = 0; i < this.steps.length; i++) this.steps[i]?.(memory); // i runs over the steps
    if (this.pooled > keepBytes) this.pool.length = 0;
    return program.outputs.map((output) => this.output(output, memory, operands));
  }

  toString(): string {
    return printProgram(this.program);
  }

  get cost(): Cost {
    return costOf(this.program);
  }

  private prepare(step: Step, routines: CpuRoutines): (memory: Memory) => void {
    if (step.kind === "kernel") return this.prepareKernel(step.kernel, step.results);
    if (isControl(step)) return this.prepareControl(step, routines);
    const routine = routineNamed(step.name, routines);
    const { operands, results, params, epilogue } = step;
    if (epilogue !== null) return this.prepareEpilogue(routine, step, epilogue);
    return (memory) => {
      const made = results.map((value) => this.allocate(value, memory));
      routine(
        operands.map((reference) => referenceOperand(reference, memory)),
        made.map((result, k) => {
          const isReused = this.slots[results[k] as number] !== null; // one for each made
          return routineResult(result, isReused);
        }),
        params,
      );
    };
  }

  /** A routine whose result is only read by the kernel that follows it. */
  private prepareEpilogue(
    routine: CpuRoutine,
    { operands, results, params }: Extract<Step, { kind: "routine" }>,
    { kernel, slot }: Epilogue,
  ): (memory: Memory) => void {
    const runner = new KernelRunner(kernel);
    const { dtype } = kernel.loads[slot] as Load; // the slot that reads the result
    const aval = shapedArray(kernel.space, dtype);
    const view = contiguousView(kernel.space);
    let kept: TypedArray | null = null;
    return (memory) => {
      const data = kept ?? hostArray(dtype, aval.size);
      if (data.byteLength <= keepBytes) kept = data;
      routine(
        operands.map((reference) => referenceOperand(reference, memory)),
        [routineResult({ aval, data, view }, true)],
        params,
      );
      const made = results.map((value) => this.allocate(value, memory, true));
      const sources = kernel.loads.map((load, i) =>
        i === slot ? { data, offset: 0, strides: view.strides } : loadSource(load, memory),
      );
      runner.run(
        sources,
        made.map((out) => ({ data: out.data, start: out.view.offset })),
      );
    };
  }

  private prepareKernel(kernel: Kernel, results: readonly number[]): (memory: Memory) => void {
    const { words } = dtypeInfo[kernel.outputs[0]?.dtype ?? "float32"];
    const runner = new KernelRunner(kernel);
    const fixed = words === 1 ? new FixedSources(kernel.loads) : null;
    if (fixed?.areFixed) return this.prepareFixed(runner, fixed, results);
    return (memory) => {
      const made = results.map((value) => this.allocate(value, memory, true));
      const sources = kernel.loads.map((load) => loadSource(load, memory));
      const sinks = made.map(({ data, view }) => ({ data, start: view.offset }));
      if (words === 1) runner.run(sources, sinks);
      else runWords(runner, kernel, sources, sinks);
    };
  }

  /** A kernel whose loops are the same at every run: they are laid out once. */
  private prepareFixed(
    runner: KernelRunner,
    fixed: FixedSources,
    results: readonly number[],
  ): (memory: Memory) => void {
    const nests = runner.nests(fixed.sources);
    return (memory) => {
      const sinks = new Array<Sink>(results.length);
      for (let i = 0; i < sinks.length; i++) {
        const { data, view } = this.allocate(results[i] as number, memory, true); // i runs over them
        sinks[i] = { data, start: view.offset };
      }
      fixed.point(memory);
      runner.runNests(nests, sinks);
      fixed.release();
    };
  }

  private prepareControl(step: ControlStep, routines: CpuRoutines): (memory: Memory) => void {
    const places = this.program.values.map(newPlace);
    const bound = bindControl(step, this.program, places, routines);
    const read = new Set(controlReads(step).map(({ value }) => value));
    const put = (value: number, { data, view }: HostOperand): void => {
      const place = places[value] as Place; // one for each value
      place.data = data;
      place.offset = view.offset;
    };
    return (memory) => {
      for (const value of read) put(value, memoryAt(memory, value));
      for (const value of step.results) put(value, this.allocate(value, memory));
      bound.run();
      bound.release?.();
    };
  }

  /**
   * Memory for a result of a step: from the pool if nobody outside will see it. It holds zeros only
   * where routines want them.
   */
  private allocate(value: number, memory: Memory, isWritten = false): HostOperand {
    const { aval } = this.program.values[value] as ProgramValue; // steps refer to the program's values
    const slot = this.slots[value] ?? null;
    const length = aval.size;
    let buffer = slot === null ? undefined : this.pool[slot];
    if (buffer === undefined) {
      if (slot !== null) buffer = newBuffer(aval.dtype, length);
      else buffer = isWritten ? allocateUnset(aval.dtype, length) : allocate(aval.dtype, length);
      if (slot !== null) this.pool[slot] = buffer;
    }
    const view = contiguousView(aval.shape);
    const operand = { aval, data: buffer.data, view: { ...view, offset: buffer.start } };
    memory[value] = operand;
    return operand;
  }

  private output(
    { value, aval, view }: Reference,
    memory: Memory,
    operands: readonly DeviceArray[],
  ): DeviceArray {
    const { origin } = this.program.values[value] as ProgramValue; // outputs refer to values
    if (origin.kind !== "step") {
      const array = origin.kind === "constant" ? origin.array : operands[origin.index];
      if (array?.buffer === null) return new DeviceArray(aval, null, null, array.value);
    }
    const { data, view: base } = memoryAt(memory, value);
    const offset = base.offset + (view?.offset ?? 0);
    const seen: View = view === null ? base : { ...view, offset };
    if (aval.ndim === 0 && dtypeInfo[aval.dtype].words === 1) {
      return new DeviceArray(aval, null, null, data[offset] as number); // one element
    }
    const bytes = aval.size * data.BYTES_PER_ELEMENT * dtypeInfo[aval.dtype].words;
    if (isContiguous(seen)) return wrap(aval, new CpuBuffer(data, offset, bytes));
    return new DeviceArray(aval, new CpuBuffer(data, 0, bytes), seen, 0);
  }
}

function hasCallback({ steps }: Program): boolean {
  return steps.some((step) => {
    if (isControl(step)) return controlBodies(step).some(([, body]) => hasCallback(body));
    return step.kind === "routine" && step.name === "callback";
  });
}

/** Where each value of a program is while it runs. */
type Memory = (HostOperand | null)[];

function newBuffer(dtype: Parameters<typeof hostArray>[0], length: number): CpuBuffer {
  const data = hostArray(dtype, length);
  return new CpuBuffer(data, 0, data.byteLength);
}

/** Memory that a routine fills; routines expect zeros, which new memory has. */
function routineResult({ aval, data, view }: HostOperand, isReused: boolean): HostResult {
  const length = aval.size * dtypeInfo[aval.dtype].words;
  const part = data.subarray(view.offset, view.offset + length);
  return { aval, data: isReused ? part.fill(0) : part };
}

/** Sources of a kernel that reads row-major elements: from run to run only their memory changes. */
class FixedSources {
  readonly sources: readonly {
    data: TypedArray | null;
    offset: number;
    strides: readonly number[];
  }[];
  /** Whether all loads are such. */
  readonly areFixed: boolean;
  private readonly loads: readonly Load[];
  private readonly offsets: readonly number[];

  constructor(loads: readonly Load[]) {
    this.loads = loads;
    this.areFixed = loads.every(({ map }) => map.kind === "view");
    this.offsets = loads.map(({ map }) => (map.kind === "view" ? map.view.offset : 0));
    this.sources = loads.map(({ map }) => ({
      data: null,
      offset: 0,
      strides: map.kind === "view" ? map.view.strides : [],
    }));
  }

  /** Let the sources be where the values lie now. */
  point(memory: Memory): void {
    const { loads, offsets, sources } = this;
    for (let i = 0; i < loads.length; i++) {
      const { data, view } = memoryAt(memory, (loads[i] as Load).source); // i runs over them
      const source = sources[i] as FixedSources["sources"][number]; // one for each
      source.data = data;
      source.offset = view.offset + (offsets[i] as number);
    }
  }

  /** Hold nothing of the memory until the next run. */
  release(): void {
    for (let i = 0; i < this.sources.length; i++) {
      (this.sources[i] as FixedSources["sources"][number]).data = null; // i runs over them
    }
  }
}

function memoryAt(memory: Memory, value: number): HostOperand {
  const operand = memory[value];
  if (operand == null) throw new InternalError("cpu: a value is read before it is written");
  return operand;
}

/** An input as the program wants it: as it lies, or row-major. */
function inputOperand(array: DeviceArray, contiguous: boolean): HostOperand {
  array.checkUsable();
  const operand = hostOperand(array);
  if (!contiguous || (array.layout === null && array.buffer !== null) || isContiguous(operand.view))
    return operand;
  const data = copyView(operand.data, operand.view, array.dtype);
  return { aval: array.aval, data, view: contiguousView(array.shape) };
}

function referenceOperand({ value, aval, view }: Reference, memory: Memory): HostOperand {
  const { data, view: base } = memoryAt(memory, value);
  if (view === null) return { aval, data, view: base };
  return { aval, data, view: { ...view, offset: view.offset + base.offset } };
}

function loadSource({ source, map }: Load, memory: Memory): Source {
  const { data, view: base } = memoryAt(memory, source);
  if (map.kind === "view") {
    return { data, offset: base.offset + map.view.offset, strides: map.view.strides };
  }
  const { offset, strides } = map.order === null ? base : permuteView(base, map.order);
  return { data, offset, strides };
}
