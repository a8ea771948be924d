import type { ShapedArray } from "../core/aval.ts";
import { type DType, dtypeInfo, hostArray } from "../core/dtype.ts";
import { contiguousView, isContiguous } from "../core/view.ts";
import type { Load } from "../kernel/kernel.ts";
import {
  type ControlStep,
  controlReads,
  isControl,
  type Program,
  type ProgramValue,
  type Reference,
  type Step,
} from "../kernel/program.ts";
import { hostOperand } from "./buffer.ts";
import { copyView } from "./copy.ts";
import { type Address, NumberAssembler } from "./number-assembler.ts";
import { kernelOnNumbers } from "./number-kernel.ts";
import type { NumberMachine } from "./number-machine.ts";
import { routineOnNumbers } from "./number-routines.ts";
import {
  elementAt,
  fewElements,
  inRegisters,
  type Memory,
  NotFew,
  type NumberValue,
  pointsOf,
  positionIn,
  registerOf,
  registersOf,
} from "./number-values.ts";
import { newPlace, type Place } from "./place.ts";

type StepOf<Kind> = Extract<Step, { readonly kind: Kind }>;

/**
 * Write a control step as a program on numbers, and give where its results are; null if some of
 * its work is on more than a few elements at a time.
 *
 * `values` are where its operands lie, `places` where stacked results are to go; other results
 * end in registers.
 */
export function numberControl(
  program: Program,
  step: ControlStep,
  values: ReadonlyMap<number, NumberValue>,
  places: (result: number) => Place,
  assembler: NumberAssembler,
): readonly NumberValue[] | null {
  try {
    return new NumberWriter(program, assembler).alone(step, values, places);
  } catch (error) {
    if (error instanceof NotFew) return null;
    throw error;
  }
}

/** A program of numbers made ready: where its machine takes each input and has each result. */
export interface NumberProgram {
  readonly machine: NumberMachine;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Write a whole program for the machine; null if it takes or gives more than single numbers, or
 * some of its work is on more than a few.
 */
export function numberProgram(program: Program): NumberProgram | null {
  if (program.inputs.some(({ size }) => size !== 1)) return null;
  const assembler = new NumberAssembler();
  const inputs = program.inputs.map(() => assembler.register());
  try {
    const outputs = new NumberWriter(program, assembler).run(
      inputs.map((register) => inRegisters([register])),
    );
    return { machine: assembler.finish(), inputs, outputs: outputs.map(registerOf) };
  } catch (error) {
    if (error instanceof NotFew) return null;
    throw error;
  }
}

/** Writes one program; its results are where `run` says. */
class NumberWriter {
  private readonly program: Program;
  private readonly to: NumberAssembler;
  private readonly values: (NumberValue | undefined)[];

  constructor(program: Program, to: NumberAssembler) {
    this.program = program;
    this.to = to;
    this.values = new Array<NumberValue | undefined>(program.values.length);
  }

  run(inputs: readonly NumberValue[]): NumberValue[] {
    const { program } = this;
    program.values.forEach(({ origin }, i) => {
      if (origin.kind === "input") this.values[i] = inputs[origin.index];
      else if (origin.kind === "constant") this.values[i] = this.constant(origin.array);
    });
    for (const step of program.steps) {
      if (isControl(step)) this.control(step, null);
      else if (step.kind === "kernel") this.kernel(step);
      else this.routine(step);
    }
    return program.outputs.map((output) => this.reference(output));
  }

  alone(
    step: ControlStep,
    values: ReadonlyMap<number, NumberValue>,
    places: (result: number) => Place,
  ): NumberValue[] {
    for (const [i, value] of values) this.values[i] = value;
    this.control(step, places);
    return step.results.map((value) => this.values[value] as NumberValue); // set by the step
  }

  /** A program within this one. */
  private inner(program: Program, inputs: readonly NumberValue[]): NumberValue[] {
    return new NumberWriter(program, this.to).run(inputs);
  }

  private constant(array: Parameters<typeof hostOperand>[0]): NumberValue | undefined {
    if (dtypeInfo[array.dtype].words !== 1) return undefined;
    const { data, view } = hostOperand(array);
    const elements = copyView(data, view, array.dtype);
    const few = array.size <= fewElements;
    return {
      registers: few ? Array.from(elements, (x) => this.to.register(x)) : null,
      memory: { place: { data: elements, offset: 0 }, offset: 0 },
    };
  }

  private kernel(step: StepOf<"kernel">): void {
    const { kernel, results } = step;
    const loads = kernel.loads.map(({ source, dtype }) => ({ value: this.known(source), dtype }));
    const outputs = kernelOnNumbers(
      kernel,
      (slot, position) => {
        const { value, dtype } = loads[slot] as (typeof loads)[number]; // one for each load
        return elementAt(value, position, dtype, this.to);
      },
      this.to,
    );
    this.setRegisters(results, outputs);
  }

  private routine(step: StepOf<"routine">): void {
    const operands = step.operands.map((reference) => ({
      ...this.reference(reference),
      shape: reference.aval.shape,
      dtype: reference.aval.dtype,
    }));
    const made = routineOnNumbers(step, this.program, operands, this.to);
    if (step.epilogue === null) {
      this.setRegisters(step.results, [made]);
      return;
    }
    const { kernel, slot } = step.epilogue;
    const outputs = kernelOnNumbers(
      kernel,
      (k, position) => {
        if (k === slot) return made[position] as number; // it reads the result as it lies
        const { source, dtype } = kernel.loads[k] as Load; // a load for each slot
        return elementAt(this.known(source), position, dtype, this.to);
      },
      this.to,
    );
    this.setRegisters(step.results, outputs);
  }

  private control(step: ControlStep, places: ((result: number) => Place) | null): void {
    const operands = controlReads(step).map((reference) => this.reference(reference));
    switch (step.kind) {
      case "cond":
        this.cond(step, operands);
        break;
      case "while":
        this.loop(step, operands);
        break;
      default:
        this.scan(step, operands, places);
    }
  }

  private cond(step: StepOf<"cond">, operands: readonly NumberValue[]): void {
    const [index, ...rest] = operands;
    if (index === undefined) throw new NotFew();
    const results = step.results.map((value) => this.room(this.avalOf(value)));
    this.to.branches(registerOf(index), step.branches.length, (branch) => {
      const body = step.branches[branch] as Program; // one for each number
      const start = this.to.here();
      const outs = this.inner(body, rest);
      this.to.results(start, outs.flatMap(registersOf), results.flat());
    });
    this.setRegisters(step.results, results);
  }

  private loop(step: StepOf<"while">, operands: readonly NumberValue[]): void {
    const [ofCond, ofBody] = [step.condConsts.length, step.bodyConsts.length];
    const first = ofCond + ofBody;
    const state = step.carry.map(({ aval }) => this.room(aval));
    const carried = state.map(inRegisters);
    this.to.moves(operands.slice(first).flatMap(registersOf), state.flat());
    this.to.whileLoop(
      () => {
        const [test] = this.inner(step.cond, [...operands.slice(0, ofCond), ...carried]);
        return registerOf(test as NumberValue); // a condition has one result
      },
      () => {
        const start = this.to.here();
        const next = this.inner(step.body, [...operands.slice(ofCond, first), ...carried]);
        this.to.results(start, next.flatMap(registersOf), state.flat());
      },
    );
    this.setRegisters(step.results, state);
  }

  private scan(
    step: StepOf<"scan">,
    operands: readonly NumberValue[],
    places: ((result: number) => Place) | null,
  ): void {
    const { body, length, reverse, consts, init, results } = step;
    const first = consts.length + init.length;
    const state = init.map(({ aval }) => this.room(aval));
    this.to.moves(operands.slice(consts.length, first).flatMap(registersOf), state.flat());
    const stacks = body.outputs.slice(init.length).map(({ aval }, k): Stack => {
      const result = results[init.length + k] as number; // a result for each output
      const { size, dtype } = aval;
      if (dtypeInfo[dtype].words !== 1 || size === 0) throw new NotFew();
      const place = places?.(result) ?? { data: hostArray(dtype, size * length), offset: 0 };
      this.values[result] = { registers: null, memory: { place, offset: 0 } };
      return { place, size, dtype };
    });
    const stacked = operands.slice(first).map((value, k) => {
      const { size, dtype } = body.inputs[first + k] as ShapedArray; // one for each
      if (size === 0) throw new NotFew();
      return { memory: value.memory ?? this.stored(value, dtype), size, dtype };
    });
    this.to.countedLoop(length, reverse, (index) => {
      const start = this.to.here();
      const slices = stacked.map((x) => this.slice(x, index));
      const constants = operands.slice(0, consts.length);
      const outs = this.inner(body, [...constants, ...state.map(inRegisters), ...slices]);
      stacks.forEach((stack, k) => {
        this.stack(outs[init.length + k] as NumberValue, stack, index); // one for each
      });
      this.to.results(start, outs.slice(0, init.length).flatMap(registersOf), state.flat());
    });
    this.setRegisters(results.slice(0, init.length), state);
  }

  /** Slice `index` of stacked values: in registers if it is small, and in memory. */
  private slice({ memory, size, dtype }: Stacked, index: number): NumberValue {
    const { place, offset } = memory;
    const registers =
      size > fewElements
        ? null
        : Array.from({ length: size }, (_, i) =>
            this.to.load({ place, offset: offset + i, index, size, dtype }),
          );
    if (size === 1) return { registers, memory: null };
    const row = newPlace();
    this.to.moveRow(row, { place, offset, index, size, dtype });
    return { registers, memory: { place: row, offset: 0 } };
  }

  /** Write slice `index` of a stacked result. */
  private stack({ registers, memory }: NumberValue, to: Stack, index: number): void {
    if (registers !== null) {
      registers.forEach((register, i) => {
        this.to.store(register, { ...to, offset: i, index });
      });
    } else if (memory?.offset === 0) this.to.copyRow(memory.place, { ...to, offset: 0, index });
    else throw new NotFew();
  }

  /** Memory for what is in registers, written now. */
  private stored(value: NumberValue, dtype: DType): Memory {
    const registers = registersOf(value);
    const place = { data: hostArray(dtype, registers.length), offset: 0 };
    const index = this.to.zero;
    registers.forEach((register, offset) => {
      this.to.store(register, { place, offset, index, size: 1, dtype });
    });
    return { place, offset: 0 };
  }

  /** Registers for a value of a type. */
  private room({ size, dtype }: ShapedArray): number[] {
    if (size > fewElements || dtypeInfo[dtype].words !== 1) throw new NotFew();
    return Array.from({ length: size }, () => this.to.register());
  }

  private setRegisters(
    results: readonly number[],
    registers: readonly (readonly number[])[],
  ): void {
    results.forEach((value, i) => {
      this.values[value] = inRegisters(registers[i] as readonly number[]); // as many
    });
  }

  private avalOf(value: number): ShapedArray {
    return (this.program.values[value] as ProgramValue).aval; // steps refer to the program's values
  }

  private known(value: number): NumberValue {
    const known = this.values[value];
    if (known === undefined) throw new NotFew();
    return known;
  }

  /** The elements a reference stands for: a few in registers, many in a row. */
  private reference({ value, aval, view }: Reference): NumberValue {
    const known = this.known(value);
    if (dtypeInfo[aval.dtype].words !== 1) throw new NotFew();
    const isRow = view === null || isContiguous(view);
    const memory =
      known.memory === null || !isRow
        ? null
        : { ...known.memory, offset: known.memory.offset + (view?.offset ?? 0) };
    if (aval.size > fewElements) {
      if (memory === null) throw new NotFew();
      return { registers: null, memory };
    }
    const seen = view ?? contiguousView(aval.shape);
    const registers = pointsOf(seen.shape).map((point) =>
      elementAt(known, positionIn(seen, point), aval.dtype, this.to),
    );
    return { registers, memory };
  }
}

/** A value that a loop goes through slice by slice. */
interface Stacked {
  readonly memory: Memory;
  readonly size: number;
  readonly dtype: DType;
}

/** Where a stacked result goes. */
type Stack = Omit<Address, "index" | "offset">;
