import { dtypeInfo, hostArray } from "../core/dtype.ts";
import { isContiguous } from "../core/view.ts";
import { type Kernel, nodesOf } from "../kernel/kernel.ts";
import {
  type ControlStep,
  controlReads,
  isControl,
  type Program,
  type Reference,
  type Step,
} from "../kernel/program.ts";
import { hostOperand } from "./buffer.ts";
import { copyView } from "./copy.ts";
import { type Address, NumberAssembler } from "./number-assembler.ts";
import type { NumberMachine } from "./number-machine.ts";
import { newPlace, type Place } from "./place.ts";

/** A value of a program on numbers: one in a register, or elements in memory from a place on. */
export type NumberValue =
  | { readonly kind: "register"; readonly register: number }
  | { readonly kind: "array"; readonly place: Place; readonly offset: number };

type StepOf<Kind> = Extract<Step, { readonly kind: Kind }>;

/** Thrown where some of the work of a program is on more than one element at a time. */
class NotSingle extends Error {}

/**
 * Write a control step as a program on numbers, and give where its results are; null if some of
 * its work is on more than one element at a time.
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
    if (error instanceof NotSingle) return null;
    throw error;
  }
}

/** A program of numbers made ready: where its machine takes each input and has each result. */
export interface NumberProgram {
  readonly machine: NumberMachine;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Write a whole program for the machine; null if some of its work is on more than one element. */
export function numberProgram(program: Program): NumberProgram | null {
  const assembler = new NumberAssembler();
  const inputs = program.inputs.map(() => assembler.register());
  try {
    const outputs = new NumberWriter(program, assembler).run(inputs.map(inRegister));
    return { machine: assembler.finish(), inputs, outputs: outputs.map(registerOf) };
  } catch (error) {
    if (error instanceof NotSingle) return null;
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
      else if (step.kind === "kernel") this.kernel(step.kernel, step.results);
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
    if (array.size === 1) return inRegister(this.to.register(data[view.offset]));
    const place = { data: copyView(data, view, array.dtype), offset: 0 };
    return { kind: "array", place, offset: 0 };
  }

  private kernel(kernel: Kernel, results: readonly number[]): void {
    const single = kernel.space.every((extent) => extent === 1) && kernel.stages.length === 0;
    if (!single || kernel.outputs.some(({ dtype }) => dtypeInfo[dtype].words !== 1)) {
      throw new NotSingle();
    }
    const slots = kernel.loads.map(({ source, map, dtype }) => {
      const value = this.values[source];
      if (value?.kind === "register") return value.register;
      if (value === undefined || map.kind !== "view") throw new NotSingle();
      const { place, offset } = value;
      return this.to.load({
        place,
        offset: offset + map.view.offset,
        index: this.to.zero,
        size: 1,
        dtype,
      });
    });
    const at = new Map<unknown, number>();
    for (const node of nodesOf(kernel.outputs.map(({ value }) => value))) {
      if (node.kind === "stage") throw new NotSingle();
      if (node.kind === "slot")
        at.set(node, slots[node.slot] as number); // one for each load
      else if (node.kind === "const") at.set(node, this.to.register(node.value));
      else if (node.kind === "index") at.set(node, this.to.zero);
      else {
        const operands = node.args.map((arg) => at.get(arg));
        at.set(node, this.to.operation(node, operands));
      }
    }
    kernel.outputs.forEach(({ value }, i) => {
      // Every output is a node, and has a result.
      this.values[results[i] as number] = inRegister(at.get(value) as number);
    });
  }

  /** Of the routines, a slice of one element at a computed place. */
  private routine(step: StepOf<"routine">): void {
    const [x, ...starts] = step.operands;
    if (step.name !== "dynamicSlice" || x === undefined) throw new NotSingle();
    const { sliceSizes } = step.params as { readonly sliceSizes: readonly number[] }; // of this routine
    const value = this.reference(x);
    if (value.kind !== "array" || sliceSizes.some((size) => size !== 1)) throw new NotSingle();
    let index = this.to.zero;
    starts.forEach((start, axis) => {
      const extent = x.aval.shape[axis] as number; // a start for each axis
      const clamped = this.to.clamp(registerOf(this.reference(start)), extent);
      index = this.to.scaleAdd(index, extent, clamped);
    });
    const { place, offset } = value;
    const register = this.to.load({ place, offset, index, size: 1, dtype: x.aval.dtype });
    this.values[step.results[0] as number] = inRegister(register); // one result
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
    if (index === undefined) throw new NotSingle();
    const results = step.results.map(() => this.to.register());
    this.to.branches(registerOf(index), step.branches.length, (branch) => {
      const body = step.branches[branch] as Program; // one for each number
      const start = this.to.here();
      this.to.results(start, this.inner(body, rest).map(registerOf), results);
    });
    this.setRegisters(step.results, results);
  }

  private loop(step: StepOf<"while">, operands: readonly NumberValue[]): void {
    const [ofCond, ofBody] = [step.condConsts.length, step.bodyConsts.length];
    const first = ofCond + ofBody;
    const state = step.carry.map(() => this.to.register());
    const carried = state.map(inRegister);
    this.to.moves(operands.slice(first).map(registerOf), state);
    this.to.whileLoop(
      () => {
        const [test] = this.inner(step.cond, [...operands.slice(0, ofCond), ...carried]);
        return registerOf(test as NumberValue); // a condition has one result
      },
      () => {
        const start = this.to.here();
        const next = this.inner(step.body, [...operands.slice(ofCond, first), ...carried]);
        this.to.results(start, next.map(registerOf), state);
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
    const state = init.map(() => this.to.register());
    this.to.moves(operands.slice(consts.length, first).map(registerOf), state);
    const stacks = body.outputs.slice(init.length).map(({ aval }, k): Stack => {
      const result = results[init.length + k] as number; // a result for each output
      const { size, dtype } = aval;
      if (dtypeInfo[dtype].words !== 1 || size === 0) throw new NotSingle();
      const place = places?.(result) ?? { data: hostArray(dtype, size * length), offset: 0 };
      this.values[result] = { kind: "array", place, offset: 0 };
      return { place, offset: 0, size, dtype };
    });
    this.to.countedLoop(length, reverse, (index) => {
      const start = this.to.here();
      const slices = step.xs.map((_, k): NumberValue => {
        const { size, dtype } = body.inputs[first + k] as Program["inputs"][number]; // one for each
        const value = operands[first + k] as NumberValue; // one for each
        if (value.kind === "register") return value; // the only slice of a loop of one turn
        if (size === 0) throw new NotSingle();
        const at: Address = { place: value.place, offset: value.offset, index, size, dtype };
        if (size === 1) return inRegister(this.to.load(at));
        const row = newPlace();
        this.to.moveRow(row, at);
        return { kind: "array", place: row, offset: 0 };
      });
      const constants = operands.slice(0, consts.length);
      const outs = this.inner(body, [...constants, ...state.map(inRegister), ...slices]);
      stacks.forEach((stack, k) => {
        const value = outs[init.length + k] as NumberValue; // one for each
        if (value.kind === "register") this.to.store(value.register, { ...stack, index });
        else if (value.offset === 0) this.to.copyRow(value.place, { ...stack, index });
        else throw new NotSingle();
      });
      this.to.results(start, outs.slice(0, init.length).map(registerOf), state);
    });
    this.setRegisters(results.slice(0, init.length), state);
  }

  private setRegisters(results: readonly number[], registers: readonly number[]): void {
    results.forEach((value, i) => {
      this.values[value] = inRegister(registers[i] as number); // as many
    });
  }

  /** The elements a reference stands for, which must be in a row. */
  private reference({ value, aval, view }: Reference): NumberValue {
    const known = this.values[value];
    if (known === undefined || dtypeInfo[aval.dtype].words !== 1) throw new NotSingle();
    if (known.kind === "register") {
      if (aval.size !== 1) throw new NotSingle();
      return known;
    }
    const { place } = known;
    const offset = known.offset + (view?.offset ?? 0);
    if (aval.size === 1) {
      const { zero } = this.to;
      return inRegister(this.to.load({ place, offset, index: zero, size: 1, dtype: aval.dtype }));
    }
    if (view !== null && !isContiguous(view)) throw new NotSingle();
    return { kind: "array", place, offset };
  }
}

/** Where a stacked result goes, but for the position. */
type Stack = Omit<Address, "index">;

function inRegister(register: number): NumberValue {
  return { kind: "register", register };
}

function registerOf(value: NumberValue): number {
  if (value.kind === "register") return value.register;
  throw new NotSingle();
}
